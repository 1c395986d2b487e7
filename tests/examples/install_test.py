#!/usr/bin/env python3
"""What `cmake --install` leaves is enough: examples/c99 built by find_package(Impasto), shared and static,
and by pkg-config, and examples/plugin, against a moved tree.

    install_test.py PROGRAM BUILD CMAKE C_COMPILER CXX_COMPILER"""
import os
import shutil
import subprocess

from hosts import ARGUMENTS, ROOT, HostTest, Png, main

BUILD, CMAKE, CC, CXX = ARGUMENTS


class Install(HostTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefix = os.path.join(cls.cache, "moved")
        installed = os.path.join(cls.cache, "installed")
        subprocess.run([CMAKE, "--install", BUILD, "--prefix", installed], check=True,
                       stdout=subprocess.DEVNULL)
        os.rename(installed, cls.prefix)

    def find(self, name):
        for folder, _, names in os.walk(self.prefix):
            if name in names:
                return os.path.join(folder, name)
        return self.fail(name + " is not installed")

    def example(self, name):
        return shutil.copytree(os.path.join(ROOT, "examples", name), self.path("example"))

    def tool(self, *command, **more):
        process = self.run_host(*command, **more)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        return process.stdout

    def check(self, program, **env):
        self.host_succeeds(program, self.content, self.style, self.out, "64", "1", env=env)
        self.assertEqual((Png(self.out).width, Png(self.out).height), (64, 48))

    def by_cmake(self, program, source, *options):
        build = self.path("build")
        self.tool(CMAKE, "-S", source, "-B", build, "-DCMAKE_PREFIX_PATH=" + self.prefix,
                  "-DCMAKE_C_COMPILER=" + CC, "-DCMAKE_CXX_COMPILER=" + CXX, *options)
        self.tool(CMAKE, "--build", build)
        return os.path.join(build, program)

    def test_find_package(self):
        program = self.by_cmake("stylize", self.example("c99"))
        self.check(program)
        self.assertIn("libimpasto.so", self.tool("readelf", "-d", program))

    def test_find_package_static(self):
        program = self.by_cmake("stylize", self.example("c99"), "-DSTATIC=ON")
        self.check(program)
        self.assertNotIn("libimpasto", self.tool("readelf", "-d", program))

    def test_the_plugin_by_itself(self):
        program = self.by_cmake("plugin_host", self.example("plugin"))
        self.assertNotIn("libimpasto", self.tool("readelf", "-d", program))
        self.host_succeeds(program, self.find("libimpasto.so"), self.content, self.style, self.out,
                           "64", "2")
        self.assertEqual((Png(self.out).width, Png(self.out).height), (64, 48))

    def test_the_guide_is_there(self):
        with open(self.find("embedding.md"), encoding="utf-8") as file:
            self.assertIn("The ten calls", file.read())

    def test_pkg_config(self):
        if shutil.which("pkg-config") is None:
            self.skipTest("pkg-config is not installed")
        library_dir = os.path.dirname(self.find("libimpasto.so"))
        env = {"PKG_CONFIG_PATH": os.path.join(library_dir, "pkgconfig")}
        flags = self.tool("pkg-config", "--cflags", "--libs", "impasto", env=env).split()
        self.assertIn("-limpasto", flags)
        program = self.path("stylize")
        self.tool(CC, "-std=c99", os.path.join(self.example("c99"), "stylize.c"), *flags, "-o", program)
        self.check(program, LD_LIBRARY_PATH=library_dir)

    def test_the_program_runs_from_there(self):
        self.assertIn("impasto", self.tool(self.find("impasto"), "--version"))

    def test_nothing_leads_back_to_the_build(self):
        for name in ("ImpastoConfig.cmake", "ImpastoTargets.cmake", "impasto.pc"):
            with open(self.find(name), encoding="utf-8") as file:
                text = file.read()
            for folder in (ROOT, BUILD, self.cache):
                self.assertNotIn(folder, text, name)


if __name__ == "__main__":
    main()
