#!/bin/bash
# Formatting and clang-tidy over all C++ sources. By hand, before a large change goes in: it takes
# about twenty minutes on two cores, which is too slow for continuous integration (that checks the
# format alone). A regular expression lints only the paths that it matches:
#     scripts/lint.sh src/gpu
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/check_format.sh

# clang-tidy reads Clang's command lines; the generated headers must be there, nothing else.
cmake -S . -B build/clang -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_BUILD_TYPE=Debug -DIMPASTO_BUILD_TESTS=ON >/dev/null
cmake --build build/clang --target impasto_core_shaders
run-clang-tidy -quiet -p build/clang "^$PWD/(?=(examples|samples|src|tests)/).*${1:-}" 2>/dev/null
