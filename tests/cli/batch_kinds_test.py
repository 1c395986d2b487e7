#!/usr/bin/env python3
"""impasto batch: the other commands as jobs."""
import json
import os
import shutil
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                             "examples"))
from batch_support import BatchTest, TINY  # noqa: E402
from gltf import Model  # noqa: E402
from support import INPUT, NO_MEMORY, OUTPUT, main, write_png  # noqa: E402


class Kinds(BatchTest):
    """The other commands as jobs, to the same bytes."""

    def jobs(self, *jobs):
        with open(self.path("jobs.json"), "w") as file:
            json.dump({"defaults": TINY, "jobs": jobs}, file)

    def same(self, one, other):
        self.assertEqual(self.bytes_of(self.path(one)), self.bytes_of(self.path(other)))

    def done(self, done, up_to_date, *arguments):
        lines, summary = self.batch("jobs.json", *arguments)
        self.assertEqual((summary["done"], summary["up_to_date"]), (done, up_to_date))
        return lines

    def material(self):
        os.makedirs(self.path("rock"))
        for kind, value in (("albedo", lambda x, y: (90 + 9 * (x % 8), 2 * y, 60)),
                            ("normal", lambda x, y: (128 + x % 8, 128, 250)),
                            ("roughness", lambda x, y: (3 * y,) * 3)):
            write_png(self.path("rock/rock_%s.png" % kind), 64, 64, value)

    def test_masks(self):
        write_png(self.path("half.png"), 64, 48, lambda x, y: (255 * (x > 31),) * 3)
        self.jobs({"content": "content.png", "style": ["style.png", "photos/p1.png"],
                   "output": "out/m.png", "mask": "half.png", "style-mask": ["-", "half.png"],
                   "blend-mask": "half.png"})
        line = self.done(1, 0)["out/m.png"]
        self.assertEqual([one["file"] for one in line["inputs"]],
                         ["half.png", "content.png", "half.png", "style.png", "photos/p1.png",
                          "half.png"])
        self.succeeds("stylize", "content.png", "style.png", "photos/p1.png", "-o", "m.png",
                      "--mask", "half.png", "--style-mask", "-", "--style-mask", "half.png",
                      "--blend-mask", "half.png", "--size", "64", "--first-size", "64",
                      "--iterations", "2")
        self.same("out/m.png", "m.png")
        self.done(0, 1)
        write_png(self.path("half.png"), 64, 48, lambda x, y: (255 * (x > 30),) * 3)
        self.done(1, 0)

    def test_textures(self):
        self.jobs({"kind": "texture", "exemplar": "style.png", "output": "out/t.png",
                   "size": "64x48", "seed": 3},
                  {"kind": "texture", "exemplar": "photos/*.png", "each-exemplar": True,
                   "output": "out/{stem}.png", "tile": "none"})
        lines = self.done(4, 0)
        self.assertEqual((lines["out/t.png"]["width"], lines["out/t.png"]["height"]), (64, 48))
        self.assertEqual(lines["out/t.png"]["kind"], "texture")
        self.succeeds("texture", "style.png", "-o", "t.png", "--size", "64x48", "--seed", "3",
                      "--first-size", "64", "--iterations", "2")
        self.same("out/t.png", "t.png")
        self.done(0, 4)

    def test_materials(self):
        self.material()
        self.jobs({"kind": "material", "maps": "r*", "synthesize": True, "tile": "xy",
                   "output": "out/new/{stem}"},
                  {"kind": "material", "maps": "rock", "style": "style.png", "detail": 0.25,
                   "output": "out/painted"},
                  {"kind": "material", "maps": "rock", "mips": True, "pack": "orm",
                   "output": "out/packed"})
        lines = self.done(3, 0)
        quick = ["--size", "64", "--first-size", "64", "--iterations", "2", "-q"]
        self.succeeds("material", "rock", "-o", "new", "--synthesize", "--tile", "xy", *quick)
        self.succeeds("material", "rock", "-o", "painted", "--style", "style.png", "--detail",
                      "0.25", *quick)
        names = sorted(os.listdir(self.path("rock")))
        for ours, theirs in (("out/new/rock", "new"), ("out/painted", "painted")):
            self.assertEqual(sorted(os.listdir(self.path(ours))), names)
            for name in names:
                self.same(ours + "/" + name, theirs + "/" + name)
        self.assertEqual(len(os.listdir(self.path("out/packed"))), 3 * 7)
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["new", "packed", "painted"])
        self.assertEqual([one["file"] for one in lines["out/packed"]["inputs"]],
                         ["rock/" + name for name in names])
        self.assertEqual(len({line["sha256"] for line in lines.values()}), 3)
        sums = self.sums()
        self.done(0, 3)
        self.done(0, 3, "--resume")

        # A map that is another now, or is gone, is no longer what was made.
        os.remove(self.path("out/painted/rock_normal.png"))
        write_png(self.path("out/new/rock/rock_albedo.png"), 64, 64, lambda x, y: (x, y, 0))
        self.done(2, 1, "--resume")
        self.assertEqual(self.sums(), sums)
        write_png(self.path("rock/rock_roughness.png"), 64, 64, lambda x, y: (y, y, y))
        self.done(3, 0)
        self.assertEqual(sorted(self.sums()), sorted(sums))

    def test_a_material_of_single_files(self):
        self.material()
        os.rename(self.path("rock/rock_roughness.png"), self.path("strange.png"))
        os.rename(self.path("rock/rock_normal.png"), self.path("bump.png"))
        self.jobs({"kind": "material", "maps": "rock", "roughness": "strange.png",
                   "normal-dx": "bump.png", "output": "out/{stem}", "synthesize": True,
                   "size": "64x48"},
                  {"kind": "material", "albedo": "rock/rock_albedo.png", "normal": "bump.png",
                   "output": "out/{stem}", "mips": True})
        lines = self.done(2, 0)
        self.assertEqual((lines["out/rock"]["width"], lines["out/rock"]["height"]), (64, 48))
        self.assertEqual(sorted(one["file"] for one in lines["out/rock"]["inputs"]),
                         ["bump.png", "rock/rock_albedo.png", "strange.png"])
        self.assertEqual(len(os.listdir(self.path("out/rock_albedo"))), 2 * 7)
        self.succeeds("material", "rock", "--roughness", "strange.png", "--normal-dx", "bump.png",
                      "-o", "new", "--synthesize", "--size", "64x48", "--first-size", "64",
                      "--iterations", "2", "-q")
        names = sorted(os.listdir(self.path("new")))
        self.assertEqual(names, ["bump.png", "rock_albedo.png", "strange.png"])
        for name in names:
            self.same("out/rock/" + name, "new/" + name)
        self.done(0, 2)
        # One that the folder has too takes that one's place, as it does for the command.
        os.makedirs(self.path("twice"))
        for name in ("albedo", "normal"):
            write_png(self.path("twice/twice_%s.png" % name), 64, 64,
                      lambda x, y: (128 + x % 8, 128, 250))
        with open(self.path("twice.json"), "w") as file:
            json.dump({"defaults": TINY, "jobs": [
                {"kind": "material", "maps": "twice", "normal": "bump.png", "output": "out/twice"},
            ]}, file)
        lines, _ = self.batch("twice.json")
        self.assertIn("twice_normal.png' is left out", lines["out/twice"]["warnings"][0])
        self.assertEqual(sorted(os.listdir(self.path("out/twice"))),
                         ["bump.png", "twice_albedo.png"])
        # What a map is called is what its result is called.
        os.rename(self.path("bump.png"), self.path("dents.png"))
        with open(self.path("jobs.json")) as file:
            jobs = file.read()
        with open(self.path("jobs.json"), "w") as file:
            file.write(jobs.replace("bump.png", "dents.png"))
        self.done(2, 0)
        self.assertEqual(sorted(os.listdir(self.path("out/rock"))),
                         ["dents.png", "rock_albedo.png", "strange.png"])
        lines, _ = self.batch("jobs.json")
        os.remove(self.path("dents.png"))
        lines, _ = self.batch("jobs.json", code=INPUT)
        self.assertIn("dents.png", lines["out/rock"]["message"])

    def test_wildcards_leave_out_the_maps_that_the_batch_made(self):
        self.material()
        self.jobs({"kind": "material", "maps": "r*", "output": "out/{stem}"},
                  {"content": "**/*_albedo.png", "style": "style.png", "output": "{stem}-o.png"})
        lines = self.done(2, 0)
        self.done(0, 2)
        # Nor those of a folder that a kill left.
        part = "out/rock.%s.part" % lines["out/rock"]["fingerprint"][:16]
        shutil.copytree(self.path("out/rock"), self.path(part + ".99.tmp"))
        os.rename(self.path("out/rock"), self.path(part))
        self.done(1, 1, "--resume")
        self.assertEqual(os.listdir(self.path("out")), ["rock"])

    def test_a_material_that_was_cut_off(self):
        self.material()
        self.jobs({"kind": "material", "maps": "rock", "mips": True, "output": "out/rock"})
        line = self.done(1, 0)["out/rock"]
        sums = self.sums()
        # As a kill leaves it between the old folder's giving way and the new one's name.
        part = "out/rock.%s.part" % line["fingerprint"][:16]
        os.rename(self.path("out/rock"), self.path(part))
        shutil.copytree(self.path(part), self.path("out/rock.99.tmp"))
        shutil.copytree(self.path(part), self.path(part + ".99.tmp"))
        line = self.done(1, 0, "--resume")["out/rock"]
        self.assertIs(line["recovered"], True)
        self.assertEqual(self.sums(), sums)
        self.assertEqual(len(self.ledger_lines()), 1)

    def test_a_material_that_was_cut_off_is_there_until_the_new_one_is(self):
        self.material()
        job = {"kind": "material", "maps": "rock", "mips": True, "output": "out/rock"}
        self.jobs(job)
        self.done(1, 0)
        sums = self.sums()
        os.rename(self.path("out/rock"), self.path("out/rock.99.tmp"))
        self.jobs({**job, "style": "style.png"})
        self.batch("jobs.json", "--memory-budget", "1M", code=NO_MEMORY)
        self.assertEqual(self.sums(), sums)
        self.done(1, 0)
        self.assertEqual(os.listdir(self.path("out")), ["rock"])

    def test_a_folder_of_someone_else_stays(self):
        self.material()
        os.makedirs(self.path("out"))
        with open(self.path("out/notes.txt"), "w") as file:
            file.write("mine")
        self.jobs({"kind": "material", "maps": "rock", "mips": True, "output": "out"})
        lines, _ = self.batch("jobs.json", code=OUTPUT)
        self.assertIn("notes.txt", lines["out"]["message"])
        self.assertEqual(os.listdir(self.path("out")), ["notes.txt"])
        # Nor one with a picture that could be a map: told before the work, which is not begun.
        os.rename(self.path("out/notes.txt"), self.path("out/wood_albedo.png"))
        for _ in range(2):
            lines, _ = self.batch("jobs.json", code=OUTPUT)
            self.assertIn("wood_albedo.png", lines["out"]["message"])
            self.assertEqual(os.listdir(self.path("out")), ["wood_albedo.png"])
            self.assertEqual([name for name in os.listdir(self.path(".")) if "part" in name], [])
        # What has the names of the maps and their mip levels gives way.
        for name in ("rock_albedo.png", "rock_albedo.mip3.png"):
            os.rename(self.path("out/" + os.listdir(self.path("out"))[0]), self.path("out/" + name))
            self.done(1, 0)
            self.assertEqual(len(os.listdir(self.path("out"))), 3 * 7)
            shutil.rmtree(self.path("out"))
            os.makedirs(self.path("out"))
            with open(self.path("out/x"), "w") as file:
                file.write("mine")

    def test_what_is_odd_is_told(self):
        self.material()
        write_png(self.path("rock/rock_normal.png"), 64, 64, lambda x, y: (10, 20, 30))
        self.jobs({"kind": "material", "maps": "rock", "output": "out"})
        process = self.succeeds("batch", "jobs.json")
        self.assertIn("warning: 'job 1': ", process.err)
        self.assertIn("rock_normal.png", process.err)
        shutil.rmtree(self.path("out"))
        self.assertIn("rock_normal.png", self.done(1, 0)["out"]["warnings"][0])

    def test_models(self):
        write_png(self.path("texture.png"), 80, 80, lambda x, y: (x * 3, 200 if y < 40 else 30, 90))
        Model().write(self.path("model.gltf"))
        self.jobs({"kind": "gltf", "model": "*.gltf", "style": "style.png",
                   "output": "out/{stem}.glb"},
                  {"kind": "gltf", "model": "model.gltf", "style": "style.png",
                   "output": "out/other.glb", "init": "noise", "material": ["0"],
                   "keep-seams": True})
        line = self.done(2, 0)["out/model.glb"]
        self.assertEqual([one["file"] for one in line["inputs"]],
                         ["model.gltf", "style.png", "texture.png"])
        self.assertEqual((line["iterations"], line["width"], line["height"]), (2, 64, 64))
        self.assertGreater(line["setup_seconds"], line["setup_host_seconds"])
        self.assertGreater(line["setup_host_seconds"], 0)
        self.assertGreater(line["seconds"], line["setup_seconds"])
        self.succeeds("gltf", "model.gltf", "--style", "style.png", "-o", "m.glb", "--size", "64",
                      "--first-size", "64", "--iterations", "2", "-q")
        self.same("out/model.glb", "m.glb")
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["model.glb", "other.glb"])
        self.done(0, 2)
        # What the model only names counts too.
        write_png(self.path("texture.png"), 80, 80, lambda x, y: (x, y, 90))
        self.done(2, 0)
        os.remove(self.path("texture.png"))
        lines, _ = self.batch("jobs.json", code=INPUT)
        self.assertIn("texture.png", lines["out/model.glb"]["message"])

    def test_a_model_is_one_file(self):
        Model().write(self.path("model.gltf"))
        write_png(self.path("texture.png"), 80, 80, lambda x, y: (x, y, 90))
        self.jobs({"kind": "gltf", "model": "model.gltf", "style": "style.png",
                   "output": "out/m.GLB"})
        self.done(1, 0)
        shutil.rmtree(self.path("out"))
        self.jobs({"kind": "gltf", "model": "model.gltf", "style": "style.png",
                   "output": "out/m.gltf"})
        self.fails(INPUT, "batch", "jobs.json", says="'out/m.gltf' must end in .glb")
        self.assertFalse(os.path.exists(self.path("out")))

    def test_no_job_writes_what_a_model_names(self):
        write_png(self.path("texture.png"), 80, 80, lambda x, y: (x * 3, 200 if y < 40 else 30, 90))
        before = self.bytes_of(self.path("texture.png"))
        Model().write(self.path("model.gltf"))
        self.jobs({"name": "model", "kind": "gltf", "model": "model.gltf", "style": "style.png",
                   "output": "out/m.glb"},
                  {"name": "texture", "content": "content.png", "style": "style.png",
                   "output": "./texture.png"})
        for shard in ([], ["--shard", "1/2"], ["--shard", "2/2"]):
            self.fails(INPUT, "batch", "jobs.json", *shard, says="written by 'texture'")
        self.assertEqual(self.bytes_of(self.path("texture.png")), before)
        self.assertFalse(os.path.exists(self.path("out")))


if __name__ == "__main__":
    main()
