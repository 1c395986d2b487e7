#!/usr/bin/env python3
"""examples/python:  python_test.py PROGRAM LIBRARY C_COMPILER. Skipped without NumPy."""
import ctypes
import inspect
import os
import re
import subprocess
import sys
import threading

from hosts import ARGUMENTS, ITERATIONS, ROOT, SIZE, HostTest, Png, main

try:
    import numpy
except ImportError:
    print("skipped: NumPy is not installed")
    sys.exit(77)

LIBRARY, COMPILER = ARGUMENTS
EXAMPLE = os.path.join(ROOT, "examples", "python")
HEADERS = os.path.join(ROOT, "include")
sys.path.insert(0, EXAMPLE)
import impasto  # noqa: E402  pylint: disable=wrong-import-position


class Header(HostTest):
    """The module's mirror of impasto.h."""

    def test_structs_are_laid_out_as_the_c_compiler_does(self):
        structs = {name: kind for name, kind in inspect.getmembers(impasto, inspect.isclass)
                   if issubclass(kind, impasto.Struct) and kind is not impasto.Struct}
        self.assertGreater(len(structs), 8)
        lines, expected = [], []
        for name, kind in structs.items():
            lines.append('printf("%%zu\\n", sizeof(Impasto%s));' % name)
            expected.append((name, ctypes.sizeof(kind)))
            for field, _ in kind._fields_:
                member = "((Impasto%s*)0)->%s" % (name, field)
                lines.append('printf("%%zu %%zu\\n", offsetof(Impasto%s, %s), sizeof %s);' %
                             (name, field, member))
                at = getattr(kind, field)
                expected.append((name + "." + field, at.offset, at.size))
        source = self.path("layout.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write("#include <impasto/impasto.h>\n#include <stdio.h>\nint main(void) {\n%s\n"
                       "return 0; }\n" % "\n".join(lines))
        subprocess.run([COMPILER, "-I", HEADERS, source, "-o", self.path("layout")], check=True)
        out = self.host_succeeds(self.path("layout")).stdout
        measured = [tuple(int(number) for number in line.split()) for line in out.splitlines()]
        self.assertEqual(expected, [(row[0],) + numbers
                                    for row, numbers in zip(expected, measured)])

    def test_functions_have_the_headers_parameters(self):
        with open(os.path.join(HEADERS, "impasto", "impasto.h"), encoding="utf-8") as file:
            header = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
        declared = {name: (result.strip(), parameters) for result, name, parameters in re.findall(
            r"IMPASTO_API ([\w\s*]+?)\s*impasto_(\w+)\(([^;]*?)\);", header)}
        numbers = {"int": ctypes.c_int, "uint32_t": ctypes.c_uint32, "size_t": ctypes.c_size_t,
                   "uint64_t": ctypes.c_uint64, "ImpastoResult": ctypes.c_int,
                   "ImpastoProgressCallback": impasto.PROGRESS, "void": None}
        for name, parameters in impasto.PARAMETERS.items():
            with self.subTest(name=name):
                result, given = declared[name]
                kinds = [] if given == "void" else [
                    "*" if "*" in one else numbers[one.split()[-2]] for one in given.split(",")]
                mirrored = ["*" if kind in (ctypes.c_void_p, ctypes.c_char_p) or
                            hasattr(kind, "contents") else kind for kind in parameters]
                self.assertEqual(mirrored, kinds)
                returned = impasto.RETURNS.get(name, ctypes.c_int)
                if "*" in result:
                    self.assertTrue(returned is ctypes.c_char_p or hasattr(returned, "contents"))
                else:
                    self.assertEqual(returned, numbers[result])


class Program(HostTest):
    def stylize(self, *arguments):
        return [sys.executable, "-B", os.path.join(EXAMPLE, "stylize.py"), *arguments]

    def test_the_same_bytes_as_the_program(self):
        self.host_succeeds(*self.stylize(self.content, self.style, "-o", self.out, "--size", SIZE,
                                         "--iterations", ITERATIONS),
                           env={"IMPASTO_LIBRARY": LIBRARY})
        self.check_same(self.out, self.program_rows())

    def test_the_same_noise_of_a_seed(self):
        noise = ["--init", "noise", "--seed", "11", "--size", "64", "--iterations", "2"]
        other = self.path("program.png")
        self.succeeds("stylize", self.content, self.style, "-o", other, "--quiet", *noise)
        self.host_succeeds(*self.stylize(self.content, self.style, "-o", self.out, "--library",
                                         LIBRARY, *noise))
        self.check_same(self.out, Png(other).rows)

    def test_what_fails_says_why(self):
        self.host_fails(*self.stylize(self.path("none.png"), self.style, "-o", self.out,
                                      "--library", LIBRARY), says=["none.png"])
        self.host_fails(*self.stylize(self.content, self.style, "-o", self.out, "--library",
                                      self.path("libnone.so")), says=["libnone.so"])


