#!/usr/bin/env python3
"""`impasto probe` against PyTorch in float64, real VGG19, sizes that the pools do not divide.

About one window in a million of a max pool has its two largest values closer than a float's last
digit. Where float32 and float64 then choose differently, one pixel's gradient moves, and the whole
gradient differs by 1e-4 to 4e-4 (PyTorch's own float32 gradient does so too). The first picture has no
such window, average pooling has no such choice, and with --device-decisions PyTorch takes the device's
decisions, so that any picture does. The Winograd tier rounds a few times more, where a ReLU may tie too.

Maps of 16 bits are off by 2e-4 from the start, since their values have 11 digits: then one unit in some
thousands changes its decision, and the gradient without shared decisions is off by the square root of that,
1e-2 to 4e-2. With them it is 4e-4.
"""

import os
import subprocess
import sys
import tempfile

from support import requirements, resized

program, weights, images = requirements()
from objective import NAMES  # needs what requirements() looks for
here = os.path.dirname(os.path.abspath(__file__))
TO_RELU5_1 = ",".join(NAMES[:NAMES.index("relu5_1") + 1])
CASES = [
    # tier, picture, its size and the style's, options of the objective, options of the comparison
    ("direct", "golden_gate.jpg", (213, 157), (251, 203), [], []),
    ("direct", "golden_gate.jpg", (205, 151), (130, 177),
     ["--pooling", "avg", "--content-layers", "relu3_2:0.5,relu4_2",
      "--style-layers", "relu1_2:2,relu3_1,relu4_3:0.5"], []),
    ("direct", "tubingen.jpg", (213, 157), (251, 203), ["--style-layers", TO_RELU5_1],
     ["--device-decisions"]),
    ("winograd", "tubingen.jpg", (213, 157), (251, 203), ["--style-layers", TO_RELU5_1],
     ["--device-decisions"]),
    ("winograd", "sailboat.jpg", (213, 157), (251, 203), [], ["--gradient-bound", "1e-3"]),
    ("half", "tubingen.jpg", (141, 109), (130, 97), ["--style-layers", TO_RELU5_1],
     ["--device-decisions", "--bound", "5e-3", "--gradient-bound", "5e-3"]),
    ("half", "golden_gate.jpg", (141, 109), (130, 97), [],
     ["--bound", "5e-3", "--gradient-bound", "5e-2"]),
]
with tempfile.TemporaryDirectory() as folder:
    for tier, picture, size, style_size, options, comparison in CASES:
        image = resized(f"{images}/content/{picture}", size, f"{folder}/image.png")
        content = resized(f"{images}/content/chicago.jpg", size, f"{folder}/content.png")
        style = resized(f"{images}/style/starry_night.jpg", style_size, f"{folder}/style.png")
        common = ["--content", content, "--style", style, "--weights", weights,
                  "--content-weight", "1", "--style-weight", "20", "--tv-weight", "1", *options]
        probe = f"{folder}/probe.safetensors"
        print(f"{tier}, {picture}, {size[0]}x{size[1]}", flush=True)
        subprocess.run([program, "probe", image, *common, "--tier", tier, "--quiet", "-o", probe],
                       check=True)
        subprocess.run([sys.executable, f"{here}/compare_probe.py", probe, image, *common,
                        *comparison], check=True)
