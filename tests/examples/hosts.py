"""What the examples' tests share, on top of tests/cli/support.py: running a host program, and
comparing pictures with the program's."""
import importlib.util
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# The arguments after the program's path, which tests/cli/support.py takes.
ARGUMENTS = sys.argv[2:]
del sys.argv[2:]

_spec = importlib.util.spec_from_file_location("cli_support",
                                               os.path.join(ROOT, "tests", "cli", "support.py"))
_cli = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_cli)
Png, main, VALIDATION = _cli.Png, _cli.main, _cli.VALIDATION

# Two scales.
SIZE, ITERATIONS = "182", "2"


class HostTest(_cli.CliTest):
    """Pictures, a cache folder and the program's result of SIZE and ITERATIONS. The cache is shared, so
    that all of a class compute alike."""

    expected = None

    def run_host(self, *command, env=None):
        process = subprocess.run(command, cwd=self.folder, env=dict(self.environment, **(env or {})),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, encoding="utf-8", timeout=200, check=False)
        self.assertIsNone(VALIDATION.search(process.stdout + process.stderr),
                          "the validation layer:\n" + process.stdout + process.stderr)
        return process

    def host_succeeds(self, *command, **more):
        process = self.run_host(*command, **more)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        return process

    def host_fails(self, *command, says=(), **more):
        """With exit code 1, and a last line that has all of `says`; no picture is written."""
        process = self.run_host(*command, **more)
        self.assertEqual(process.returncode, 1, process.stderr)
        for text in says:
            self.assertIn(text, process.stderr.splitlines()[-1])
        self.assertFalse(os.path.exists(self.out))

    def check_same(self, path, expected):
        """Not by assertEqual, which would print all the bytes."""
        differing = sum(one != other for row, like in zip(Png(path).rows, expected)
                        for one, other in zip(row, like))
        self.assertEqual(differing, 0)
        self.assertEqual([len(row) for row in Png(path).rows], [len(row) for row in expected])

    def program_rows(self):
        """The rows of bytes of the program's picture."""
        # Of the class, whose cache it is: another may have timed other variants to be the fastest.
        if type(self).expected is None:
            path = self.path("program.png")
            self.succeeds("stylize", self.content, self.style, "-o", path, "--size", SIZE,
                          "--iterations", ITERATIONS, "--quiet")
            type(self).expected = Png(path).rows
        return type(self).expected
