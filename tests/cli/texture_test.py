"""impasto texture, and pictures that tile: the real program, its files and its errors."""
import json
import math
import os
import random
import unittest

import support
from support import INPUT, QUICK, USAGE, CliTest, Png, write_png

IMAGES = os.environ.get("IMPASTO_TEST_IMAGES", "")


def noisy(path, width, height, value, seed=1):
    """value(x, y) -> 0..1 with some noise, a little coloured."""
    numbers = random.Random(seed)

    def pixel(x, y):
        v = value(x, y) + numbers.uniform(-0.08, 0.08)
        return [max(0, min(255, int(255 * c))) for c in (v, 0.9 * v, 0.75 * v)]

    return write_png(path, width, height, pixel)


def dots(x, y, period=16):
    return 0.5 + 0.35 * math.cos(2 * math.pi * x / period) * math.cos(2 * math.pi * y / period)


def steps(image, axis):
    """Of each pair of neighbouring columns (axis 0) or rows, the last that across the wrap: the mean
    step between them."""
    count, other = (image.width, image.height) if axis == 0 else (image.height, image.width)
    found = []
    for i in range(count):
        total = 0
        for j in range(other):
            here = (i, j) if axis == 0 else (j, i)
            there = ((i + 1) % count, j) if axis == 0 else (j, (i + 1) % count)
            total += sum(abs(a - b) for a, b in zip(image.pixel(*here), image.pixel(*there)))
        found.append(total / (3 * other))
    return found


def deviations_of_the_seam(image, axis):
    """How many standard deviations of the inner steps the step across the wrap lies above their mean."""
    *inner, seam = steps(image, axis)
    mean = sum(inner) / len(inner)
    return (seam - mean) / math.sqrt(sum((s - mean) ** 2 for s in inner) / len(inner))


def correlation(image, shift):
    """Of the picture's green with itself, moved by (x, y) around the edges."""
    values = [[row[1 + 3 * x] for x in range(image.width)] for row in image.rows]
    mean = sum(map(sum, values)) / (image.width * image.height)
    own = moved = 0.0
    for y in range(image.height):
        for x in range(image.width):
            here = values[y][x] - mean
            there = values[(y + shift[1]) % image.height][(x + shift[0]) % image.width] - mean
            own += here * here
            moved += here * there
    return moved / own