class Module(HostTest):
    """Within this process, whose validation messages would be in the test's own output: ctest looks
    for them there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.library = impasto.Library(LIBRARY)
        cls.weights = cls.library.weights()
        cls.context = cls.library.context(cache_dir=cls.cache)
        random = numpy.random.default_rng(1)
        cls.bytes = random.integers(0, 256, (40, 56, 3), numpy.uint8)
        cls.painting = random.random((50, 48, 3), numpy.float32)

    @classmethod
    def tearDownClass(cls):
        cls.context.close()
        cls.weights.close()
        super().tearDownClass()

    def session(self, **more):
        options = dict({"size": 56, "first_size": 56, "iterations": 4}, **more)
        return self.context.session(self.weights, self.bytes, [self.painting], **options)

    def test_pictures_go_through_files(self):
        for channels in (3, 4):
            picture = numpy.random.default_rng(2).integers(0, 256, (5, 7, channels), numpy.uint8)
            self.library.save_image(self.out, picture)
            self.assertTrue((impasto.to_bytes(self.library.load_image(self.out)) == picture).all())
            values = self.library.load_image(self.out)
            self.assertEqual((values.dtype, values.shape), (numpy.float32, (5, 7, channels)))
            self.library.save_image(self.out, values.astype(numpy.float64))
            self.assertTrue((impasto.to_bytes(self.library.load_image(self.out)) == picture).all())
        for wrong in (numpy.zeros((4, 4)), numpy.zeros((4, 4, 2), numpy.uint8),
                      numpy.zeros((4, 4, 3), numpy.int32)):
            with self.assertRaises(ValueError):
                self.library.save_image(self.out, wrong)

    def test_a_run_and_its_losses(self):
        seen = []
        with self.session() as session:
            session.run(lambda now: seen.append((now.total_iterations, now.losses.total)))
            self.assertEqual(len(seen), 4)
            losses = session.losses()
            self.assertEqual(losses.shape, (4, 4))
            self.assertEqual(seen[-1], (4, losses[-1, 0]))
            self.assertLess(losses[-1, 0], losses[0, 0])
            self.assertEqual([(one.width, one.height, one.iterations) for one in session.scales()],
                             [(56, 40, 4)])
            picture = session.image()
        with self.session() as session:
            while not session.advance(3).done:
                pass
            self.assertTrue((session.image() == picture).all())

    def test_options_reach_the_session(self):
        self.assertEqual(self.context.device().name.decode(),
                         [one for one in self.library.devices() if one.is_default][0].name.decode())
        with self.session(style_layers={"relu1_1": 1, "relu2_1": 2}, content_layers={"relu2_2": 1},
                          content_weight=1, style_weight=3, tv_weight=0, pooling="average",
                          padding="replicate", optimizer="adam", adam_learning_rate=0.01,
                          colors="content", style_blend=[2], init=self.painting) as session:
            session.run()
            losses = session.losses()
        numpy.testing.assert_allclose(losses[:, 0], losses[:, 1] + 3 * losses[:, 2], rtol=1e-5)
        with self.assertRaises(TypeError):
            self.session(colour="content")
        with self.assertRaises(ValueError):
            self.session(pooling="mean")

    def test_errors_are_the_librarys(self):
        with self.assertRaisesRegex(impasto.Error, "16") as caught:
            self.session(size=15)
        self.assertEqual(caught.exception.result, -2)
        with self.assertRaisesRegex(impasto.Error, "none.png") as caught:
            self.library.load_image(self.path("none.png"))
        self.assertEqual(caught.exception.result, -3)

    def test_a_callback_cancels_and_raises(self):
        with self.session() as session:
            with self.assertRaises(impasto.Error) as caught:
                session.run(lambda now: False)
            self.assertEqual(caught.exception.result, impasto.CANCELLED)
            self.assertEqual(session.image().shape, (40, 56, 3))
        with self.session() as session, self.assertRaises(ZeroDivisionError):
            session.run(lambda now: 1 // 0)

    def test_another_thread_cancels(self):
        with self.session(iterations=100000) as session:
            started = threading.Event()
            outcome = []

            def run():
                try:
                    session.run(lambda now: started.set())
                except impasto.Error as error:
                    outcome.append(error.result)

            thread = threading.Thread(target=run)
            thread.start()
            self.assertTrue(started.wait(60))
            session.cancel()
            thread.join(60)
            self.assertEqual(outcome, [impasto.CANCELLED])

    def test_what_is_closed_says_so(self):
        context = self.library.context(cache_dir="")
        session = context.session(self.weights, self.bytes, [self.painting], size=56)
        context.close()  # and with it the session
        with self.assertRaisesRegex(ValueError, "Session is closed"):
            session.advance()
        with self.assertRaisesRegex(ValueError, "Context is closed"):
            context.device()
        session.close()


if __name__ == "__main__":
    main()
