#!/usr/bin/env python3
"""A local HTTP server with the habits of good and bad ones, for the download tests.

    range_server.py FOLDER

Serves the files of FOLDER by their base names, prints its port on the first line, and ends when its
standard input does. The first part of a request's path says how it behaves:

    /plain     ranges, an ETag, If-Range
    /cut       the connection breaks after 6 MB of every answer
    /stall     after 30 MB it stays open and silent
    /busy      answers 503 to the first two requests of a file
    /noetag    ranges without an ETag
    /noranges  the whole file always
    /changing  a new ETag with every answer
    /missing   404
    /nohub     404 for safetensors files, else as /plain
    /loop      redirects to itself
    /moved     redirects to /plain
"""
import http.server
import os
import re
import socketserver
import sys
import threading
import time

FOLDER = sys.argv[1]
CUT = {"cut": 6_000_000, "stall": 30_000_000}
requests = {}  # of each path


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def do_GET(self):
        _, mode, rest = self.path.split("/", 2)
        requests[self.path] = requests.get(self.path, 0) + 1
        path = os.path.join(FOLDER, os.path.basename(rest))
        if mode == "moved":
            return self.answer(302, [("Location", "/plain/" + rest), ("Content-Length", "0"),
                                     ("ETag", '"of the redirection"')])
        if mode == "loop":
            return self.answer(302, [("Location", self.path), ("Content-Length", "0")])
        gone = mode == "missing" or (mode == "nohub" and rest.endswith(".safetensors"))
        if gone or not os.path.exists(path):
            return self.answer(404, [("Content-Length", "0")])
        if mode == "busy" and requests[self.path] <= 2:
            return self.answer(503, [("Content-Length", "0")])
        self.send_file(mode, path)

    def send_file(self, mode, path):
        size = os.path.getsize(path)
        etag = '"v%d"' % (requests[self.path] if mode == "changing" else 1)
        first, last, status = 0, size - 1, 200
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        fits = self.headers.get("If-Range", etag) == etag
        if wanted and fits and mode != "noranges":
            first, status = int(wanted[1]), 206
            last = min(int(wanted[2] or last), last)
            if first >= size:
                return self.answer(416, [("Content-Range", "bytes */%d" % size),
                                         ("Content-Length", "0")])
        headers = [("Content-Length", str(last - first + 1))]
        if mode != "noetag":
            headers.append(("ETag", etag))
        if status == 206:
            headers.append(("Content-Range", "bytes %d-%d/%d" % (first, last, size)))
        self.answer(status, headers)
        left = last - first + 1
        budget = CUT.get(mode, left)
        with open(path, "rb") as file:
            file.seek(first)
            try:
                while left > 0 and budget > 0:
                    piece = file.read(min(left, budget, 1 << 20))
                    self.wfile.write(piece)
                    left -= len(piece)
                    budget -= len(piece)
            except OSError:
                left = 1
        if left > 0 and mode == "stall":
            time.sleep(3)
        if left > 0:
            self.close_connection = True


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a client that went away is part of the tests
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
