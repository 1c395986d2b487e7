#!/usr/bin/env python3
"""What is said while a run goes on: on a terminal, in a pipe, with --quiet."""
import fcntl
import json
import os
import pty
import struct
import subprocess
import termios

from support import PROGRAM, QUICK, CliTest, Png, main


class ProgressOutput(CliTest):
    def test_piped_output_is_whole_lines(self):
        process = self.stylize("--size", "96", "--first-size", "64", "--iterations", "4")
        self.assertNotIn("\r", process.err + process.out)
        self.assertEqual(process.out, "")
        lines = [line for line in process.err.splitlines() if line.startswith("scale ")]
        report = self.report("--size", "96", "--first-size", "64", "--iterations", "4")
        # One at the end of each scale, and few between.
        self.assertGreaterEqual(len(lines), len(report["scales"]))
        self.assertLess(len(lines), 8)
        for i, scale in enumerate(report["scales"]):
            self.assertRegex(process.err, r"scale %d/%d %dx%d  iteration 4/4  total [\d.e+-]+  "
                             r"content [\d.e+-]+  style [\d.e+-]+  tv [\d.e+-]+" %
                             (i + 1, len(report["scales"]), scale["width"], scale["height"]))

    def test_quiet_says_nothing(self):
        process = self.stylize("--quiet")
        self.assertEqual((process.out, process.err), ("", ""))

    def test_quiet_json_is_the_object_alone(self):
        process = self.stylize("--quiet", "--json")
        self.assertEqual(process.err, "")
        self.assertEqual(json.loads(process.out)["output"], self.out)

    def test_json_leaves_stdout_empty_when_it_fails(self):
        process = self.fails(3, "stylize", self.content, "missing.png", "--json")
        self.assertEqual(process.out, "")

    def on_terminal(self, columns, *arguments, kind="xterm"):
        """What a terminal of so many columns gets from stderr."""
        try:
            leader, follower = pty.openpty()
        except OSError as error:  # a bare root without /dev/pts
            self.skipTest(f"no terminal to be had here: {error}")
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=follower, env=dict(self.environment, TERM=kind))
        os.close(follower)
        shown = b""
        while True:
            try:
                got = os.read(leader, 4096)
            except OSError:  # what Linux says when the other end was closed
                break
            if not got:
                break
            shown += got
        process.stdout.close()
        self.assertEqual(process.wait(), 0)
        os.close(leader)
        return shown.decode().replace("\r\n", "\n")

    def test_a_terminal_gets_one_line_that_fits(self):
        for columns in (100, 60, 33):
            with self.subTest(columns=columns):
                shown = self.on_terminal(columns, "stylize", self.content, self.style, "-o",
                                         self.out, *QUICK, "--iterations", "12",
                                         "--optimizer", "adam")  # never diverges, says nothing
                drawn = [part.split("\n")[0] for part in shown.split("\r")[1:]]
                self.assertGreater(len(drawn), 1)
                for line in drawn:
                    self.assertLess(len(line), columns)
                self.assertIn("12/12", drawn[-1])
                self.assertIn("\nwrote ", shown)
                if columns == 100:
                    self.assertRegex(drawn[-1], r"scale 1/1 64x48  iteration 12/12  total .* it/s")

    def test_a_dumb_terminal_gets_lines(self):
        shown = self.on_terminal(80, "stylize", self.content, self.style, "-o", self.out, *QUICK,
                                 kind="dumb")
        self.assertNotIn("\r", shown)


if __name__ == "__main__":
    main()
