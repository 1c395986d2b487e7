#!/usr/bin/env python3
"""impasto bench."""
import json

from support import USAGE, CliTest, main


class Bench(CliTest):
    def test_json(self):
        for optimizer in ("lbfgs", "adam"):
            process = self.succeeds("bench", "--size", "32", "--iterations", "3", "--encoder",
                                    "builtin", "--optimizer", optimizer, "--tier", "direct",
                                    "--json")
            report = json.loads(process.out)
            self.assertEqual(
                sorted(report),
                ["device", "device_bytes_peak", "device_bytes_planned", "driver", "encoder",
                 "gflops", "iterations", "optimizer", "peak_gflops", "peak_of", "percent_of_peak",
                 "precision",
                 "seconds_per_iteration", "size", "variants"])
            self.assertEqual((report["size"], report["iterations"]), (32, 3))
            self.assertEqual(report["optimizer"], optimizer)
            self.assertEqual(report["device_bytes_planned"], report["device_bytes_peak"])
            seconds = report["seconds_per_iteration"]
            self.assertTrue(0 < seconds["min"] <= seconds["median"] <= seconds["max"])
            self.assertGreater(report["gflops"], 0)
            self.assertAlmostEqual(report["percent_of_peak"],
                                   100 * report["gflops"] / report["peak_gflops"], places=3)

    def test_vgg19_shaped_takes_its_time(self):
        def gflop(encoder):
            report = json.loads(self.succeeds("bench", "--size", "32", "--iterations", "1",
                                              "--encoder", encoder, "--json").out)
            return report["gflops"] * report["seconds_per_iteration"]["median"]
        # conv1_1 .. conv5_1 at 32x32, twice: 2 x 0.738 GFLOP.
        self.assertAlmostEqual(gflop("vgg19-shaped"), 1.476, delta=0.01)
        self.assertLess(gflop("builtin"), 0.75)

    def test_profile(self):
        process = self.succeeds("bench", "--size", "32", "--iterations", "2", "--encoder",
                                "builtin", "--profile")
        self.assertIn("lbfgs", process.err)
        self.assertIn("GFLOP/s", process.out)

    def test_refuses(self):
        for options in (["--size", "0"], ["--iterations", "x"], ["--tier", "fast"], ["a.jpg"]):
            self.assertEqual(self.run_program("bench", *options).returncode, USAGE)


if __name__ == "__main__":
    main()
