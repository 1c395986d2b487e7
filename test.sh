#!/bin/bash
# Installs what is missing, builds everything and runs all tests, with the Vulkan validation layers
# on. Tests that need real VGG19 run when IMPASTO_TEST_VGG19 names its file, those that need pictures
# when IMPASTO_TEST_IMAGES names a folder with content/ and style/. What is painted on models goes through
# Khronos's validator where IMPASTO_TEST_GLTF_VALIDATOR names a folder in which npm installed gltf-validator,
# models of Khronos's too where IMPASTO_TEST_MODELS names their folder.
set -euo pipefail
cd "$(dirname "$0")"

scripts/setup.sh --tests --examples
cmake --preset release -DIMPASTO_BUILD_TESTS=ON
cmake --build --preset release
ctest --preset release "$@"
