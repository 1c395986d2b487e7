#!/usr/bin/env python3
"""examples/c99 and examples/plugin:  c_hosts_test.py PROGRAM LIBRARY STYLIZE PLUGIN_HOST"""
from hosts import ARGUMENTS, ITERATIONS, SIZE, HostTest, Png, main

LIBRARY, STYLIZE, PLUGIN_HOST = ARGUMENTS


class Stylize(HostTest):
    def test_the_same_bytes_as_the_program(self):
        process = self.host_succeeds(STYLIZE, self.content, self.style, self.out, SIZE, ITERATIONS)
        self.check_same(self.out, self.program_rows())
        self.assertIn("scale 2, iteration    2", process.stderr)

    def test_what_fails_says_why(self):
        self.host_fails(STYLIZE, says=["Usage"])
        self.host_fails(STYLIZE, self.content, self.style, self.out, "0", says=["Usage"])
        self.host_fails(STYLIZE, self.content, self.style, self.out, "9x", says=["Usage"])
        self.host_fails(STYLIZE, self.path("none.png"), self.style, self.out, says=["none.png"])
        self.host_fails(STYLIZE, self.content, self.style, self.path("no/folder.png"),
                        says=["folder"])
        self.host_fails(STYLIZE, self.content, self.style, self.out, "15", says=["16"])
        self.host_fails(STYLIZE, self.content, self.style, self.out, "64", "1",
                        env={"VK_ICD_FILENAMES": "/none.json", "VK_DRIVER_FILES": "/none.json"},
                        says=["Vulkan"])


class Plugin(HostTest):
    def host(self, out, *more):
        return self.host_succeeds(PLUGIN_HOST, LIBRARY, self.content, self.style, out, *more)

    def test_slices_give_the_same_bytes_as_the_program(self):
        expected = self.program_rows()
        self.host(self.out, SIZE, ITERATIONS)
        self.check_same(self.out, expected)

    def test_a_slider_that_moves_leads_elsewhere(self):
        self.host(self.out, "64", "12")
        moved = self.path("moved.png")
        self.host(moved, "64", "12", "0")
        self.assertEqual((Png(moved).width, Png(moved).height), (64, 48))
        self.assertTrue(Png(moved).rows != Png(self.out).rows)

    def test_what_fails_says_why(self):
        pictures = [self.content, self.style, self.out]
        self.host_fails(PLUGIN_HOST, says=["Usage"])
        self.host_fails(PLUGIN_HOST, self.path("libnone.so"), *pictures, says=["libnone.so"])
        self.host_fails(PLUGIN_HOST, LIBRARY, self.path("none.png"), *pictures[1:],
                        says=["impasto_image_load", "none.png"])
        self.host_fails(PLUGIN_HOST, LIBRARY, *pictures, "15",
                        says=["impasto_session_create_hosted", "16"])
        self.host_fails(PLUGIN_HOST, LIBRARY, *pictures,
                        env={"VK_ICD_FILENAMES": "/none.json", "VK_DRIVER_FILES": "/none.json"},
                        says=["vkCreateInstance"])


if __name__ == "__main__":
    main()
