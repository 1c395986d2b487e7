#!/usr/bin/env python3
"""Files, folders, drivers and memory that are not as they should be: each gets one line that names
the file and says what to do, an exit code by its kind, and nothing is left half-written."""
import json
import os
import resource
import shutil
import signal
import subprocess

from support import (INPUT, NO_DEVICE, NO_MEMORY, OUTPUT, PROGRAM, QUICK, USAGE, WEIGHTS, CliTest,
                     Png, data, main, write_png, write_safetensors)


def small_network(first_shape=(4, 3, 3, 3), value=0.1, convolutions=2):
    """A VGG19 of four channels a layer that ends after so many convolutions."""
    tensors = {}
    for i, index in enumerate([0, 2, 5, 7][:convolutions]):
        shape = first_shape if i == 0 else (4, 4, 3, 3)
        count = shape[0] * shape[1] * shape[2] * shape[3]
        tensors["features.%d.weight" % index] = (shape, [value] * count)
        tensors["features.%d.bias" % index] = ((4,), [0.0] * 4)
    return tensors


class BadPictures(CliTest):
    def refuses(self, path, *says):
        """As the content, a style, the start."""
        says = [os.path.basename(path), *says]
        common = ["-o", self.out, "-q", *QUICK]
        self.fails(INPUT, "stylize", path, self.style, *common, says=says)
        self.fails(INPUT, "stylize", self.content, self.style, path, *common, says=says)
        self.fails(INPUT, "stylize", self.content, self.style, "--init", path, *common, says=says)

    def write(self, name, bytes_):
        with open(self.path(name), "wb") as file:
            file.write(bytes_)
        return self.path(name)

    def test_missing(self):
        self.refuses(self.path("missing.png"), "no such file")

    def test_folder(self):
        os.mkdir(self.path("album"))
        self.refuses(self.path("album"), "folder")

    def test_empty(self):
        self.refuses(self.write("empty.png", b""), "empty")

    def test_truncated(self):
        for source in (self.content, data("image", "baseline.jpg"),
                       data("image", "progressive.jpg")):
            with self.subTest(source=source):
                whole = self.bytes_of(source)
                self.refuses(self.write("half" + os.path.splitext(source)[1],
                                        whole[:len(whole) // 2]))

    def test_not_a_picture(self):
        self.refuses(self.write("letter.jpg", b"Dear all,\nthis is a text.\n"), "text", "JPEG")
        self.refuses(self.write("film.gif", b"GIF89a" + bytes(50)), "GIF")

    def test_a_pipe_is_not_waited_for(self):
        os.mkfifo(self.path("pipe.png"))
        self.refuses(self.path("pipe.png"), "regular file")

    def test_one_pixel(self):
        self.refuses(write_png(self.path("dot.png"), 1, 1, lambda x, y: (9, 9, 9)), "1x1",
                     "too small")

    def test_thread_of_30000_by_3(self):
        self.refuses(write_png(self.path("thread.png"), 30000, 3, lambda x, y: (x % 256, y, 9)),
                     "30000x3", "too small")

    def test_too_narrow_for_the_layers(self):
        ribbon = write_png(self.path("ribbon.png"), 400, 20, lambda x, y: (x % 256, y, 9))
        self.fails(USAGE, "stylize", ribbon, self.style, "-o", self.out, "-q", *QUICK,
                   says=["400x20", "relu5_1"])


class BadWeights(CliTest):
    def refuses(self, code, path, *says):
        name = os.path.basename(path)
        self.fails(code, "stylize", self.content, self.style, "-o", self.out, "-q", *QUICK,
                   "--weights", path, says=[name, *says])
        self.fails(code, "weights", "info", path, says=[name, *says])

    def test_not_there(self):
        self.refuses(INPUT, self.path("missing.safetensors"))
        os.mkdir(self.path("models"))
        self.refuses(INPUT, self.path("models"), "folder")
        open(self.path("empty.pth"), "wb").close()
        self.refuses(INPUT, self.path("empty.pth"), "empty")
        self.refuses(INPUT, self.content, "safetensors")

    def test_known_but_not_fetched(self):
        self.refuses(INPUT, "vgg19", "impasto weights fetch vgg19")

    def test_truncated(self):
        for source in ("f32.safetensors", "zip_f32.pth", "legacy_f32.pth"):
            whole = self.bytes_of(data("weights", source))
            for part in (len(whole) // 2, len(whole) - 7):
                with self.subTest(source=source, part=part):
                    cut = self.path("cut_" + source)
                    with open(cut, "wb") as file:
                        file.write(whole[:part])
                    self.refuses(WEIGHTS, cut)

    def test_lying_headers(self):
        tensor = {"dtype": "F32", "shape": [4, 3, 3, 3], "data_offsets": [0, 432]}
        for what, header in {
                "outside": {"features.0.weight": dict(tensor, data_offsets=[0, 4320])},
                "backwards": {"features.0.weight": dict(tensor, data_offsets=[432, 0])},
                "overlapping": {"features.0.weight": tensor,
                                "features.2.weight": dict(tensor, data_offsets=[100, 532])},
                "huge": {"features.0.weight": dict(tensor, shape=[2**62, 2**62, 3, 3])},
                "negative": {"features.0.weight": dict(tensor, shape=[-4, 3, 3, 3])},
                "no JSON": b"{\"features.0.weight\": "}.items():
            with self.subTest(what=what):
                path = write_safetensors(self.path("lying.safetensors"),
                                         {"x": ((200,), [0.0] * 200)}, header=header)
                self.refuses(WEIGHTS, path)
        with open(self.path("long.safetensors"), "wb") as file:
            file.write(b"\xff" * 7 + b"\x7f{}")
        self.refuses(WEIGHTS, self.path("long.safetensors"), "damaged")
        with open(self.path("short.safetensors"), "wb") as file:
            file.write(b"\x10\0\0")
        self.refuses(WEIGHTS, self.path("short.safetensors"), "damaged", "again")

    def test_a_tensor_taken_out_of_the_header(self):
        tensor = {"dtype": "F32", "shape": [4], "data_offsets": [16, 32]}
        path = write_safetensors(self.path("hole.safetensors"), {"x": ((8,), [0.0] * 8)},
                                 header={"features.0.bias": tensor})
        self.refuses(WEIGHTS, path, "features.0.bias", "belong to no tensor", "write it anew")

    def test_wrong_shapes(self):
        for shape in ((4, 3, 5, 5), (4, 1, 3, 3)):
            with self.subTest(shape=shape):
                self.refuses(WEIGHTS, write_safetensors(self.path("shapes.safetensors"),
                                                        small_network(first_shape=shape)))

    def test_values_that_are_not_numbers(self):
        for value in (float("nan"), float("inf")):
            with self.subTest(value=value):
                self.refuses(WEIGHTS, write_safetensors(self.path("nan.safetensors"),
                                                        small_network(value=value)))

    def test_another_network(self):
        self.refuses(WEIGHTS, write_safetensors(self.path("other.safetensors"),
                                                {"layer1.0.conv1.weight": ((2,), [1.0, 2.0])}))

    def test_code_in_a_pickle_is_not_run(self):
        self.refuses(WEIGHTS, data("weights", "zip_evil.pth"))
        self.refuses(WEIGHTS, data("weights", "legacy_evil.pth"))

    def test_a_layer_that_the_encoder_lacks(self):
        self.fails(WEIGHTS, "stylize", self.content, self.style, "-o", self.out, "-q", *QUICK,
                   "--style-layers", "relu5_4", says=["builtin", "relu5_4", "relu5_1"])


class BadOutput(CliTest):
    def refuses(self, path, *says, option="-o", **more):
        self.fails(OUTPUT, "stylize", self.content, self.style, "-o", self.out, "-q", *QUICK,
                   option, path, says=[os.path.basename(path), *says], **more)

    def test_folder_is_missing(self):
        self.refuses(self.path("no/such/out.png"), "no/such")
        self.refuses(self.path("no/such/trace.csv"), "no/such", option="--trace")

    def test_a_link_to_a_folder_that_is_missing(self):
        os.symlink("no/such/out.png", self.path("link.png"))
        self.refuses(self.path("link.png"), "no/such")
        os.symlink("no/such/trace.csv", self.path("link.csv"))
        self.refuses(self.path("link.csv"), "no/such", option="--trace")

    def test_is_a_folder(self):
        os.mkdir(self.path("album.png"))
        self.refuses(self.path("album.png"), "folder")
        self.refuses(self.path("album.png"), "folder", option="--trace")

    def test_a_part_of_the_path_is_a_file(self):
        self.refuses(os.path.join(self.content, "out.png"))

    def test_no_permission(self):
        # /proc takes nothing from root either.
        self.refuses("/proc/out.png")
        self.refuses("/proc/trace.csv", option="--trace")
        if os.geteuid() != 0:
            os.mkdir(self.path("locked"), 0o555)
            self.refuses(self.path("locked/out.png"), "permission")

    def test_device_files_are_not_replaced(self):
        self.refuses("/dev/full", option="--trace")
        os.mkfifo(self.path("pipe.png"))
        self.refuses(self.path("pipe.png"), "regular file")

    def test_an_error_in_mid_run_leaves_the_picture_so_far(self):
        # A folder in the place of the second snapshot.
        os.mkdir(self.path("out-000004.png"))
        trace = self.path("trace.csv")
        process = self.run_program("stylize", self.content, self.style, "-o", self.out, "-q",
                                   *QUICK, "--iterations", "20", "--save-every", "2", "--trace",
                                   trace)
        self.assertEqual((process.returncode, process.out), (OUTPUT, ""))
        self.assertRegex(process.err, r"\Aimpasto: [^\n]*out-000004\.png[^\n]*; the picture so far "
                                      r"\(iteration \d+ of 20 in scale 1 of 1\) is in "
                                      r"'[^\n]*out\.png'\n\Z")
        self.assertEqual(Png(self.out).width, 64)
        with open(trace) as file:
            self.assertIn(len(file.readlines()), range(2, 20))

    def test_unknown_extension(self):
        self.refuses(self.path("out.webp"), ".png")
        self.refuses(self.path("out"), ".png")

    def test_standard_output_is_full(self):
        with open("/dev/full", "w") as full:
            process = subprocess.run(
                [PROGRAM, "devices"], stdout=full, stderr=subprocess.PIPE, encoding="utf-8",
                env=self.environment)
        self.assertEqual(process.returncode, OUTPUT)
        self.assertRegex(process.stderr, r"\Aimpasto: [^\n]+\n\Z")

    def test_no_file_may_grow_that_large(self):
        # A limit stands for a full disk where no small disk can be made.
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        self.fails(OUTPUT, "weights", "import", data("weights", "f32.safetensors"), "-o",
                   self.path("grown.safetensors"), says="grown.safetensors'", preexec_fn=limit,
                   restore_signals=False)

    def test_full_disk(self):
        disk = self.path("disk")
        os.mkdir(disk)
        mounted = shutil.which("mount") is not None and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk],
            stderr=subprocess.DEVNULL).returncode == 0
        if not mounted:
            self.skipTest("a small tmpfs cannot be mounted here (it takes root)")
        self.addCleanup(subprocess.run, ["umount", disk])
        # Noise, since it cannot be packed into what little room there is.
        self.fails(OUTPUT, "stylize", self.content, self.style, "-o",
                   os.path.join(disk, "full.png"), "-q", *QUICK, "--init", "noise",
                   "--iterations", "1", says=["full.png'", "the disk is full", "free some space"])



class NoDevice(CliTest):
    def test_no_driver(self):
        nothing = {"VK_DRIVER_FILES": "/nonexistent.json", "VK_ICD_FILENAMES": "/nonexistent.json"}
        for arguments in (["stylize", self.content, self.style, "-o", self.out, *QUICK],
                          ["devices"], ["devices", "--json"], ["doctor"],
                          ["probe", self.content, "--content", self.content, "--style", self.style,
                           "-o", "probe.safetensors"]):
            with self.subTest(arguments=arguments[0]):
                self.fails(NO_DEVICE, *arguments, env=nothing, says="driver")

    def test_a_device_that_is_not_there(self):
        for name in ("99", "no such device"):
            with self.subTest(name=name):
                self.fails(NO_DEVICE, "stylize", self.content, self.style, "-o", self.out, *QUICK,
                           "--device", name, says=name)
        self.fails(NO_DEVICE, "doctor", "--device", "99", says="99")

    def test_a_cpu_is_never_taken_for_a_gpu(self):
        devices = json.loads(self.succeeds("devices", "--json").out)["devices"]
        if any(device["type"] != "CPU" for device in devices):
            self.skipTest("this machine has a GPU")
        self.fails(NO_DEVICE, "stylize", self.content, self.style, "-o", self.out, *QUICK,
                   "--device", "gpu", says="GPU")
        err = self.stylize().err
        self.assertIn("no GPU was found", err)
        self.assertNotIn("no GPU was found", self.stylize("--device", "0").err)

    def test_out_of_memory_names_need_and_a_size_that_fits(self):
        devices = json.loads(self.succeeds("devices", "--json").out)["devices"]
        memory = next(device["memory_bytes"] for device in devices if device["default"])
        if memory > 40e9:
            self.skipTest("this device has too much memory to run out of it")
        process = self.fails(NO_MEMORY, "stylize", self.content, self.style, "-o", self.out, "-q",
                             *QUICK, "--size", "8000", says=["size 8000 needs", "would fit"])
        self.assertRegex(process.err, r"needs (a buffer of )?[\d.]+ GiB .* [\d.]+ GiB "
                                      r"(free|at once): size \d+ would")

    def test_the_largest_size_of_all(self):
        # More than the kernels can index, however much memory there is.
        self.fails(NO_MEMORY, "stylize", self.content, self.style, "-o", self.out, "-q", *QUICK,
                   "--size", "16384", says=["size 16384 needs", "would fit"])


if __name__ == "__main__":
    main()
