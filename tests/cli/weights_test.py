#!/usr/bin/env python3
"""impasto weights list | info | fetch | import."""
import http.server
import json
import os
import signal
import threading
import time

from support import (INPUT, INTERRUPTED, NETWORK, OUTPUT, USAGE, CliTest, data, main,
                     read_safetensors)

SMALL = data("weights", "f32.safetensors")


class Weights(CliTest):
    def test_list(self):
        listed = json.loads(self.succeeds("weights", "list", "--json").out)["weights"]
        names = [one["name"] for one in listed]
        self.assertEqual(names[0], "builtin")
        self.assertIn("vgg19", names)
        for one in listed:
            self.assertEqual(sorted(one),
                             ["available", "bytes", "licence", "name", "path", "title"])
            self.assertEqual(one["available"], one["name"] == "builtin")
            self.assertTrue(one["licence"])
        text = self.succeeds("weights", "list").out
        for name in names:
            self.assertIn(name, text)
        self.assertIn("fetch", text)

    def test_info(self):
        about = json.loads(self.succeeds("weights", "info", "builtin", "--json").out)
        self.assertEqual(about["name"], "builtin")
        self.assertEqual(about["layers"][0]["name"], "conv1_1")
        self.assertEqual(about["layers"][-1]["name"], "conv5_1")
        text = self.succeeds("weights", "info", SMALL).out
        self.assertIn("conv1_1", text)
        self.assertIn("safetensors", text)
        self.assertRegex(text, r"sha256 +[0-9a-f]{64}")

    def test_import(self):
        before = read_safetensors(SMALL)
        for flags, dtype, bound in (([], "F16", 1e-3), (["--f32"], "F32", 0.0)):
            with self.subTest(dtype=dtype):
                out = self.path("imported.safetensors")
                self.succeeds("weights", "import", SMALL, "-o", out, *flags)
                after = read_safetensors(out)
                self.assertTrue(after)
                for name, (found, shape, values) in after.items():
                    self.assertEqual(found, dtype)
                    self.assertEqual(shape, before[name][1])
                    for a, b in zip(values, before[name][2]):
                        self.assertAlmostEqual(a, b, delta=bound * max(1.0, abs(b)))
                self.succeeds("weights", "info", out)

    def test_the_convention_is_kept(self):
        out = self.path("caffe.safetensors")
        self.succeeds("weights", "import", SMALL, "-o", out, "--convention", "caffe")
        about = json.loads(self.succeeds("weights", "info", out, "--json").out)
        self.assertIn("BGR", json.dumps(about["input"]) + json.dumps(about["metadata"]))

    def test_import_refuses(self):
        out = self.path("x.safetensors")
        self.fails(INPUT, "weights", "import", "missing.pth", "-o", out, says="missing.pth")
        self.fails(OUTPUT, "weights", "import", SMALL, "-o", "no/x.safetensors", says="no")
        self.fails(OUTPUT, "weights", "import", SMALL, "-o", "x.pth",
                   says=["x.pth", "FILE.safetensors"])
        self.fails(USAGE, "weights", "import", SMALL, says="-o")
        self.fails(USAGE, "weights", "import", SMALL, "-o", SMALL, says=os.path.basename(SMALL))
        self.fails(USAGE, "weights", "import", SMALL, "-o", out, "--convention", "onnx",
                   says="--convention")
        self.fails(USAGE, "weights", "info", says="FILE")


class Server(http.server.BaseHTTPRequestHandler):
    """Sends the beginning of a large file, and then a byte now and then."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "574673361")
        self.end_headers()
        try:
            self.wfile.write(bytes(1 << 20))
            while not self.server.closing:
                self.wfile.write(b"\0")
                self.server.began.set()
                time.sleep(0.05)
        except OSError:
            pass


class Fetch(CliTest):
    def setUp(self):
        super().setUp()
        if "without downloading" in self.run_program("weights", "fetch", "vgg19", "--mirror",
                                                     "http://127.0.0.1:9").err:
            self.skipTest("this program was built without downloading")

    def test_unknown_name(self):
        self.fails(USAGE, "weights", "fetch", "vgg91", says=["vgg91", "vgg19"])
        self.fails(USAGE, "weights", "fetch", "builtin", says="builtin")
        self.fails(USAGE, "weights", "fetch", says="vgg19")

    def test_no_server(self):
        self.fails(NETWORK, "weights", "fetch", "vgg19", "-q", "--mirror", "http://127.0.0.1:9",
                   says="127.0.0.1")

    def test_the_cache_cannot_be_written(self):
        self.fails(OUTPUT, "weights", "fetch", "vgg19", "-q", "--mirror", "http://127.0.0.1:9",
                   env={"XDG_CACHE_HOME": "/proc/nowhere"}, says="/proc/nowhere")

    def test_ctrl_c_keeps_what_came(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        server.daemon_threads = True
        server.closing = False
        server.began = threading.Event()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            process = self.popen("weights", "fetch", "vgg19", "--checksum", "--mirror",
                                 "http://127.0.0.1:%d" % server.server_address[1])
            self.assertTrue(server.began.wait(30))
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            server.closing = True
            server.shutdown()
            thread.join()
            server.server_close()
        self.assertEqual((process.returncode, out), (INTERRUPTED, ""), err)
        self.assertIn("what came so far is kept", err.splitlines()[-1])
        self.assertNotIn("\r", err)
        kept = [os.path.getsize(os.path.join(folder, name))
                for folder, _, names in os.walk(self.cache) for name in names]
        self.assertGreaterEqual(max(kept, default=0), 1 << 20)


if __name__ == "__main__":
    main()
