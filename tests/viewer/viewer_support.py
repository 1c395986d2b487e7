"""What the tests of the viewer share: the real program on a display without a screen, driven by a
script (src/viewer/script.h) and asked for its state.

    NAME_test.py PROGRAM [unittest's arguments]
"""
import json
import os
import shutil
import sys
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
for shared in ("cli", "support"):
    sys.path.insert(0, os.path.join(os.path.dirname(FOLDER), shared))
import support  # noqa: E402
from support import INPUT, NO_DEVICE, Png  # noqa: E402, F401
from virtual_display import VirtualDisplay  # noqa: E402

STATE = "state"  # a step: what the viewer knows then

# Steps that are used often.
IDLE = {"wait": {"idle": True}}
DONE = {"wait": {"phase": "done", "idle": True, "timeout": 120}}


def iterations(count, **more):
    return {"wait": {"iterations": count, "timeout": 120, **more}}


def frames(count):
    return {"wait": {"frames": count}}


# Where a test wants the work to go on for as long as it takes.
ENDLESS = ["--iterations", "100000"]
SMALL = ["--size", "64", "--first-size", "64"]


@unittest.skipUnless(shutil.which("Xvfb"), "Xvfb is not installed")
class ViewerTest(support.CliTest):
    """Every test has a folder of its own; a class has one display and one cache."""
    DISPLAY = (1280, 720)
    WINDOW = (800, 600)  # smaller than usual: drawing shares the CPU's cores with the work

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(shutil.rmtree, cls.cache, ignore_errors=True)
        # Random clicks find the button for downloads, too: nothing answers there.
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
            cls.environment[name] = "http://127.0.0.1:9"
        cls.environment.pop("WAYLAND_DISPLAY", None)
        cls.display = VirtualDisplay(cls.cache, *cls.DISPLAY)
        cls.addClassCleanup(cls.display.__exit__)
        cls.environment["DISPLAY"] = cls.display.name

    def setUp(self):
        super().setUp()
        self.preferences = self.path("preferences.json")
        self.remember(width=self.WINDOW[0], height=self.WINDOW[1])

    def remember(self, **preferences):
        with open(self.preferences, "w", encoding="utf-8") as file:
            json.dump(preferences, file)

    # ---- Running it

    def arguments(self, steps, *arguments, pictures=True, small=True):
        """The command line, the script written, and the names of its states."""
        states = []
        written = []
        for step in steps:
            if step == STATE:
                states.append(self.path("state-%d.json" % len(states)))
                step = {"state": states[-1]}
            written.append(step)
        script = self.path("script.json")
        with open(script, "w", encoding="utf-8") as file:
            json.dump(written, file)
        return ["view", *([self.content, self.style] if pictures else []), "--script", script,
                "--preferences", self.preferences, *(SMALL if small else []),
                *arguments], states

    def view(self, *steps, code=0, **more):
        """Runs the steps; what the viewer knew at each STATE."""
        program = {key: more.pop(key) for key in ("env", "timeout") if key in more}
        arguments, states = self.arguments(steps, *more.pop("arguments", ()), **more)
        process = self.run_program(*arguments, **program)
        self.assertEqual(process.returncode, code, process.err + process.out)
        self.process = process
        return [self.load(state) for state in states if code == 0 or os.path.exists(state)]

    def load(self, path):
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    # ---- Steps

    def save_as(self, path):
        """Through the dialog."""
        return [{"key": "Ctrl+Shift+S"}, {"wait": {"item": "file name"}}, frames(2),
                {"type": path}, frames(2), {"click": "Save file"}]

    def saved_as(self, path):
        return [*self.save_as(path), {"wait": {"saved": path, "idle": True}}]

    def from_menu(self, menu, item):
        return [{"click": menu}, frames(2), {"click": item}]

    def with_file(self, menu_item, path, button="Open"):
        """A dialog of the File menu, with a name typed."""
        return [*self.from_menu("File", menu_item), {"wait": {"item": "file name"}}, frames(2),
                {"type": path}, frames(2), {"click": button}, frames(2)]

    # ---- What is asserted

    def errors(self, state):
        return [message["text"] for message in state["messages"] if message["error"]]

    def news(self, state):
        return [message["text"] for message in state["messages"] if not message["error"]]

    def assertNoErrors(self, state):
        self.assertEqual(self.errors(state), [])

    def assertError(self, state, *texts):
        """One of the errors that are shown says all of `texts`."""
        self.assertTrue(any(all(text in error for text in texts) for error in self.errors(state)),
                        "%s not in %s" % (texts, self.errors(state)))

    def assertSamePixels(self, a, b):
        """Pictures of the same size and, at every point, colour. Whether there is alpha or not."""
        self.assertEqual((a.width, a.height), (b.width, b.height))
        self.assertEqual(rgb_rows(a), rgb_rows(b))

    def cut(self, shot, state):
        """Of a window's picture, the part where the result is drawn."""
        view = state["view"]
        x, y, width, height = (int(view[key]) for key in ("x", "y", "width", "height"))
        return Part(shot, x, y, width, height)


class Part:
    """A rectangle of a Png."""

    def __init__(self, png, x, y, width, height):
        self.width, self.height, self.channels = width, height, png.channels
        self.rows = [row[x * png.channels:(x + width) * png.channels]
                     for row in png.rows[y:y + height]]

    def pixel(self, x, y):
        return tuple(self.rows[y][x * self.channels:(x + 1) * self.channels])


def rgb_rows(png):
    if png.channels == 3:
        return [bytes(row) for row in png.rows]
    return [bytes(value for i, value in enumerate(row) if i % 4 != 3) for row in png.rows]


def middle(item):
    """Of a place in a state's `items`."""
    return (item[0] + item[2]) / 2, (item[1] + item[3]) / 2


def main():
    support.main()
