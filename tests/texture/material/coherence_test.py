#!/usr/bin/env python3
"""A synthesised material's maps tell of the same cracks: material_coherence of the generated stone
and what the program makes of it, with the built-in encoder.

    coherence_test.py RENDER_MATERIAL IMPASTO MATERIAL_COHERENCE
"""
import os
import subprocess
import sys
import tempfile

SKIPPED, NO_DEVICE = 77, 6


def main():
    render, impasto, coherence = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="impasto-coherence-") as folder:
        stone, made = os.path.join(folder, "stone"), os.path.join(folder, "made")
        subprocess.run([render, stone, "96"], check=True)
        process = subprocess.run(
            [impasto, "material", stone, "-o", made, "--synthesize", "--tile", "xy",
             "--first-size", "96", "--iterations", "120", "--quiet"])
        if process.returncode == NO_DEVICE:
            return SKIPPED
        if process.returncode != 0:
            return process.returncode
        return subprocess.run([coherence, stone, made]).returncode


if __name__ == "__main__":
    sys.exit(main())
