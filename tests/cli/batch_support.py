"""What the tests of impasto batch share."""
import hashlib
import json
import os

from support import CliTest, write_png

TINY = {"size": 64, "first-size": 64, "iterations": 2}


class BatchTest(CliTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("photos"))
        for i in range(3):
            write_png(self.path("photos/p%d.png" % i), 40 + i, 32,
                      lambda x, y: (6 * x % 256, 7 * y % 256, (40 + 90 * i) % 256))

    def write_jobs(self, jobs, defaults=None, name="jobs.json"):
        with open(self.path(name), "w") as file:
            json.dump({"defaults": dict(TINY, style="style.png", **(defaults or {})),
                       "jobs": jobs}, file)
        return name

    def dozen(self, **more):
        """Twelve jobs by seed."""
        return self.write_jobs([{"name": "job%d" % i, "content": "content.png", "init": "noise",
                                 "seed": i, "output": "out/%d.png" % i} for i in range(12)],
                               more)

    def batch(self, *arguments, code=0, **more):
        """The lines of the report by output, and the summary."""
        process = self.run_program("batch", *arguments, "--json", **more)
        self.assertEqual(process.returncode, code, process.err)
        lines = [json.loads(line) for line in process.out.splitlines()]
        self.stderr = process.err
        return {line["output"]: line for line in lines[:-1]}, lines[-1]

    def sums(self):
        found = {}
        for folder, _, names in os.walk(self.path("out")):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.folder)] = \
                        hashlib.sha256(file.read()).hexdigest()
        return found

    def ledger_lines(self, name="jobs.json.ledger"):
        with open(self.path(name)) as file:
            return [json.loads(line) for line in file.read().splitlines()[1:]]
