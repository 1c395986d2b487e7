#!/usr/bin/env python3
"""examples/qt_host under Xvfb; skipped by name without Qt or Xvfb.

    qt_host_test.py PROGRAM [unittest's arguments]
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from support import PROGRAM, VALIDATION, Png, write_png

# 0: without the layer, as ../CMakeLists.txt says.
VALIDATES = os.environ.get("IMPASTO_TEST_VALIDATION", "1") != "0"


def differences(one, other):
    """Of two pictures of one size: the mean of the bytes' differences, and its largest."""
    pairs = [(a, b) for x, y in zip(one.rows, other.rows) for a, b in zip(x, y)]
    return (sum(abs(a - b) for a, b in pairs) / len(pairs), max(abs(a - b) for a, b in pairs))


def start_screen():
    """Xvfb, and its display's name."""
    read, write = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24",
                               "-nolisten", "tcp"], pass_fds=[write], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        return screen, ":" + told.readline().strip()


class QtHostTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.screen, cls.display = start_screen()

    @classmethod
    def tearDownClass(cls):
        cls.screen.terminate()
        cls.screen.wait()

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="impasto-qt-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        # Blue above green, and red and yellow chequers.
        self.content = write_png(self.path("content.png"), 64, 48,
                                 lambda x, y: (20, 40, 230) if y < 24 else (20, 200, 40))
        self.style = write_png(self.path("style.png"), 48, 40,
                               lambda x, y: (230, 200 * ((x // 4 + y // 4) % 2), 20))

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_program(self, *arguments):
        os.makedirs(self.path("runtime"), mode=0o700, exist_ok=True)
        environment = dict(os.environ, DISPLAY=self.display, QT_QPA_PLATFORM="xcb",
                           XDG_RUNTIME_DIR=self.path("runtime"))
        return subprocess.run([PROGRAM, *arguments], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, encoding="utf-8", timeout=240)

    def shows(self, *arguments):
        """A screenshot of a run without a message, and what the run printed."""
        out = self.path("out.png")
        done = self.run_program(self.content, self.style, "--size", "64", "--budget", "20",
                                *(["--validate"] if VALIDATES else []), "--screenshot", out,
                                *arguments)
        self.assertEqual(done.returncode, 0, done.stdout)
        if VALIDATES:
            self.assertIn("validation: 0 messages", done.stdout)
        self.assertIsNone(VALIDATION.search(done.stdout), done.stdout)
        return Png(out), done.stdout

    def test_the_box_shows_the_picture_and_changes(self):
        first, _ = self.shows("--still", "--pictures", "1")
        self.assertEqual((first.width, first.height), (640, 480))
        for x, y in (634, 5), (5, 474), (634, 474):
            self.assertEqual(first.pixel(x, y), first.pixel(5, 5))
        # The front of the box, upright: the content's blue above its green, about.
        sky, meadow = first.pixel(250, 210), first.pixel(250, 340)
        self.assertGreater(sky[2], 2 * max(sky[:2]))
        self.assertGreater(meadow[1], 2 * max(meadow[0], meadow[2]))

        last, _ = self.shows("--still", "--pictures", "40")
        mean, _ = differences(first, last)
        self.assertGreater(mean, 1)
        # More of the style: red, which the content has none of.
        self.assertGreater(last.mean(0), first.mean(0) + 1)

    def test_sessions_go_while_frames_are_in_flight(self):
        _, said = self.shows("--frames", "90", "--restart", "60")
        self.assertRegex(said, r"(?m)^pictures ")

    def test_what_is_wrong_is_said(self):
        done = self.run_program(self.path("none.png"), self.style)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("none.png", done.stdout)
        done = self.run_program(self.content)
        self.assertEqual(done.returncode, 2, done.stdout)


if __name__ == "__main__":
    lacking = ("Qt" if not os.path.isfile(PROGRAM) else
               "Xvfb" if shutil.which("Xvfb") is None else "")
    if lacking:
        print("skipped: %s is not installed" % lacking)
        sys.exit(77)  # ctest's SKIP_RETURN_CODE
    unittest.main(verbosity=2)
