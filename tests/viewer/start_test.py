"""The first minutes with the viewer: an empty start, the picture that appears, its pixels, saving,
and leaving."""
import os
import re
import shlex
import shutil
import subprocess
import time

import viewer_support
from viewer_support import (DONE, ENDLESS, IDLE, INPUT, NO_DEVICE, STATE, Png, ViewerTest, frames,
                            rgb_rows, support)

EIGHT = ["--iterations", "8"]
BUILTIN = os.path.join(viewer_support.FOLDER, "..", "..", "weights", "builtin.safetensors")


class StartTest(ViewerTest):
    def test_an_empty_start_and_the_samples(self):
        shot = self.path("done.png")
        empty, done = self.view(
            {"wait": {"item": "Use the samples"}}, frames(2), STATE,
            {"click": "Use the samples"}, DONE, {"key": "1"}, frames(3),
            {"screenshot": shot}, STATE, pictures=False, arguments=EIGHT)
        self.assertEqual(empty["phase"], "empty")
        self.assertEqual(empty["result"], [0, 0])
        for label in ("Open a picture...", "Use the samples", "content", "style 1", "File"):
            self.assertIn(label, empty["items"])
        self.assertEqual(os.path.basename(done["content"]), "landscape.png")
        self.assertEqual([os.path.basename(path) for path in done["styles"]], ["swirl.png"])
        self.assertEqual(done["iterations"], 8)
        self.assertEqual(max(done["result"]), 64)
        self.assertEqual(len(done["losses"]), 8)
        self.assertLess(done["losses"][-1], done["losses"][0])
        self.assertNotIn("Use the samples", done["items"])
        self.assertNoErrors(done)
        # A picture, not one colour.
        part = self.cut(Png(shot), done)
        self.assertEqual([part.width, part.height], done["result"])
        self.assertGreater(len({part.pixel(x, y) for x in range(0, part.width, 3)
                                for y in range(0, part.height, 3)}), 100)

    def test_what_is_shown_saved_and_stylized_is_the_same(self):
        shot, out, preset = self.path("shot.png"), self.path("viewer.png"), self.path("set.json")
        settings = {"style-weight": 3, "style-scale": 0.8, "pooling": "avg", "seed": 5,
                    "init": "noise", "style-layers": "relu1_1:1,relu3_1:0.5"}
        done, saved = self.view(
            {"wait": {"item": "Use the samples"}}, {"set": settings},
            {"drop": [self.content, self.style]}, DONE, {"key": "1"}, frames(3),
            {"screenshot": shot}, STATE, *self.saved_as(out),
            *self.with_file("Save settings...", preset, "Save file"), STATE,
            pictures=False, arguments=EIGHT)
        self.assertNoErrors(saved)
        self.assertEqual(saved["saved_as"], out)
        self.assertTrue(any(out in text for text in self.news(saved)))
        self.assertEqual((saved["view"]["zoom"], saved["view"]["fit"]), (1, False))
        # The window's pixels are the file's.
        picture = Png(out)
        self.assertSamePixels(self.cut(Png(shot), done), picture)
        # So are stylize's, from the preset that was saved: the very file but for its texts ...
        again = self.path("again.png")
        self.succeeds("stylize", self.content, self.style, "--preset", preset, "-o", again)
        self.assertEqual(rgb_rows(Png(again)), rgb_rows(picture))
        # ... from the settings within the picture ...
        self.assertEqual(self.preset_in(picture), self.load(preset))
        self.assertNotIn("impasto:changed", picture.text)
        # ... and from the line that is copied.
        os.rename(out, self.path("viewers.png"))
        line = saved["command_line"]
        self.assertEqual(shlex.split(line)[0], "impasto")
        run = subprocess.run(
            ["sh", "-c", line], cwd=self.folder, capture_output=True, encoding="utf-8",
            env=dict(self.environment, PATH=os.path.dirname(support.PROGRAM) + ":" +
                     os.environ["PATH"]), check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(rgb_rows(Png(out)), rgb_rows(picture))

    def preset_in(self, picture):
        key, = [key for key in picture.text if "preset" in key]
        file = self.path("within.json")
        with open(file, "w", encoding="utf-8") as to:
            to.write(picture.text[key])
        return self.load(file)

    def test_a_saved_picture_and_a_preset_bring_their_settings_back(self):
        out, preset = self.path("viewer.png"), self.path("set.json")
        wanted = {"style-weight": 2.5, "colors": "content", "optimizer": "adam", "adam-rate": 0.03}
        first, = self.view({"set": wanted}, DONE, *self.saved_as(out),
                           *self.with_file("Save settings...", preset, "Save file"), STATE,
                           arguments=EIGHT)
        start, by_picture, by_preset = self.view(
            frames(2), STATE, *self.with_file("Open settings...", out), DONE, STATE,
            {"set": {"style-weight": 9}}, {"drop": preset}, IDLE, frames(2), STATE,
            arguments=EIGHT)
        for name, value in wanted.items():
            self.assertEqual(first["settings"][name], value)
            self.assertNotEqual(start["settings"][name], value)
        self.assertEqual(by_picture["settings"], first["settings"])
        self.assertNoErrors(by_preset)

    def test_a_picture_that_was_changed_on_the_way_says_so(self):
        """Also where it was changed when it was done, and again before it went on."""
        out = self.path("changed.png")
        self.view(DONE, {"set": {"style-weight": 9}}, frames(2), {"set": {"style-weight": 10}},
                  frames(12), {"set": {"pooling": "avg"}}, IDLE, DONE, *self.saved_as(out),
                  arguments=EIGHT)
        self.assertIn("impasto:changed", Png(out).text)

    def test_an_encoder_of_a_file_comes_back_with_the_picture(self):
        """Its name alone is in the picture: it is looked for beside it."""
        folder = self.path("encoders")
        os.mkdir(folder)
        encoder = os.path.join(folder, "small.safetensors")
        shutil.copy(BUILTIN, encoder)
        out = os.path.join(folder, "painted.png")
        self.view(DONE, *self.saved_as(out), arguments=[*EIGHT, "--weights", encoder])
        found, missing = self.view(
            frames(2), *self.with_file("Open settings...", out), DONE, STATE,
            {"set": {"weights": "absent.safetensors"}}, {"wait": {"error": "absent"}}, IDLE, STATE,
            arguments=EIGHT)
        self.assertEqual(found["painted_with"]["weights"], "small.safetensors")
        self.assertNoErrors(found)
        self.assertError(missing, "absent.safetensors", "under Encoder", "painted with small")

    def test_a_picture_without_settings_says_so(self):
        state, = self.view(*self.with_file("Open settings...", self.content), IDLE, STATE,
                           arguments=EIGHT)
        self.assertError(state, "content.png", "carries no settings")

    def test_saving_where_it_must_not_or_cannot(self):
        before = self.bytes_of(self.content), self.bytes_of(self.style)
        lost = self.path("nowhere/out.png")
        states = self.view(
            DONE,
            *self.save_as(self.content), {"click": "Replace it"}, frames(2), IDLE, STATE,
            *self.save_as(self.style), {"click": "Replace it"}, frames(2), IDLE, STATE,
            *self.save_as(lost), frames(2), IDLE, STATE,
            *self.with_file("Save settings...", self.path("nowhere/set.json"), "Save file"),
            IDLE, STATE,
            *self.save_as(self.path("good.png")), {"wait": {"saved": self.path("good.png")}},
            arguments=EIGHT)
        self.assertError(states[0], "content.png", "choose another name")
        self.assertError(states[1], "style.png", "choose another name")
        self.assertError(states[2], "nowhere")
        self.assertGreater(len(self.errors(states[3])), len(self.errors(states[2])))
        self.assertEqual((self.bytes_of(self.content), self.bytes_of(self.style)), before)
        self.assertEqual([state["saved_as"] for state in states], [""] * 4)
        self.assertTrue(os.path.exists(self.path("good.png")))
        self.assertFalse(os.path.exists(self.path("nowhere")))

    def test_a_name_without_an_ending_and_one_that_is_there(self):
        out = self.path("twice.png")
        state, = self.view(DONE, *self.save_as(out[:-4]), {"wait": {"saved": out}}, IDLE,
                           *self.save_as(out), {"wait": {"item": "Replace it"}},
                           {"click": "Cancel"}, frames(2), {"key": "Ctrl+S"}, IDLE, STATE,
                           arguments=EIGHT)
        self.assertNoErrors(state)
        self.assertEqual(state["saved_as"], out)
        self.assertEqual(max(Png(out).width, Png(out).height), 64)

    def test_the_cross_of_a_dialog_closes_it(self):
        shown, closed = self.view(
            {"key": "Ctrl+O"}, {"wait": {"item": "file name"}}, frames(2), STATE,
            {"click": "close the dialog"}, frames(4), STATE, pictures=False)
        self.assertIn("file name", shown["items"])
        self.assertNotIn("file name", closed["items"])
        self.assertIn("File", closed["items"])

    def test_nothing_is_saved_where_nothing_is_painted(self):
        state, = self.view({"key": "Ctrl+S"}, frames(3), {"key": "Ctrl+Shift+S"}, frames(3), STATE,
                           pictures=False)
        self.assertNotIn("file name", state["items"])
        self.assertNoErrors(state)

    def test_closing_in_the_middle_of_a_step(self):
        # An iteration at this size takes a CPU seconds.
        arguments, states = self.arguments(
            [{"wait": {"phase": "running", "timeout": 100}}, frames(5), STATE], *ENDLESS,
            "--size", "1024", "--first-size", "1024", small=False)
        with self.popen(*arguments) as process:
            out, err = process.communicate(timeout=200)
        closed = time.time() - os.stat(states[0]).st_mtime
        self.assertEqual(process.returncode, 0, err)
        self.assertIsNone(support.VALIDATION.search(out + err), out + err)
        self.assertLess(self.load(states[0])["iterations"], 2)
        self.assertLess(closed, 1.0)

    def test_a_machine_without_a_display(self):
        process = self.run_program("view", self.content, self.style, env={"DISPLAY": ""})
        self.assertEqual(process.returncode, NO_DEVICE, process.err)
        self.assertEqual(process.out, "")
        self.assertRegex(process.err, r"\Aimpasto: [^\n]*impasto stylize[^\n]*\n\Z")

    def test_a_desktop_without_a_device(self):
        for arguments, env in ((["--device", "no such one"], {}),
                               ([], {"VK_DRIVER_FILES": self.path("none.json"),
                                     "VK_ICD_FILENAMES": self.path("none.json"),
                                     "VK_INSTANCE_LAYERS": ""})):
            with self.subTest(arguments or env):
                process = self.run_program("view", *arguments, "--preferences", self.preferences,
                                           env=env)
                self.assertEqual(process.returncode, NO_DEVICE, process.err)
                self.assertRegex(process.err, r"\Aimpasto: [^\n]*\n\Z")
                for command in ("impasto devices", "impasto doctor", "impasto stylize"):
                    self.assertIn(command, process.err)

    def test_what_is_copied_is_said(self):
        by_key, by_menu = self.view(
            {"wait": {"item": "File"}}, {"key": "Ctrl+Shift+C"}, frames(2), STATE,
            *self.from_menu("File", "Copy as command line"), frames(2), STATE, pictures=False)
        self.assertIn("copied: " + by_key["command_line"], self.news(by_key))
        self.assertEqual(by_menu["clipboard"], by_menu["command_line"])

    def test_scripts_that_are_none(self):
        for text in ("", "{}", "[3]", "[{}]"):
            with self.subTest(text):
                with open(self.path("bad.json"), "w", encoding="utf-8") as file:
                    file.write(text)
                process = self.run_program("view", "--script", self.path("bad.json"),
                                           "--preferences", self.preferences)
                self.assertEqual(process.returncode, INPUT)
                self.assertIn("bad.json", process.err)
        self.view({"click": "No such item", "timeout": 0.2}, code=INPUT, pictures=False)
        self.assertRegex(self.process.err, re.escape("step 1") + ".*No such item")

    def assertRemembersWhenKilled(self):
        """What was arranged is written while the window is open, too."""
        before = self.bytes_of(self.preferences)
        arguments, _ = self.arguments([{"wait": {"item": "File"}}, {"key": "N"}, {"wait": {"seconds": 60}}],
                                      pictures=False)
        with self.popen(*arguments) as process:
            end = time.monotonic() + 40
            while self.bytes_of(self.preferences) == before and time.monotonic() < end:
                time.sleep(0.2)
            process.kill()
            process.communicate()
        self.assertTrue(self.load(self.preferences)["nearest"])

    def test_what_is_remembered(self):
        self.view({"wait": {"item": "File"}}, frames(2), *self.from_menu("View", "Light theme"),
                  {"key": "P"}, {"key": "H"}, {"resize": [900, 600]}, frames(3),
                  {"drop": [self.content, self.style]}, IDLE, pictures=False, arguments=EIGHT)
        state, = self.view({"wait": {"item": "File"}}, frames(2), STATE, pictures=False)
        self.assertEqual(state["window"], [900, 600])
        self.assertNotIn("losses", state["items"])
        kept = self.load(self.preferences)
        self.assertEqual(kept["theme"], "light")
        self.assertEqual(kept["recent"], [self.style, self.content])
        self.assertRemembersWhenKilled()
        opened, = self.view(*self.from_menu("File", "Recent"), {"click": "content.png"}, IDLE,
                            STATE, pictures=False)
        self.assertEqual(opened["content"], self.content)
        # On the empty start, too.
        both, = self.view({"click": "recent content.png"}, frames(2), IDLE, frames(2),
                          *self.from_menu("File", "Recent"), {"click": "style.png"}, frames(2),
                          IDLE, DONE, STATE, pictures=False, arguments=EIGHT)
        self.assertEqual((both["content"], both["styles"]), (self.content, [self.style]))


if __name__ == "__main__":
    viewer_support.main()
