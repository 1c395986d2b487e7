#!/usr/bin/env python3
"""--preset: options from a JSON file."""
import json

from support import INPUT, CliTest, main


class Preset(CliTest):
    def preset(self, content):
        path = self.path("my preset.json")
        with open(path, "w") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        return path

    def refuses(self, content, *says):
        self.fails(INPUT, "stylize", self.content, self.style, "-o", self.out, "--preset",
                   self.preset(content), says=["my preset.json", *says],
                   env={"VK_DRIVER_FILES": "/nonexistent.json",
                        "VK_ICD_FILENAMES": "/nonexistent.json"})

    def test_sets_options_and_the_command_line_wins(self):
        preset = self.preset({"size": 80, "first-size": 80, "iterations": 3, "style-weight": 7.5,
                              "tv-weight": 1, "style-layers": "relu1_1:1,relu2_1",
                              "device": 0})
        report = json.loads(self.succeeds("stylize", self.content, self.style, "-o", self.out,
                                          "--json", "--preset", preset).out)
        self.assertEqual((report["width"], report["iterations"]), (80, 3))
        losses = report["loss_last"]
        self.assertAlmostEqual(losses["total"],
                               losses["content"] + 7.5 * losses["style"] + losses["tv"],
                               delta=1e-3 * losses["total"])
        report = json.loads(self.succeeds("stylize", "--iterations", "2", self.content, self.style,
                                          "-o", self.out, "--json", "--preset", preset).out)
        self.assertEqual((report["width"], report["iterations"]), (80, 2))

    def test_lists_as_numbers_and_as_text(self):
        for iterations in ([4, 2], "4,2", "4, 2"):
            with self.subTest(iterations=iterations):
                preset = self.preset({"size": 96, "first-size": 48, "iterations": iterations,
                                      "style-blend": [1.0], "save-every": 1000})
                report = json.loads(self.succeeds("stylize", self.content, self.style, "-o",
                                                  self.out, "--json", "--preset", preset).out)
                self.assertEqual([s["iterations"] for s in report["scales"]], [4, 2])

    def test_unknown_keys(self):
        self.refuses({"style_weight": 3}, "unknown key 'style_weight'", "'style-weight'")
        self.refuses({"size": 64, "colour": "content"}, "unknown key 'colour'")

    def test_keys_of_one_run_alone(self):
        self.refuses({"output": "x.png"}, "'output'", "--output")
        self.refuses({"trace": "x.csv"}, "'trace'")
        self.refuses({"preset": "x.json"}, "'preset'")
        self.refuses({"json": True}, "'json'")

    def test_wrong_types(self):
        for content in ({"size": "512"}, {"size": 512.5}, {"size": None}, {"size": [512]},
                        {"style-weight": "20"}, {"style-weight": True}, {"iterations": {}},
                        {"iterations": []}, {"iterations": [1.5]}, {"pooling": 1},
                        {"style-layers": ["relu1_1"]}, {"init": 3}):
            with self.subTest(content=content):
                key = next(iter(content))
                self.refuses(content, "'%s' must be" % key)

    def test_values_out_of_their_range(self):
        for content in ({"size": 5}, {"size": -512}, {"style-weight": -1}, {"style-weight": 1e99},
                        {"iterations": 0}, {"pooling": "min"}, {"style-layers": "relu9_1"},
                        {"style-blend": [0, 0]}, {"lbfgs-history": 65}, {"adam-rate": 0}):
            with self.subTest(content=content):
                key = next(iter(content))
                self.refuses(content, "'%s': " % key)

    def test_not_json(self):
        self.refuses("{\n  \"size\": 512,\n  size: 3\n}", "line 3", "JSON")
        self.refuses("[1, 2]", "object")
        self.refuses('{"style-weight": 1e999}', "too large")
        self.refuses("\0\1\2", "JSON")

    def test_files_that_are_not_there(self):
        for name in ("missing.json", "."):
            with self.subTest(name=name):
                self.fails(INPUT, "stylize", self.content, self.style, "--preset", name, says=name)
        open(self.path("empty.json"), "w").close()
        self.fails(INPUT, "stylize", self.content, self.style, "--preset", "empty.json",
                   says="empty.json")


if __name__ == "__main__":
    main()
