#!/usr/bin/env python3
"""impasto batch: what is done, what is left, and that a kill at any moment loses and doubles nothing."""
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

import slurm
from batch_support import BatchTest
from support import (DATA, INPUT, INTERRUPTED, NO_MEMORY, OUTPUT, PROGRAM, TERMINATED, USAGE, main,
                     write_png)

SCHEMA = os.path.join(os.path.dirname(os.path.dirname(DATA)), "docs", "batch.schema.json")


class Batches(BatchTest):
    def test_a_dozen_and_then_nothing_to_do(self):
        jobs = self.dozen()
        lines, summary = self.batch(jobs)
        self.assertEqual(summary["done"], 12)
        self.assertEqual(len(lines), 12)
        sums = self.sums()
        for output, line in lines.items():
            self.assertEqual(line["state"], "done")
            self.assertEqual(line["sha256"], sums[output])
            self.assertEqual([one["file"] for one in line["inputs"]],
                             ["content.png", "style.png"])
            self.assertEqual(line["inputs"][0]["sha256"],
                             hashlib.sha256(self.bytes_of(self.content)).hexdigest())
            self.assertGreater(line["losses"]["total"], 0)
            self.assertEqual(line["iterations"], 2)
            self.assertGreater(line["seconds"], line["setup_seconds"])
        self.assertEqual(len(set(sums.values())), 12)
        self.assertEqual(len(os.listdir(self.path("out"))), 12)
        lines, summary = self.batch(jobs)
        self.assertEqual(summary["up_to_date"], 12)
        self.assertEqual(self.sums(), sums)

        # Each thing that a picture depends on does the jobs again that depend on it.
        write_png(self.content, 90, 67, lambda x, y: (y, x, 99))
        _, summary = self.batch(jobs)
        self.assertEqual(summary["done"], 12)
        with open(self.path(jobs)) as file:
            changed = json.load(file)
        changed["jobs"][3]["seed"] = 77
        with open(self.path(jobs), "w") as file:
            json.dump(changed, file)
        lines, summary = self.batch(jobs)
        self.assertEqual((summary["done"], summary["up_to_date"]), (1, 11))
        self.assertEqual(lines["out/3.png"]["state"], "done")
        # How the file of jobs writes it, and in which order, changes nothing.
        changed["jobs"].reverse()
        for job in changed["jobs"]:
            job["style-weight"] = 15
        with open(self.path(jobs), "w") as file:
            json.dump(changed, file, indent=3)
        _, summary = self.batch(jobs)
        self.assertEqual(summary["up_to_date"], 12)
        _, summary = self.batch(jobs, "--tier", "winograd")
        self.assertEqual(summary["done"], 12)

    def test_the_same_bytes_as_the_command(self):
        self.write_jobs([{"content": "content.png", "output": "batch.png", "colors": "content",
                          "style-weight": 3.5, "init": "photos/p0.png"}])
        self.batch("jobs.json")
        self.stylize("--colors", "content", "--style-weight", "3.5", "--init", "photos/p0.png")
        self.assertEqual(self.bytes_of(self.path("batch.png")), self.bytes_of(self.out))

    def test_wildcards_and_names(self):
        os.mkdir(self.path("styles"))
        for name in ("red", "blue"):
            shutil.copy(self.style, self.path("styles/%s.png" % name))
        self.write_jobs([{"name": "all", "content": "photos/p*.png", "style": "styles/*.png",
                          "each-style": True, "output": "out/{name}/{style}/{index}-{stem}.png"},
                         {"content": "photos/p[12].png", "output": "out/{stem}.jpg"}])
        lines, summary = self.batch("jobs.json", "--jobs-per-device", "2")
        self.assertEqual(summary["done"], 8)
        self.assertEqual(sorted(lines), sorted(
            ["out/all/%s/%d-p%d.png" % (style, i, picture) for i, (picture, style) in
             enumerate(((p, s) for p in range(3) for s in ("blue", "red")), 1)] +
            ["out/p1.jpg", "out/p2.jpg"]))
        self.assertEqual(lines["out/all/red/4-p1.png"]["job"],
                         "all: photos/p1.png, styles/red.png")

        # Of a changed picture its jobs alone.
        write_png(self.path("photos/p0.png"), 40, 32, lambda x, y: (x, x, y))
        lines, summary = self.batch("jobs.json")
        self.assertEqual((summary["done"], summary["up_to_date"]), (2, 6))
        # A new one is a job more.
        write_png(self.path("photos/p3.png"), 40, 32, lambda x, y: (x, x, y))
        _, summary = self.batch("jobs.json")
        self.assertEqual((summary["done"], summary["up_to_date"]), (2, 8))

    def test_from_another_folder(self):
        self.write_jobs([{"content": "content.png", "output": "o.png"}])
        os.mkdir(self.path("elsewhere"))
        result = subprocess.run([PROGRAM, "batch", "../jobs.json", "-q"],
                                cwd=self.path("elsewhere"), env=self.environment,
                                capture_output=True, text=True, timeout=200)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(os.path.exists(self.path("o.png")))
        self.assertTrue(os.path.exists(self.path("jobs.json.ledger")))
        self.assertEqual(os.listdir(self.path("elsewhere")), [])

    def test_a_failure_and_the_others_go_on(self):
        with open(self.path("broken.png"), "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\nnonsense")
        os.makedirs(self.path("out/4.png"))  # which no picture replaces
        self.write_jobs([{"name": "first", "content": "content.png", "output": "out/1.png"},
                         {"name": "broken", "content": "broken.png", "output": "out/2.png"},
                         {"name": "none", "content": "*.gif", "output": "out/{stem}.png"},
                         {"name": "folder", "content": "content.png", "output": "out/4.png"},
                         {"name": "encoder", "content": "content.png", "output": "out/6.png",
                          "weights": "missing.pth"},
                         {"name": "last", "content": "content.png", "output": "out/5.png",
                          "seed": 5}])
        lines, summary = self.batch("jobs.json", code=INPUT)
        self.assertEqual((summary["done"], summary["failed"]), (2, 4))
        # What was painted for the folder's name is kept for when the name is free.
        self.assertEqual([name for name in sorted(os.listdir(self.path("out")))
                          if ".part." not in name], ["1.png", "4.png", "5.png"])
        self.assertIn("broken.png", lines["out/2.png"]["message"])
        self.assertEqual(lines["out/4.png"]["code"], OUTPUT)
        for name in ("broken", "none", "folder", "encoder"):
            self.assertIn("impasto: '%s': " % name, self.stderr)
        self.assertIn("impasto: 4 of 6 jobs failed\n", self.stderr)
        # A failure that is no more is none.
        shutil.copy(self.content, self.path("broken.png"))
        _, summary = self.batch("jobs.json", code=INPUT)
        self.assertEqual((summary["done"], summary["up_to_date"], summary["failed"]), (1, 2, 3))

    def test_resume_reads_and_tries_nothing_again(self):
        with open(self.path("broken.png"), "wb") as file:
            file.write(b"no picture")
        self.write_jobs([{"content": "photos/*.png", "output": "out/{stem}.png"},
                         {"content": "broken.png", "output": "out/b.png"}])
        self.batch("jobs.json", code=INPUT)
        before = len(self.ledger_lines())
        _, summary = self.batch("jobs.json", "--resume", code=INPUT)
        self.assertEqual((summary["up_to_date"], summary["failed"]), (3, 1))
        self.assertEqual(len(self.ledger_lines()), before)  # not tried
        _, summary = self.batch("jobs.json", code=INPUT)
        self.assertEqual(len(self.ledger_lines()), before + 1)  # tried
        # A picture of the same size and time as before is believed, and read without --resume.
        path = self.path("photos/p0.png")
        status = os.stat(path)
        old = self.bytes_of(path)
        with open(path, "wb") as file:
            file.write(old[:40] + bytes([old[40] ^ 1]) + old[41:])
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        _, summary = self.batch("jobs.json", "--resume", code=INPUT)
        self.assertEqual(summary["up_to_date"], 3)
        _, summary = self.batch("jobs.json", code=INPUT)
        self.assertEqual(summary["up_to_date"], 2)
        # With another time --resume reads it too.
        with open(path, "wb") as file:
            file.write(old)
        _, summary = self.batch("jobs.json", "--resume", code=INPUT)
        self.assertEqual(summary["up_to_date"], 3)

    def test_resume_tries_again_what_was_not_the_inputs_fault(self):
        self.write_jobs([{"content": "photos/p0.png", "output": "out/{stem}.png"}])
        _, summary = self.batch("jobs.json", "--memory-budget", "1M", code=NO_MEMORY)
        self.assertEqual(summary["failed"], 1)
        _, summary = self.batch("jobs.json", "--resume")
        self.assertEqual(summary["done"], 1)
        # A failure of before that was mended is not remembered either.
        with open(self.path("out/p0.png"), "rb") as file:
            made = file.read()
        line = self.ledger_lines()[-1]
        failed = {"output": line["output"], "fingerprint": line["fingerprint"], "state": "failed",
                  "code": INPUT, "message": "of before"}
        with open(self.path("jobs.json.ledger")) as file:
            head, *lines = file.read().splitlines(keepends=True)
        with open(self.path("jobs.json.ledger"), "w") as file:
            file.write(head + json.dumps(failed) + "\n" + "".join(lines))
        os.remove(self.path("out/p0.png"))
        self.batch("jobs.json", "--resume")
        self.assertEqual(self.bytes_of(self.path("out/p0.png")), made)

    def test_wildcards_leave_out_what_the_batch_made(self):
        for pattern, output in (("photos/*.png", "photos/{stem}-painted.png"),
                                ("**/p*.png", "photos/again/{stem}.png")):
            self.write_jobs([{"content": pattern, "output": output}], name="here.json")
            made = []
            for shard in ("1/2", "2/2"):
                lines, _ = self.batch("here.json", "--shard", shard)
                made += lines.values()
            self.assertEqual([line["state"] for line in made], ["done"] * 3)
            _, summary = self.batch("here.json")
            self.assertEqual((summary["jobs"], summary["up_to_date"]), (3, 3))
            # What a kill leaves is no picture to paint either.
            part = "%s.%s.part.png" % (made[0]["output"], made[0]["fingerprint"][:16])
            os.rename(self.path(made[0]["output"]), self.path(part))
            _, summary = self.batch("here.json", "--resume")
            self.assertEqual((summary["jobs"], summary["done"]), (3, 1))
            self.assertFalse(os.path.exists(self.path(part)))
            for line in made:
                os.remove(self.path(line["output"]))
            for suffix in ("", ".1-of-2", ".2-of-2"):
                os.remove(self.path("here.json.ledger" + suffix))

    def test_one_file_by_two_names(self):
        os.mkdir(self.path("out"))
        os.symlink("out", self.path("link"))
        self.write_jobs([{"name": "one", "content": "photos/p0.png", "output": "out/a.png"},
                         {"name": "two", "content": "photos/p1.png", "output": "link/a.png"}])
        self.fails(INPUT, "batch", "jobs.json", says="'one' and 'two' would both write")
        self.assertEqual(os.listdir(self.path("out")), [])

    def test_a_folder_in_the_place_of_a_picture(self):
        os.makedirs(self.path("out/a.png"))
        self.write_jobs([{"content": "photos/p0.png", "output": "out/a.png",
                          "iterations": 1000000}])
        lines, _ = self.batch("jobs.json", code=OUTPUT)
        self.assertIn("a folder of that name", lines["out/a.png"]["message"])

    def test_shards_add_up(self):
        jobs = self.dozen()
        lines = {}
        for i in range(1, 4):
            part, summary = self.batch(jobs, "--shard", "%d/3" % i)
            self.assertEqual(summary["done"], len(part))
            self.assertFalse(set(part) & set(lines), "a job in two shards")
            lines.update(part)
        self.assertEqual(len(lines), 12)
        sums = self.sums()
        self.assertEqual(len(sums), 12)
        # Divided otherwise or not at all, it is still known.
        _, summary = self.batch(jobs)
        self.assertEqual(summary["up_to_date"], 12)
        part, summary = self.batch(jobs, "--shard", "2/2")
        self.assertEqual(summary["up_to_date"], len(part))
        shutil.rmtree(self.path("out"))
        for name in os.listdir(self.folder):
            if ".ledger" in name:
                os.remove(self.path(name))
        self.batch(jobs)
        self.assertEqual(self.sums(), sums)

    def test_two_runs_at_once(self):
        jobs = self.dozen(iterations=40)
        first = self.popen("batch", jobs, "-q")
        with first:
            while not os.path.exists(self.path("jobs.json.ledger")):
                time.sleep(0.01)
                self.assertIsNone(first.poll())
            second = self.run_program("batch", jobs)
            self.assertEqual(second.returncode, OUTPUT, second.err)
            self.assertRegex(second.err, r"\Aimpasto: 'jobs.json.ledger' is being written by "
                                         r"another program[^\n]*\n\Z")
            # Shards have ledgers of their own.
            self.assertEqual(self.run_program("batch", jobs, "--shard", "1/12",
                                              "-q").returncode, 0)
            first.send_signal(signal.SIGTERM)
            _, err = first.communicate(timeout=100)
            self.assertEqual(first.returncode, TERMINATED, err)

    def test_ctrl_c(self):
        jobs = self.dozen(iterations=60)
        process = self.popen("batch", jobs)
        with process:
            while not os.path.isdir(self.path("out")) or not os.listdir(self.path("out")):
                time.sleep(0.01)
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertRegex(err, r"impasto: stopped by Ctrl-C: \d+ of 12 jobs were done")
        done = len(self.sums())
        self.assertLess(done, 12)
        for name in os.listdir(self.path("out")):
            self.assertRegex(name, r"\A\d+\.png\Z")
        self.assertEqual(len([line for line in self.ledger_lines() if line["state"] == "done"]),
                         done)

    def test_progress_on_a_pipe(self):
        process = self.succeeds("batch", self.dozen())
        self.assertEqual(process.out, "")
        self.assertRegex(process.err, r"(?m)^12/12  out/11\.png  \d+ s$")
        self.assertRegex(process.err, r"12 jobs: 12 done, 0 up to date, in \d+ s\n\Z")
        self.assertEqual(self.succeeds("batch", "jobs.json", "-q").err, "")


