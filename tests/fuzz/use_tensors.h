// Reads everything that a tensor file offers, so that a span that reaches too far is noticed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/result.h"
#include "weights/tensor_file.h"
#include "weights/vgg19.h"

namespace impasto::fuzz {

inline std::span<const std::byte> as_bytes(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}

inline void use(const Result<TensorFile>& file) {
    if (!file) {
        if (file.error().message.empty()) {
            std::abort();  // an error without words is a bug too
        }
        return;
    }
    for (const NamedTensor& tensor : file->tensors) {
        (void)tensor_floats(tensor);
        if (holds_halves(tensor)) {
            (void)tensor_halves(tensor);
        }
    }
    (void)vgg19_from_tensors(*file, {});
}

}  // namespace impasto::fuzz
