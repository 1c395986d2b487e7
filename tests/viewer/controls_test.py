"""Every control, moved while it paints: by its name, as a preset has it, and with the pointer."""
import os

import viewer_support
from viewer_support import ENDLESS, IDLE, STATE, ViewerTest, frames, iterations, support

PAUSED = {"wait": {"phase": "paused", "idle": True}}

# Label -> key and another value. Sections that are closed at first are opened.
WEIGHTS = {"content-weight": 5, "style-weight": 60, "tv-weight": 1,
           "style-layers": "relu1_1:3,relu2_1:2,relu3_1:0.5,relu4_1:1,relu5_1:0"}
PLANS = {"size": 80, "first-size": 48, "style-scale": 0.7, "colors": "content", "pooling": "avg",
         "padding": "zero", "tile": "x", "lighting": "flatten", "structure": 0.5,
         "optimizer": "adam", "lbfgs-history": 4}
SLIDERS = {"Content weight": "content-weight", "Style weight": "style-weight",
           "Smoothness": "tv-weight", "Size": "size", "First size": "first-size",
           "Iterations": "iterations", "Style scale": "style-scale",
           "Style in relu1_1": "style-layers", "Style in relu2_1": "style-layers",
           "Style in relu3_1": "style-layers", "Style in relu4_1": "style-layers",
           "Style in relu5_1": "style-layers", "Order": "structure", "History": "lbfgs-history",
           "Step size": "adam-rate"}
CHOICES = {"Colours": ("colors", "of the content", "content"),
           "Pooling": ("pooling", "average", "avg"),
           "Edges": ("padding", "zeros, as published", "zero"),
           "Repeats": ("tile", "from left to right", "x"),
           "Lighting": ("lighting", "taken out", "flatten"),
           "Start from": ("init", "noise", "noise"),
           "Method": ("optimizer", "Adam", "adam")}
SECTIONS = {"Style by size of stroke": ["Style in relu%d_1" % block for block in range(1, 6)],
            "Look": ["Colours", "Pooling", "Edges", "Repeats", "Lighting",
                                        "Order", "Start from", "Seed"], "Optimiser": ["Method", "History"],
            "Encoder": ["built in", "VGG19", "a file..."]}


def seconds(count):
    return {"wait": {"seconds": count}}