class Killed(BatchTest):
    def test_at_any_moment(self):
        """Killed over and over and gone on with: all is there once, with the bytes of a quiet run."""
        jobs = self.dozen(iterations=6)
        self.batch(jobs)
        undisturbed = self.sums()
        shutil.rmtree(self.path("out"))
        os.remove(self.path("jobs.json.ledger"))
        random.seed(20240611)
        began = time.monotonic()
        self.run_program("batch", jobs, "--shard", "1/12", "--ledger", self.path("other"), "-q")
        start_up = time.monotonic() - began
        shutil.rmtree(self.path("out"), ignore_errors=True)
        kills = 0
        for _ in range(60):
            process = self.popen("batch", jobs, "--resume", "-q", "--jobs-per-device", "2")
            with process:
                try:
                    process.wait(timeout=start_up * random.uniform(0.2, 2.5))
                except subprocess.TimeoutExpired:
                    process.kill()
                    kills += 1
                process.communicate()
            if process.returncode == 0 and kills > 1:
                break
            if process.returncode == 0:  # the start was measured while the machine did more
                start_up /= 2
                kills = 0
                shutil.rmtree(self.path("out"))
                os.remove(self.path("jobs.json.ledger"))
                continue
            self.assertEqual(process.returncode, -signal.SIGKILL)
            # What has a name is whole, and what it should be.
            for name, sum_ in self.sums().items():
                if name in undisturbed:
                    self.assertEqual(sum_, undisturbed[name], name)
                else:
                    self.assertRegex(name, r"\.(part\.png|tmp)\Z")
        self.assertGreater(kills, 1)
        _, summary = self.batch(jobs, "--resume")
        self.assertEqual(summary["failed"], 0)
        self.assertEqual(summary["done"] + summary["up_to_date"], 12)
        self.assertEqual(self.sums(), undisturbed)  # and so no temporary file is left
        done = [line["output"] for line in self.ledger_lines() if line["state"] == "done"]
        self.assertEqual(sorted(done), sorted(undisturbed), "done twice, or lost")
        print("  %d kills" % kills, file=sys.stderr)

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_between_the_steps_that_give_a_file_its_name(self):
        """Killed exactly at each rename, sync and write of the ledger of one job."""
        self.write_jobs([{"content": "content.png", "output": "out/a.png"}])
        self.batch("jobs.json")
        undisturbed = self.sums()
        for call in ("rename", "fsync"):
            for at in range(1, 12):
                shutil.rmtree(self.path("out"))
                os.remove(self.path("jobs.json.ledger"))
                killed = subprocess.run(
                    ["strace", "-f", "-qq", "-o", "/dev/null", "-P", self.path("out"),
                     "-e", "trace=" + call, "-e",
                     "inject=%s:signal=KILL:when=%d" % (call, at), PROGRAM, "batch",
                     "jobs.json", "-q"], cwd=self.folder, env=self.environment,
                    capture_output=True, timeout=200)
                if killed.returncode == 0:
                    break
                os.makedirs(self.path("out"), exist_ok=True)
                _, summary = self.batch("jobs.json", "--resume")
                self.assertEqual(summary["failed"], 0)
                self.assertEqual(self.sums(), undisturbed, "%s %d" % (call, at))


    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_a_folder_is_the_old_one_or_the_new_one(self):
        """Killed at each rename and each sync of a material that takes an older one's place."""
        os.mkdir(self.path("rock"))

        def write(bright):
            for kind in ("albedo", "roughness"):
                write_png(self.path("rock/%s.png" % kind), 32, 32,
                          lambda x, y: (bright + x, bright + y, bright))
        sums = []
        for bright in (10, 90):
            write(bright)
            with open(self.path("jobs.json"), "w") as file:
                json.dump({"jobs": [{"kind": "material", "maps": "rock", "resize": True,
                                     "output": "out/rock"}]}, file)
            self.batch("jobs.json")
            sums.append(self.sums())
        old, new = sums
        for call in ("rename", "fsync"):
            for at in range(1, 30):
                write(10)
                self.batch("jobs.json")
                self.assertEqual(self.sums(), old)
                write(90)
                killed = subprocess.run(
                    ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                     "inject=%s:signal=KILL:when=%d" % (call, at), PROGRAM, "batch",
                     "jobs.json", "-q"], cwd=self.folder, env=self.environment,
                    capture_output=True, timeout=200)
                there = {name: sum_ for name, sum_ in self.sums().items()
                         if name.startswith("out/rock/")}
                self.assertIn(there, [{}, old, new], "%s %d" % (call, at))
                _, summary = self.batch("jobs.json", "--resume")
                self.assertEqual(summary["failed"], 0)
                self.assertEqual(self.sums(), new, "%s %d" % (call, at))
                if killed.returncode == 0:
                    break
            self.assertGreater(at, 2, "never killed")


