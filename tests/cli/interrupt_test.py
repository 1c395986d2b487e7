#!/usr/bin/env python3
"""Ctrl-C: the picture so far is saved, and it is said how far the run got."""
import json
import os
import signal
import time

from support import INTERRUPTED, TERMINATED, VALIDATION, CliTest, Png, main


class Interrupt(CliTest):
    LONG = ["--size", "64", "--first-size", "64", "--iterations", "1000000"]

    def start(self, *arguments):
        """A run that would take days, once it has come to its second iteration."""
        process = self.popen("stylize", self.content, self.style, "-o", self.out, "--save-every",
                             "2", *arguments)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + 60
        while not os.path.exists(self.path("out-000002.png")):
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end, "no iteration in a minute")
            time.sleep(0.01)
        return process

    def test_the_picture_so_far_is_saved(self):
        for name, told, code in (("SIGINT", "Ctrl-C", INTERRUPTED),
                                 ("SIGTERM", "SIGTERM", TERMINATED)):
            with self.subTest(signal=name):
                trace = self.path("trace.csv")
                process = self.start(*self.LONG, "--trace", trace)
                process.send_signal(getattr(signal, name))
                out, err = process.communicate(timeout=60)
                self.assertIsNone(VALIDATION.search(out + err))
                self.assertEqual(process.returncode, code, err)
                self.assertRegex(err.splitlines()[-1],
                                 r"\Aimpasto: stopped by " + told + r" at iteration \d+ of 1000000 "
                                 r"in scale 1 of 1; the picture so far is in '.*out\.png'\Z")
                self.assertEqual(Png(self.out).width, 64)
                with open(trace) as file:
                    self.assertGreater(len(file.readlines()), 2)
                self.assertEqual([n for n in os.listdir(self.folder) if n.endswith(".tmp")], [])
                for left in os.listdir(self.folder):
                    if left.startswith("out"):
                        os.remove(self.path(left))

    def test_json_tells_of_what_was_done(self):
        process = self.start(*self.LONG, "--json", "--quiet")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        report = json.loads(out)
        self.assertIs(report["interrupted"], True)
        self.assertGreaterEqual(report["iterations"], 2)
        self.assertLess(report["iterations"], 1000000)
        self.assertGreater(report["loss_last"]["total"], 0)
        self.assertNotEqual(report["loss_last"], report["loss_first"])
        self.assertEqual(report["output"], self.out)
        self.assertRegex(err, r"\Aimpasto: stopped by Ctrl-C [^\n]+\n\Z")

    def test_a_second_one_ends_it_at_once(self):
        # Large enough that an iteration takes a while on a CPU; a fast device may come to its end
        # in time all the same.
        process = self.start("--size", "400", "--first-size", "400", "--iterations", "1000000")
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertIn(process.returncode, (-signal.SIGINT, INTERRUPTED))


if __name__ == "__main__":
    main()
