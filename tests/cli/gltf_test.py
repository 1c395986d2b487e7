#!/usr/bin/env python3
"""impasto gltf: models painted, whole and broken. Khronos's validator looks at what was written,
where Node and its module are: in Node's own path, or in the node_modules of the folder that
IMPASTO_TEST_GLTF_VALIDATOR names. IMPASTO_TEST_MODELS names a folder with models of Khronos's."""
import json
import os
import shutil
import signal
import struct
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                             "examples"))
from gltf import Model  # noqa: E402
from support import (INPUT, INTERRUPTED, NO_DEVICE, NO_MEMORY, OUTPUT, PROGRAM, USAGE,  # noqa: E402
                     CliTest, Png, main, write_png)

QUICK = ["--size", "64", "--first-size", "64", "--iterations", "2"]

VALIDATE = """
const validator = require('gltf-validator'), fs = require('fs'), path = require('path');
const file = process.argv[1];
const beside = uri => path.resolve(path.dirname(file), decodeURIComponent(uri));
validator.validateBytes(new Uint8Array(fs.readFileSync(file)), {
  uri: path.basename(file),
  externalResourceFunction: async uri => new Uint8Array(fs.readFileSync(beside(uri)))
}).then(report => console.log(JSON.stringify(report.issues)));
"""


def read_glb(path):
    """(the document, the bytes of its buffer)"""
    with open(path, "rb") as file:
        data = file.read()
    size, = struct.unpack("<I", data[12:16])
    return json.loads(data[20:20 + size]), data[28 + size:]


class Gltf(CliTest):
    def setUp(self):
        super().setUp()
        self.model = self.path("model.gltf")
        self.texture = write_png(self.path("texture.png"), 80, 80,
                                 lambda x, y: (x * 3, 200 if y < 40 else 30, 90))
        self.painted = self.path("painted.glb")

    def paint(self, *arguments, **more):
        return self.succeeds("gltf", self.model, "--style", self.style, "-o", self.painted, "-q",
                             *QUICK, *arguments, **more)

    def refuses(self, code, *arguments, says=()):
        self.fails(code, "gltf", self.model, "--style", self.style, "-o", self.painted, "-q",
                   *QUICK, *arguments, says=says)

    def issues(self, path):
        if shutil.which("node") is None:
            self.skipTest("Node is not installed")
        folder = os.environ.get("IMPASTO_TEST_GLTF_VALIDATOR", "") or self.folder
        process = subprocess.run(["node", "-e", VALIDATE, path], cwd=folder,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                                 encoding="utf-8")
        if "Cannot find module 'gltf-validator'" in process.stderr:
            self.skipTest("gltf-validator is not here (npm; IMPASTO_TEST_GLTF_VALIDATOR)")
        self.assertEqual(process.returncode, 0, process.stderr)
        return json.loads(process.stdout)


