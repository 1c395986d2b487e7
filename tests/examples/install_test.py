#!/usr/bin/env python3
"""What `cmake --install` leaves is enough: examples/c99 built by find_package(Impasto), shared and static,
and by pkg-config, examples/plugin, and the program of docs/embedding.md, against a moved tree.

    install_test.py PROGRAM BUILD CMAKE C_COMPILER CXX_COMPILER"""
import os
import re
import shutil
import subprocess
import sys

from hosts import ARGUMENTS, HERE, ROOT, HostTest, Png, main

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

    def guide(self):
        """A folder with the C of the installed guide and the engine around it."""
        folder = self.path("guide")
        os.mkdir(folder)
        self.tool(sys.executable, "-B", os.path.join(HERE, "fragments.py"), self.find("embedding.md"),
                  os.path.join(folder, "embedding_guide.h"))
        shutil.copy(os.path.join(HERE, "embedding_guide_test.c"), folder)
        return folder

    def check_guide(self, program, **env):
        process = self.run_host(program, self.path("painting.png"), env=env)
        self.assertIn(process.returncode, (0, 77), process.stdout + process.stderr)  # 77: no device
        self.assertRegex(process.stdout, "frames|SKIPPED")

    def test_the_guide_by_its_own_cmake(self):
        with open(self.find("embedding.md"), encoding="utf-8") as file:
            cmake = re.search("```cmake\n(.*?)```", file.read(), re.DOTALL).group(1)
        source = self.guide()
        with open(os.path.join(source, "CMakeLists.txt"), "w", encoding="utf-8") as file:
            file.write("cmake_minimum_required(VERSION 3.22)\nproject(engine LANGUAGES C)\n"
                       "add_executable(engine embedding_guide_test.c)\n" + cmake)
        self.check_guide(self.by_cmake("engine", source))

    def test_the_guide_by_pkg_config(self):
        program = self.path("engine")
        flags, library_dir = self.pkg_config("impasto", "vulkan")
        self.tool(CC, "-std=c99", os.path.join(self.guide(), "embedding_guide_test.c"), *flags,
                  "-o", program)
        self.check_guide(program, LD_LIBRARY_PATH=library_dir)

    def pkg_config(self, *packages):
        """The flags, and where the library lies."""
        if shutil.which("pkg-config") is None:
            self.skipTest("pkg-config is not installed")
        library_dir = os.path.dirname(self.find("libimpasto.so"))
        env = {"PKG_CONFIG_PATH": os.path.join(library_dir, "pkgconfig")}
        for package in packages[1:]:
            if self.run_host("pkg-config", "--exists", package).returncode != 0:
                self.skipTest("pkg-config does not know " + package)
        flags = self.tool("pkg-config", "--cflags", "--libs", *packages, env=env).split()
        self.assertIn("-limpasto", flags)
        return flags, library_dir

    def test_pkg_config(self):
        flags, library_dir = self.pkg_config("impasto")
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