class TextureTest(CliTest):
    def setUp(self):
        super().setUp()
        self.exemplar = noisy(self.path("exemplar.png"), 90, 70, dots)

    def texture(self, *arguments, out="tile.png"):
        self.succeeds("texture", *arguments, "-o", self.path(out), "-q")
        return Png(self.path(out))

    def test_it_tiles_along_the_axes_asked_for(self):
        # A ramp from left to right is what an exemplar's edges show most.
        ramp = noisy(self.path("ramp.png"), 96, 96, lambda x, y: 0.2 + 0.6 * (x + y) / 190)
        work = ["--size", "96", "--first-size", "48", "--iterations", "40,30"]
        for exemplar in (self.exemplar, ramp):
            tile = self.texture(exemplar, *work)
            self.assertEqual((tile.width, tile.height), (96, 96))
            for axis in (0, 1):
                self.assertLess(deviations_of_the_seam(tile, axis), 3)

    def test_any_size_and_shape(self):
        for size, wide, high in (("64", 64, 64), ("100x50", 100, 50), ("40x75", 40, 75)):
            for tile in ("xy", "x", "none"):
                with self.subTest(size=size, tile=tile):
                    image = self.texture(self.exemplar, "--size", size, "--first-size", "100",
                                         "--iterations", "2", "--tile", tile)
                    self.assertEqual((image.width, image.height), (wide, high))

    def test_the_same_seed_is_the_same_file_and_another_is_not(self):
        for seed, out in (("1", "a.png"), ("1", "b.png"), ("2", "c.png")):
            self.texture(self.exemplar, *QUICK, "--seed", seed, out=out)
        first, second, third = (self.bytes_of(self.path(name))
                                for name in ("a.png", "b.png", "c.png"))
        self.assertEqual(first, second)
        self.assertNotEqual(first, third)

    def test_structure_keeps_a_regular_exemplar_regular(self):
        exemplar = noisy(self.path("dots.png"), 128, 128, dots)
        found = {}
        for structure in ("0", "1"):
            tile = self.texture(exemplar, "--size", "128", "--first-size", "128", "--iterations",
                                "60", "--structure", structure, "--seed", "3")
            # Six and four repeats away.
            found[structure] = (correlation(tile, (96, 0)) + correlation(tile, (0, 64))) / 2
        self.assertGreater(found["1"], 0.3)
        self.assertGreater(found["1"], found["0"] + 0.2, found)

    def test_two_exemplars_and_a_mask(self):
        dark = noisy(self.path("dark.png"), 64, 64, lambda x, y: 0.2 + 0.2 * ((x // 4 + y // 4) % 2))
        light = noisy(self.path("light.png"), 64, 64, lambda x, y: 0.6 + 0.3 * (x // 8 % 2))
        mask = write_png(self.path("mask.png"), 64, 64, lambda x, y: [255 * (x >= 32)] * 3)
        tile = self.texture(dark, light, "--blend-mask", mask, "--size", "64", "--first-size", "64",
                            "--iterations", "60", "--lighting", "keep", "--style-layers",
                            "relu1_1,relu2_1,relu3_1")

        def mean(columns):
            return sum(tile.pixel(x, y)[1] for x in columns for y in range(64)) / 64 / len(columns)

        self.assertGreater(mean(range(40, 56)), mean(range(8, 24)) + 60)

    def test_a_mask_keeps_pixels(self):
        content = noisy(self.path("content.png"), 64, 64, dots)
        mask = write_png(self.path("mask.png"), 64, 64, lambda x, y: [255 * (x >= 32)] * 3)
        self.succeeds("stylize", content, self.style, "-o", self.path("out.png"), "-q", *QUICK,
                     "--iterations", "20", "--mask", mask)
        before, after = Png(content), Png(self.path("out.png"))
        self.assertTrue(all(before.pixel(x, y) == after.pixel(x, y)
                            for x in range(32) for y in range(64)))
        self.assertFalse(all(before.pixel(x, y) == after.pixel(x, y)
                             for x in range(32, 64) for y in range(64)))

    def test_what_made_it_is_in_the_file_and_in_the_report(self):
        told = json.loads(self.succeeds("texture", self.exemplar, "-o", self.path("t.png"), "--json",
                                        *QUICK, "--structure", "0.25", "--tile", "x").out)
        self.assertEqual(told["output"], self.path("t.png"))
        preset = json.loads(Png(self.path("t.png")).text["impasto:preset"])
        self.assertEqual(preset["tile"], "x")
        self.assertEqual(preset["structure"], 0.25)

    def test_a_restyled_tile_tiles(self):
        tile = noisy(self.path("content.png"), 96, 64, lambda x, y: dots(x, y, 16))
        self.succeeds("stylize", tile, self.exemplar, "-o", self.path("out.png"), "-q", "--size", "96",
                     "--first-size", "48", "--iterations", "25,20", "--tile", "xy")
        image = Png(self.path("out.png"))
        for axis in (0, 1):
            self.assertLess(deviations_of_the_seam(image, axis), 3)

    def test_bad_input_is_said(self):
        tiny = write_png(self.path("tiny.png"), 1, 1, lambda x, y: [9, 9, 9])
        for arguments, code, words in (
                ([], USAGE, "texture EXEMPLAR"),
                ([self.exemplar, "--size", "10"], USAGE, "16 to 16384"),
                ([self.exemplar, "--size", "64x"], USAGE, "--size"),
                ([self.exemplar, "--size", "64x64x64"], USAGE, "--size"),
                ([self.exemplar, "--tile", "z"], USAGE, "--tile"),
                ([self.exemplar, "--structure", "1.5"], USAGE, "--structure"),
                ([self.exemplar, "--structure", "nan"], USAGE, "--structure"),
                ([self.exemplar, "--init", "content"], USAGE, "--init"),
                ([self.exemplar, "--content-weight", "1"], USAGE, "content-weight"),
                ([self.exemplar, "--blend-mask", self.exemplar], USAGE, "--blend-mask"),
                ([self.exemplar, "--style-mask", "-", "--style-mask", "-"], USAGE, "--style-mask"),
                ([tiny], INPUT, "1x1"),
                ([self.path("missing.png")], INPUT, "missing.png"),
                ([self.exemplar, "--mask", self.path("missing.png")], INPUT, "missing.png")):
            with self.subTest(arguments=arguments):
                self.fails(code, "texture", *arguments, "-o", self.path("no.png"), "-q", says=words)

    def test_masks_of_nothing_are_refused(self):
        black = write_png(self.path("black.png"), 8, 8, lambda x, y: [0, 0, 0])
        for option in ("--mask", "--style-mask"):
            self.fails(USAGE, "texture", self.exemplar, "-o", self.path("no.png"), "-q", *QUICK,
                       option, black, says="0 everywhere")

    @unittest.skipUnless(IMAGES, "IMPASTO_TEST_IMAGES is not set")
    def test_photographs_of_textures(self):
        folder = os.path.join(IMAGES, "texture")
        for name in sorted(os.listdir(folder)):
            tile = self.texture(os.path.join(folder, name), "--size", "128", "--first-size", "64",
                                "--iterations", "40,30", "--structure", "0.5")
            for axis in (0, 1):
                with self.subTest(name=name, axis=axis):
                    self.assertLess(abs(deviations_of_the_seam(tile, axis)), 3)


if __name__ == "__main__":
    support.main()