class BadBatches(BatchTest):
    def bad(self, text, *says, code=INPUT):
        with open(self.path("jobs.json"), "w") as file:
            file.write(text)
        return self.fails(code, "batch", "jobs.json", says=("'jobs.json': ",) + says)

    def test_one_clear_line(self):
        self.bad("{", "line 1 is not JSON")
        self.bad('{"jobs": []}', "'jobs' must be a list")
        self.bad('{"jobs": [{"name": "hills", "sizes": 3}]}', "job 'hills'",
                 "unknown key 'sizes'", "did you mean 'size'")
        self.bad('{"jobs": [{"size": 1e999}]}', "too large")
        self.bad('{"jobs": [{"size": 64, "size": 65}]}', "'size' twice")
        self.bad("[" * 100000, "nested too deeply")
        self.bad('{"jobs": [{"content": "content.png", "style": "style.png", '
                 '"output": "content.png"}]}', "is read and would be written by")

    def test_options(self):
        self.write_jobs([{"content": "content.png", "output": "o.png"}])
        self.fails(USAGE, "batch", says="a file of jobs is needed")
        self.fails(USAGE, "batch", "a.json", "b.json", says="one file of jobs")
        self.fails(INPUT, "batch", "missing.json", says="missing.json")
        for shard in ("0/3", "4/3", "1", "a/b", "1/0", "-1/2", "1/2/3", "1/1000001"):
            self.fails(USAGE, "batch", "jobs.json", "--shard=" + shard, says="--shard: ")
        self.fails(USAGE, "batch", "jobs.json", "--jobs-per-device", "0", says="1 to 64")
        self.fails(INPUT, "batch", "jobs.json", "--ledger", "content.png",
                   says="is no ledger of a batch")
        self.fails(OUTPUT, "batch", "jobs.json", "--ledger", "no/such/folder/l",
                   says="no/such/folder/l")


