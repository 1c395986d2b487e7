"""The window: its sizes, layouts and themes, a real pointer and keyboard, and a thousand random
events."""
import csv
import os
import signal
import time
import unittest

import viewer_support
from viewer_support import (DONE, ENDLESS, IDLE, STATE, Png, ViewerTest, frames, iterations,
                            middle, support)
from x_input import XInput

FEW = ["--iterations", "3"]


class WindowTest(ViewerTest):
    DISPLAY = (3840, 2160)

    def shot(self, name):
        return self.path(name + ".png")

    @unittest.skipUnless(XInput.is_possible(), "libX11 and libXtst are not installed")
    def test_a_fine_monitor(self):
        """Twice as fine, the window is twice as large in px, and so is what is in it."""
        os.remove(self.preferences)
        usual, = self.view({"wait": {"item": "File"}}, frames(2), STATE, pictures=False)
        self.assertEqual((usual["scale"], usual["window"]), (1, [1280, 720]))
        with XInput(self.display.name) as desktop:
            desktop.set_resources("Xft.dpi:\t192\n")
            os.remove(self.preferences)
            fine, = self.view({"wait": {"item": "File"}}, frames(2), STATE, pictures=False)
            self.assertEqual((fine["scale"], fine["window"]), (2, [2560, 1440]))
            for label in ("File", "Use the samples"):
                sizes = [[state["items"][label][i + 2] - state["items"][label][i] for i in (0, 1)]
                         for state in (usual, fine)]
                for small, large in zip(*sizes):
                    self.assertAlmostEqual(large, 2 * small, delta=0.1 * large)
            # Remembered in units of the interface, so that it does not grow with every start.
            self.view({"wait": {"item": "File"}}, {"resize": [1800, 1000]}, frames(3),
                      pictures=False)
            for _ in range(2):
                again, = self.view({"wait": {"item": "File"}}, frames(2), STATE, pictures=False)
                self.assertEqual(again["window"], [1800, 1000])
            desktop.set_resources("")

    def test_a_remembered_window_comes_to_the_monitor_that_is_there(self):
        self.remember(width=5000, height=4000, x=-3000, y=90000)
        state, = self.view({"wait": {"item": "File"}}, frames(2), STATE, pictures=False)
        self.assertEqual(state["window"], list(self.DISPLAY))

    def test_sizes(self):
        sizes = [(640, 400), (1280, 720), (2560, 1440), (3840, 2160), (700, 1200), (2000, 420)]
        steps = []
        for size in sizes:
            steps += [{"resize": list(size)}, frames(4), STATE,
                      {"screenshot": self.shot("%dx%d" % size)}]
        states = self.view(iterations(1), *steps, arguments=ENDLESS)
        for state, size in zip(states, sizes):
            with self.subTest(size):
                self.assertEqual(tuple(state["window"]), size)
                picture = Png(self.shot("%dx%d" % size))
                self.assertEqual((picture.width, picture.height), size)
                for label in ("Pause", "Step", "Restart", "Save", "picture", "File"):
                    x0, y0, x1, y1 = state["items"][label]
                    self.assertTrue(0 <= x0 < x1 <= size[0] and 0 <= y0 < y1 <= size[1], label)
                    if label not in ("picture", "File"):  # whole
                        usual = states[1]["items"][label]
                        self.assertAlmostEqual(x1 - x0, usual[2] - usual[0], delta=1, msg=label)
                # Fitted: the whole picture within its pane.
                view, pane = state["view"], state["items"]["picture"]
                self.assertGreaterEqual(view["x"], pane[0] - 1)
                self.assertLessEqual(view["x"] + view["width"], pane[2] + 1)
                self.assertLessEqual(view["y"] + view["height"], pane[3] + 1)
                self.assertGreater(pane[2] - pane[0], 150)
                self.assertNoErrors(state)

    def test_layouts(self):
        keys = {"split": "C", "side": "B", "difference": "D", "tiled": "T", "style": "Y"}
        steps = []
        for name, key in keys.items():
            steps += [{"key": key}, frames(3), STATE, {"screenshot": self.shot(name)}]
        # The work does not begin: content is compared with content. There is room for 3x3 of them.
        self.remember(width=1280, height=720)
        states = self.view(
            {"wait": {"item": "File"}}, {"drop": self.content}, IDLE, {"key": "1"}, frames(3),
            STATE, {"screenshot": self.shot("single")}, *steps, {"key": "Y"}, frames(2), STATE,
            pictures=False)
        shots = {name: Png(self.shot(name)) for name in ["single", *keys]}
        content = Png(self.content)
        # 90x67 px, 1:1.
        self.assertSamePixels(self.cut(shots["single"], states[0]), content)
        self.assertEqual([state["view"]["layout"] for state in states], [0, 1, 2, 3, 4, 5, 0])
        for name, state in zip(keys, states[1:]):
            self.assertNoErrors(state)
            part = self.cut(shots[name], state)
            with self.subTest(name):
                if name == "difference":
                    self.assertEqual({part.pixel(x, y)[:3] for x in range(part.width)
                                      for y in range(part.height)}, {(0, 0, 0)})
                elif name in ("side", "style"):
                    self.assertSamePixels(part, content)
                    # In the right half; of a style that is not there nothing is shown.
                    self.assertEqual(state["view"]["x"] > states[0]["view"]["x"], name == "side")
                elif name == "tiled":
                    x, y = int(state["view"]["x"]), int(state["view"]["y"])
                    for dx in (-90, 0, 90):
                        for dy in (-67, 0, 67):
                            self.assertSamePixels(
                                viewer_support.Part(shots[name], x + dx, y + dy, 90, 67), content)

    def test_styles_beside_the_result(self):
        """All of them, one below the other, each whole."""
        colours = [(200, 20, 40), (30, 180, 60), (20, 40, 210)]
        styles = [support.write_png(self.path("style-%d.png" % i), 40, 30, lambda x, y, c=c: c)
                  for i, c in enumerate(colours)]
        state, = self.view(DONE, {"key": "Y"}, frames(3), STATE, {"screenshot": self.shot("all")},
                           pictures=False, arguments=[self.content, *styles, *FEW])
        x0, y0, x1, y1 = state["items"]["picture"]
        shot = Png(self.shot("all"))
        for i, colour in enumerate(colours):
            y = y0 + (y1 - y0) * (2 * i + 1) / 6
            self.assertEqual(shot.pixel(int(x0 + (x1 - x0) / 4), int(y))[:3], colour)

    def test_a_difference_is_amplified(self):
        plain, bright, off = self.view(
            DONE, {"key": "D"}, frames(3), STATE, {"screenshot": self.shot("plain")},
            {"key": "Shift+D"}, frames(3), STATE, {"screenshot": self.shot("bright")},
            {"key": "Shift+D"}, frames(2), STATE, arguments=FEW)
        self.assertEqual([state["view"]["layout"] for state in (plain, bright, off)], [3, 3, 0])
        parts = [self.cut(Png(self.shot(name)), state)
                 for name, state in (("plain", plain), ("bright", bright))]
        y = parts[0].height // 2
        for x in range(2, parts[0].width - 2, 7):
            for one, eight in zip(parts[0].pixel(x, y)[:3], parts[1].pixel(x, y)[:3]):
                self.assertLessEqual(abs(min(8 * one, 255) - eight), 5)  # one is rounded

    def test_messages_and_keys(self):
        """A list of what was said, and a page of help; over the picture, closed again."""
        missing = self.path("missing.png")
        said, help_, closed, crossed = self.view(
            {"wait": {"item": "File"}}, {"drop": missing}, IDLE, {"key": "M"}, frames(3), STATE,
            {"screenshot": self.shot("messages")}, {"click": "Copy all"}, frames(2),
            {"key": "F1"}, frames(3), STATE, {"screenshot": self.shot("help")}, {"key": "Escape"},
            frames(3), STATE, *self.from_menu("Help", "Keys and mouse"), frames(3),
            {"click": "close Keys and mouse"}, frames(3), STATE, pictures=False)
        self.assertIn("close Messages", said["items"])
        self.assertIn("missing.png", help_["clipboard"])
        self.assertIn("close Keys and mouse", help_["items"])
        for state in (closed, crossed):
            self.assertNotIn("close Messages", state["items"])
            self.assertNotIn("close Keys and mouse", state["items"])

    def test_split_is_dragged(self):
        # The result on the right of the line, the content on its left.
        before, after = self.view(
            DONE, {"key": "C"}, frames(2), STATE, {"drag": "picture", "by": [60, 0]}, frames(2),
            STATE, {"screenshot": self.shot("split")}, arguments=FEW)
        self.assertEqual(before["view"]["split"], 0.5)
        pane = before["items"]["picture"]
        moved = 0.5 + 60 / (pane[2] - pane[0])
        self.assertAlmostEqual(after["view"]["split"], moved, delta=0.02)
        self.assertEqual(after["view"]["x"], before["view"]["x"])  # the line, not the picture
        shot = Png(self.shot("split"))
        line = int(pane[0] + after["view"]["split"] * (pane[2] - pane[0]))
        y = int((pane[1] + pane[3]) / 2) + 30
        # White, but for what shines through.
        self.assertGreater(min(max(shot.pixel(x, y)[:3]) for x in range(line, line + 1)), 150)

    def test_zoom_and_pan(self):
        fit, zoomed, panned, again = self.view(
            DONE, frames(2), STATE, {"move": "picture"}, {"scroll": 3}, frames(3), STATE,
            {"drag": "picture", "by": [30, 20]}, frames(2), STATE, {"key": "F"}, frames(2), STATE,
            arguments=FEW)
        self.assertAlmostEqual(zoomed["view"]["zoom"], fit["view"]["zoom"] * 1.2 ** 3, delta=0.01)
        # The point under the pointer, which is the middle, stays.
        for at, length in (("x", "width"), ("y", "height")):
            self.assertAlmostEqual(zoomed["view"][at] + zoomed["view"][length] / 2,
                                   fit["view"][at] + fit["view"][length] / 2, delta=1.5)
        self.assertAlmostEqual(panned["view"]["x"] - zoomed["view"]["x"], 30, delta=1)
        self.assertAlmostEqual(panned["view"]["y"] - zoomed["view"]["y"], 20, delta=1)
        self.assertEqual(again["view"], fit["view"])

    def test_nearest_or_linear(self):
        def colours(name):
            part = self.cut(Png(self.shot(name)), state)
            return {part.pixel(x, y)[:3] for x in range(0, part.width, 2)
                    for y in range(part.height // 3, part.height // 3 * 2, 2)}
        state, = self.view(
            {"wait": {"item": "File"}}, {"drop": self.content}, IDLE, frames(2),
            {"screenshot": self.shot("linear")}, {"key": "N"}, frames(2), STATE,
            {"screenshot": self.shot("nearest")}, pictures=False)
        content = Png(self.content)
        own = {content.pixel(x, y) for x in range(90) for y in range(67)}
        self.assertLessEqual(colours("nearest"), own)
        self.assertFalse(colours("linear") <= own)

    def test_themes(self):
        self.view({"wait": {"item": "File"}}, frames(2), {"screenshot": self.shot("dark")},
                  *self.from_menu("View", "Light theme"), {"move": [400, 300]}, frames(3),
                  {"screenshot": self.shot("light")}, pictures=False)
        dark, light = (Png(self.shot(name)).pixel(5, 300) for name in ("dark", "light"))
        self.assertLess(max(dark[:3]), 100)
        self.assertGreater(min(light[:3]), 155)

    def test_only_what_changes_is_drawn(self):
        """And the window is the same as if all of it were drawn each time."""
        redraw = {"redraw": True}
        trace = self.path("trace.csv")
        steps = [step for at in ("Style weight", "picture", "File", "Save")
                 for step in ({"move": at}, redraw, frames(2), redraw)]
        for key in ("C", "B", "T", "Y", "F", "1", "N"):
            steps += [{"key": key}, frames(2), redraw]
        still, = self.view(
            iterations(1), frames(2), redraw, iterations(2), frames(2), redraw, DONE, *steps, *self.from_menu("View", "Light theme"), redraw, {"move": [400, 300]},
            frames(2), redraw, {"resize": [900, 640]}, frames(3), redraw, {"resize": [800, 600]},
            frames(3), redraw, {"move": "picture"}, {"scroll": 2}, frames(2), redraw,
            {"move": [2, 300]}, {"wait": {"seconds": 1}}, frames(10), STATE,
            arguments=[*FEW, "--trace", trace])
        with open(trace, encoding="utf-8") as file:
            pixels = [int(row["pixels"]) for row in csv.DictReader(file)]
        self.assertEqual(len(pixels), still["frames"])
        self.assertEqual(pixels[0], 800 * 600)
        self.assertEqual(set(pixels[-10:]), {0})  # nothing moved
        parts = [count for count in pixels if 0 < count < 800 * 600]
        self.assertGreater(len(parts), 5)

    def test_screen_holds_what_was_drawn(self):
        """Of an image that was drawn in part, all of it comes to the screen."""
        shot = self.shot("shot")
        arguments, _ = self.arguments(
            [DONE, {"key": "C"}, frames(2), {"drag": "picture", "by": [60, 0]}, frames(3),
             {"screenshot": shot}, frames(3), {"wait": {"seconds": 60}}], *FEW)
        with self.popen(*arguments) as process:
            self.addCleanup(process.kill)
            end = time.monotonic() + 100
            while not os.path.exists(shot):
                self.assertLess(time.monotonic(), end)
                time.sleep(0.1)
            time.sleep(0.5)
            drawn, shown = Png(shot), self.display.picture()
            process.kill()
            process.communicate()
        different = [(x, y) for y in range(drawn.height) for x in range(drawn.width)
                     if drawn.pixel(x, y)[:3] != shown(x, y)]
        self.assertEqual(different[:5], [])

    def test_random_events(self):
        """IMPASTO_TEST_SEEDS="2 3 4" tries others."""
        # Deep down, so that a dialog finds nothing to replace.
        deep = self.path("a/b/c/d/e/f/g/h")
        os.makedirs(deep)
        self.remember(width=800, height=600, last_folder=deep)
        for seed in os.environ.get("IMPASTO_TEST_SEEDS", "1").split():
            with self.subTest(seed):
                state, = self.view(
                    iterations(1), {"random": {"seed": int(seed), "events": 1000, "redraw": 10}},
                    {"key": "Escape"}, frames(3), STATE, arguments=ENDLESS, timeout=400)
                self.assertGreater(state["frames"], 1000)


@unittest.skipUnless(XInput.is_possible(), "libX11 and libXtst are not installed")
class RealInputTest(ViewerTest):
    """Events of the X server, as a mouse and a keyboard make them."""

    def start(self, *steps):
        arguments, self.states = self.arguments(steps, *ENDLESS)
        process = self.popen(*arguments)
        self.addCleanup(process.kill)
        return process

    def until(self, path):
        end = time.monotonic() + 100
        while not os.path.exists(path):
            self.assertLess(time.monotonic(), end, path)
            time.sleep(0.02)
        time.sleep(0.2)  # it is written at once, by a name of its own
        return self.load(path)

    def finish(self, process):
        with process:
            out, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, 0, err)
        self.assertIsNone(support.VALIDATION.search(out + err), out + err)
        return [self.load(state) for state in self.states]

    def test_pointer_and_keyboard(self):
        process = self.start(iterations(1), frames(2), STATE, {"wait": {"phase": "paused"}}, STATE,
                             {"wait": {"phase": "running"}}, frames(2), STATE)
        with XInput(self.display.name) as user:
            first = self.until(self.states[0])
            user.click(*middle(first["items"]["Pause"]))
            self.until(self.states[1])
            user.key("space")
            states = self.finish(process)
        self.assertEqual([state["phase"] for state in states], ["running", "paused", "running"])

    def test_minimised_and_restored(self):
        process = self.start(iterations(1), frames(2), STATE, {"wait": {"seconds": 1.5}}, STATE,
                             {"wait": {"seconds": 1.5}}, frames(3), STATE)
        with XInput(self.display.name) as user:
            window = user.window_named("Impasto")
            self.until(self.states[0])
            user.minimise(window)
            hidden = self.until(self.states[1])
            user.restore(window)
            first, hidden, shown = self.finish(process)
        self.assertGreater(hidden["iterations"], first["iterations"])  # it goes on
        self.assertLess(hidden["frames"] - first["frames"], 8)         # and draws nothing
        self.assertGreater(shown["frames"], hidden["frames"] + 2)

    def test_closed_by_the_desktop(self):
        """Nothing is asked where nothing was painted."""
        arguments, self.states = self.arguments(
            [{"wait": {"item": "File"}}, frames(2), STATE, {"wait": {"seconds": 60}}],
            pictures=False)
        process = self.popen(*arguments)
        self.addCleanup(process.kill)
        with XInput(self.display.name) as user:
            window = user.window_named("Impasto")
            self.until(self.states[0])
            begin = time.monotonic()
            user.close(window)
            self.finish(process)
        self.assertLess(time.monotonic() - begin, 1.5)

    def test_closed_with_a_picture_that_is_not_saved(self):
        process = self.start(iterations(1), frames(2), STATE, {"wait": {"item": "Discard"}},
                             frames(3), STATE, {"wait": {"seconds": 60}})
        with XInput(self.display.name) as user:
            window = user.window_named("Impasto")
            self.until(self.states[0])
            user.close(window)
            asked = self.until(self.states[1])
            self.assertEqual(asked["phase"], "running")  # it goes on meanwhile
            begin = time.monotonic()
            user.click(*middle(asked["items"]["Discard"]))
            self.finish(process)
        self.assertLess(time.monotonic() - begin, 2.5)

    def test_closed_by_a_signal(self):
        """Nobody is asked: the machine may be going down."""
        process = self.start(iterations(1), frames(2), STATE, {"wait": {"seconds": 60}})
        os.remove(self.preferences)
        self.until(self.states[0])
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        with process:
            out, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, support.TERMINATED, err)
        self.assertLess(time.monotonic() - begin, 2.5)
        self.assertIsNone(support.VALIDATION.search(out + err), out + err)
        self.assertTrue(os.path.exists(self.preferences))


if __name__ == "__main__":
    viewer_support.main()
