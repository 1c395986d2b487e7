#!/usr/bin/env python3
"""Compares a file that `impasto probe` wrote with PyTorch in float64.

  compare_probe.py PROBE IMAGE --content C --style S --weights W.safetensors [options of the objective]

Prints the relative L2 error of every tensor, and exits with 1 when a bound of the project is broken:
features, Gram matrices and losses 1e-5, gradient 1e-4, unless others are given.

With --device-decisions PyTorch's ReLUs and max pools decide as the probed maps say (of the layers that
are in the file): what is left is the rounding of the arithmetic, without what a tie within the last
digit moves.
"""

import argparse
import sys

import torch
from objective import Encoder, Objective, read_image, read_safetensors


def layers(text):
    return {part.split(":")[0]: float(part.split(":")[1]) if ":" in part else 1.0
            for part in text.split(",")}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("probe")
    parser.add_argument("image")
    parser.add_argument("--content", required=True)
    parser.add_argument("--style", action="append", required=True)
    parser.add_argument("--style-blend", type=lambda t: [float(v) for v in t.split(",")])
    parser.add_argument("--weights", required=True)
    parser.add_argument("--content-weight", type=float, required=True)
    parser.add_argument("--style-weight", type=float, required=True)
    parser.add_argument("--tv-weight", type=float, required=True)
    parser.add_argument("--content-layers", type=layers, default=layers("relu4_2"))
    parser.add_argument("--style-layers", type=layers,
                        default=layers("relu1_1,relu2_1,relu3_1,relu4_1,relu5_1"))
    parser.add_argument("--pooling", choices=("max", "avg"), default="max")
    parser.add_argument("--device-decisions", action="store_true")
    parser.add_argument("--bound", type=float, default=1e-5,
                        help="of features, Gram matrices and losses")
    parser.add_argument("--gradient-bound", type=float, default=1e-4)
    args = parser.parse_args()

    dtype = torch.float64
    blend = args.style_blend or [1.0] * len(args.style)
    objective = Objective(
        Encoder(args.weights, dtype), read_image(args.content, dtype),
        [(read_image(path, dtype), weight) for path, weight in zip(args.style, blend)],
        args.content_layers, args.style_layers, args.content_weight, args.style_weight,
        args.tv_weight, args.pooling)
    image = read_image(args.image, dtype).requires_grad_()
    found = read_safetensors(args.probe)
    decisions = {name.removeprefix("features."): values for name, values in found.items()
                 if name.startswith("features.")}
    losses, features, grams = objective(image, decisions if args.device_decisions else None)
    losses[0].backward()

    expected = {f"features.{n}": (f.detach(), args.bound) for n, f in features.items()}
    expected |= {f"gram.{n}": (g.detach(), args.bound) for n, g in grams.items()}
    expected["gradient"] = (image.grad, args.gradient_bound)
    expected["loss"] = (torch.stack([v.detach() for v in losses]), args.bound)
    failed = set(found) != set(expected)
    if failed:
        print("tensors differ:", sorted(set(found) ^ set(expected)))
    for name, (reference, bound) in expected.items():
        values = found[name].to(dtype)
        error = ((values - reference).norm() / reference.norm()).item()
        if name == "loss":
            error = ((values - reference) / reference).abs().max().item()
        ok = values.shape == reference.shape and error < bound
        failed |= not ok
        print(f"{name:20} {error:.2e}  bound {bound:.0e}  {'ok' if ok else 'FAILED'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
