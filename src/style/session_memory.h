// What a session holds of the device's memory, known before any is allocated: the sum of what its
// parts reserve (gpu::Arena::bytes_reserved), phase by phase, and the check against what there is.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "encoder/network.h"
#include "image/image.h"
#include "style/options.h"
#include "style/schedule.h"

namespace impasto::style {

// Of device memory that showing a result of this size in an image takes at most, publisher.h: the
// way there in any format with mips, and the image.
std::uint64_t publishing_bytes(const Scale& result);
std::uint64_t result_image_bytes(const Scale& result);

// The longest side at which the styles are looked at in a scale, px.
std::uint32_t style_longest(const Scale& scale, const SessionOptions& options);

// Bytes that a session whose result has the longest side `size` holds at most at once. Its last
// scale decides: every part grows with the scale. `network` need not be loaded. Errors:
// kInvalidArgument where the size is too small for the layers or a layer too large for the kernels;
// kOutOfMemory: gpu::Arena::check_buffers.
Result<std::uint64_t> session_bytes(const encoder::Network& network, const Image& content,
                                    std::span<const Image> styles, const SessionOptions& options,
                                    std::uint32_t size);

// session_bytes() of options.size, when the device has as much to give. Otherwise kOutOfMemory with
// the largest size that fits, or with the least that would work.
Result<std::uint64_t> check_session_memory(const encoder::Network& network, const Image& content,
                                           std::span<const Image> styles,
                                           const SessionOptions& options);

// A piece of memory in which a session of so many bytes finds room, whatever order its parts come
// and go in.
std::uint64_t block_bytes(std::uint64_t session_bytes);

// Host-visible memory that a session holds at most: transfers, losses, and one of the pictures when
// it comes from the device.
std::uint64_t host_bytes(gpu::Device& device, const Image& content, std::span<const Image> styles);

}  // namespace impasto::style
