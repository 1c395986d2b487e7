#!/bin/bash
# Installs what the build, the program and (with --tests) the tests and (with --examples) the
# examples need, on Debian and Ubuntu. Elsewhere it only says what is needed. Called by demo.sh and test.sh; safe to run again.
set -euo pipefail

packages=(cmake ninja-build g++ glslang-tools libvulkan-dev libvulkan1 mesa-vulkan-drivers
          vulkan-tools libstb-dev libcli11-dev nlohmann-json3-dev libcurl4-openssl-dev
          libtinygltf-dev libglfw3-dev libimgui-dev fonts-dejavu-core)
for option in "$@"; do
    case $option in
        --tests) packages+=(libgtest-dev python3 python3-numpy python3-jsonschema abigail-tools
                            vulkan-validationlayers clang-format xvfb pkg-config strace parallel
                            slurm-wlm munge) ;;
        --examples) packages+=(qt6-base-dev python3 python3-numpy xvfb xauth) ;;
        *) echo "usage: setup.sh [--tests] [--examples]" >&2; exit 2 ;;
    esac
done

say() { echo "setup: $*" >&2; }

if ! command -v apt-get >/dev/null; then
    say "this is no Debian or Ubuntu. Please install: CMake 3.22, Ninja, a C++20 compiler, glslang," \
        "Vulkan headers, loader and tools, a Vulkan driver, stb, CLI11, nlohmann-json, tinygltf, libcurl," \
        "(for the tests) GoogleTest, Python 3 with NumPy, the Vulkan validation layers," \
        "python3-jsonschema, clang-format, pkg-config, strace, GNU parallel and Slurm with Munge," \
        "(for the viewer) GLFW and Dear ImGui, (for the examples) Qt 6.4."
    exit 0
fi

root=()
may_install=yes
if [ "$(id -u)" != 0 ]; then
    root=(sudo)
    command -v sudo >/dev/null || may_install=no
fi
# Without Use-Pty=0 apt complains where there is no /dev/pts, in a chroot.
apt() {
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q "^install ok installed$"; }

missing=()
for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$may_install" = no ]; then
        say "missing: ${missing[*]}. Run this as root, or install sudo"
        exit 1
    fi
    say "installing ${missing[*]}"
    apt update
    apt install --no-install-recommends "${missing[@]}"
fi

# Without a GPU everything runs on Mesa's CPU driver, and that of Debian 12 (22.3) is about five
# times slower than the one in its backports (25.0).
# Vulkan's own word on what there is: a device file may have no driver (a server's display chip).
has_gpu() {
    local listed
    listed=$(vulkaninfo --summary 2>/dev/null) || true
    grep -q 'deviceType *= *PHYSICAL_DEVICE_TYPE_[^C]' <<<"$listed"  # all but CPU
}
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
mesa=$(dpkg-query -W -f '${Version}' mesa-vulkan-drivers 2>/dev/null || true)
if ! has_gpu && [ "$codename" = bookworm ] && dpkg --compare-versions "$mesa" lt 25; then
    if [ "$may_install" = no ]; then
        say "no GPU found, and no right to install a faster CPU driver (run this as root, or install" \
            "sudo): keeping Mesa $mesa, which is slow"
        exit 0
    fi
    say "no GPU found: taking the faster CPU driver from bookworm-backports (Mesa $mesa is slow)"
    apt update || say "the package lists could not be renewed"
    # The archive that the system uses already, with the backports suite beside it.
    archive=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' \
                  'Created-By: Packages' | awk '$2 == "bookworm" && $3 == "main" {print $1; exit}')
    if [ -z "$archive" ]; then
        say "no bookworm archive among the apt sources: keeping Mesa $mesa, which is slow"
    elif ! { apt-cache policy | grep -q "bookworm-backports" ||
             { echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive bookworm-backports main" |
                   "${root[@]}" tee /etc/apt/sources.list.d/bookworm-backports.list >/dev/null &&
               apt update; }; } ||
         ! apt install --no-install-recommends -t bookworm-backports mesa-vulkan-drivers; then
        say "bookworm-backports could not be used: keeping Mesa $mesa, which is slow"
    fi
fi
