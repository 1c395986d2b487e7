#!/usr/bin/env python3
"""Makes the tiny pictures of this folder (needs Pillow). Their formulas are in load_test.cpp too."""
import struct
import zlib

from PIL import Image

W, H = 17, 11


def png(name, colour_type, bits, rows, extra=b""):
    """A PNG from raw rows of bytes, for the kinds that Pillow does not write."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(
            ">I", zlib.crc32(kind + body))
    data = b"".join(b"\0" + row for row in rows)
    with open(name, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n")
        f.write(chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, bits, colour_type, 0, 0, 0)))
        f.write(extra and chunk(extra[:4], extra[4:]))
        f.write(chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def wide(x, y, c):
    return (x * 3001 + y * 257 + c * 777) % 65536


png("rgb16.png", 2, 16, [b"".join(
    struct.pack(">H", wide(x, y, c)) for x in range(W) for c in range(3)) for y in range(H)])
png("rgba16.png", 6, 16, [b"".join(
    struct.pack(">H", wide(x, y, c)) for x in range(W) for c in range(4)) for y in range(H)])
png("grey16.png", 0, 16, [b"".join(
    struct.pack(">H", wide(x, y, 0)) for x in range(W)) for y in range(H)])
png("grey_alpha.png", 4, 8, [b"".join(
    bytes([x * 15, 255 - y * 20]) for x in range(W)) for y in range(H)])
# Big-endian EXIF: one entry, orientation 6.
png("exif6.png", 0, 8, [bytes(x * 15 for x in range(W)) for y in range(H)],
    b"eXIf" + b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x112, 3, 1, 6, 0, 0))

grey = Image.frombytes("L", (W, H), bytes(x * 15 for y in range(H) for x in range(W)))
grey.save("grey.png")
grey.point(lambda v: 255 * (v > 100)).convert("1").save("grey1.png")
palette = Image.frombytes("P", (W, H), bytes((x + y) % 4 for y in range(H) for x in range(W)))
palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 40, 80, 120])
palette.save("palette.png")
palette.save("palette_alpha.png", transparency=bytes([255, 128, 0, 255]))

photo = Image.frombytes("RGB", (48, 40), bytes(
    v for y in range(40) for x in range(48) for v in (x * 5, y * 6, 128)))
photo.save("baseline.jpg", quality=90, subsampling=2, restart_marker_blocks=2)
photo.save("progressive.jpg", quality=90, progressive=True)
photo.convert("L").save("grey.jpg", quality=90)
photo.convert("CMYK").save("cmyk.jpg", quality=90)
