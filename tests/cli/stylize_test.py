#!/usr/bin/env python3
"""impasto stylize: what comes out."""
import csv
import json
import os
import re

from support import NO_MEMORY, CliTest, Png, data, main, write_png


class Stylize(CliTest):
    def test_size_not_divisible_by_16(self):
        self.stylize("--size", "90")
        picture = Png(self.out)
        self.assertEqual((picture.width, picture.height, picture.channels), (90, 67, 3))

    def test_json_has_exactly_its_fields(self):
        process = self.stylize("--json", "--size", "96", "--first-size", "64", "--iterations",
                               "4,3")
        report = json.loads(process.out)
        self.assertEqual(
            sorted(report),
            ["device", "device_bytes_peak", "device_bytes_planned", "driver", "height",
             "interrupted", "iterations", "loss_first", "loss_last", "output", "restarts", "scales", "seconds", "seconds_per_iteration",
             "variants", "weights", "width"])
        self.assertEqual(report["variants"]["relu1_1"], "direct")
        self.assertEqual(len(report["variants"]), 13)
        self.assertEqual(sorted(report["weights"]), ["name", "sha256"])
        self.assertEqual(report["weights"]["name"], "builtin")
        self.assertRegex(report["weights"]["sha256"], r"\A[0-9a-f]{64}\Z")
        self.assertEqual((report["width"], report["height"]), (96, 71))
        for scale in report["scales"]:
            self.assertEqual(sorted(scale), ["height", "iterations", "width"])
        self.assertEqual(report["scales"][-1]["width"], 96)
        self.assertEqual([scale["iterations"] for scale in report["scales"]][:2], [4, 3])
        self.assertEqual(report["iterations"],
                         sum(scale["iterations"] for scale in report["scales"]))
        for losses in (report["loss_first"], report["loss_last"]):
            self.assertEqual(sorted(losses), ["content", "style", "total", "tv"])
        self.assertIs(report["interrupted"], False)
        self.assertGreater(report["loss_first"]["total"], 0)
        self.assertGreater(report["seconds"], 0)
        self.assertGreater(report["seconds_per_iteration"], 0)
        self.assertGreater(report["device_bytes_peak"], 1_000_000)
        self.assertEqual(report["device_bytes_planned"], report["device_bytes_peak"])
        self.assertRegex(process.err, r"(?m)^device memory: \d+\.\d MiB$")
        self.assertEqual(report["output"], self.out)
        # What else is told goes to stderr, and the device stands in the object.
        self.assertNotIn("device:", process.err)

    def test_trace_has_a_row_an_iteration(self):
        trace = self.path("trace.csv")
        report = self.report("--size", "96", "--first-size", "64", "--iterations", "5",
                             "--trace", trace)
        with open(trace, newline="") as file:
            text = file.read()
        self.assertEqual(text.splitlines()[0],
                         "scale,width,height,iteration,total,content,style,tv")
        rows = list(csv.DictReader(text.splitlines()))
        expected = [(str(s + 1), str(scale["width"]), str(scale["height"]), str(i + 1))
                    for s, scale in enumerate(report["scales"])
                    for i in range(scale["iterations"])]
        self.assertGreater(len(report["scales"]), 1)
        self.assertEqual([(row["scale"], row["width"], row["height"], row["iteration"])
                          for row in rows], expected)
        for name in ("total", "content", "style", "tv"):
            self.assertAlmostEqual(float(rows[0][name]), report["loss_first"][name], places=5)
        # A row is of the picture before the step, the report's of the one that is written.
        self.assertNotEqual(float(rows[-1]["total"]), report["loss_last"]["total"])

    def test_tuning_is_kept(self):
        folder = os.path.join(self.cache, "impasto", "tuning")
        report = json.loads(self.stylize("--json", "--iterations", "1").out)
        self.assertEqual(report["variants"]["relu1_1"], "direct")
        self.assertLessEqual(set(report["variants"].values()), {"direct", "winograd"})
        name, = os.listdir(folder)
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            kept = file.read()
        self.assertIn(b"\ntime 32 32 direct ", kept)
        again = json.loads(self.stylize("--json", "--iterations", "1").out)
        self.assertEqual(again["variants"], report["variants"])
        self.assertEqual(again["loss_last"], report["loss_last"])
        with open(path, "rb") as file:
            self.assertEqual(file.read(), kept)
        with open(path, "wb") as file:
            file.write(kept[:-1] + b"X")
        self.stylize("--iterations", "1", "--retune")
        with open(path, "rb") as file:
            retuned = file.read()
        self.assertNotEqual(retuned, kept)
        self.assertIn(b"\ntime 32 32 direct ", retuned)

    def test_memory_budget(self):
        report = json.loads(self.stylize("--json", "--size", "128", "--first-size", "128").out)
        peak = report["device_bytes_peak"]
        self.stylize("--size", "128", "--first-size", "128", "--memory-budget", str(peak))
        # Less than the encoder and the picture take: the size that would fit does.
        process = self.fails(NO_MEMORY, "stylize", self.content, self.style, "-o", self.out,
                             "--quiet", "--size", "2048", "--memory-budget", f"{peak // 1024}KiB",
                             says=["size 2048 needs", "would fit"])
        fits = re.search(r"size (\d+) would fit", process.err).group(1)
        self.assertGreaterEqual(int(fits), 112)
        self.stylize("--size", fits, "--iterations", "1", "--memory-budget", str(peak))
        self.fails(NO_MEMORY, "stylize", self.content, self.style, "-o", self.out,
                   "--quiet", "--memory-budget", "1M", says=["has 1.0 MiB free", "and even size 22 takes ", " MiB with the encoder"])

    def test_profile(self):
        trace = os.path.join(self.folder, "profile.json")
        process = self.stylize("--size", "64", "--iterations", "3", "--profile",
                               "--profile-trace", trace)
        for text in ("GFLOP/s", "winograd_output", "relu3_1 backward", "step"):
            self.assertIn(text, process.err)
        with open(trace, encoding="utf-8") as file:
            events = json.load(file)["traceEvents"]
        self.assertGreater(len(events), 100)
        self.assertTrue(all(event["ph"] == "X" and event["dur"] >= 0 for event in events))
        begins = [event["ts"] for event in events]
        self.assertEqual(begins, sorted(begins))

    def test_the_last_loss_is_that_of_the_picture(self):
        one = self.report("--iterations", "1")
        self.assertLess(one["loss_last"]["total"], one["loss_first"]["total"])
        # What one iteration leads to is what the second of two begins with.
        trace = self.path("trace.csv")
        self.report("--iterations", "2", "--trace", trace)
        with open(trace, newline="") as file:
            rows = list(csv.DictReader(file))
        for name in ("total", "content", "style", "tv"):
            self.assertAlmostEqual(float(rows[1][name]), one["loss_last"][name], places=5)

    def test_spaces_in_lists(self):
        report = self.report("--size", "96", "--first-size", "48", "--iterations", "3, 2",
                             "--style-layers", "relu1_1, relu2_1 : 0.5", "--style-blend", " 1 ")
        self.assertEqual([scale["iterations"] for scale in report["scales"]], [3, 2])
        preset = json.loads(Png(self.out).text["impasto:preset"])
        self.assertEqual(preset["iterations"], "3,2")
        self.assertEqual(preset["style-layers"], "relu1_1,relu2_1:0.5")

    def test_a_link_stays_one(self):
        os.mkdir(self.path("far"))
        for name in ("old.png", "new.png"):
            with self.subTest(name=name):
                target = self.path("far/" + name)
                if name == "old.png":
                    write_png(target, 20, 20, lambda x, y: (x, y, 0))
                self.out = self.path("link-" + name)
                os.symlink("far/" + name, self.out)
                self.stylize()
                self.assertTrue(os.path.islink(self.out))
                self.assertEqual(Png(target).width, 64)

    def test_names_that_look_like_options(self):
        for name in ("content.png", "style.png"):
            os.rename(self.path(name), self.path("-" + name))
        self.succeeds("stylize", "-o", self.out, "--size", "64", "--first-size", "64",
                      "--iterations", "1", "--", "-content.png", "-style.png")
        self.assertEqual(Png(self.out).width, 64)

    def test_same_run_twice_gives_the_same_bytes(self):
        self.stylize("--init", "noise", "--seed", "7")
        first = self.bytes_of(self.out)
        self.stylize("--init", "noise", "--seed", "7")
        self.assertEqual(self.bytes_of(self.out), first)
        self.stylize("--init", "noise", "--seed", "8")
        self.assertNotEqual(Png(self.out).rows, Png_of(first, self.path("first.png")).rows)

    def test_the_preset_in_a_png_makes_the_same_png(self):
        self.stylize("--style-weight", "3.5", "--iterations", "3,2", "--pooling", "avg",
                     "--style-layers", "relu1_1:2,relu3_1")
        text = Png(self.out).text
        self.assertRegex(text["Software"], r"\AImpasto \d+\.\d+\.\d+\Z")
        preset = json.loads(text["impasto:preset"])
        self.assertEqual(preset["style-weight"], 3.5)
        self.assertEqual(preset["iterations"], "3,2")
        self.assertEqual(preset["size"], 64)
        with open(self.path("preset.json"), "w") as file:
            json.dump(preset, file)
        first = self.bytes_of(self.out)
        self.succeeds("stylize", self.content, self.style, "-o", self.out, "--preset",
                      "preset.json")
        self.assertEqual(self.bytes_of(self.out), first)

    def test_the_optimisers_have_their_numbers(self):
        long = self.report("--iterations", "5", "--lbfgs-history", "5")
        kept = Png(self.out)
        self.assertEqual(json.loads(kept.text["impasto:preset"])["lbfgs-history"], 5)
        short = self.report("--iterations", "5", "--lbfgs-history", "1")
        self.assertNotEqual(Png(self.out).rows, kept.rows)
        self.assertLess(short["device_bytes_planned"], long["device_bytes_planned"])
        slow = self.report("--iterations", "3", "--optimizer", "adam", "--adam-rate", "0.001")
        self.assertEqual(json.loads(Png(self.out).text["impasto:preset"])["adam-rate"], 0.001)
        fast = self.report("--iterations", "3", "--optimizer", "adam")
        self.assertLess(fast["loss_last"]["total"], slow["loss_last"]["total"])

    def test_a_png_tells_no_folders(self):
        start = write_png(self.path("start.png"), 40, 40, lambda x, y: (255 - 6 * x, 6 * y, 90))
        for given, told in ((start, "start.png"), ("start.png", "start.png"),
                            ("./start.png", "./start.png")):
            self.stylize("--init", given)
            text = Png(self.out).text["impasto:preset"]
            self.assertEqual(json.loads(text)["init"], told)
            self.assertNotIn(self.folder, text)
        os.rename(start, self.path("noise"))
        self.stylize("--init", self.path("noise"))
        self.assertEqual(json.loads(Png(self.out).text["impasto:preset"])["init"], "./noise")

    def test_more_iterations_than_scales(self):
        said = "--iterations has 3 numbers for 1 scale: the rest is not used"
        self.assertIn(said, self.stylize("--iterations", "2,9,9").err)
        self.assertNotIn("is not used", self.stylize("--iterations", "2").err)
        self.assertEqual(self.stylize("--iterations", "2,9,9", "-q").err, "")

    def test_two_styles_with_shares(self):
        other = write_png(self.path("other.png"), 64, 64, lambda x, y: (0, 255 - y * 3, y * 2))
        self.stylize("--iterations", "4")
        one = Png(self.out).rows
        self.succeeds("stylize", self.content, self.style, other, "-o", self.out, "--size", "64",
                      "--first-size", "64", "--iterations", "4", "--style-blend", "0.7,0.3")
        self.assertNotEqual(Png(self.out).rows, one)

    def test_colors_of_the_content(self):
        # The content is blue, the style red: with the content's colours the result stays blue.
        self.stylize("--iterations", "12")
        styled = Png(self.out)
        self.stylize("--iterations", "12", "--colors", "content")
        kept = Png(self.out)
        content = Png(self.content)
        blue = [picture.mean(2) - picture.mean(0) for picture in (content, kept, styled)]
        self.assertLess(abs(blue[1] - blue[0]), 40, blue)
        self.assertGreater(blue[1] - blue[2], 20, blue)

    def test_other_ways_to_do_it(self):
        start = write_png(self.path("start.png"), 40, 40, lambda x, y: (255 - 6 * x, 6 * y, 90))
        report = self.report("--optimizer", "adam", "--pooling", "avg", "--padding", "zero",
                             "--style-scale", "0.5", "--style-layers", "relu1_1:2,relu3_1",
                             "--content-layers", "relu2_2,relu3_1:0.5", "--tv-weight", "0",
                             "--content-weight", "2", "--style-weight", "20", "--init", start,
                             "--iterations", "6")
        self.assertLess(report["loss_last"]["total"], report["loss_first"]["total"])
        losses = report["loss_last"]
        self.assertAlmostEqual(losses["total"], 2 * losses["content"] + 20 * losses["style"],
                               delta=1e-3 * losses["total"])

    def test_save_every(self):
        # Three scales of four iterations; the last picture is the result itself.
        report = self.report("--size", "96", "--first-size", "48", "--iterations", "4",
                             "--save-every", "3")
        total = report["iterations"]
        names = ["out-%06d.png" % i for i in range(3, total, 3)]
        self.assertEqual(sorted(os.listdir(self.folder)),
                         sorted(names + ["content.png", "out.png", "style.png"]))
        self.assertEqual(Png(self.path(names[0])).width, report["scales"][0]["width"])
        self.assertEqual(Png(self.path(names[-1])).width, 96)

    def test_alpha_is_kept(self):
        self.content = write_png(self.path("alpha.png"), 80, 60,
                                 lambda x, y: (x, y, 200, 0 if x < 40 else 255), channels=4)
        self.stylize("--size", "80", "--first-size", "80")
        picture = Png(self.out)
        self.assertEqual(picture.channels, 4)
        self.assertEqual(picture.pixel(10, 30)[3], 0)
        self.assertEqual(picture.pixel(70, 30)[3], 255)

    def test_jpeg_in_and_out(self):
        self.content = write_png(self.path("enough.png"), 64, 48, lambda x, y: (x, y, 99))
        self.style = self.path("style.jpg")
        self.out = self.style  # makes a JPEG
        self.succeeds("stylize", self.content, self.path("style.png"), "-o", self.out, "--size",
                      "64", "--first-size", "64", "--iterations", "1")
        self.assertTrue(self.bytes_of(self.style).startswith(b"\xff\xd8\xff"))
        self.out = self.path("again.jpeg")
        self.stylize()
        self.assertTrue(self.bytes_of(self.out).endswith(b"\xff\xd9"))

    def test_sixteen_bit_and_rotated_pictures_are_read(self):
        # Too small to paint, and said so with the size that the viewer shows.
        self.fails(3, "stylize", data("image", "exif6.png"), self.style, "-q", says="exif6.png")
        self.fails(3, "stylize", self.content, data("image", "rgb16.png"), "-q", says="rgb16.png")

    def test_without_an_output_name(self):
        for expected in ("content-style.png", "content-style-2.png"):
            process = self.succeeds("stylize", "content.png", "style.png", "--size", "64",
                                    "--first-size", "64", "--iterations", "1")
            self.assertIn("wrote " + expected, process.err)
            self.assertEqual(Png(self.path(expected)).width, 64)

    def test_says_what_is_used(self):
        err = self.stylize().err
        self.assertIn("device: ", err)
        self.assertIn("encoder: builtin", err)
        self.assertIn("impasto weights fetch vgg19", err)
        self.assertIn("wrote " + self.out, err)

    def test_a_small_content_is_enlarged(self):
        self.stylize("--size", "128", "--first-size", "128", "--iterations", "1")
        self.assertEqual(Png(self.out).width, 128)


def Png_of(bytes_, path):
    with open(path, "wb") as file:
        file.write(bytes_)
    return Png(path)


if __name__ == "__main__":
    main()