class ControlsTest(ViewerTest):
    DISPLAY = (1280, 1840)
    WINDOW = (760, 1840)  # high enough for every control at once

    def open_sections(self):
        # From the last on, so that those above stay where they are.
        return [{"click": name} for name in reversed(SECTIONS)] + [frames(3)]

    def test_all_are_there(self):
        state, = self.view({"wait": {"item": "File"}}, *self.open_sections(), STATE,
                           pictures=False)
        labels = [*SLIDERS, *CHOICES, "Seed", "built in", "VGG19", "Reset all"]
        labels.remove("Step size")  # of Adam
        for label in labels:
            self.assertIn(label, state["items"])

    def test_sliders_by_the_pointer(self):
        """To the middle of what they are, and back by "reset"."""
        names = [name for name in SLIDERS if name != "Step size"]
        steps = []
        for name in names:
            steps += [{"drag": name, "by": [35, 0]}, frames(2), STATE]
            steps += [{"click": "reset " + name}, frames(2)]
        states = self.view({"wait": {"item": "File"}}, *self.open_sections(), STATE, *steps, STATE,
                           pictures=False)
        before = states[0]["settings"]
        last = dict(before)
        for name, state in zip(names, states[1:]):
            with self.subTest(name):
                key = SLIDERS[name]
                self.assertNotEqual(state["settings"][key], before[key])
                self.assertEqual({other: value for other, value in state["settings"].items()
                                  if other != key},
                                 {other: value for other, value in last.items() if other != key})
                # "reset" leads to the default, which the command line had changed for some.
                last = dict(last, **{key: before[key]})
                if key in ("size", "first-size", "iterations"):
                    last.pop(key)
                    last[key] = self.default(key)
        self.assertNoErrors(states[-1])

    def default(self, key):
        return {"size": 512, "first-size": 128, "iterations": 300}[key]

    def test_seed_is_any_number(self):
        def typed(text):
            return [{"click": "Seed"}, frames(2), {"type": text}, {"key": "Enter"}, frames(2), STATE]
        largest = 2 ** 64 - 1
        states = self.view({"wait": {"item": "File"}}, *self.open_sections(), *typed("123456789012"),
                           *typed(str(largest)), *typed("1" + str(largest)), *typed("-4.2e1"),
                           {"click": "Seed +"}, frames(2), STATE, {"click": "Seed -"}, frames(2),
                           {"click": "Seed -"}, frames(2), STATE, {"click": "reset Seed"}, frames(2),
                           STATE, pictures=False)
        # Beyond 64 bits nothing changes but the digits before; only digits are taken.
        seeds = [state["settings"]["seed"] for state in states]
        self.assertEqual([seeds[0], seeds[1]], [123456789012, largest])
        self.assertLessEqual(seeds[2], largest)
        self.assertEqual(seeds[3:], [421, 422, 420, 0])

    def test_a_column_that_is_narrow(self):
        """Every button is whole, however narrow the column is."""
        wide, narrow = self.view({"wait": {"item": "Save"}}, frames(2), STATE, *[
            step for _ in range(3) for step in
            ({"drag": "left divider", "by": [-120, 0]}, frames(2))], STATE)
        self.assertLess(narrow["items"]["left divider"][0], 210)
        for label in ("Pause", "Step", "Restart", "Save", "Add style"):
            old, new = wide["items"][label], narrow["items"][label]
            self.assertEqual(new[2] - new[0], old[2] - old[0], label)
            self.assertLess(new[2], narrow["items"]["left divider"][0], label)

    def test_choices_by_the_pointer(self):
        steps = []
        for name, (_, word, _) in CHOICES.items():
            # A list is laid out before it is at its place.
            steps += [{"click": name}, frames(3), {"click": "%s/%s" % (name, word)}, frames(2)]
        states = self.view({"wait": {"item": "File"}}, *self.open_sections(), *steps, STATE,
                           {"drag": "Step size", "by": [30, 0]}, frames(2), STATE,
                           {"click": "Reset all"}, frames(2), STATE, pictures=False)
        chosen, stepped, reset = states
        for key, _, value in CHOICES.values():
            self.assertEqual(chosen["settings"][key], value)
            self.assertNotEqual(reset["settings"][key], value)
        self.assertNotEqual(stepped["settings"]["adam-rate"], chosen["settings"]["adam-rate"])

    def test_choices_have_a_reset(self):
        others = {key: value for key, _, value in CHOICES.values()}
        steps = []
        for name in CHOICES:
            steps += [{"click": "reset " + name}, frames(2)]
        usual, chosen, reset = self.view(
            {"wait": {"item": "File"}}, *self.open_sections(), STATE, {"set": others}, frames(2),
            STATE, *steps, STATE, pictures=False)
        self.assertEqual({key: chosen["settings"][key] for key in others}, others)
        for name in CHOICES:
            self.assertNotIn("reset " + name, reset["items"])
        self.assertEqual(reset["settings"], usual["settings"])

    def test_weights_take_effect_without_a_new_plan(self):
        steps = []
        for key, value in WEIGHTS.items():
            steps += [{"set": {key: value}}, IDLE, STATE, seconds(0.3)]
        first, *states = self.view(iterations(2), STATE, *steps, *self.open_sections(),
                                   {"drag": "Style weight", "by": [40, 0]}, frames(2), IDLE, STATE,
                                   arguments=ENDLESS)
        self.assertEqual(len(states), len(WEIGHTS) + 1)
        changed = dict(first["painted_with"])
        before = first
        for state, key in zip(states, [*WEIGHTS, "style-weight"]):
            with self.subTest(key):
                self.assertNotEqual(state["painted_with"][key], changed[key])
                self.assertEqual(state["painted_with"], state["settings"])
                self.assertGreaterEqual(state["iterations"], before["iterations"])
                self.assertEqual(state["phase"], "running")
                # Nothing was read back for a new plan, nor uploaded for one.
                self.assertEqual(state["read_back"], 0)
                self.assertEqual(state["uploaded"], first["uploaded"])
                changed, before = state["painted_with"], state
        # A moment of before each change: kept with the settings of then.
        self.assertGreaterEqual(len(before["moments"]), len(WEIGHTS))
        self.assertNoErrors(before)

    def test_weights_are_heard_while_they_are_moved(self):
        """Not only when the slider is let go; and one moment is kept for all that it moved."""
        first, held, still, released = self.view(
            iterations(2), {"key": "K"}, {"wait": {"moments": 1, "idle": True}}, STATE,
            {"hold": "Style weight", "by": [40, 0]}, seconds(0.6), STATE,
            {"release": True}, IDLE, STATE,
            {"hold": "Size", "by": [30, 0]}, seconds(1.2), STATE, {"release": True}, IDLE,
            arguments=ENDLESS)
        self.assertNotEqual(held["painted_with"]["style-weight"],
                            first["painted_with"]["style-weight"])
        self.assertEqual(held["painted_with"], held["settings"])
        self.assertEqual(held["phase"], "running")
        self.assertEqual(len(still["moments"]), len(first["moments"]) + 1)
        # What asks for a new plan waits until it is let go.
        self.assertNotEqual(released["settings"]["size"], released["painted_with"]["size"])

    def test_what_is_drawn_while_it_paints(self):
        """Iterations, Adam's step and the blend, by the pointer."""
        other = support.write_png(self.path("other.png"), 40, 30, lambda x, y: (200, 5 * x, 8 * y))
        steps = []
        for name in ("1 style.png", "Iterations", "Step size"):
            steps += [{"drag": name, "by": [-40, 0]}, frames(2), IDLE, STATE]
        first, blend, count, rate = self.view(
            iterations(2), {"click": "Optimiser"}, frames(2), STATE, *steps, pictures=False,
            arguments=[self.content, self.style, other, "--optimizer", "adam", *ENDLESS])
        self.assertNotEqual(blend["painted_with"]["style-blend"],
                            first["painted_with"].get("style-blend"))
        self.assertEqual(blend["uploaded"], first["uploaded"])
        self.assertNotEqual(count["painted_with"]["iterations"],
                            first["painted_with"]["iterations"])
        self.assertNotEqual(rate["painted_with"]["adam-rate"], first["painted_with"]["adam-rate"])
        for state in (blend, count, rate):
            self.assertEqual(state["painted_with"], state["settings"])
            self.assertNoErrors(state)

    def test_more_weight_is_heard(self):
        light, heavy = self.view(
            iterations(6), {"key": "Space"}, PAUSED, STATE, {"set": {"style-weight": 1500}}, IDLE,
            {"key": "Space"}, iterations(10), {"key": "Space"}, PAUSED, STATE, arguments=ENDLESS)
        # The total is weighted; a hundred times the style is some hundred times the sum.
        self.assertGreater(heavy["losses"][-1], 10 * light["losses"][-1])
        self.assertEqual(heavy["losses"][:len(light["losses"])], light["losses"])

    def test_what_needs_a_new_plan_goes_on_from_the_picture(self):
        steps = []
        for key, value in PLANS.items():
            steps += [{"set": {key: value}}, IDLE, frames(2), STATE]
        first, *states = self.view(iterations(3), STATE, *steps, iterations(30), STATE,
                                   arguments=ENDLESS)
        before = first
        for state, key in zip(states, PLANS):
            with self.subTest(key):
                self.assertEqual(state["painted_with"][key], PLANS[key])
                self.assertEqual(state["painted_with"], state["settings"])
                self.assertEqual(state["phase"], "running")
                self.assertGreaterEqual(state["iterations"], before["iterations"])
                self.assertGreater(state["read_back"], before["read_back"])
                before = state
        # 80 px was asked for first, and stays.
        self.assertEqual(max(states[-1]["result"]), 80)
        self.assertGreaterEqual(states[-1]["iterations"], 30)
        self.assertEqual(len(states[-1]["losses"]), states[-1]["iterations"])
        self.assertNoErrors(states[-1])

    def test_a_new_plan_starts_below_a_fresh_start(self):
        changed = {"lbfgs-history": 5}
        went_on, = self.view(
            iterations(12), {"key": "Space"}, PAUSED, {"set": changed}, IDLE, STATE,
            {"key": "Space"}, iterations(16), {"key": "Space"}, PAUSED, STATE,
            arguments=ENDLESS)[1:]
        fresh, = self.view(iterations(3), {"key": "Space"}, PAUSED, STATE,
                           arguments=[*ENDLESS, "--lbfgs-history", "5"])
        at = min(16, len(went_on["losses"]))
        self.assertEqual(went_on["painted_with"]["lbfgs-history"], 5)
        # Of the first iterations of the new plan all lie below those of the fresh start.
        self.assertLess(max(went_on["losses"][at - 2:]), min(fresh["losses"][:2]))

    def test_seed_and_start_wait_for_a_restart(self):
        before, changed, anew = self.view(
            iterations(3), {"key": "Space"}, PAUSED, STATE, {"set": {"seed": 7, "init": "noise"}},
            seconds(1), IDLE, STATE, {"click": "Restart"}, frames(3), iterations(2),
            {"key": "Space"}, PAUSED, STATE, arguments=ENDLESS)
        self.assertEqual(changed["iterations"], before["iterations"])
        self.assertEqual(changed["pictures"], before["pictures"])
        self.assertEqual(anew["painted_with"]["init"], "noise")
        self.assertEqual(anew["painted_with"]["seed"], 7)
        self.assertNotEqual(anew["losses"][0], before["losses"][0])

    def test_encoders_that_are_refused_leave_the_picture_as_it_is(self):
        def file(name, content):
            with open(self.path(name), "wb") as to:
                to.write(content)
            return self.path(name)
        files = [file("cut.safetensors", b"\x40\0\0\0\0\0\0\0{\"features.0.weight\":{"),
                 file("other.safetensors", b"This is no encoder." * 40),
                 file("damaged.pth", b"PK\x03\x04" + bytes(range(256)) * 8),
                 file("empty.pth", b"")]
        steps = []
        for path in files:
            steps += [{"set": {"weights": path}}, {"wait": {"error": os.path.basename(path)}}, IDLE,
                      STATE]
        before, *states = self.view(iterations(3), STATE, *steps, seconds(1), STATE,
                                    arguments=ENDLESS)
        for state in states:
            self.assertEqual(state["phase"], "running")
            self.assertEqual(state["settings"], before["settings"])
            self.assertEqual(state["painted_with"], before["painted_with"])
            self.assertEqual(state["losses"][:3], before["losses"][:3])
            self.assertEqual(state["result"], before["result"])
            # It neither began anew nor was read back.
            self.assertGreaterEqual(state["iterations"], before["iterations"])
            self.assertEqual(state["uploaded"], before["uploaded"])
            self.assertEqual(state["read_back"], 0)
            before = state
        self.assertEqual(len(self.errors(states[-1])), len(files))

    def test_vgg19_that_is_not_here_names_the_button(self):
        state, = self.view(iterations(1), *self.open_sections(), {"click": "VGG19"},
                           {"wait": {"error": "vgg19"}}, IDLE, frames(2), STATE, arguments=ENDLESS)
        if "Download VGG19" in state["items"]:
            self.assertError(state, "Download VGG19", "impasto weights fetch vgg19")
        self.assertEqual(state["settings"]["weights"], "builtin")
        self.assertEqual(state["phase"], "running")

    def test_an_encoder_that_is_not_there(self):
        state, = self.view(
            iterations(2), {"set": {"weights": self.path("absent.safetensors")}},
            {"wait": {"error": "absent.safetensors"}}, IDLE, STATE, arguments=ENDLESS)
        self.assertEqual(state["settings"]["weights"], "builtin")
        self.assertEqual(state["phase"], "running")  # as before


if __name__ == "__main__":
    viewer_support.main()
