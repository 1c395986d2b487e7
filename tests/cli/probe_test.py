#!/usr/bin/env python3
"""impasto probe: the tensors that it writes."""
import math

from support import (INPUT, OUTPUT, USAGE, WEIGHTS, CliTest, main, read_safetensors, write_png)


class Probe(CliTest):
    def setUp(self):
        super().setUp()
        self.image = write_png(self.path("image.png"), 90, 67,
                               lambda x, y: ((x * 7 + y * 3) % 256, (x * y) % 256, 128))
        self.probe = self.path("probe.safetensors")

    def run_probe(self, *arguments):
        self.succeeds("probe", self.image, "--content", self.content, "--style", self.style, "-o",
                      self.probe, "-q", *arguments)
        tensors = read_safetensors(self.probe)
        for name, (dtype, shape, values) in tensors.items():
            self.assertEqual(dtype, "F32", name)
            self.assertEqual(len(values), math.prod(shape), name)
            self.assertTrue(all(map(math.isfinite, values)), name)
        return tensors

    def test_default_tensors(self):
        tensors = self.run_probe()
        styles = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
        self.assertEqual(sorted(tensors),
                         sorted(["features.relu4_2", "gradient", "loss"] +
                                ["features." + layer for layer in styles] +
                                ["gram." + layer for layer in styles]))
        # Pools round down, as published.
        sides = {"1": (67, 90), "2": (33, 45), "3": (16, 22), "4": (8, 11), "5": (4, 5)}
        for layer in styles + ["relu4_2"]:
            channels, height, width = tensors["features." + layer][1]
            self.assertEqual((height, width), sides[layer[4]])
            self.assertGreaterEqual(min(tensors["features." + layer][2]), 0.0)
            if layer in styles:
                self.assertEqual(tensors["gram." + layer][1], [channels, channels])
        self.assertEqual(tensors["gradient"][1], [3, 67, 90])
        self.assertEqual(tensors["loss"][1], [4])

    def test_the_total_is_the_weighted_sum_and_grams_are_those_of_the_features(self):
        tensors = self.run_probe("--content-weight", "3", "--style-weight", "5", "--tv-weight",
                                 "0.5", "--style-layers", "relu1_1:2,relu2_1", "--content-layers",
                                 "relu2_2", "--pooling", "avg")
        total, content, style, tv = tensors["loss"][2]
        self.assertAlmostEqual(total, 3 * content + 5 * style + 0.5 * tv, delta=1e-5 * total)
        self.assertEqual(sorted(tensors),
                         ["features.relu1_1", "features.relu2_1", "features.relu2_2", "gradient",
                          "gram.relu1_1", "gram.relu2_1", "loss"])
        _, (channels, height, width), features = tensors["features.relu1_1"]
        gram = tensors["gram.relu1_1"][2]
        pixels = height * width
        for a, b in ((0, 0), (1, 3), (channels - 1, 0)):
            expected = sum(features[a * pixels + i] * features[b * pixels + i]
                           for i in range(pixels)) / (channels * pixels)
            self.assertAlmostEqual(gram[a * channels + b], expected,
                                   delta=1e-5 * max(map(abs, gram)))

    def test_the_content_itself_costs_nothing(self):
        self.image = self.content
        self.assertEqual(self.run_probe()["loss"][2][1], 0.0)

    def test_two_styles(self):
        other = write_png(self.path("other.png"), 64, 64, lambda x, y: (0, 255 - y * 3, y * 2))
        one = self.run_probe()["loss"][2]
        both = self.run_probe("--style", other, "--style-blend", "0.5,0.5")["loss"][2]
        self.assertNotEqual(one[2], both[2])
        self.assertEqual(one[1], both[1])

    def test_what_is_wrong_with_it(self):
        common = ["--content", self.content, "--style", self.style, "-o", self.probe, "-q"]
        self.fails(USAGE, "probe", *common, says="picture")
        self.fails(USAGE, "probe", self.image, self.image, *common, says="picture")
        self.fails(USAGE, "probe", self.image, "--style", self.style, "-o", self.probe,
                   says="--content")
        self.fails(USAGE, "probe", self.image, "--content", self.content, "-o", self.probe,
                   says="--style")
        self.fails(USAGE, "probe", self.image, *common[:4], says="-o")
        self.fails(USAGE, "probe", self.image, *common, "--padding", "zero", says="--padding")
        self.fails(USAGE, "probe", self.image, *common, "--size", "64", says="--size")
        self.fails(USAGE, "probe", self.style, *common, says=["70x50", "90x67"])
        self.fails(INPUT, "probe", "missing.png", *common, says="missing.png")
        self.fails(WEIGHTS, "probe", self.image, *common, "--style-layers", "relu5_4",
                   says="relu5_4")
        self.fails(OUTPUT, "probe", self.image, *common, "-o", "no/probe.safetensors", says="no")
        self.fails(OUTPUT, "probe", self.image, *common, "-o", "probe.png",
                   says=["probe.png", "FILE.safetensors"])


if __name__ == "__main__":
    main()
