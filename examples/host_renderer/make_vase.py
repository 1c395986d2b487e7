#!/usr/bin/env python3
"""Writes a vase with a picture around it as a binary glTF model, for want of one of your own.

    make_vase.py PICTURE.png vase.glb

Python's standard library alone.
"""
import json
import math
import struct
import sys

AROUND, ALONG = 96, 96  # quads

HEIGHT = 1.6


def radius(height):
    """At a height from 0, the foot, to 1, the lip."""
    return 0.34 + 0.16 * math.sin(2 * math.pi * 0.9 * height) + 0.1 * height ** 8


def surface():
    """Rows from the lip to the foot: positions, normals, coordinates, and triangles over them."""
    positions, normals, coordinates, triangles = [], [], [], []
    for j in range(ALONG + 1):
        height = 1 - j / ALONG
        step = 1e-4
        low, high = max(height - step, 0), min(height + step, 1)
        slope = (radius(high) - radius(low)) / (HEIGHT * (high - low))
        for i in range(AROUND + 1):
            angle = 2 * math.pi * i / AROUND
            out = (math.sin(angle), math.cos(angle))
            r, size = radius(height), math.hypot(1, slope)
            positions.append((r * out[0], HEIGHT * height, r * out[1]))
            normals.append((out[0] / size, -slope / size, out[1] / size))
            # The picture twice around, the second time mirrored (the sampler's wrap), so that no
            # seam shows.
            coordinates.append((2 * i / AROUND, j / ALONG))
    for j in range(ALONG):
        for i in range(AROUND):
            a = j * (AROUND + 1) + i
            b = a + AROUND + 1
            triangles += [a, b, a + 1, a + 1, b, b + 1]
    return positions, normals, coordinates, triangles


def pad(data, byte=b"\0"):
    return data + byte * (-len(data) % 4)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__.strip())
    with open(sys.argv[1], "rb") as file:
        picture = file.read()
    kind = "image/png" if picture[:4] == b"\x89PNG" else "image/jpeg"
    positions, normals, coordinates, triangles = surface()
    blob, views = b"", []

    def view(data):
        nonlocal blob
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": len(data)})
        blob = pad(blob + data)
        return len(views) - 1

    def floats(rows):
        return view(b"".join(struct.pack("<%df" % len(row), *row) for row in rows))

    accessors = [
        {"bufferView": floats(positions), "componentType": 5126, "count": len(positions),
         "type": "VEC3", "min": [min(c) for c in zip(*positions)],
         "max": [max(c) for c in zip(*positions)]},
        {"bufferView": floats(normals), "componentType": 5126, "count": len(normals),
         "type": "VEC3"},
        {"bufferView": floats(coordinates), "componentType": 5126, "count": len(coordinates),
         "type": "VEC2"},
        {"bufferView": view(struct.pack("<%dH" % len(triangles), *triangles)),
         "componentType": 5123, "count": len(triangles), "type": "SCALAR"}]
    document = {
        "asset": {"version": "2.0", "generator": "Impasto's make_vase.py"},
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2},
                                    "indices": 3, "material": 0}]}],
        "materials": [{"doubleSided": True,
                       "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
        "textures": [{"source": 0, "sampler": 0}],
        "samplers": [{"wrapS": 33648, "wrapT": 33071}],
        "images": [{"bufferView": view(picture), "mimeType": kind}],
        "accessors": accessors, "bufferViews": views, "buffers": [{"byteLength": len(blob)}]}
    text = pad(json.dumps(document).encode(), b" ")
    with open(sys.argv[2], "wb") as file:
        file.write(struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(blob)))
        file.write(struct.pack("<I4s", len(text), b"JSON") + text)
        file.write(struct.pack("<I4s", len(blob), b"BIN\0") + blob)


if __name__ == "__main__":
    main()
