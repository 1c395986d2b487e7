"""Files that are dropped: pictures, folders, presets, and what only looks like them."""
import json
import os
import shutil
import socket
import time

import viewer_support
from viewer_support import DONE, IDLE, STATE, Png, ViewerTest, frames, rgb_rows, support

FEW = ["--iterations", "4"]


class FilesTest(ViewerTest):
    DISPLAY = (1280, 1400)
    HIGH = {"width": 800, "height": 1300}  # for all sections of the controls

    def drop(self, *steps, **more):
        return self.view({"wait": {"item": "File"}}, *steps, pictures=False,
                         arguments=FEW, **more)

    def more_styles(self, *names):
        return [support.write_png(self.path(name), 40, 30,
                                  lambda x, y, n=n: (60 * n, 5 * x, 8 * y))
                for n, name in enumerate(names, 1)]

    def test_content_then_style_then_another(self):
        other, = self.more_styles("other.png")
        content, both, asked, more = self.drop(
            {"drop": self.content}, IDLE, frames(2), STATE, {"drop": self.style}, DONE, STATE,
            {"drop": other}, {"wait": {"item": "one more style"}}, STATE,
            {"click": "one more style"}, frames(2), IDLE, DONE, frames(2), STATE)
        self.assertEqual((content["phase"], content["content"]), ("empty", self.content))
        self.assertEqual(both["styles"], [self.style])
        self.assertEqual(both["iterations"], 4)
        for label in ("the content", "the style", "its settings", "nothing"):
            self.assertIn(label, asked["items"])
        self.assertEqual(more["styles"], [self.style, other])
        self.assertEqual(more["iterations"], 8)  # from the picture on
        self.assertLess(more["losses"][4], more["losses"][0])
        self.assertIn("Blend of styles", more["items"])
        self.assertNoErrors(more)

    def test_where_they_are_dropped(self):
        """On the content, on a style, on the button that adds one: nothing is asked."""
        names = ("photo.png", "second.png", "third.png", "fourth.png")
        photo, second, third, fourth = self.more_styles(*names)
        content, more, one, all_of_them = self.view(
            DONE, frames(2), {"drop": photo, "on": "content"}, IDLE, DONE, frames(2), STATE,
            {"drop": second, "on": "Add style"}, IDLE, DONE, frames(2), STATE,
            {"drop": third, "on": "style 1"}, IDLE, DONE, frames(2), STATE,
            {"drop": [fourth, photo], "on": "style 2"}, IDLE, DONE, STATE, arguments=FEW)
        self.assertEqual((content["content"], content["styles"]), (photo, [self.style]))
        self.assertEqual(more["styles"], [self.style, second])
        self.assertEqual(one["styles"], [third, second])
        self.assertEqual(all_of_them["styles"], [third, fourth, photo])
        for state in (content, more, one, all_of_them):
            self.assertNotIn("nothing", state["items"])  # of the question
            self.assertNoErrors(state)
        # Another content or style: from the start; one more: from the picture on.
        self.assertEqual([state["iterations"] for state in (content, more, one)], [4, 8, 4])

    def test_styles_chosen_in_the_browser(self):
        """Several with Ctrl; and one in the place of another."""
        folder = self.path("paintings")
        os.mkdir(folder)
        paths = [os.path.join(folder, name) for name in ("a.png", "b.png", "c.png", "d.png")]
        for path in paths:
            shutil.copy(self.style, path)
        self.remember(last_folder=folder, **self.HIGH)
        chosen, several, one = self.view(
            DONE, {"key": "Ctrl+Shift+O"}, {"wait": {"item": "c.png"}}, frames(2),
            *[step for name, ctrl in (("d.png", True), ("a.png", False), ("b.png", True),
                                      ("c.png", True), ("b.png", True))
              for step in ({"click": name, "ctrl": ctrl}, frames(2))], STATE,
            {"click": "Open 2"}, frames(2), IDLE, DONE, frames(2), STATE,
            {"click": "style 2"}, {"wait": {"item": "d.png"}}, frames(2), {"click": "d.png"},
            frames(2), {"click": "Open"}, frames(2), IDLE, DONE, STATE, arguments=FEW)
        self.assertIn("Open 2", chosen["items"])
        self.assertEqual(several["styles"], [paths[0], paths[2]])
        self.assertEqual(one["styles"], [paths[0], paths[3]])
        self.assertNoErrors(one)

    def test_one_after_the_other_faster_than_they_are_read(self):
        state, = self.drop({"drop": self.content}, {"drop": self.style}, DONE, STATE)
        self.assertEqual((state["content"], state["styles"]), (self.content, [self.style]))

    def test_several_at_once(self):
        others = self.more_styles("one.png", "two.png")
        state, = self.drop({"drop": [self.content, self.style, *others]}, IDLE, DONE, STATE)
        self.assertEqual(state["content"], self.content)
        self.assertEqual(state["styles"], [self.style, *others])
        self.assertNoErrors(state)

    def test_several_where_there_are_some(self):
        pair = self.more_styles("photo.png", "painting.png")
        asked, state, nothing = self.view(
            DONE, {"drop": pair}, frames(3), STATE, {"click": "content and style"}, frames(2), IDLE,
            DONE, STATE, {"drop": pair}, frames(3), {"key": "Escape"}, frames(3), IDLE, STATE,
            arguments=FEW)
        self.assertIn("more styles", asked["items"])
        self.assertNotIn("its settings", asked["items"])
        self.assertEqual((state["content"], state["styles"]), (pair[0], [pair[1]]))
        self.assertNotIn("content and style", nothing["items"])
        self.assertEqual(nothing["styles"], [pair[1]])
        self.assertNoErrors(nothing)

    def test_blend_of_the_command_line(self):
        other, = self.more_styles("other.png")
        state, = self.view(DONE, STATE, pictures=False, arguments=[
            self.content, self.style, other, "--style-blend", "1,3", *FEW])
        self.assertEqual(state["painted_with"]["style-blend"], "1,3")
        self.assertEqual(state["styles"], [self.style, other])

    def test_two_results_with_two_styles(self):
        other, = self.more_styles("other.png")
        first, second, third = (self.path(name + ".png") for name in ("first", "second", "third"))
        saved, styled, both, back, again = self.view(
            DONE, *self.saved_as(first), STATE, {"drop": other}, {"click": "the style"}, frames(2),
            IDLE, DONE, STATE, {"key": "Ctrl+S"}, {"wait": {"item": "file name"}}, frames(2),
            {"type": second}, frames(2), {"click": "Save file"},
            {"wait": {"saved": second, "idle": True}}, STATE, {"click": "moment 1"}, frames(3),
            IDLE, STATE, *self.saved_as(third), STATE, arguments=FEW)
        self.assertEqual(saved["saved_as"], first)
        self.assertEqual(styled["saved_as"], "")  # of another style nothing is saved yet
        self.assertEqual(styled["styles"], [other])
        self.assertEqual(both["saved_as"], second)
        pixels = [rgb_rows(Png(path)) for path in (first, second, third)]
        self.assertNotEqual(pixels[0], pixels[1])
        # Back at the first, with the style that it was made from.
        self.assertEqual(back["styles"], [self.style])
        self.assertEqual(back["content"], self.content)
        self.assertEqual(pixels[2], pixels[0])
        self.assertNoErrors(again)

    def leave(self, *steps):
        """Steps of which the last closes the window; what was known at STATE."""
        state, = self.view(DONE, *steps, {"wait": {"seconds": 30}},
                           {"click": "the window was not closed"}, arguments=FEW)
        return state

    def test_closing_with_a_picture_that_is_not_saved(self):
        out = self.path("out.png")
        for close in ({"key": "Ctrl+Q"}, {"close": True}):
            asked = self.leave(close, {"wait": {"item": "Discard"}}, STATE, {"click": "Discard"})
            self.assertTrue(asked["unsaved"])
            self.assertIn("Save and quit", asked["items"])
        self.assertFalse(os.path.exists(out))
        # Saved through the dialog, and closed when that is done.
        self.leave({"key": "Ctrl+Q"}, {"click": "Save and quit"}, {"wait": {"item": "file name"}},
                   frames(2), {"type": out}, frames(2), STATE, {"click": "Save file"})
        self.assertEqual(max(Png(out).width, Png(out).height), 64)

    def test_closing_where_only_moments_are_left(self):
        """The style was taken away, or it begins anew: what was painted is asked about."""
        for steps in ([{"click": "style 1", "button": "right"}, frames(2), IDLE],
                      [{"key": "Ctrl+R"}]):
            with self.subTest(steps):
                state, = self.view(
                    DONE, *steps, {"close": True}, {"wait": {"item": "Discard"}}, STATE,
                    {"click": "Discard"}, {"wait": {"seconds": 20}},
                    {"click": "the window was not closed"}, arguments=FEW)
                self.assertNotIn("Save and quit", state["items"])

    def test_closing_and_staying(self):
        cancelled, escaped, unnamed, refused = self.view(
            DONE, {"key": "Ctrl+Q"}, {"click": "Cancel"}, frames(3), STATE,
            {"close": True}, {"wait": {"item": "Discard"}}, {"key": "Escape"}, frames(3), STATE,
            {"key": "Ctrl+Q"}, {"click": "Save and quit"}, {"wait": {"item": "file name"}},
            frames(2), {"key": "Escape"}, frames(3), STATE,
            {"key": "Ctrl+Q"}, {"click": "Save and quit"}, {"wait": {"item": "file name"}},
            frames(2), {"type": self.path("nowhere/out.png")}, frames(2), {"click": "Save file"},
            {"wait": {"error": "nowhere"}}, IDLE, frames(3), STATE, arguments=FEW)
        for state in (cancelled, escaped, unnamed, refused):
            self.assertNotIn("Discard", state["items"])
            self.assertTrue(state["unsaved"])
        self.assertIn("Save", refused["items"])  # the window lives

    def test_closing_with_a_picture_that_is_saved(self):
        state = self.leave(*self.saved_as(self.path("out.png")), STATE, {"key": "Ctrl+Q"})
        self.assertFalse(state["unsaved"])

    def test_closing_while_it_downloads(self):
        """From a server that takes the connection and says nothing."""
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            proxy = "http://127.0.0.1:%d" % server.getsockname()[1]
            self.remember(**self.HIGH)
            arguments, (state,) = self.arguments(
                [{"click": "Encoder"}, frames(3), {"click": "Download VGG19"}, frames(3), STATE],
                pictures=False)
            process = self.popen(*arguments, env={"https_proxy": proxy, "HTTPS_PROXY": proxy})
            with process:
                out, err = process.communicate(timeout=100)
            closed = time.time() - os.stat(state).st_mtime
        self.assertEqual(process.returncode, 0, err + out)
        self.assertIn("Stop", self.load(state)["items"])
        self.assertLess(closed, 1.5)

    def test_names_in_capitals(self):
        folder = self.path("camera")
        os.mkdir(folder)
        for name in ("A.PNG", "B.JPG", "C.jpeg", "NET.PTH", "NET.SafeTensors", "LOOK.JSON", "d.txt"):
            shutil.copy(self.content, os.path.join(folder, name))
        self.remember(last_folder=folder, **self.HIGH)

        def seen(state):
            return [name for name in sorted(os.listdir(folder)) if name in state["items"]]

        pictures, settings, encoders, opened = self.drop(
            {"key": "Ctrl+O"}, frames(4), STATE, {"key": "Escape"}, frames(3),
            *self.from_menu("File", "Open settings..."), frames(4), STATE, {"key": "Escape"},
            frames(3), {"click": "Encoder"}, frames(3), {"click": "a file..."}, frames(4), STATE,
            {"key": "Escape"}, frames(3), {"key": "Ctrl+O"}, frames(4),
            {"click": "A.PNG", "double": True}, frames(3), IDLE, STATE)
        self.assertEqual(seen(pictures), ["A.PNG", "B.JPG", "C.jpeg"])
        self.assertEqual(seen(settings), ["A.PNG", "LOOK.JSON"])
        self.assertEqual(seen(encoders), ["NET.PTH", "NET.SafeTensors"])
        self.assertEqual(opened["content"], os.path.join(folder, "A.PNG"))

    def test_a_huge_photograph(self):
        """Looked at as a smaller copy, and painted from as it is."""
        huge = support.write_png(self.path("huge.png"), 4200, 1400,
                                 lambda x, y: (x % 251, y % 241, 9))
        shown, done = self.drop(
            {"drop": huge}, {"wait": {"idle": True, "timeout": 100}}, {"move": "picture"}, frames(3),
            STATE, {"drop": self.style}, DONE, STATE)
        self.assertLessEqual(shown["uploaded"], 4 * 4096 * 1366)
        self.assertEqual(done["result"], [64, 21])
        self.assertNoErrors(done)

    def test_closing_while_it_saves(self):
        out = self.path("out.png")
        self.view(DONE, *self.save_as(out), {"quit": True}, arguments=FEW)
        self.assertEqual(max(Png(out).width, Png(out).height), 64)
        self.assertEqual([name for name in os.listdir(self.folder) if "tmp" in name], [])

    def test_a_folder_of_styles(self):
        folder = self.path("styles")
        os.mkdir(folder)
        for name in ("b.png", "a.png", "c.png"):
            shutil.copy(self.style, os.path.join(folder, name))
        with open(os.path.join(folder, "notes.txt"), "w", encoding="utf-8") as file:
            file.write("no picture")
        empty = self.path("empty")
        os.mkdir(empty)
        first, other, none = self.drop(
            {"drop": [self.content, folder]}, IDLE, DONE, STATE,
            {"click": "c.png"}, frames(2), IDLE, DONE, STATE, {"drop": empty}, IDLE, frames(3),
            STATE)
        paths = [os.path.join(folder, name) for name in ("a.png", "b.png", "c.png")]
        self.assertEqual(first["shelf"], paths)
        self.assertEqual(first["styles"], paths[:1])
        self.assertEqual(other["styles"], paths[2:])
        self.assertNoErrors(other)
        self.assertError(none, "empty", "no pictures")
        self.assertEqual(none["styles"], paths[2:])

    def test_a_preset(self):
        preset = self.path("preset.json")
        with open(preset, "w", encoding="utf-8") as file:
            json.dump({"style-weight": 7, "pooling": "avg", "size": 48, "first-size": 48,
                       "iterations": 3}, file)
        state, = self.drop({"drop": [self.content, self.style, preset]}, IDLE, DONE, STATE)
        self.assertEqual(state["settings"]["style-weight"], 7)
        self.assertEqual(state["painted_with"]["pooling"], "avg")
        self.assertEqual(max(state["result"]), 48)
        self.assertEqual(state["iterations"], 3)
        self.assertNoErrors(state)

    def test_what_cannot_be_opened_is_told(self):
        with open(self.path("text.png"), "w", encoding="utf-8") as file:
            file.write("This is no picture.\n" * 50)
        with open(self.path("cut.png"), "wb") as file:
            file.write(self.bytes_of(self.content)[:700])
        with open(self.path("empty.jpg"), "wb"):
            pass
        presets = {"broken.json": "{\"size\": ", "unknown.json": "{\"siez\": 64}",
                   "wrong.json": "{\"size\": \"large\"}", "list.json": "[1, 2]"}
        for name, text in presets.items():
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(text)
        names = ["text.png", "cut.png", "empty.jpg", "absent.png", *presets]
        steps = []
        for name in names:
            steps += [{"drop": self.path(name)}, frames(2), IDLE, STATE]
        states = self.drop(*steps, {"drop": [self.content, self.style]}, DONE, STATE)
        for state, name in zip(states, names):
            with self.subTest(name):
                self.assertError(state, name)
                self.assertEqual(state["phase"], "empty")
        self.assertEqual(states[-1]["iterations"], 4)  # it lives
        self.assertEqual(states[-1]["settings"]["size"], 64)
        self.assertEqual(len(self.errors(states[-1])), len(names))

    def test_bad_files_while_it_paints(self):
        with open(self.path("text.png"), "w", encoding="utf-8") as file:
            file.write("This is no picture.\n")
        steps = []
        for label in ("the content", "the style", "one more style", "its settings"):
            steps += [{"drop": self.path("text.png")}, {"click": label}, frames(2), IDLE]
        before, after = self.view(DONE, STATE, *steps, STATE, arguments=FEW)
        self.assertError(after, "text.png")
        for key in ("content", "styles", "iterations", "settings", "phase", "losses"):
            self.assertEqual(after[key], before[key], key)

    def test_styles_are_removed(self):
        other, = self.more_styles("other.png")
        less, none = self.view(
            DONE, {"drop": other}, {"click": "one more style"}, frames(2), IDLE, DONE, frames(2),
            {"click": "style 1", "button": "right"}, frames(2), IDLE, DONE, STATE,
            {"click": "style 1", "button": "right"}, frames(2), IDLE, STATE, arguments=FEW)
        self.assertEqual(less["styles"], [other])
        self.assertEqual(less["iterations"], 12)  # each time from the picture on
        self.assertEqual((none["styles"], none["phase"]), ([], "empty"))
        self.assertNoErrors(none)

    def test_unusual_names(self):
        content = self.path("Gr\u00fc\u00dfe & \u7d75 100%.png")
        shutil.copy(self.content, content)
        out = self.path("out 100%d.png")
        state, = self.drop({"drop": [content, self.style]}, DONE, *self.saved_as(out), STATE)
        self.assertEqual(state["content"], content)
        self.assertTrue(os.path.exists(out))


if __name__ == "__main__":
    viewer_support.main()
