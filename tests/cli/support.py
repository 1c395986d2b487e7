"""What the tests of the program share: running it, making and reading pictures and safetensors.

Python's standard library alone. The program's path is the first argument of every test script:

    stylize_test.py PROGRAM [unittest's arguments]
"""
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

PROGRAM = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "impasto"
DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")

# The validation layer, under which these tests run, writes into the program's own output.
VALIDATION = re.compile(r"VUID-|SYNC-HAZARD|UNASSIGNED-|Validation (Performance )?(Error|Warning)")

# Exit codes.
INTERNAL, USAGE, INPUT, OUTPUT, WEIGHTS, NO_DEVICE, NO_MEMORY = 1, 2, 3, 4, 5, 6, 7
NETWORK, INTERRUPTED, TERMINATED = 9, 130, 143

# One small scale and hardly any work.
QUICK = ["--size", "64", "--first-size", "64", "--iterations", "2"]


def data(*parts):
    return os.path.join(DATA, *parts)


# ---- Pictures


def write_png(path, width, height, pixel, channels=3):
    """An 8 bit PNG of pixel(x, y) -> 3 or 4 values."""
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(width))
                    for y in range(height))

    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))

    header = struct.pack(">IIBBBBB", width, height, 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return path


class Png:
    """width, height, channels, text {key: value}, and rows of bytes, of a PNG of 8 bit."""

    def __init__(self, path):
        with open(path, "rb") as file:
            bytes_ = file.read()
        if bytes_[:8] != b"\x89PNG\r\n\x1a\n":
            raise ValueError("%s is no PNG" % path)
        self.text = {}
        packed = b""
        at = 8
        kind = None
        while at < len(bytes_):
            size, kind = struct.unpack(">I4s", bytes_[at:at + 8])
            body = bytes_[at + 8:at + 8 + size]
            crc, = struct.unpack(">I", bytes_[at + 8 + size:at + 12 + size])
            if crc != zlib.crc32(kind + body):
                raise ValueError("%s: wrong sum in %s" % (path, kind))
            at += 12 + size
            if kind == b"IHDR":
                self.width, self.height, bits, colour = struct.unpack(">IIBB", body[:10])
                self.channels = {2: 3, 6: 4}[colour]
            elif kind == b"IDAT":
                packed += body
            elif kind == b"tEXt":
                key, _, value = body.partition(b"\0")
                self.text[key.decode("latin-1")] = value.decode("latin-1")
        if kind != b"IEND":
            raise ValueError("%s ends in the middle" % path)
        self.rows = self._unfilter(zlib.decompress(packed))

    def _unfilter(self, raw):
        stride = self.width * self.channels
        rows = []
        above = bytes(stride)
        for y in range(self.height):
            kind = raw[y * (stride + 1)]
            row = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
            for i in range(stride):
                left = row[i - self.channels] if i >= self.channels else 0
                corner = above[i - self.channels] if i >= self.channels else 0
                up = above[i]
                if kind == 1:
                    row[i] = (row[i] + left) & 255
                elif kind == 2:
                    row[i] = (row[i] + up) & 255
                elif kind == 3:
                    row[i] = (row[i] + (left + up) // 2) & 255
                elif kind == 4:
                    guess = left + up - corner
                    near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up),
                               (abs(guess - corner), 2, corner))
                    row[i] = (row[i] + near[2]) & 255
            rows.append(bytes(row))
            above = row
        return rows

    def pixel(self, x, y):
        return tuple(self.rows[y][x * self.channels:(x + 1) * self.channels])

    def mean(self, channel):
        values = [value for row in self.rows for value in row[channel::self.channels]]
        return sum(values) / len(values)


# ---- safetensors


def write_safetensors(path, tensors, header=None):
    """tensors: {name: (shape, [values])}, as F32. header: to lie with, {} or bytes."""
    described, blob = {}, b""
    for name, (shape, values) in tensors.items():
        packed = struct.pack("<%df" % len(values), *values)
        described[name] = {"dtype": "F32", "shape": list(shape),
                           "data_offsets": [len(blob), len(blob) + len(packed)]}
        blob += packed
    if header is not None:
        described = header
    text = described if isinstance(described, bytes) else json.dumps(described).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + blob)
    return path


