#!/usr/bin/env python3
"""What is to be seen of textures, materials, models and batches: the numbers, and sheets to look at.

  bench/textures.py build/release/impasto --images FOLDER -o SHEETS [--weights vgg19.safetensors]
      [--model MODEL.glb --style PAINTING] [--size 512] [--iterations 300,200,100]
      [--vgg19-iterations 150,100,60]

For each picture in FOLDER and each encoder (built in and, with --weights, VGG19) a texture of that size that
repeats both ways, and SHEETS/NAME-ENCODER.png that shows it 3x3. "seam" is how many standard deviations of the
inner steps between neighbouring columns (rows) the step across the wrap lies above their mean. Then the
coherence of a synthesised material with its exemplar's (build with tests), the steps across a model's seams,
and the set-up of the second job of a batch. Needs python3-pil and python3-numpy.
"""
import argparse
import json
import os
import subprocess
import tempfile
import time

import numpy
from PIL import Image


def run(*command):
    """The command's output and the seconds that it took."""
    print("$ " + " ".join(command), flush=True)
    begin = time.monotonic()
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    return output, time.monotonic() - begin


def seam(picture, axis):
    """Of an array (H, W, 3): along rows (axis 0) or columns (1)."""
    values = picture.astype(float)
    along = tuple(i for i in range(3) if i != axis)
    *inner, wrap = numpy.abs(values - numpy.roll(values, -1, axis)).mean(along)
    return (wrap - numpy.mean(inner)) / numpy.std(inner)


def textures(options):
    encoders = {"builtin": ["--iterations", options.iterations]}
    if options.weights:
        encoders["vgg19"] = ["--weights", options.weights, "--iterations",
                             options.vgg19_iterations]
    for name in sorted(os.listdir(options.images)):
        for encoder, arguments in encoders.items():
            stem = os.path.join(options.output, os.path.splitext(name)[0] + "-" + encoder)
            tile = stem + "-tile.png"
            _, seconds = run(options.program, "texture", os.path.join(options.images, name), "-o",
                             tile, "--size", str(options.size), "--quiet", *arguments)
            picture = Image.open(tile).convert("RGB")
            values = numpy.asarray(picture)
            Image.fromarray(numpy.tile(values, (3, 3, 1))).save(stem + ".png")
            print("  %.0f s, seam: columns %+.2f, rows %+.2f deviations" %
                  (seconds, seam(values, 1), seam(values, 0)), flush=True)


def coherence(options):
    build = os.path.dirname(options.program)
    measure = os.path.join(build, "tests", "texture", "material", "material_coherence")
    stone = os.path.join(options.output, "stone")
    run(os.path.join(build, "samples", "render_material"), stone, str(options.size))
    encoders = {"builtin": []}
    if options.weights:
        encoders["vgg19"] = ["--weights", options.weights]
    for encoder, arguments in encoders.items():
        made = os.path.join(options.output, "stone-" + encoder)
        run(options.program, "material", stone, "-o", made, "--synthesize", "--size",
            str(options.size), "--iterations", "120,80,40", "--quiet", *arguments)
        if os.path.exists(measure):
            subprocess.run([measure, stone, made])


def model(options):
    out = os.path.join(options.output, "model.glb")
    weights = ["--weights", options.weights] if options.weights else []
    report, seconds = run(options.program, "gltf", options.model, "--style", options.style, "-o", out,
                          "--size", str(options.size), "--iterations", "60,40,20", "--json", *weights)
    print("  %.0f s" % seconds)
    for one in json.loads(report)["textures"]:
        if one["seam_samples"] > 0:
            steps = ["%.3f" % one["seam_" + when]["mean"] for when in ("original", "before", "after")]
            print("  %s (%s): mean step across %d seam samples: original %s, as painted %s, as "
                  "written %s" % (one["name"], one["slot"], one["seam_samples"], *steps), flush=True)


def batch(options):
    names = sorted(os.listdir(options.images))[:3]
    jobs = [{"kind": "texture", "exemplar": os.path.join(options.images, name), "seed": number,
             "output": os.path.join(options.output, "batch-%d.png" % number)}
            for number, name in enumerate(names)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "jobs.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"defaults": {"size": 256, "iterations": 5}, "jobs": jobs}, file)
        report, _ = run(options.program, "batch", path, "--json")
        for one in map(json.loads, report.splitlines()):
            if one.get("state") == "done":
                print("  %s: set-up %.0f ms, of which the host %.0f ms" %
                      (one["output"], 1000 * one["setup_seconds"],
                       1000 * one["setup_host_seconds"]), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--images", required=True)
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--weights")
    parser.add_argument("--model")
    parser.add_argument("--style")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--iterations", default="300,200,100", help="of textures, built in")
    parser.add_argument("--vgg19-iterations", default="150,100,60", help="of textures, VGG19")
    options = parser.parse_args()
    os.makedirs(options.output, exist_ok=True)
    textures(options)
    coherence(options)
    if options.model and options.style:
        model(options)
    batch(options)


if __name__ == "__main__":
    main()
