"""Running it: pause, step, restart, moments, what goes wrong on the way, and what a frame costs."""
import csv
import os
import threading
import time

import viewer_support
from viewer_support import DONE, ENDLESS, IDLE, STATE, ViewerTest, frames, iterations

PAUSED = {"wait": {"phase": "paused", "idle": True}}


def seconds(count):
    return {"wait": {"seconds": count}}


class RunTest(ViewerTest):
    # ---- Control

    def test_pause_step_and_go_on(self):
        states = self.view(
            iterations(2), {"click": "Pause"}, PAUSED, frames(2), STATE, seconds(0.7), STATE,
            {"click": "Step"}, seconds(1.5), IDLE, STATE, {"key": "."}, seconds(1.5), IDLE, STATE,
            {"key": "Space"}, {"wait": {"phase": "running"}}, STATE, arguments=ENDLESS)
        paused, still, stepped, again, running = states
        self.assertEqual(paused["phase"], "paused")
        self.assertIn("Start", paused["items"])
        self.assertNotIn("Pause", paused["items"])
        self.assertEqual(still["iterations"], paused["iterations"])
        self.assertEqual(stepped["iterations"], paused["iterations"] + 1)
        self.assertGreater(stepped["pictures"], paused["pictures"])
        self.assertEqual(stepped["phase"], "paused")
        self.assertEqual(again["iterations"], paused["iterations"] + 2)
        self.assertEqual(len(again["losses"]), again["iterations"])
        self.assertEqual(running["phase"], "running")
        self.assertNoErrors(running)

    def test_restart_begins_anew(self):
        before, after = self.view(
            DONE, STATE, {"click": "Restart"}, frames(3), DONE, STATE,
            arguments=["--iterations", "5"])
        self.assertEqual((before["iterations"], after["iterations"]), (5, 5))
        # The same settings: the same work.
        self.assertEqual(after["losses"], before["losses"])
        self.assertGreater(after["pictures"], before["pictures"])

    def test_done_goes_on_from_there(self):
        done, more = self.view(DONE, STATE, {"click": "Go on"}, iterations(6), DONE, STATE,
                               arguments=["--iterations", "5"])
        self.assertEqual(done["iterations"], 5)
        self.assertEqual(more["iterations"], 10)
        self.assertEqual(len(more["losses"]), 10)
        self.assertLess(more["losses"][-1], done["losses"][-1])

    def test_moments_undo_and_branches(self):
        states = self.view(
            iterations(3), {"key": "K"}, {"wait": {"moments": 1, "idle": True}}, STATE,
            {"click": "Pause"}, PAUSED, {"set": {"style-weight": 40}},
            {"wait": {"moments": 2, "idle": True}}, {"key": "Space"}, iterations(15),
            {"key": "Space"}, PAUSED, STATE,
            {"click": "moment 1"}, frames(3), PAUSED, seconds(0.5), IDLE, STATE,
            {"key": "Space"}, iterations(12), {"key": "Space"}, PAUSED,
            {"key": "K"}, {"wait": {"moments": 3, "idle": True}}, STATE,
            {"key": "Ctrl+Z"}, frames(3), PAUSED, STATE, arguments=ENDLESS)
        kept, far, back, branch, undone = states
        first, = kept["moments"]
        self.assertGreaterEqual(first["iteration"], 3)
        self.assertGreater(first["bytes"], 12 * 64 * 48)
        self.assertGreater(far["iterations"], first["iteration"])
        self.assertEqual(far["settings"]["style-weight"], 40)
        # That iteration, its settings, its losses; and paused.
        self.assertEqual(back["iterations"], first["iteration"])
        self.assertEqual(back["phase"], "paused")
        self.assertEqual(back["settings"], kept["settings"])
        self.assertEqual(len(back["losses"]), first["iteration"])
        self.assertEqual(back["losses"], far["losses"][:first["iteration"]])
        # What comes then is another branch.
        self.assertGreater(branch["moments"][-1]["branch"], first["branch"])
        self.assertLess(undone["iterations"], branch["iterations"])
        self.assertIn(undone["iterations"], [one["iteration"] for one in branch["moments"]])
        self.assertNoErrors(undone)

    # ---- What goes wrong

    def test_a_lost_device(self):
        states = self.view(
            iterations(3), {"key": "K"}, {"wait": {"moments": 1, "idle": True}}, STATE,
            {"lose_device": True}, seconds(0.5), IDLE, frames(2), STATE,
            iterations(8), STATE, *self.saved_as(self.out), arguments=ENDLESS)
        kept, back, running = states
        self.assertError(back, "device")
        self.assertGreaterEqual(back["iterations"], kept["moments"][0]["iteration"])
        # It painted before, so it paints again.
        self.assertEqual(running["phase"], "running")
        self.assertEqual(running["losses"][:3], kept["losses"][:3])
        self.assertTrue(os.path.exists(self.out))

    def test_a_lost_device_without_a_moment_to_go_back_to(self):
        empty, state = self.view(
            {"wait": {"item": "File"}}, {"lose_device": True}, seconds(0.5), frames(2), STATE,
            {"drop": [self.content, self.style]}, {"wait": {"phase": "preparing"}},
            {"lose_device": True}, DONE, STATE, pictures=False, arguments=["--iterations", "3"])
        self.assertEqual(empty["phase"], "empty")
        self.assertEqual(state["iterations"], 3)
        self.assertEqual(len(state["losses"]), 3)

    def test_a_size_that_no_memory_holds(self):
        states = self.view(
            iterations(3), {"set": {"size": 16384}}, {"wait": {"error": "needs"}}, IDLE,
            {"wait": {"phase": "running", "timeout": 60}}, frames(3), STATE, iterations(8), STATE,
            arguments=[*ENDLESS, "--memory-budget", "400MB"])
        failed, running = states
        self.assertError(failed, "needs")
        self.assertIn("Size", failed["items"])  # the window lives
        # What was painted is not lost, and goes on as it was.
        self.assertGreaterEqual(len(failed["moments"]), 1)
        self.assertGreaterEqual(failed["iterations"], 3)
        self.assertEqual(failed["settings"]["size"], 64)
        self.assertGreaterEqual(running["iterations"], 8)
        self.assertEqual(max(running["result"]), 64)

    # ---- What it costs

    def test_pictures_do_not_pass_through_the_cpu(self):
        trace = self.path("trace.csv")
        self.view(iterations(2), frames(1), STATE, seconds(2), frames(30), STATE,
                  arguments=[*ENDLESS, "--trace", trace])
        with open(trace, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        running = [row for row in rows if int(row["iteration"]) >= 2]
        self.assertGreater(len(running), 30)
        self.assertGreater(int(running[-1]["pictures"]), int(running[0]["pictures"]))
        self.assertEqual({row["uploaded"] for row in running}, {rows[-1]["uploaded"]})
        self.assertEqual({row["read_back"] for row in running}, {"0"})
        # Content and style, once, four bytes a pixel.
        self.assertEqual(int(rows[-1]["uploaded"]), 4 * (90 * 67 + 70 * 50))

    def test_restarts_do_not_leak(self):
        resident = {}

        def steps():
            yield iterations(1)
            for count in range(1, 51):
                yield from ({"key": "Ctrl+R"}, frames(1),
                            {"wait": {"phase": "running", "iterations": 1, "timeout": 60}})
                if count in (10, 50):
                    # Written when it is there, and looked at before it goes on.
                    yield {"state": self.path("after-%d.json" % count)}
                    yield seconds(1)

        arguments, _ = self.arguments(list(steps()), *ENDLESS, "--size", "32", "--first-size", "32")
        # Without the validation layer, which keeps something of every object there was.
        with self.popen(*arguments, env={"VK_INSTANCE_LAYERS": ""}) as process:
            reader = threading.Thread(target=self.drain, args=(process,))
            reader.start()
            while process.poll() is None:
                for count in (10, 50):
                    if count not in resident and os.path.exists(self.path("after-%d.json" % count)):
                        resident[count] = self.resident(process.pid)
                time.sleep(0.05)
            reader.join()
        self.assertEqual(process.returncode, 0, self.said)
        self.assertIsNone(viewer_support.support.VALIDATION.search(self.said), self.said)
        self.assertLess(resident[50] - resident[10], 8 << 20, resident)

    def drain(self, process):
        self.said = "".join(process.communicate())

    def resident(self, pid):
        """Bytes."""
        with open("/proc/%d/status" % pid, encoding="utf-8") as file:
            line, = [line for line in file if line.startswith("VmRSS:")]
        return int(line.split()[1]) << 10


if __name__ == "__main__":
    viewer_support.main()
