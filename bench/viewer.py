#!/usr/bin/env python3
"""The window beside the bare optimiser, in turns: frames a second while the mouse moves, iterations a
second, and what the bytes between host and device were meanwhile.

  bench/viewer.py build/release/impasto [--size 512] [--weights vgg19.safetensors] [--rounds 3]

The window, 1280x720 on a virtual display (Xvfb), paints a square of that size with L-BFGS while a mouse
moves over it 60 times a second (XTest); `impasto bench` measures the same iteration without a window. Of the
window's trace the part after the third iteration counts. Prints a line a round, then the medians; the ratio
is iterations a second in the window / in bench.
"""
import argparse
import csv
import json
import math
import os
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(os.path.dirname(HERE), "tests")
sys.path += [os.path.join(TESTS, "support"), os.path.join(TESTS, "viewer")]
from virtual_display import VirtualDisplay  # noqa: E402
from x_input import XInput  # noqa: E402

SKIPPED = 3  # iterations: kernels are made, the first frames drawn
WINDOW = (1280, 720)
LEAST_FRAMES = 30


def trace_of(file):
    with open(file, encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return [{key: float(value) for key, value in row.items()} for row in rows
            if all(value for value in row.values())]


def write_waves(path, size, phase):
    """A square PNG of waves of many lengths, as bench has them: no map is flat."""
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # no filter
        for x in range(size):
            for channel in range(3):
                wave = math.sin(0.9 * x + phase) * math.cos(0.37 * y + channel) + math.sin(
                    0.05 * (x + y) * (phase + 1))
                rows.append(int(255 * (0.5 + 0.2 * wave)))

    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


def move_mouse(desktop, process, until):
    start = time.monotonic()
    while not until() and process.poll() is None:
        angle = 2 * math.pi * (time.monotonic() - start) / 3
        x = WINDOW[0] / 2 + 250 * math.cos(angle)
        y = WINDOW[1] / 2 + 150 * math.sin(2 * angle)
        desktop.XTST.XTestFakeMotionEvent(desktop.display, -1, int(x), int(y), 0)
        desktop.flush(1 / 60)


def watch(options, display, folder, seconds):
    """Frames laid out and drawn a second, iterations a second, ms between frames, bytes moved."""
    trace = os.path.join(folder, "trace.csv")
    preferences = os.path.join(folder, "preferences.json")
    with open(preferences, "w", encoding="utf-8") as file:
        json.dump({"width": WINDOW[0], "height": WINDOW[1]}, file)
    pictures = [os.path.join(folder, name) for name in ("content.png", "style.png")]
    for number, picture in enumerate(pictures):
        write_waves(picture, options.size, number)
    side = str(options.size)
    command = [options.program, "view", *pictures, "--size", side, "--first-size", side,
               "--iterations", "100000", "--trace", trace, "--preferences", preferences,
               *weights_of(options), *options.options]
    process = subprocess.Popen(command, env=dict(os.environ, DISPLAY=display.name),
                               stderr=subprocess.DEVNULL)
    begun = []

    def is_over():
        if not begun:
            rows = trace_of(trace) if os.path.exists(trace) else []
            if rows and rows[-1]["iteration"] >= SKIPPED:
                begun.append(time.monotonic())
            return False
        return time.monotonic() > begun[0] + seconds

    with XInput(display.name) as desktop:
        desktop.window_named("Impasto")
        move_mouse(desktop, process, is_over)
    process.send_signal(signal.SIGTERM)
    if process.wait() not in (0, 128 + signal.SIGTERM):
        raise SystemExit("the window ended with %d" % process.returncode)
    rows = [row for row in trace_of(trace) if row["iteration"] >= SKIPPED]
    # From the frame after one iteration to that after another: whole ones.
    steps = [row for before, row in zip(rows, rows[1:]) if row["iteration"] > before["iteration"]]
    first, last = steps[0], steps[-1]
    passed = last["seconds"] - first["seconds"]
    within = [row for row in rows if first["seconds"] <= row["seconds"] <= last["seconds"]]
    drawn = [row for row in within if row["pixels"] > 0]
    gaps = [1000 * (b["seconds"] - a["seconds"]) for a, b in zip(within, within[1:])]
    return {"frames": len(within) / passed, "drawn": len(drawn) / passed,
            "iterations": (last["iteration"] - first["iteration"]) / passed,
            "p99_ms": sorted(gaps)[int(0.99 * (len(gaps) - 1))], "longest_ms": max(gaps),
            "read_back": last["read_back"] - first["read_back"],
            "uploaded": last["uploaded"] - first["uploaded"],
            "moments": last["moments"] - first["moments"]}


def weights_of(options):
    return ["--weights", options.weights] if options.weights else []


def bench(options):
    encoder = [] if options.weights else ["--encoder", "builtin"]
    output = subprocess.run(
        [options.program, "bench", "--size", str(options.size),
         "--iterations", str(options.iterations), "--json", *encoder, *options.options],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return 1 / json.loads(output)["seconds_per_iteration"]["median"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--weights", help="VGG19; without it the built-in encoder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--iterations", type=int, default=8, help="of bench, a round")
    parser.add_argument("--least-ratio", type=float, default=0.6, help="below it the exit code is 1")
    parser.add_argument("--options", action="append", default=[], help="one more, for both")
    options = parser.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory() as folder, VirtualDisplay(folder, *WINDOW) as display:
        for number in range(options.rounds):
            seen = watch(options, display, folder, options.seconds)
            seen["bench"] = bench(options)
            seen["ratio"] = seen["iterations"] / seen["bench"]
            rounds.append(seen)
            print("round %d: " % (number + 1) + ", ".join("%s %.4g" % item for item in seen.items()),
                  flush=True)
    medians = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
    print("medians: " + ", ".join("%s %.4g" % item for item in medians.items()))
    if medians["frames"] < LEAST_FRAMES or medians["ratio"] < options.least_ratio:
        raise SystemExit("below %g frames a second or %g of bench's iterations" %
                         (LEAST_FRAMES, options.least_ratio))


if __name__ == "__main__":
    main()
