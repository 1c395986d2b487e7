#!/usr/bin/env python3
"""impasto material: maps in, maps out."""
import json
import os
import re
import shutil
import struct
import zlib

from support import INPUT, OUTPUT, USAGE, CliTest, main, write_png

QUICK = ["--first-size", "64", "--iterations", "2"]


def write_grey(path, width, height, value, bits=8):
    """A grey PNG of value(x, y)."""
    form = ">H" if bits == 16 else ">B"
    rows = b"".join(b"\0" + b"".join(struct.pack(form, value(x, y)) for x in range(width))
                    for y in range(height))

    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return path


def header(path):
    """(width, height, bits, channels)"""
    with open(path, "rb") as file:
        start = file.read(26)
    width, height, bits, colour = struct.unpack(">IIBB", start[16:26])
    return width, height, bits, {0: 1, 2: 3, 4: 2, 6: 4}[colour]


class Material(CliTest):
    """Tiles 64 px wide: bricks."""

    def setUp(self):
        super().setUp()
        self.folder_in = self.path("bricks")
        os.mkdir(self.folder_in)
        joint = lambda x, y: x % 16 < 3 or y % 8 < 2
        self.albedo = write_png(self.map("albedo"), 64, 64,
                                lambda x, y: (40, 30, 30) if joint(x, y)
                                else (180, 90 + x % 16, 60 + y))
        self.normal = write_png(self.map("normal"), 64, 64,
                                lambda x, y: (160 if x % 16 == 3 else 128, 128, 250))
        self.height = write_grey(self.map("height"), 64, 64,
                                 lambda x, y: 9000 if joint(x, y) else 50000 + 100 * x, 16)
        self.rough = write_grey(self.map("roughness"), 64, 64,
                                lambda x, y: 230 if joint(x, y) else 120 + y)
        self.maps = [self.albedo, self.normal, self.height, self.rough]
        self.names = sorted(os.path.basename(path) for path in self.maps)
        self.result = self.path("out")

    def map(self, kind):
        return os.path.join(self.folder_in, "bricks_%s.png" % kind)

    def material(self, *arguments, **more):
        return self.succeeds("material", *self.maps, "-o", self.result, *arguments, **more)

    def assert_kept(self, width, height):
        """Names, bits and channels are those of the input, and nothing else is there."""
        self.assertEqual(sorted(os.listdir(self.result)), self.names)
        for path in self.maps:
            found = header(os.path.join(self.result, os.path.basename(path)))
            self.assertEqual(found, (width, height) + header(path)[2:])

    def test_style_paints_all_maps(self):
        process = self.material("--style", self.style, *QUICK)
        self.assert_kept(64, 64)
        self.assertIn("wrote 4 maps", process.err)
        for path in self.maps:
            self.assertNotEqual(self.bytes_of(os.path.join(self.result, os.path.basename(path))),
                                self.bytes_of(path))

    def test_synthesize_makes_another_size(self):
        report = json.loads(self.material("--synthesize", "--tile", "xy", "--size", "48",
                                          "--json", "--seed", "3", *QUICK).out)
        self.assert_kept(48, 48)
        self.assertEqual(sorted(report["maps"]), self.names)
        self.assertEqual((report["width"], report["height"], report["output"]),
                         (48, 48, self.result))
        self.assertEqual(report["warnings"], [])
        self.assertIs(report["interrupted"], False)
        first = {name: self.bytes_of(os.path.join(self.result, name)) for name in self.names}
        self.material("--synthesize", "--tile", "xy", "--size", "48", "--seed", "3", *QUICK, "-q")
        for name in self.names:
            self.assertEqual(self.bytes_of(os.path.join(self.result, name)), first[name], name)

    def test_synthesize_makes_any_shape(self):
        with open(self.path("quick.json"), "w") as file:
            json.dump({"first-size": 64, "iterations": 2, "size": 80}, file)
        preset = ["--preset", self.path("quick.json")]
        self.material("--synthesize", "--size", "80x48", *preset)  # the command line wins
        self.assert_kept(80, 48)
        self.material("--synthesize", *preset)
        self.assert_kept(80, 80)
        self.fails(USAGE, "material", *self.maps, "-o", self.result, "--style", self.style,
                   "--size", "64x32", says="--size WxH is of --synthesize")
        self.fails(USAGE, "material", *self.maps, "-o", self.result, "--synthesize", "--size",
                   "64x", says="--size")
        with open(self.path("quick.json"), "w") as file:
            file.write('{"mips": true}')
        self.fails(INPUT, "material", *self.maps, "-o", self.result, "--synthesize", *preset,
                   says=["quick.json", "'mips' cannot stand in a preset"])

    def test_mips_and_packing_need_no_session(self):
        process = self.succeeds("material", self.folder_in, "-o", self.result, "--mips", "--pack",
                                "orm")
        self.assertNotIn("device:", process.err)
        names = os.listdir(self.result)
        self.assertEqual(len(names), 4 * 7)  # 64 to 1
        self.assertNotIn("bricks_roughness.png", names)
        self.assertEqual(header(os.path.join(self.result, "bricks_orm.png")), (64, 64, 8, 3))
        self.assertEqual(header(os.path.join(self.result, "bricks_height.mip6.png")),
                         (1, 1, 16, 1))
        # The maps themselves are as they were.
        self.assertEqual(header(os.path.join(self.result, "bricks_height.png")), (64, 64, 16, 1))

    def test_maps_by_option(self):
        strange = self.path("strange.png")
        os.rename(self.rough, strange)
        self.maps.remove(self.rough)
        self.material("--roughness", strange, "--mips")
        self.assertIn("strange.png", os.listdir(self.result))
        self.fails(INPUT, "material", *self.maps, strange, "-o", self.result, "--mips",
                   says=["strange.png", "_albedo.png", "roughness"])

    def test_resize(self):
        os.remove(self.rough)
        write_grey(self.rough, 32, 16, lambda x, y: 99)
        self.fails(INPUT, "material", *self.maps, "-o", self.result, "--mips",
                   says=["bricks_roughness.png", "32x16", "64x64", "resize"])
        self.material("--resize")
        self.assert_kept(64, 64)

    def test_bad_input_is_told_in_one_line(self):
        def refused(code, *arguments, says):
            self.fails(code, "material", *arguments, says=says)
        out = ["-o", self.result]
        refused(USAGE, *self.maps, "--mips", says="-o FOLDER")
        refused(USAGE, *out, "--mips", says="maps are needed")
        refused(USAGE, *self.maps, *out, says="--style PAINTING, --synthesize")
        refused(USAGE, *self.maps, *out, "--synthesize", "--style", self.style,
                says="give one of them")
        refused(USAGE, *self.maps, *out, "--style", self.style, "--detail", "1.5",
                says=["--detail", "0 to 1"])
        refused(USAGE, *self.maps, *out, "--pack", "rgb", says="'rgb' is not orm")
        refused(USAGE, *self.maps, "-o", self.folder_in, "--mips", says="is also read")
        refused(INPUT, self.normal, self.height, *out, "--mips", says=["no albedo", "_albedo.png"])
        refused(INPUT, *self.maps, self.path("x_ao.png"), *out, "--mips",
                says=["x_ao.png", "no such file"])
        refused(INPUT, *self.maps, "--ao", self.path("content.png"), *out, "--mips",
                says=["content.png", "90x67"])
        refused(INPUT, *self.maps, "--orm", self.path("style.png"), *out, "--mips",
                says=["roughness", "style.png"])
        refused(INPUT, *self.maps, *out, "--style", self.path("none.jpg"),
                says=["none.jpg", "no such file"])
        refused(OUTPUT, *self.maps, "-o", self.albedo + "/x", "--mips", says="bricks_albedo.png")
        with open(self.normal, "r+b") as file:
            file.truncate(80)
        refused(INPUT, *self.maps, *out, "--mips", says=["bricks_normal.png", "truncated"])

    def test_warns_of_what_is_no_normal_map(self):
        os.replace(self.albedo, self.normal)
        write_png(self.albedo, 64, 64, lambda x, y: (x, y, 90))
        process = self.material("--mips")
        self.assertRegex(process.err, r"(?m)^warning: 'bricks_normal.png' does not look like")
        self.assertEqual(self.material("--mips", "-q").err, "")

    def test_warns_where_there_is_nothing_to_pack(self):
        process = self.succeeds("material", self.albedo, self.normal, "-o", self.result, "--pack",
                                "orm", "--json")
        self.assertIn("no occlusion, roughness or metallic map",
                      json.loads(process.out)["warnings"][0])
        self.assertEqual(len(os.listdir(self.result)), 2)

    def test_writes_over_no_style(self):
        os.mkdir(self.result)
        for name in ("bricks_orm.png", "bricks_height.mip2.png"):
            style = os.path.join(self.result, name)
            shutil.copy(self.style, style)
            self.fails(USAGE, "material", *self.maps, "--style", style, "-o", self.result,
                       "--pack", "orm", "--mips", *QUICK, says=name)
            self.assertEqual(self.bytes_of(style), self.bytes_of(self.style))

    def test_a_cut_outs_holes_are_not_made_anew(self):
        write_png(self.albedo, 64, 64,
                  lambda x, y: (200, 90 + x, 50, 255 if x >= 32 else 0), 4)
        process = self.material("--synthesize", "--size", "48", *QUICK)
        # Once, and before the run: its progress comes after it.
        self.assertRegex(process.err, r"(?ms)^warning: 'bricks_albedo.png' [^\n]*holes.*^scale ")
        self.assertEqual(process.err.count("holes"), 1)
        report = json.loads(self.material("--synthesize", "--size", "48", "--json", *QUICK).out)
        self.assertEqual(len([line for line in report["warnings"] if "holes" in line]), 1)
        from support import Png
        picture = Png(os.path.join(self.result, "bricks_albedo.png"))
        self.assertEqual({picture.pixel(x, y)[3] for x in range(48) for y in range(48)}, {255})

    def test_cut_outs_keep_their_alpha(self):
        write_png(self.albedo, 64, 64,
                  lambda x, y: (200, 100, 50, 255) if x >= 32 else (0, 255, 0, 0), 4)
        self.material("--style", self.style, *QUICK)
        from support import Png
        picture = Png(os.path.join(self.result, "bricks_albedo.png"))
        for y in range(64):
            for x in range(64):
                self.assertEqual(picture.pixel(x, y)[3], 255 if x >= 32 else 0)
        # Beside the edge nothing is left of the green that was hidden there.
        for y in range(64):
            near, edge = picture.pixel(31, y), picture.pixel(32, y)
            for channel in range(3):
                self.assertLess(abs(near[channel] - edge[channel]), 80)


if __name__ == "__main__":
    main()
