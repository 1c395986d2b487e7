#!/usr/bin/env python3
"""impasto stylize in every way to compute the convolutions, and with maps of 16 bits."""
import json
import math

from support import USAGE, CliTest, Png, main, write_png


def decibels(ratio):
    return 10 * math.log10(ratio)


def psnr(one, other):
    """Of two pictures of one size, in decibels."""
    squares = [(a - b) ** 2 for rows in zip(one.rows, other.rows) for a, b in zip(*rows)]
    return decibels(255 ** 2 * len(squares) / max(1, sum(squares)))


def waves(x, y):
    return (90 + 60 * math.sin(x / 17) + 40 * math.cos(y / 9),
            100 + y + 30 * math.sin((x + y) / 11),
            200 - 1.2 * y + 40 * math.sin(x / 7 - y / 13))


def strokes(x, y):
    bent = x / 4 + 3 * math.sin(y / 9)
    return (128 + 100 * math.sin(bent), 110 + 70 * math.sin(bent + 1),
            60 + 50 * math.cos(y / 5 + x / 8))


class Tiers(CliTest):
    def test_the_objective_is_the_same(self):
        losses = {}
        for tier, bound in (("direct", 0), ("winograd", 1e-4), ("half", 5e-3), ("matrix", 5e-3),
                            ("matrix-wide", 5e-3)):
            with self.subTest(tier=tier):
                # Mesa's CPU driver compiles a kernel for matrix units in minutes, once.
                process = self.run_program("stylize", self.content, self.style, "-o", self.out,
                                           "--size", "64", "--first-size", "64", "--iterations",
                                           "1", "--json", "--tier", tier, timeout=550)
                if tier.startswith("matrix") and process.returncode == USAGE:
                    self.assertIn("the tier '%s' needs" % tier, process.err)
                    continue
                self.assertEqual(process.returncode, 0, process.err)
                report = json.loads(process.out)
                self.assertEqual(report["variants"]["relu2_1"], tier)
                losses[tier] = report["loss_first"]["total"]
                # Rounding apart; a wrong tile would be off by far more.
                self.assertAlmostEqual(losses[tier] / losses["direct"], 1, delta=bound)


class Precision(CliTest):
    """L-BFGS makes of another rounding another path to the same place: the two tiers of fp32 are 31 dB
    apart after these thirty steps, fp16 is 25 dB from either, and another seed's noise 12 dB."""

    def setUp(self):
        super().setUp()

        def bytes_of(picture):
            return lambda x, y: [min(255, max(0, round(value))) for value in picture(x, y)]

        self.content = write_png(self.path("content.png"), 96, 72, bytes_of(waves))
        self.style = write_png(self.path("style.png"), 80, 60, bytes_of(strokes))

    def finished(self, *arguments):
        return self.report(*arguments), Png(self.out)

    def test_sixteen_bits_end_where_thirty_two_do(self):
        options = ["--size", "96", "--first-size", "48", "--iterations", "20,10"]
        full, picture = self.finished(*options, "--precision", "fp32")
        half, other = self.finished(*options, "--precision", "fp16")
        self.assertLess(full["loss_last"]["style"], full["loss_first"]["style"] / 4)
        for term in ("style", "total"):
            self.assertLess(abs(decibels(half["loss_last"][term] / full["loss_last"][term])), 1, term)
        self.assertGreater(psnr(picture, other), 20)

    def test_sixteen_bits_move_the_picture_less_than_another_seed(self):
        options = ["--iterations", "12", "--init", "noise"]
        full = self.finished(*options, "--precision", "fp32", "--seed", "1")[1]
        half = self.finished(*options, "--precision", "fp16", "--seed", "1")[1]
        seed = self.finished(*options, "--precision", "fp32", "--seed", "2")[1]
        # 33 dB and 15 dB.
        self.assertGreater(psnr(full, half), psnr(full, seed) + 6)


if __name__ == "__main__":
    main()
