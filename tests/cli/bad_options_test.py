#!/usr/bin/env python3
"""What is wrong with the command line itself: one line and exit code 2, before any device work."""
import os

from support import NO_DEVICE, USAGE, CliTest, main, write_png

# So that nothing can have asked for a device.
NO_DRIVER = {"VK_DRIVER_FILES": "/nonexistent.json", "VK_ICD_FILENAMES": "/nonexistent.json"}


class BadOptions(CliTest):
    def refuses(self, *arguments, says=()):
        self.fails(USAGE, "stylize", self.content, self.style, "-o", self.out, *arguments,
                   says=says, env=NO_DRIVER)

    def test_sizes(self):
        for value in ("15", "16385", "0", "-5", "512px", "1e3", "5.5", "nan", "inf", "",
                      "99999999999999999999"):
            with self.subTest(value=value):
                self.refuses("--size", value, says=["--size", "16 to 16384"])
                self.refuses("--first-size", value, says=["--first-size", "16 to 16384"])

    def test_iterations(self):
        for value in ("0", "-1", "x", "10,", "10, ", "10,0", "1 0", "3.5", "1000001"):
            with self.subTest(value=value):
                self.refuses("--iterations", value, says=["--iterations", "1 to 1000000"])
        self.refuses("--save-every", "0", says="--save-every")
        self.refuses("--seed", "-1", says="--seed")

    def test_weights_of_the_terms(self):
        for option in ("--content-weight", "--style-weight", "--tv-weight"):
            for value in ("-1", "nan", "inf", "-inf", "5x", "0x10", " 1", ""):
                with self.subTest(option=option, value=value):
                    self.refuses(option, value, says=[option, "0 or more"])
            for value in ("1e39", "1e9999"):
                with self.subTest(option=option, value=value):
                    self.refuses(option, value, says=[option, value, "(0 to 3.4028235e+38)"])
        self.refuses("--style-layers", "relu1_1:1e39", says="(0 to 3.4028235e+38)")
        self.refuses("--seed", "18446744073709551616", says="(0 to 18446744073709551615)")
        self.refuses("--content-weight", "0", "--style-weight", "0", says="both 0")
        self.refuses("--style-scale", "0", says="--style-scale")
        self.refuses("--style-scale", "nan", says="--style-scale")

    def test_the_optimisers(self):
        for value in ("0", "65", "-1", "2.5", ""):
            with self.subTest(value=value):
                self.refuses("--lbfgs-history", value, says=["--lbfgs-history", "1 to 64"])
        for value in ("0", "0.0009", "1.1", "-1", "nan", ""):
            with self.subTest(value=value):
                self.refuses("--adam-rate", value, says=["--adam-rate", "0.001 to 1"])

    def test_memory_budgets(self):
        for value in ("0", "-3", "G", "2Q", "2GG", "nan", "inf", "1e30", "", " 2G"):
            with self.subTest(value=value):
                self.refuses("--memory-budget", value, says=["--memory-budget", "2G"])

    def test_tiers(self):
        self.refuses("--tier", "fast", says=["--tier", "auto, direct, winograd, half, matrix or matrix-wide"])

    def test_layers(self):
        for value in ("relu6_1", "relu1_3", "relu3_5", "conv1_1", "", "relu1_1,", "relu4_2:"):
            with self.subTest(value=value):
                self.refuses("--style-layers", value, says="--style-layers")
                self.refuses("--content-layers", value, says="--content-layers")
        self.refuses("--style-layers", "relu9_9", says=["relu9_9", "relu1_1", "relu5_4"])
        for value in ("relu1_1:-1", "relu1_1:nan", "relu1_1:0", "relu1_1,relu1_1"):
            with self.subTest(value=value):
                self.refuses("--style-layers", value, says="relu1_1" if ":0" not in value else "0")

    def test_shares_of_the_styles(self):
        self.refuses("--style-blend", "0.7,0.3", says=["2", "1"])
        self.refuses("--style-blend", "0", says="all 0")
        self.refuses("--style-blend", "-1", says="--style-blend")

    def test_choices(self):
        for option, value, choice in (("--pooling", "min", "avg"), ("--padding", "wrap", "zero"),
                                      ("--optimizer", "sgd", "lbfgs"),
                                      ("--colors", "Content", "content")):
            with self.subTest(option=option):
                self.refuses(option, value, says=[option, value, choice])

    def test_unknown_options_get_a_suggestion(self):
        for given, meant in (("--siez", "--size"), ("--style-wieght", "--style-weight"),
                             ("--iteration=5", "--iterations"), ("--colours", "--colors")):
            with self.subTest(given=given):
                self.refuses(given, says=[given.split("=")[0], "did you mean '%s'" % meant])
        self.refuses("--quite-another-thing", says="--help")
        self.refuses("-z", says="'-z'")

    def test_an_option_without_its_value(self):
        self.refuses("--size", says="--size needs a value")

    def test_commands(self):
        self.fails(USAGE, "stylise", says="did you mean 'stylize'")
        self.fails(USAGE, "photo.jpg", "painting.jpg", says="impasto stylize CONTENT STYLE")
        self.fails(USAGE, "weights", "inf", says="did you mean 'info'")
        self.fails(USAGE, "--verson", says="did you mean '--version'")
        self.fails(USAGE, "devices", "more", says="'more'")

    def test_two_dashes_end_the_options(self):
        # The files are looked for.
        self.fails(3, "stylize", "--", "-x.png", "--size", says="cannot read '-x.png'")
        self.fails(3, "stylize", "-q", self.content, "--", "--help", says="cannot read '--help'")
        self.fails(USAGE, "stylize", self.content, "--", says=["style picture", self.content])
        self.fails(USAGE, "stylize", "-o", "--", "-x.png", says="--output needs a value")
        self.fails(USAGE, "devices", "--", "-x", says="unexpected argument '-x'")

    def test_missing_pictures(self):
        self.fails(USAGE, "stylize", says="STYLE")
        self.fails(USAGE, "stylize", self.content, says=["style picture", self.content])

    def test_the_output_is_an_input(self):
        self.refuses("-o", self.content, says=self.content)
        self.refuses("-o", os.path.join(self.folder, ".", "style.png"), says="style.png")
        self.refuses("--trace", self.style, says=self.style)
        start = write_png(self.path("start.png"), 20, 20, lambda x, y: (x, y, 0))
        self.refuses("--init", start, "-o", start, says=start)
        preset = self.path("preset.json")
        with open(preset, "w") as file:
            file.write("{}")
        self.refuses("--preset", preset, "--trace", preset, says=[preset, "--trace"])
        weights = self.path("weights.safetensors")
        open(weights, "w").close()
        self.refuses("--weights", weights, "--trace", weights, says=[weights, "--trace"])

    def test_the_trace_is_the_output(self):
        for trace in (self.out, "out.png", os.path.join(self.folder, "none", "..", "out.png")):
            with self.subTest(trace=trace):
                self.refuses("--trace", trace, says=["out.png", "--trace"])
        os.symlink(self.folder, self.path("link"))
        self.refuses("--trace", self.path("link/out.png"), says=["out.png", "--trace"])
        os.symlink("out.png", self.path("dangling.csv"))
        self.refuses("--trace", self.path("dangling.csv"), says=["dangling.csv", "--trace"])

    def test_a_snapshot_would_replace_an_input(self):
        every = ["--save-every", "50"]
        for name in ("out-000050.png", "out-000400.png", "out-1000000.png"):
            with self.subTest(name=name):
                start = write_png(self.path(name), 20, 20, lambda x, y: (x, y, 0))
                says = ["--save-every 50", name, "-o"]
                self.refuses(*every, "--init", name, says=says)
                self.refuses(*every, start, says=says)
                self.refuses(*every, "--weights", start, says=says)
                self.fails(USAGE, "stylize", start, self.style, "-o", "out.png", *every, says=says,
                           env=NO_DRIVER)
        preset = self.path("out-000150.png")
        with open(preset, "w") as file:
            file.write("{}")
        self.refuses(*every, "--preset", preset, says=["--save-every 50", preset])
        self.refuses(*every, "--trace", "out-000100.png", says=["--save-every 50", "-o"])
        link = self.path("start.png")
        os.symlink("out-000050.png", link)
        self.refuses(*every, "--init", link, says=["--save-every 50", link])
        # A snapshot would be written through a link of its name.
        os.symlink(self.content, self.path("out-000200.png"))
        self.refuses(*every, says=["--save-every 50", self.content])
        os.remove(self.path("out-000200.png"))
        # These are no snapshots' names: what is missing is the driver.
        for name in ("out-000051.png", "out-50.png", "out-000050.jpg", "other-000050.png"):
            with self.subTest(name=name):
                write_png(self.path(name), 20, 20, lambda x, y: (x, y, 0))
                self.fails(NO_DEVICE, "stylize", self.content, self.style, "-o", self.out, "-q",
                           *every, "--init", name, env=NO_DRIVER)

    def test_a_picture_may_be_called_like_a_command(self):
        # Not taken for a second command: the file is looked for.
        self.fails(3, "stylize", "doctor", "devices", says="cannot read 'doctor'")


if __name__ == "__main__":
    main()