class Schema(BatchTest):
    def test_the_reader_and_the_schema_agree(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        with open(SCHEMA) as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)

        def agrees(file, valid):
            self.assertEqual(validator.is_valid(file), valid, file)
            with open(self.path("jobs.json"), "w") as to:
                json.dump(file, to)
            # A batch that was read is told so by its failing for the missing picture.
            process = self.run_program("batch", "jobs.json")
            refused = "impasto: 'jobs.json': " in process.err
            self.assertEqual(refused, not valid, "%s\n%s" % (file, process.err))

        job = {"content": "missing.png", "style": "style.png", "output": "o.png"}

        def with_(**more):
            return {"jobs": [{**job, **{key.replace("_", "-"): value
                                        for key, value in more.items()}}]}

        agrees({"$schema": "x", "defaults": {}, "jobs": [job]}, True)
        agrees({"defaults": {"size": 64, "kind": "stylize", "output": "o/{stem}.png"},
                "jobs": [{"name": "a", "content": ["missing.png"], "style": ["a", "b"]}]}, True)
        for more in ({"size": 16}, {"iterations": [3, 4]}, {"iterations": "3,4"},
                     {"style_blend": [0.5]}, {"style_blend": 1}, {"seed": 2 ** 64 - 1},
                     {"optimizer": "adam", "adam_rate": 0.5}, {"each_style": True},
                     {"mask": "m.png"}, {"style_mask": ["-"]}, {"structure": 0.5},
                     {"lighting": "flatten"},
                     {"style_layers": "relu1_1:2,relu2_1"}, {"init": "noise"}, {"tile": "xy"}):
            agrees(with_(**more), True)
        for more in ({"size": 15}, {"size": 16385}, {"size": "64"}, {"size": None},
                     {"iterations": []}, {"iterations": [0]}, {"iterations": "a"},
                     {"style_blend": [-1]}, {"seed": -1}, {"seed": 2 ** 64},
                     {"optimizer": "sgd"}, {"adam_rate": 2}, {"each_style": "yes"},
                     {"mask": []}, {"lighting": "dark"}, {"structure": 2}, {"kind": "paint"}, {"colour": "style"}, {"name": ""}, {"content": []},
                     {"style": 3}, {"output": ""}, {"style_scale": 0}, {"tv_weight": -0.5}):
            agrees(with_(**more), False)
        texture = {"kind": "texture", "exemplar": "missing.png", "output": "o.png"}
        material = {"kind": "material", "maps": "missing", "output": "o", "mips": True}
        model = {"kind": "gltf", "model": "missing.glb", "style": "style.png", "output": "o.glb"}
        for one in (texture, {**texture, "size": "64x32", "each-exemplar": True,
                              "exemplar-scale": 0.5},
                    material, {**material, "pack": "orm", "resize": True, "detail": 0.5},
                    {**material, "albedo": "missing.png", "metallic-roughness": "mr.png"},
                    {**material, "synthesize": True, "size": "64x32"},
                    model, {**model, "material": ["a", "1"], "keep-seams": False}):
            agrees({"jobs": [one]}, True)
        for one in ({**texture, "size": "x"}, {**texture, "exemplar": 3},
                    {**material, "mips": "yes"}, {**material, "pack": "rgb"},
                    {**material, "detail": 2}, {**material, "normal": ["n.png"]},
                    {**material, "height": 3}, {**material, "size": "large"}, {**model, "material": []},
                    {**model, "keep-emissive": 1}, {**texture, "content": "missing.png"},
                    {**material, "seams": True}, {**model, "mips": True},
                    {**job, "kind": "stylize", "exemplar-scale": 0.5}):
            agrees({"jobs": [one]}, False)
        for file in ([], {}, {"jobs": {}}, {"jobs": []}, {"jobs": [1]}, {"jobs": [job], "x": 1},
                     {"jobs": [job], "defaults": {"name": "x"}},
                     {"jobs": [job], "defaults": {"sizes": 3}},
                     {"jobs": [job], "defaults": []}):
            agrees(file, False)


