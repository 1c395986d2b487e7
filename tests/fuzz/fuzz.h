// What a fuzzer does with one input. tests/fuzz/NAME_fuzz.cpp gives it to libFuzzer or, in the
// normal tests, to the replay of the corpus.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
