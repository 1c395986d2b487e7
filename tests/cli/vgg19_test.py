#!/usr/bin/env python3
"""impasto stylize with real VGG19, from IMPASTO_TEST_VGG19; skipped by name without it."""
import csv
import hashlib
import json
import os
import sys

from support import CliTest, Png, main

WEIGHTS = os.path.abspath(os.environ.get("IMPASTO_TEST_VGG19") or ".")


class Vgg19(CliTest):
    def test_from_the_file_to_the_picture(self):
        trace = self.path("trace.csv")
        report = json.loads(self.succeeds(
            "stylize", self.content, self.style, "-o", self.out, "--weights", WEIGHTS, "--size",
            "96", "--first-size", "48", "--iterations", "4,3", "--json", "--trace", trace).out)
        self.assertEqual(report["weights"],
                         {"name": os.path.basename(WEIGHTS),
                          "sha256": hashlib.sha256(self.bytes_of(WEIGHTS)).hexdigest()})
        self.assertEqual([scale["iterations"] for scale in report["scales"]], [4, 3])
        self.assertLess(report["loss_last"]["total"], report["loss_first"]["total"])
        with open(trace, newline="") as file:
            rows = list(csv.DictReader(file))
        for scale in ("1", "2"):
            totals = [float(row["total"]) for row in rows if row["scale"] == scale]
            self.assertLess(totals[-1], totals[0], "scale " + scale)
        # 80 MB of convolutions as F32, and little for pictures of this size.
        self.assertGreater(report["device_bytes_peak"], 20_000_000)
        # 414 MB are weights transformed for Winograd's algorithm; those they come from are gone.
        self.assertLess(report["device_bytes_peak"], 500_000_000)
        self.assertEqual(report["device_bytes_peak"], report["device_bytes_planned"])
        picture = Png(self.out)
        self.assertEqual((picture.width, picture.height), (96, 71))
        self.assertEqual(json.loads(picture.text["impasto:preset"])["weights"],
                         os.path.basename(WEIGHTS))


if __name__ == "__main__":
    if not os.environ.get("IMPASTO_TEST_VGG19"):
        print("skipped: IMPASTO_TEST_VGG19 names no file of VGG19's weights")
        sys.exit(77)  # ctest's SKIP_RETURN_CODE
    main()