class Queues(BatchTest):
    """A shard is any queue's task."""

    @unittest.skipUnless(shutil.which("parallel"), "GNU parallel is not installed")
    def test_gnu_parallel(self):
        jobs = self.dozen()
        version = subprocess.run(["parallel", "--version"], capture_output=True, text=True)
        if "GNU parallel" not in version.stdout:
            self.skipTest("parallel is another program's name here")
        home = self.path("home")
        os.mkdir(home)
        result = subprocess.run(
            ["parallel", "--will-cite", "-j2", PROGRAM + " batch " + jobs + " -q --shard {}/4",
             ":::", "1", "2", "3", "4"], cwd=self.folder, env=dict(self.environment, HOME=home),
            capture_output=True, text=True, timeout=300)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(self.sums()), 12)
        _, summary = self.batch(jobs)
        self.assertEqual(summary["up_to_date"], 12)

    @unittest.skipIf(slurm.why_not(), slurm.why_not())
    def test_slurm(self):
        with slurm.Slurm(self.path("slurm")) as queue:
            self.run_array(dict(self.environment, **queue.environment))

    def run_array(self, environment):
        jobs = self.dozen()
        script = self.path("shard.sh")
        with open(script, "w") as file:
            file.write('#!/bin/sh\nexec "%s" batch %s -q '
                       '--shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"\n'
                       % (PROGRAM, jobs))
        result = subprocess.run(["sbatch", "--wait", "--array=1-4", "--output=slurm-%a.txt",
                                 script], cwd=self.folder, env=environment,
                                capture_output=True, text=True, timeout=500)
        told = ""
        for i in range(1, 5):
            if os.path.exists(self.path("slurm-%d.txt" % i)):
                told += self.bytes_of(self.path("slurm-%d.txt" % i)).decode()
        self.assertEqual(result.returncode, 0, result.stderr + told)
        self.assertEqual(len(self.sums()), 12)
        _, summary = self.batch(jobs)
        self.assertEqual(summary["up_to_date"], 12)


if __name__ == "__main__":
    main()
