"""examples/host_renderer as its users run it: headless, with models made here.

    host_renderer_test.py PROGRAM [unittest's arguments]
"""
import csv
import os
import shutil
import sys
import time
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(FOLDER), "cli"))
sys.path.insert(0, os.path.join(os.path.dirname(FOLDER), "support"))
import gltf  # noqa: E402
import support  # noqa: E402
from support import INPUT, NO_DEVICE, OUTPUT, USAGE, Png  # noqa: E402
from virtual_display import VirtualDisplay  # noqa: E402

# Small pictures, and an encoder's work that a CPU does in a second.
SMALL = ["--headless", "--width", "160", "--height", "120"]
QUICK = ["--size", "64", "--iterations", "6", "--budget", "20"]


def blue_and_yellow(x, y):
    return (30, 60, 200) if (x // 16 + y // 16) % 2 else (240, 220, 40)


def difference(a, b, box=None):
    """The mean absolute difference of two pictures' bytes, in `box` (x0, y0, x1, y1)."""
    x0, y0, x1, y1 = box or (0, 0, a.width, a.height)
    values = [abs(p - q) for y in range(y0, y1)
              for p, q in zip(a.rows[y][3 * x0:3 * x1], b.rows[y][3 * x0:3 * x1])]
    return sum(values) / len(values)


class HostRendererTest(support.CliTest):
    CENTRE = (60, 40, 100, 80)  # within the square
    CORNER = (0, 0, 20, 20)     # background

    def setUp(self):
        super().setUp()
        # No display: headless is for machines without one.
        self.environment = {key: value for key, value in self.environment.items()
                            if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        self.texture = support.write_png(self.path("texture.png"), 96, 96, blue_and_yellow)
        self.model = gltf.Model().write(self.path("model.gltf"))

    def draw(self, model, name, *arguments):
        out = self.path(name)
        self.succeeds(model, *SMALL, "-o", out, *arguments)
        return Png(out)

    def plain(self, model, name="plain.png"):
        return self.draw(model, name, "--no-style", "--frames", "2")

    def rows_of(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def fails(self, code, *arguments, says=(), **more):
        """The exit code, one line on stderr that has all of `says`, and no trace in the folder."""
        before = self.listing()
        process = self.run_program(*arguments, **more)
        self.assertEqual(process.returncode, code, process.err)
        self.assertEqual(process.out, "")
        self.assertRegex(process.err, r"\Ahost_renderer: [^\n]+\n\Z")
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, process.err)
        self.assertEqual(self.listing(), before, "something was left behind")

    def fails_with(self, model, *says):
        path = model.write(self.path("broken.gltf"))
        self.fails(INPUT, path, "--style", self.style, *SMALL, says=says)

    # ---- Drawing

    def test_draws_the_model_in_its_colours(self):
        picture = self.plain(self.model)
        self.assertEqual((picture.width, picture.height), (160, 120))
        background = picture.pixel(2, 2)
        seen = {picture.pixel(x, y) for x in range(60, 100) for y in range(40, 80)}
        self.assertNotIn(background, seen)
        # Both of the texture's colours, whatever the light.
        self.assertTrue(any(b > 2 * r and b > 60 for r, _, b in seen))
        self.assertTrue(any(r > 2 * b and r > 60 for r, _, b in seen))

    def test_same_picture_however_it_is_stored(self):
        expected = self.plain(self.model)
        wide = gltf.Model(index_type=gltf.UNSIGNED_INT)
        narrow = gltf.Model(index_type=gltf.UNSIGNED_BYTE)
        strip = gltf.Model(indices=[0, 1, 3, 2], mode=gltf.STRIP)
        fan = gltf.Model(indices=None, mode=gltf.FAN)
        bare = gltf.Model(normals=False)
        # Twice as large and scaled back, by two nodes, one of which is given as a matrix.
        moved = gltf.Model(corners=[(2 * x + 3, 2 * y, 2 * z) for x, y, z in gltf.CORNERS])
        moved.json["nodes"] = [
            {"children": [1], "scale": [0.5, 0.5, 0.5]},
            {"mesh": 0, "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -3, 0, 0, 1]}]
        # A mirror turns the triangles around, and the other side would not be drawn.
        mirrored = gltf.Model(corners=[(-x, y, z) for x, y, z in gltf.CORNERS],
                              indices=[0, 2, 1, 0, 3, 2])
        mirrored.json["nodes"] = [{"mesh": 0, "scale": [-1, 1, 1]}]
        for name, model in {"wide": wide, "narrow": narrow, "strip": strip, "fan": fan,
                            "bare": bare, "moved": moved, "mirrored": mirrored}.items():
            with self.subTest(name):
                picture = self.plain(model.write(self.path(name + ".gltf")))
                self.assertLess(difference(picture, expected), 0.5)
        with self.subTest("binary"):
            path = gltf.Model().write_binary(self.path("model.glb"), self.bytes_of(self.texture))
            self.assertEqual(self.plain(path).rows, expected.rows)

    def test_back_faces_are_drawn_of_double_sided_materials_alone(self):
        turned = gltf.Model(indices=[0, 2, 1, 0, 3, 2])
        empty = self.plain(turned.write(self.path("turned.gltf")))
        self.assertEqual(empty.pixel(80, 60), empty.pixel(2, 2))
        turned.json["materials"][0]["doubleSided"] = True
        both = self.plain(turned.write(self.path("both.gltf")))
        self.assertNotEqual(both.pixel(80, 60), both.pixel(2, 2))

    def test_without_texture_it_is_drawn_in_its_factor(self):
        model = gltf.Model(coordinates=False)
        model.json["materials"] = [{"pbrMetallicRoughness": {"baseColorFactor": [0, 1, 0, 1]}}]
        picture = self.plain(model.write(self.path("green.gltf")))
        red, green, blue = picture.pixel(80, 60)
        self.assertGreater(green, 2 * max(red, blue))

    def test_panel(self):
        plain = self.plain(self.model)
        panel = self.draw(self.model, "panel.png", "--no-style", "--frames", "2", "--panel")
        self.assertGreater(difference(plain, panel, (12, 12, 150, 60)), 5)

    # ---- Stylising

    def test_stylises_what_it_draws(self):
        plain = self.plain(self.model)
        times = self.path("times.csv")
        styled = self.draw(self.model, "styled.png", "--style", self.style, *QUICK,
                           "--until-done", "--csv", times)
        self.assertGreater(difference(plain, styled, self.CENTRE), 5)
        self.assertEqual(difference(plain, styled, self.CORNER), 0)
        # Towards the painting's red, which the texture has none of.
        self.assertGreater(styled.mean(0), plain.mean(0) + 1)

        rows = self.rows_of(times)
        self.assertEqual([int(row["frame"]) for row in rows], list(range(1, len(rows) + 1)))
        self.assertEqual(rows[-1]["state"], "done")
        self.assertEqual(int(rows[-1]["iterations"]), 6)
        self.assertGreater(int(rows[-1]["pictures"]), 0)
        self.assertGreater(sum(int(row["operations"]) for row in rows), 0)
        for row in rows:
            # A slice is within its budget, or a single piece.
            if float(row["estimate_ms"]) > float(row["budget_ms"]):
                self.assertEqual(int(row["operations"]), 1, row)
            self.assertGreaterEqual(float(row["slice_ms"]), 0)
            self.assertGreater(float(row["cpu_ms"]), 0)

    def test_a_number_of_frames(self):
        times = self.path("times.csv")
        self.draw(self.model, "some.png", "--style", self.style, "--size", "64", "--iterations",
                  "10000", "--frames", "12", "--csv", times)
        rows = self.rows_of(times)
        counted = [row for row in rows if row["state"] != "preparing"]
        self.assertEqual(len(counted), 12)
        self.assertEqual({row["state"] for row in counted}, {"running"})
        self.assertTrue(any(int(row["operations"]) > 0 for row in counted))

    # ---- The window

    @unittest.skipUnless(shutil.which("Xvfb"), "Xvfb is not installed")
    def test_window(self):
        with VirtualDisplay(self.folder, 640, 480) as display:
            process = self.popen(self.model, "--style", self.style, *QUICK, "--until-done",
                                 "--frames", "60", "--width", "640", "--height", "480",
                                 env={"DISPLAY": display.name})
            with process:
                seen = set()
                while process.poll() is None and not {"model", "panel"} <= seen:
                    picture = display.picture()
                    # The model's blue or yellow in the middle, where the background is a grey
                    # (its channels lie 10 apart), and the panel's black corner.
                    if max(picture(320, 300)) - min(picture(320, 300)) > 25:
                        seen.add("model")
                    if 0 < max(picture(20, 40)) < 30:
                        seen.add("panel")
                    time.sleep(0.05)
                out, err = process.communicate(timeout=200)
            self.assertEqual(process.returncode, 0, err)
            self.assertIsNone(support.VALIDATION.search(out + err), out + err)
            self.assertEqual(seen, {"model", "panel"})

    # ---- What can be wrong

    def test_models_that_are_none(self):
        rest = ["--style", self.style, *SMALL]
        self.fails(INPUT, self.path("absent.gltf"), *rest, says="absent.gltf")
        self.fails(INPUT, self.folder, *rest, says="no such file")
        self.fails(INPUT, self.texture, *rest, says="texture.png")
        binary = gltf.Model().write_binary(self.path("model.glb"), self.bytes_of(self.texture))
        whole = self.bytes_of(binary)
        for size in (4, 12, 30, len(whole) // 2, len(whole) - 1):
            with self.subTest(size), open(binary, "wb") as file:
                file.write(whole[:size])
                file.flush()
                self.fails(INPUT, binary, *rest, says="model.glb")

    def test_models_without_what_is_needed(self):
        self.fails_with(gltf.Model(coordinates=False), "texture coordinates")
        untextured = gltf.Model()
        untextured.json["materials"] = [{}]
        self.fails_with(untextured, "no base colour texture")
        points = gltf.Model(mode=0)
        self.fails_with(points, "no triangles")
        nothing = gltf.Model()
        nothing.json["scenes"] = [{"nodes": []}]
        self.fails_with(nothing, "no triangles")

    def test_models_with_bad_pictures(self):
        self.fails_with(gltf.Model(picture="absent.png"), "absent.png")
        broken = self.path("broken.png")
        with open(broken, "wb") as file:
            file.write(self.bytes_of(self.texture)[:60])
        self.fails_with(gltf.Model(picture="broken.png"), "broken.png")
        other = gltf.Model()
        other.json["textures"] = [{"source": 5}]
        self.fails_with(other, "JPEG or PNG")
        other.json["textures"] = []
        self.fails_with(other, "no texture 0")

    def test_models_that_point_beyond(self):
        self.fails_with(gltf.Model(indices=[0, 1, 4]), "beyond its vertices")
        for change in ({"count": 5}, {"count": 2**60}, {"byteOffset": 100}, {"bufferView": 9},
                       {"type": "VEC4"}, {"componentType": gltf.UNSIGNED_INT}):
            with self.subTest(change):
                model = gltf.Model()
                model.json["accessors"][0].update(change)
                self.fails_with(model, "broken.gltf: ")
        for change in ({"byteLength": 10**9}, {"byteOffset": 10**9}, {"buffer": 3}):
            with self.subTest(change):
                model = gltf.Model()
                model.json["bufferViews"][0].update(change)
                self.fails_with(model, "broken.gltf: ")
        inside = gltf.Model()
        inside.json["images"] = [{"bufferView": 0, "mimeType": "image/png"}]
        inside.json["bufferViews"][0]["byteLength"] = 10**6
        self.fails_with(inside, "broken.gltf: ")

    def test_models_that_are_no_tree(self):
        circle = gltf.Model()
        circle.json["nodes"] = [{"children": [1]}, {"children": [0], "mesh": 0}]
        self.fails_with(circle, "no tree")
        lost = gltf.Model()
        lost.json["scenes"] = [{"nodes": [7]}]
        self.fails_with(lost, "no tree")
        meshless = gltf.Model()
        meshless.json["nodes"] = [{"mesh": 4}]
        self.fails_with(meshless, "no mesh 4")

    def test_models_that_need_more(self):
        model = gltf.Model()
        model.json["extensionsRequired"] = ["KHR_draco_mesh_compression"]
        self.fails_with(model, "KHR_draco_mesh_compression")

    def test_options(self):
        self.fails(USAGE, says="model")
        self.fails(USAGE, self.model, *SMALL, says="--style")
        self.fails(USAGE, self.model, "--style", self.style, "--budget", "0", says="--budget")
        self.fails(USAGE, self.model, "--style", self.style, "--what", says="--what")
        self.fails(USAGE, self.model, "--no-style", "-o", "x.png", says="--headless")
        rest = [self.model, "--style", self.style, *SMALL]
        self.fails(NO_DEVICE, *rest, "--device", "no such device", says="no such device")
        self.fails(INPUT, self.model, "--style", self.path("absent.png"), *SMALL,
                   says="absent.png")
        self.fails(INPUT, *rest, "--weights", self.path("absent.pth"), says="absent.pth")
        self.fails(OUTPUT, *rest, "--csv", self.path("none/x.csv"), says="x.csv")
        self.fails(OUTPUT, self.model, "--no-style", *SMALL, "--frames", "1", "-o",
                   self.path("none/x.png"), says="x.png")

    def test_a_window_wants_a_display(self):
        if sys.platform != "linux":
            self.skipTest("other systems have one always")
        self.fails(NO_DEVICE, self.model, "--no-style", says="--headless")


if __name__ == "__main__":
    support.main()
