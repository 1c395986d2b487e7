// The start from noise: the same picture for the same seed on every system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace impasto::style {

// `count` values of mean 1/2 and standard deviation 1/10, normally distributed.
std::vector<float> noise(std::size_t count, std::uint64_t seed);

}  // namespace impasto::style