class Painting(Gltf):
    def test_everything_but_the_picture_stays(self):
        model = Model()
        model.json["extras"] = {"price": 1.25, "tags": ["a", None]}
        model.json["extensions"] = {"EXT_unknown": {"b": 1, "a": [1e-7]}}
        model.json["extensionsUsed"] = ["EXT_unknown"]
        self.model = model.write_binary(self.path("model.glb"), self.bytes_of(self.texture))
        self.paint()
        before, old = read_glb(self.model)
        after, new = read_glb(self.painted)
        self.assertEqual(list(after), list(before))
        for part in before:
            if part not in ("bufferViews", "buffers"):
                self.assertEqual(json.dumps(after[part]), json.dumps(before[part]), part)
        first = before["bufferViews"][-1]["byteOffset"]
        self.assertEqual(new[:first], old[:first])
        view = after["bufferViews"][-1]
        with open(self.path("painted.png"), "wb") as file:
            file.write(new[view["byteOffset"]:view["byteOffset"] + view["byteLength"]])
        painted = Png(self.path("painted.png"))
        self.assertEqual((painted.width, painted.height), (64, 64))

    def test_a_texture_keeps_its_size_unless_told(self):
        def sizes(*arguments):
            report = json.loads(self.succeeds("gltf", self.model, "--style", self.style, "-o",
                                              self.painted, "-q", "--json", *arguments).out)
            return [(one["original_width"], one["original_height"], one["width"], one["height"])
                    for one in report["textures"]]
        Model().write(self.model)
        self.assertEqual(sizes(*QUICK[2:]), [(80, 80, 80, 80)])
        self.assertEqual(sizes(*QUICK), [(80, 80, 64, 64)])
        # No side is smaller than what a session takes.
        write_png(self.texture, 48, 12, lambda x, y: (5 * x, 20 * y, 90))
        self.assertEqual(sizes(*QUICK[2:]), [(48, 12, 64, 16)])
        # However the scales go.
        scales = ["--first-size", "16", "--iterations", "1"]
        write_png(self.texture, 160, 32, lambda x, y: (x, 8 * y, 90))
        self.assertEqual(sizes(*scales), [(160, 32, 160, 32)])
        write_png(self.texture, 96, 4, lambda x, y: (2 * x, 60 * y, 90))
        self.assertEqual(sizes("--size", "64", *scales), [(96, 4, 384, 16)])

    def test_a_gltf_and_its_files(self):
        Model().write(self.model)
        os.mkdir(self.path("out"))
        self.painted = self.path("out/new.gltf")
        self.paint()
        with open(self.painted, encoding="utf-8") as file:
            document = json.load(file)
        self.assertEqual(document["images"], [{"uri": "new-image0.png"}])
        self.assertEqual(Png(self.path("out/new-image0.png")).width, 64)
        self.assertEqual(Png(self.texture).width, 80)

    def test_the_same_seed_gives_the_same_bytes(self):
        Model().write(self.model)
        self.paint("--init", "noise", "--seed", "3")
        first = self.bytes_of(self.painted)
        self.paint("--init", "noise", "--seed", "3")
        self.assertEqual(self.bytes_of(self.painted), first)

    def test_json_tells_of_textures_and_seams(self):
        # Two squares beside each other, whose halves of the texture do not touch.
        model = Model(coordinates=True)
        positions = model.accessor([(1, -1, 0), (3, -1, 0), (3, 1, 0), (1, 1, 0)], "VEC3",
                                   bounds=True)
        left = model.accessor([(0, 1), (.4, 1), (.4, 0), (0, 0)], "VEC2")
        right = model.accessor([(.6, 1), (1, 1), (1, 0), (.6, 0)], "VEC2")
        model.primitive["attributes"]["TEXCOORD_0"] = left
        model.json["meshes"][0]["primitives"].append(
            dict(model.primitive, attributes={"POSITION": positions, "TEXCOORD_0": right}))
        write_png(self.texture, 80, 80, lambda x, y: (100, 2 * y, 90))
        model.write(self.model)
        report = json.loads(self.paint("--json").out)
        texture, = report["textures"]
        self.assertEqual((texture["slot"], texture["width"], texture["islands"]),
                         ("base colour", 64, 2))
        self.assertEqual(texture["tile"], "")
        self.assertAlmostEqual(texture["covered"], 0.8, delta=0.05)
        self.assertGreater(texture["seam_samples"], 100)
        self.assertLess(texture["seam_original"]["p95"], 0.02)
        self.assertLess(texture["seam_after"]["p95"], 8 / 255)
        kept = json.loads(self.paint("--json", "--keep-seams").out)["textures"][0]
        self.assertEqual(kept["seam_before"], texture["seam_before"])
        self.assertLess(texture["seam_after"]["mean"], kept["seam_after"]["mean"])

    def test_normals_and_roughness_follow(self):
        model = Model()
        maps = {"normal": lambda x, y: (128, 128, 255),
                "orm": lambda x, y: (200, 120, y)}
        for name, pixel in maps.items():
            write_png(self.path(name + ".png"), 80, 80, pixel)
            model.json["images"].append({"uri": name + ".png"})
            model.json["textures"].append({"source": len(model.json["images"]) - 1})
        material = model.json["materials"][0]
        material["normalTexture"] = {"index": 1}
        material["pbrMetallicRoughness"]["metallicRoughnessTexture"] = {"index": 2}
        material["occlusionTexture"] = {"index": 2}
        model.write(self.model)
        os.mkdir(self.path("out"))
        self.painted = self.path("out/new.gltf")
        report = json.loads(self.paint("--json", "--iterations", "20", "--detail", "1").out)
        self.assertEqual([(one["image"], one["slot"], one["follows"], one["left"])
                          for one in report["textures"]],
                         [(0, "base colour", "", ""), (1, "normal", "image 0", ""),
                          (2, "metallic-roughness", "image 0", "")])
        before, after = (Png(self.path(name)) for name in ("normal.png", "out/new-image1.png"))
        self.assertEqual((after.width, after.height), (80, 80))
        self.assertNotEqual(after.rows, before.rows)
        before, after = (Png(self.path(name)) for name in ("orm.png", "out/new-image2.png"))
        for old, new in zip(before.rows, after.rows):
            self.assertEqual((old[0::3], old[2::3]), (new[0::3], new[2::3]))
        self.assertNotEqual(after.rows, before.rows)
        self.assertIn("follows image 0", self.succeeds(
            "gltf", self.model, "--style", self.style, "-o", self.painted, *QUICK).err)
        shutil.rmtree(self.path("out"))
        os.mkdir(self.path("out"))
        self.paint("--detail", "0")
        self.assertEqual(self.bytes_of(self.path("out/normal.png")),
                         self.bytes_of(self.path("normal.png")))
        self.assertEqual(self.bytes_of(self.path("out/orm.png")),
                         self.bytes_of(self.path("orm.png")))
        self.refuses(USAGE, "--detail", "1.5", says="--detail")

    def test_a_tile_stays_seamless(self):
        model = Model()
        model.primitive["attributes"]["TEXCOORD_0"] = model.accessor(
            [(0, 2), (2, 2), (2, 0), (0, 0)], "VEC2")
        write_png(self.texture, 64, 64, lambda x, y: (
            (128 if x // 16 % 2 else 90), (128 if y // 16 % 2 else 90), 90))
        model.write(self.model)
        report = json.loads(self.paint("--json", "--iterations", "20").out)
        self.assertEqual(report["textures"][0]["tile"], "xy")
        document, data = read_glb(self.painted)
        view = document["bufferViews"][document["images"][0]["bufferView"]]
        with open(self.path("tile.png"), "wb") as file:
            file.write(data[view["byteOffset"]:view["byteOffset"] + view["byteLength"]])
        tile = Png(self.path("tile.png"))

        def step(x, other):
            return sum(abs(a - b) for row in tile.rows for a, b in
                       zip(row[3 * x:3 * x + 3], row[3 * other:3 * other + 3])) / tile.height / 3
        inside = [step(x, x + 1) for x in range(tile.width - 1)]
        self.assertLess(step(tile.width - 1, 0), max(inside) * 1.1)

    def test_an_interrupt_leaves_nothing(self):
        Model().write(self.model)
        before = self.listing()
        with self.popen("gltf", self.model, "--style", self.style, "-o", self.painted, *QUICK,
                        "--iterations", "100000") as process:
            for line in process.stderr:
                if line.startswith("image 0"):
                    break
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertIn("nothing was written", err)
        self.assertEqual(self.listing(), before)

    def test_one_material_of_several(self):
        model = Model()
        model.json["images"].append({"uri": "other.png"})
        write_png(self.path("other.png"), 70, 70, lambda x, y: (x, y, 9))
        model.json["textures"].append({"source": 1})
        model.json["materials"][0]["name"] = "Rust"
        model.json["materials"].append(
            {"name": "Wood", "pbrMetallicRoughness": {"baseColorTexture": {"index": 1}}})
        model.json["meshes"][0]["primitives"].append(dict(model.primitive, material=1))
        model.write(self.model)
        self.painted = self.path("painted.gltf")
        for wanted in ("Wood", "1"):
            report = json.loads(self.paint("--json", "--material", wanted).out)
            self.assertEqual([one["image"] for one in report["textures"]], [1])
        self.refuses(USAGE, "--material", "Steel", says=["Steel", "'Rust', 'Wood'"])


class BadModels(Gltf):
    def broken(self, change, *says, code=INPUT):
        model = Model()
        change(model.json)
        model.write(self.model)
        self.refuses(code, says=[*says])

    def test_files(self):
        self.refuses(INPUT, says=["model.gltf", "no such file"])
        with open(self.model, "wb") as file:
            file.write(b"glTF\2\0\0\0")
        self.refuses(INPUT, says=["model.gltf", "ends in its header"])
        shutil.copy(self.texture, self.model)
        self.refuses(INPUT, says="model.gltf")

    def test_pictures_that_are_missing_or_elsewhere(self):
        def image(uri):
            return lambda model: model.update(images=[{"uri": uri, "name": "Albedo"}])
        self.broken(image("gone.png"), "image 0 ('Albedo')", "no such file")
        for uri in ("../texture.png", "/etc/passwd", "file:///etc/passwd",
                    "http://example.org/texture.png"):
            with self.subTest(uri=uri):
                self.broken(image(uri), "image 0 ('Albedo')", "folder")
        # One that is not painted is missed before the work, not after it.
        def occlusion(model):
            model["images"].append({"uri": "gone.png"})
            model["textures"].append({"source": 1})
            model["materials"][0]["occlusionTexture"] = {"index": 1}
        self.broken(occlusion, "image 1", "no such file")
        with open(self.path("picture.png"), "wb") as file:
            file.write(b"RIFF\0\0\0\0WEBPVP8 ")
        self.broken(image("picture.png"), "model.gltf, image 0 ('Albedo')", "WebP")
        write_png(self.path("dot.png"), 1, 1, lambda x, y: (1, 2, 3))
        self.broken(image("dot.png"), "image 0 ('Albedo')", "hardly anything")

    def test_no_pictures(self):
        self.broken(lambda model: model.update(materials=[{}]), "no base colour")
        self.broken(lambda model: model.update(materials=[{}], textures=[], images=[]),
                    "no pictures")

    def test_geometry(self):
        self.broken(lambda model: model["accessors"][0].update(count=2**40), "accessor 0")
        self.broken(lambda model: model["accessors"][0].update(byteOffset=2**63), "accessor 0")

    def test_too_little_memory(self):
        """Of a buffer of 64 MiB, read, copied and looked at, with less and less room."""
        try:
            import resource
        except ImportError:
            self.skipTest("only where a process can be given less memory")
        model = Model()
        size = 64 << 20
        with open(self.path("large.bin"), "wb") as file:
            file.truncate(size)
        model.write(self.model)
        document = json.loads(self.bytes_of(self.model))
        document["buffers"].append({"byteLength": size, "uri": "large.bin"})
        document["bufferViews"].append({"buffer": 1, "byteLength": size})
        document["accessors"].append({"bufferView": len(document["bufferViews"]) - 1,
                                      "componentType": 5126, "type": "VEC3",
                                      "count": size // 12})
        document["meshes"].append({"primitives": [
            {"attributes": {"POSITION": len(document["accessors"]) - 1}, "material": 0}]})
        with open(self.model, "w", encoding="utf-8") as file:
            json.dump(document, file)

        def exit_code(mebibytes, *arguments):
            limit = mebibytes << 20
            return subprocess.run(
                [PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS,
                                                                   (limit, limit))).returncode
        if exit_code(96, "--version") != 0:
            self.skipTest("the program needs more by itself")
        # Before the device, whose driver is none of this test's.
        command = ["gltf", self.model, "--style", self.style, "-o", self.painted,
                   "--device", "none such"]
        codes = [exit_code(room, *command) for room in range(96, 512, 32)]
        self.assertIn(NO_MEMORY, codes)
        self.assertLessEqual(set(codes), {INPUT, NO_MEMORY, NO_DEVICE})

    def test_hostile_json(self):
        with open(self.model, "w", encoding="utf-8") as file:
            file.write('{"asset":' + "[" * 100000)
        self.refuses(INPUT, says="deep")

    def test_options(self):
        Model().write(self.model)
        self.fails(USAGE, "gltf", self.model, "-o", self.painted, says="--style")
        self.fails(USAGE, "gltf", "--style", self.style, "-o", self.painted, says="one model")
        self.fails(USAGE, "gltf", self.model, "--style", self.style, says="-o")
        self.refuses(USAGE, "--init", self.style, says="--init")
        self.fails(USAGE, "gltf", self.model, "--style", self.style, "-o", self.model,
                   says="also read")
        self.refuses(USAGE, "--tile", "x", says="--tile")
        # What is refused is not offered; a preset of a picture may hold it all the same.
        told = self.succeeds("gltf", "--help").out
        self.assertNotIn("--tile", told)
        self.assertNotIn("|FILE ", told.replace("NAME|FILE", ""))
        with open(self.path("preset.json"), "w", encoding="utf-8") as file:
            file.write('{"tile": "none"}')
        self.paint("--preset", self.path("preset.json"))
        self.painted = self.path("painted.obj")
        self.refuses(OUTPUT, says=".glb")
        self.painted = self.path("no/such/painted.glb")
        self.refuses(OUTPUT, says="no/such")


class Validator(Gltf):
    def check(self, model, *more):
        self.model = model
        before = self.issues(model)
        self.assertEqual(before["numErrors"], 0, before["messages"][:5])
        for name in ("painted.glb", "painted.gltf"):
            self.painted = self.path(name)
            self.paint(*more)
            after = self.issues(self.painted)
            self.assertEqual(after["numErrors"], 0, after["messages"][:5])
            self.assertLessEqual(after["numWarnings"], before["numWarnings"], after["messages"][:5])

    def test_a_model_of_our_own(self):
        Model().write(self.model)
        self.check(self.model)
        self.check(Model().write_binary(self.path("model.glb"), self.bytes_of(self.texture)))

    def test_the_models_of_khronos(self):
        folder = os.environ.get("IMPASTO_TEST_MODELS", "")
        if not folder:
            self.skipTest("IMPASTO_TEST_MODELS names no folder of models")
        for name in ("DamagedHelmet.glb", "BoxTextured/BoxTextured.gltf"):
            with self.subTest(name=name):
                self.check(os.path.join(folder, name))


if __name__ == "__main__":
    main()
