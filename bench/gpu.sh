#!/bin/bash
# What is to be known of Impasto on a GPU, beside PyTorch, in ten minutes:
#   bench/gpu.sh build/release/impasto [a device, as --device takes it: gpu]
# The comparison needs python3 with PyTorch. In order: is it right, how fast is each tier, where does the time
# go, how does it stand beside PyTorch, the same bytes twice.
set -uo pipefail
program=${1:?the program}
device=${2:-gpu}
here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

section() { printf '\n== %s\n' "$1"; }
# At most so many seconds for one step, so that the rest is reached.
limited() { timeout "$@" 2>&1 || printf '(exit %s: %s)\n' "$?" "${*:2}"; }
impasto() { limited "$1" "$program" "${@:2}" --device "$device"; }

section "device and self-test"
limited 20 "$program" devices
impasto 60 doctor | tail -n 70

section "every tier, 512 px"
for tier in direct winograd half matrix matrix-wide; do
    impasto 15 bench --size 512 --iterations 10 --tier "$tier"
done

section "what is chosen: 512, 1024, 2048 px"
for precision in fp32 fp16; do
    for size in 512 1024 2048; do
        impasto 20 bench --size "$size" --iterations 10 --precision "$precision"
    done
done

section "where the time goes, 1024 px"
for precision in fp32 fp16; do
    impasto 20 bench --size 1024 --iterations 5 --precision "$precision" --profile
done

section "beside PyTorch"
limited 200 python3 "$here/compare_pytorch.py" "$program" --size 1024 512 2048 \
    --precision fp16 fp32 --rounds 2 --iterations 5 --options=--device --options="$device"

section "the same bytes twice"
for precision in fp32 fp16; do
    for time in 1 2; do
        impasto 10 stylize "$here/../docs/demo.jpg" "$here/../docs/demo.jpg" -o "$scratch/$precision-$time.png" \
            --size 256 --iterations 50 --precision "$precision" --quiet
    done
    cmp "$scratch/$precision-1.png" "$scratch/$precision-2.png" && echo "$precision: the same"
done
