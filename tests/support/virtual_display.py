"""A display for programs with windows, where there is no screen."""
import os
import struct
import subprocess


class VirtualDisplay:
    """An X server without a screen, and what would be on it."""

    def __init__(self, folder, width, height):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-screen", "0", "%dx%dx24" % (width, height), "-nolisten", "tcp",
             "-fbdir", folder, "-displayfd", str(write)],
            pass_fds=[write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            self.name = ":" + told.readline().strip()
        self.file = os.path.join(folder, "Xvfb_screen0")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def picture(self):
        """pixel(x, y) -> (red, green, blue), of the X window dump that Xvfb draws into."""
        with open(self.file, "rb") as file:
            dump = file.read()
        header = struct.unpack(">25I", dump[:100])
        first = header[0] + 12 * header[19]  # after the header and the colour map
        stride = header[12]

        def pixel(x, y):
            at = first + y * stride + 4 * x
            return dump[at + 2], dump[at + 1], dump[at]

        return pixel
