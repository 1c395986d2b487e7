#!/bin/bash
# Cross-compiles the library and the program for Windows with mingw-w64 (without download), so that
# nothing of POSIX slips out of src/platform.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
if ! command -v x86_64-w64-mingw32-g++-posix >/dev/null; then
    root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get -qq -y update
    "${root[@]}" apt-get -qq -y install --no-install-recommends g++-mingw-w64-x86-64-posix >/dev/null
fi
cmake -S . -B build/windows -G Ninja -DCMAKE_TOOLCHAIN_FILE=cmake/mingw-w64.cmake \
    -DIMPASTO_BUILD_TESTS=OFF -DIMPASTO_DOWNLOAD=OFF
cmake --build build/windows