def read_safetensors(path):
    """{name: (dtype, shape, [values])}"""
    with open(path, "rb") as file:
        bytes_ = file.read()
    size, = struct.unpack("<Q", bytes_[:8])
    header = json.loads(bytes_[8:8 + size])
    tensors = {}
    for name, about in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in about["data_offsets"])
        format_ = {"F32": "f", "F16": "e"}[about["dtype"]]
        count = (end - begin) // struct.calcsize(format_)
        tensors[name] = (about["dtype"], about["shape"],
                         list(struct.unpack("<%d%s" % (count, format_), bytes_[begin:end])))
    return tensors


# ---- Running the program


class CliTest(unittest.TestCase):
    """Every test has a folder of its own, with content.png (90x67) and style.png (70x50)."""

    @classmethod
    def setUpClass(cls):
        cls.cache = tempfile.mkdtemp(prefix="impasto-cli-cache-")
        # A cache of its own, so that nothing depends on what the user fetched; the driver's cache
        # of compiled shaders stays where it is, since every start would compile them anew.
        cls.environment = dict(os.environ, XDG_CACHE_HOME=cls.cache, TERM="xterm")
        home_cache = os.environ.get("XDG_CACHE_HOME",
                                    os.path.join(os.path.expanduser("~"), ".cache"))
        cls.environment.setdefault("MESA_SHADER_CACHE_DIR", home_cache)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.cache, ignore_errors=True)

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="impasto-cli-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        # Blue hills, and red and yellow chequers.
        self.content = write_png(self.path("content.png"), 90, 67,
                                 lambda x, y: (x, 40 + y, 255 if y < 30 + x // 6 else 120))
        self.style = write_png(self.path("style.png"), 70, 50,
                               lambda x, y: (230, 200 * ((x // 5 + y // 7) % 2), 20))
        self.out = self.path("out.png")

    def path(self, name):
        return os.path.join(self.folder, name)

    def popen(self, *arguments, env=None, **more):
        return subprocess.Popen([PROGRAM, *arguments], cwd=self.folder,
                                env=dict(self.environment, **(env or {})),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, encoding="utf-8", **more)

    def run_program(self, *arguments, env=None, timeout=200, **more):
        process = self.popen(*arguments, env=env, **more)
        with process:
            process.out, process.err = process.communicate(timeout=timeout)
        self.assertIsNone(VALIDATION.search(process.out + process.err),
                          "the validation layer:\n" + process.out + process.err)
        return process

    def succeeds(self, *arguments, **more):
        process = self.run_program(*arguments, **more)
        self.assertEqual(process.returncode, 0, process.err)
        return process

    def listing(self):
        found = {}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                found[path] = os.lstat(path).st_size
        return found

    def fails(self, code, *arguments, says=(), **more):
        """The exit code, one line on stderr that has all of `says`, and no trace in the folder."""
        before = self.listing()
        process = self.run_program(*arguments, **more)
        self.assertEqual(process.returncode, code, process.err)
        self.assertEqual(process.out, "")
        self.assertRegex(process.err, r"\Aimpasto: [^\n]+\n\Z")
        self.assertNotIn(".tmp'", process.err)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, process.err)
        self.assertEqual(self.listing(), before, "something was left behind")
        return process

    def stylize(self, *arguments, **more):
        """A quick run with two pictures; later options win over these."""
        return self.succeeds("stylize", self.content, self.style, "-o", self.out, *QUICK,
                             *arguments, **more)

    def report(self, *arguments, **more):
        return json.loads(self.stylize("--json", *arguments, **more).out)

    def bytes_of(self, path):
        with open(path, "rb") as file:
            return file.read()


def main():
    unittest.main(verbosity=2)
