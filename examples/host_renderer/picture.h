// Writing PNG.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace host {

// RGBA, 8 bits; alpha is left out. Throws Failure(kOutput).
void write_png(const std::string& path, uint32_t width, uint32_t height,
               const std::vector<uint8_t>& rgba);

}  // namespace host
