"""Running it: pause, step, restart, moments, what goes wrong on the way, and what a frame costs."""
import csv
import os
import threading
import time

import viewer_support
from viewer_support import (DONE, ENDLESS, IDLE, INPUT, STATE, Png, ViewerTest, frames,
                            iterations, support)

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
            {"key": "K"}, {"wait": {"moments": 4, "idle": True}}, STATE,
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
        self.assertTrue(back["layers"])
        for name, values in back["layers"].items():
            self.assertEqual(values, far["layers"][name][:first["iteration"]], name)
        # Where it was left is kept, too.
        self.assertEqual(back["moments"][-1]["iteration"], far["iterations"])
        self.assertEqual(back["moments"][-1]["branch"], first["branch"])
        # What comes then is another branch.
        self.assertGreater(branch["moments"][-1]["branch"], first["branch"])
        self.assertLess(undone["iterations"], branch["iterations"])
        self.assertIn(undone["iterations"], [one["iteration"] for one in branch["moments"]])
        self.assertNoErrors(undone)

    def test_undo_goes_the_way_back(self):
        """Over a restart, a weight and a size that were changed where it stands; and on again."""
        back = [{"key": "Ctrl+Z"}, frames(3), IDLE, STATE]
        forth = [{"key": "Ctrl+Shift+Z"}, frames(3), IDLE, STATE]
        states = self.view(
            iterations(3), {"key": "Space"}, PAUSED, STATE,
            {"set": {"style-weight": 40}}, IDLE, *back,                     # weight
            {"set": {"lbfgs-history": 5}}, IDLE, STATE, *back,              # a new plan
            {"key": "Space"}, iterations(9), {"key": "Ctrl+R"}, frames(3), IDLE, iterations(2),
            {"key": "Space"}, PAUSED, STATE, *back, *forth, arguments=ENDLESS)
        first, weight, planned, plan, restarted, before, again = states
        self.assertEqual(weight["settings"], first["settings"])
        self.assertEqual(weight["iterations"], first["iterations"])
        self.assertEqual(planned["settings"]["lbfgs-history"], 5)
        self.assertEqual(plan["settings"], first["settings"])
        # Before the restart; and the restart again.
        self.assertLess(restarted["iterations"], before["iterations"])
        self.assertGreaterEqual(before["iterations"], 9)
        self.assertEqual(again["iterations"], restarted["iterations"])
        self.assertEqual(again["losses"], restarted["losses"])
        self.assertNoErrors(again)

    def test_undo_over_another_style_ends(self):
        other = support.write_png(self.path("other.png"), 40, 30, lambda x, y: (200, 5 * x, 8 * y))
        states = self.view(
            DONE, {"drop": other, "on": "style 1"}, IDLE, DONE, STATE,
            *[step for _ in range(3) for step in ({"key": "Ctrl+Z"}, frames(3), IDLE, STATE)],
            arguments=["--iterations", "5"])
        new, *back = states
        self.assertEqual(new["styles"], [other])
        for state in back:  # there is nothing before the first
            self.assertEqual(state["styles"], [self.style])
            self.assertEqual(state["iterations"], 5)

    def test_steps_are_counted(self):
        paused, stepped, done = self.view(
            iterations(2), {"key": "Space"}, PAUSED, STATE, *[{"key": "."}] * 5, IDLE,
            {"wait": {"iterations": 7}}, IDLE, STATE, {"set": {"iterations": 8}}, IDLE,
            {"key": "Space"}, DONE, {"key": "."}, frames(3), IDLE, STATE, arguments=ENDLESS)
        self.assertEqual(stepped["iterations"], paused["iterations"] + 5)
        self.assertEqual(stepped["phase"], "paused")
        self.assertEqual(done["phase"], "done")

    def test_a_moment_is_kept_once(self):
        state, = self.view(iterations(2), {"key": "Space"}, PAUSED, {"key": "K"},
                           {"wait": {"moments": 1, "idle": True}}, {"key": "K"}, frames(3), IDLE,
                           STATE, arguments=ENDLESS)
        self.assertEqual(len(state["moments"]), 1)
        self.assertIn("this moment is kept already", self.news(state))

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

    def test_another_device_keeps_picture_and_moments(self):
        before_shot, after_shot = self.path("before.png"), self.path("after.png")
        shown = [{"key": "1"}, frames(3)]
        before, after, running = self.view(
            {"set": {"style-weight": 20}}, iterations(4), {"key": "K"},
            {"wait": {"moments": 1, "idle": True}}, iterations(7), {"key": "Space"}, PAUSED, *shown,
            {"screenshot": before_shot}, STATE, {"device": "llvmpipe"}, frames(2), seconds(0.5),
            PAUSED, frames(3), {"screenshot": after_shot}, STATE, {"key": "Space"},
            iterations(12), STATE, arguments=ENDLESS)
        self.assertEqual(after["iterations"], before["iterations"])
        self.assertEqual(after["losses"], before["losses"])
        self.assertEqual(after["settings"], before["settings"])
        self.assertEqual(after["painted_with"], before["painted_with"])
        # Those that were there, and where it was left.
        self.assertEqual(after["moments"][:1], before["moments"][:1])
        self.assertEqual(after["moments"][-1]["iteration"], before["iterations"])
        self.assertTrue(all(moment["thumbnail"] for moment in after["moments"]), after["moments"])
        self.assertSamePixels(self.cut(Png(after_shot), after), self.cut(Png(before_shot), before))
        self.assertEqual(running["phase"], "running")
        self.assertNoErrors(running)

    def test_no_device_comes_back(self):
        """It is said where it can be seen, and a script ends."""
        state, = self.view(
            iterations(3), {"key": "K"}, {"wait": {"moments": 1, "idle": True}},
            {"lose_device": "for good"}, {"wait": {"error": "no device is left"}}, frames(0), STATE,
            {"wait": {"iterations": 100, "timeout": 3}}, code=INPUT, arguments=ENDLESS)
        self.assertEqual(state["phase"], "failed")
        self.assertEqual(state["title"], "No device - Impasto")
        self.assertEqual(len(state["moments"]), 1)
        self.assertRegex(self.process.err, "impasto: no device is left to paint with")
        self.assertRegex(self.process.err, "waited too long; Stopped: there is no device")
        self.assertEqual(self.process.err.count("no device is left to"), 1)

    def test_no_device_comes_back_to_a_click(self):
        begin = time.monotonic()
        self.view(iterations(1), {"lose_device": "for good"}, {"wait": {"error": "no device"}},
                  {"click": "Pause"}, code=INPUT, arguments=ENDLESS)
        self.assertLess(time.monotonic() - begin, 100)
        self.assertRegex(self.process.err, "Pause.*took too long")

    def test_nothing_is_lost_by_restarts_and_other_pictures(self):
        """What was painted since the last moment is kept as one before another picture begins."""
        states = self.view(
            iterations(3), {"key": "Space"}, PAUSED, STATE, {"key": "Ctrl+R"}, frames(3),
            iterations(2), {"key": "Space"}, PAUSED, STATE, {"drop": self.content},
            {"click": "the style"}, frames(2), IDLE, {"key": "Space"}, iterations(1), {"key": "Space"},
            PAUSED, STATE,
            {"click": "style 1", "button": "right"}, frames(2), IDLE, STATE, arguments=ENDLESS)
        for before, after in zip(states, states[1:]):
            self.assertEqual(len(after["moments"]), len(before["moments"]) + 1)
            self.assertGreaterEqual(after["moments"][-1]["iteration"], before["iterations"])
        self.assertEqual(states[-1]["phase"], "empty")

    def test_retune(self):
        """Times again what is kept, once."""
        def kept():
            return {path: os.stat(path).st_mtime_ns for folder, _, names in os.walk(self.cache)
                    for path in (os.path.join(folder, name) for name in names)
                    if "tun" in path}
        self.view(iterations(1), arguments=ENDLESS)
        first = kept()
        self.assertNotEqual(first, {})
        self.view(iterations(1), arguments=ENDLESS)
        self.assertEqual(kept(), first)
        self.view(iterations(1), arguments=[*ENDLESS, "--retune"])
        again = kept()
        self.assertEqual(again.keys(), first.keys())
        for path, time_ns in again.items():
            self.assertGreater(time_ns, first[path])

    def test_a_lost_device_without_a_moment_to_go_back_to(self):
        empty, state = self.view(
            {"wait": {"item": "File"}}, {"lose_device": True}, seconds(0.5), frames(2), STATE,
            {"drop": [self.content, self.style]}, {"wait": {"phase": "preparing"}},
            {"lose_device": True}, DONE, STATE, pictures=False, arguments=["--iterations", "3"])
        self.assertEqual(empty["phase"], "empty")
        self.assertEqual(state["iterations"], 3)
        self.assertEqual(len(state["losses"]), 3)

    def test_a_size_that_no_memory_holds(self):
        """One that is refused at once, and one when its maps are laid out."""
        for size, budget in ((16384, "400MB"), (512, "200MB")):
            with self.subTest(size=size):
                self.refuses_size(size, budget)

    def refuses_size(self, size, budget):
        states = self.view(
            iterations(3), {"set": {"size": size}}, {"wait": {"error": "needs"}}, IDLE,
            {"wait": {"phase": "running", "timeout": 60}}, frames(3), STATE, iterations(8), STATE,
            arguments=[*ENDLESS, "--memory-budget", budget])
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
        self.assertEqual({row["moments"] for row in running}, {"0"})
        # Content and style, once, four bytes a pixel.
        self.assertEqual(int(rows[-1]["uploaded"]), 4 * (90 * 67 + 70 * 50))

    def test_moments_are_traced(self):
        trace = self.path("trace.csv")
        state, = self.view(iterations(2), {"key": "K"}, {"wait": {"moments": 1, "idle": True}},
                           frames(2), STATE, arguments=[*ENDLESS, "--trace", trace])
        with open(trace, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        moment, = state["moments"]
        self.assertGreater(int(rows[-1]["moments"]), moment["bytes"])  # with the thumbnail
        self.assertLess(int(rows[-1]["moments"]), moment["bytes"] + 4 * 160 * 160)
        self.assertEqual(rows[-1]["read_back"], "0")

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
