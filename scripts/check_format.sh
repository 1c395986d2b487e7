#!/bin/bash
# Fails when a C++ source is not as .clang-format wants it. (GLSL is formatted by hand.)
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v clang-format >/dev/null; then
    echo "check_format: clang-format is not installed: not checked" >&2
    if [ "${CI:-}" = true ]; then exit 1; fi
    exit 0
fi
git ls-files '*.cpp' '*.h' '*.hpp' ':!shaders' | xargs clang-format --dry-run --Werror
