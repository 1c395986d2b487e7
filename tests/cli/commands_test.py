#!/usr/bin/env python3
"""Help, version, devices, doctor."""
import json
import re

from support import USAGE, CliTest, main


class Help(CliTest):
    def test_version(self):
        self.assertRegex(self.succeeds("--version").out, r"\Aimpasto \d+\.\d+\.\d+\n\Z")

    def test_every_command_has_help(self):
        for command in ([], ["stylize"], ["material"], ["probe"], ["devices"], ["doctor"], ["bench"], ["weights"],
                        ["weights", "list"], ["weights", "info"], ["weights", "fetch"],
                        ["weights", "import"]):
            for flag in ("--help", "-h"):
                with self.subTest(command=command, flag=flag):
                    process = self.succeeds(*command, flag)
                    self.assertEqual(process.err, "")
                    self.assertTrue(process.out.startswith(
                        " ".join(["Usage: impasto", *command, ""])), process.out)
                    for line in process.out.splitlines():
                        self.assertLess(len(line), 100)

    def test_help_of_the_program_lists_the_exit_codes(self):
        out = self.succeeds("--help").out
        for code in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "130"):
            self.assertRegex(out, r"(?m)^  %s +\w" % code)

    def test_stylize_explains_every_option_with_its_default(self):
        out = self.succeeds("stylize", "--help").out
        flat = re.sub(r"\s+", " ", out)
        for option in ("output", "size", "first-size", "iterations", "init", "optimizer",
                       "lbfgs-history", "adam-rate",
                       "content-weight", "style-weight", "tv-weight", "content-layers",
                       "style-layers", "pooling", "padding", "style-scale", "style-blend",
                       "colors", "seed", "save-every", "trace", "weights", "device", "precision", "tier", "retune",
                       "profile", "quiet",
                       "json", "preset"):
            self.assertIn("--" + option, out)
        for default in ("512", "relu4_2", "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1", "lbfgs",
                        "10", "0.02", "builtin"):
            self.assertIn("[default: %s]" % default, flat)

    def test_probe_has_the_same_objective(self):
        def explained(command):
            text = re.sub(r"\n {20,}", " ", self.succeeds(command, "--help").out)
            return dict(re.findall(r"(?m)^  (--[\w-]+) (.*)$", text))
        stylize, probe = explained("stylize"), explained("probe")
        for option in ("--content-weight", "--style-weight", "--tv-weight", "--content-layers",
                       "--style-layers", "--style-blend", "--pooling"):
            self.assertEqual(stylize[option], probe[option])
        self.assertNotIn("--padding", probe)

    def test_without_a_command(self):
        process = self.run_program()
        self.assertEqual((process.returncode, process.out), (USAGE, ""))
        self.assertIn("Usage:", process.err)


class Devices(CliTest):
    def test_json(self):
        devices = json.loads(self.succeeds("devices", "--json").out)["devices"]
        self.assertGreater(len(devices), 0)
        self.assertEqual([device["index"] for device in devices], list(range(len(devices))))
        self.assertEqual(sum(device["default"] for device in devices), 1)
        for device in devices:
            self.assertEqual(sorted(device),
                             ["default", "driver", "index", "memory_bytes", "name", "tier", "type",
                              "unusable", "usable", "vulkan"])
            self.assertEqual(device["usable"], device["unusable"] == "")
            self.assertRegex(device["vulkan"], r"\A\d+\.\d+\.\d+\Z")

    def test_text(self):
        out = self.succeeds("devices").out
        for device in json.loads(self.succeeds("devices", "--json").out)["devices"]:
            self.assertIn(device["name"], out)
        self.assertIn(" *", out)


class Doctor(CliTest):
    def test_every_operation_is_right(self):
        out = self.succeeds("doctor").out
        for heading in ("impasto ", "device ", "driver ", "kernels "):
            self.assertRegex(out, "(?m)^" + heading)
        self.assertRegex(out, r"(?m)^operation +error +bound +ok$")
        rows = re.findall(r"(?m)^(.+?)  +(\d\.\de[-+]\d+)  +(\d\.\de[-+]\d+)  +(\w+)$", out)
        self.assertGreater(len(rows), 10)
        for operation, error, bound, word in rows:
            self.assertEqual(word, "ok", operation)
            self.assertLessEqual(float(error), float(bound), operation)
        for operation in ("conv3x3", "gram", "lbfgs", "adam", "resize"):
            self.assertTrue(any(operation in row[0] for row in rows), operation)


if __name__ == "__main__":
    main()
