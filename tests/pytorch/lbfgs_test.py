#!/usr/bin/env python3
"""L-BFGS on the device against PyTorch's LBFGS(lr=1, history_size=10, max_iter=1).

The same objective from the same start, one scale, nothing resized: the first five losses agree
within 0.1 percent, and after 50 iterations the loss is at most 1.05 times PyTorch's (rounding makes
the later paths differ).
"""

import csv
import subprocess
import sys
import tempfile

from support import requirements, resized

program, weights, images = requirements()

import torch  # noqa: E402
from objective import Encoder, Objective, read_image  # noqa: E402

ITERATIONS = 50
SIZE = (144, 104)
STYLE_SIZE = (144, 115)
CONTENT_LAYERS = {"relu4_2": 1.0}
STYLE_LAYERS = {name: 1.0 for name in ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")}
WEIGHTS = (1.0, 20.0, 1.0)

with tempfile.TemporaryDirectory() as folder:
    content = resized(f"{images}/content/golden_gate.jpg", SIZE, f"{folder}/content.png")
    style = resized(f"{images}/style/the_scream.jpg", STYLE_SIZE, f"{folder}/style.png")
    trace = f"{folder}/trace.csv"
    subprocess.run(
        [program, "stylize", content, style, "-o", f"{folder}/out.png", "--weights", weights,
         "--size", str(SIZE[0]), "--first-size", str(SIZE[0]), "--iterations", str(ITERATIONS),
         "--padding", "zero", "--content-weight", str(WEIGHTS[0]), "--style-weight",
         str(WEIGHTS[1]), "--tv-weight", str(WEIGHTS[2]), "--trace", trace, "--quiet"], check=True)
    with open(trace) as file:
        ours = [float(row["total"]) for row in csv.DictReader(file)]

    dtype = torch.float32
    start = read_image(content, dtype)
    objective = Objective(Encoder(weights, dtype), start, [(read_image(style, dtype), 1.0)],
                          CONTENT_LAYERS, STYLE_LAYERS, *WEIGHTS)
    image = start.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([image], lr=1, history_size=10, max_iter=1)

    def closure():
        optimizer.zero_grad()
        loss = objective(image)[0][0]
        loss.backward()
        return loss

    theirs = [float(optimizer.step(closure)) for _ in range(ITERATIONS)]

assert len(ours) == ITERATIONS
failed = False
for i in range(5):
    difference = abs(ours[i] / theirs[i] - 1)
    failed |= difference >= 1e-3
    print(f"iteration {i + 1}: {ours[i]:.7g}, PyTorch {theirs[i]:.7g}, differ by {difference:.1e}"
          f" (bound 1e-03)")
ratio = ours[-1] / theirs[-1]
failed |= ratio > 1.05
print(f"iteration {ITERATIONS}: {ours[-1]:.6g}, PyTorch {theirs[-1]:.6g}, ratio {ratio:.4f}"
      f" (bound 1.05)")
sys.exit(1 if failed else 0)
