#include "style/session_memory.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "encoder/plan.h"
#include "gpu/errors.h"
#include "gpu/stream.h"
#include "nn/resize.h"
#include "style/objective.h"
#include "style/optimizer.h"
#include "style/targets.h"

namespace impasto::style {

namespace {

std::uint64_t arena_bytes(gpu::Device& device, std::initializer_list<std::size_t> counts) {
    gpu::Arena arena(device);
    for (const std::size_t count : counts) {
        arena.reserve(count);
    }
    return arena.bytes_reserved();
}

std::size_t words(const Image& image) { return image.planes() * image.pixels(); }

nn::Shape shape_of(const Scale& scale, const Image& content) {
    return {static_cast<std::uint32_t>(content.planes()), scale.height, scale.width};
}

std::uint32_t side(int pixels) { return static_cast<std::uint32_t>(pixels); }

// Of the content and the first image, besides these themselves.
Result<std::uint64_t> start_bytes(gpu::Device& device, const Image& content,
                                  const std::vector<Scale>& scales, const SessionOptions& options) {
    const Scale& last = scales.back();
    if (scales.size() > 1) {  // the picture of the scale before is enlarged
        const nn::Shape from = shape_of(scales[scales.size() - 2], content);
        return arena_bytes(device, {nn::resize_scratch_size(from, shape_of(last, content))});
    }
    if (options.init == Init::kImage) {
        return upload_bytes(device, options.init_image, last.width, last.height);
    }
    return 0;
}

// Whether the device can do a size that is not too small for the layers. kOutOfMemory with a
// message that follows "size N ".
Result<std::uint64_t> check_size(const encoder::Network& network, const Image& content,
                                 std::span<const Image> styles, const SessionOptions& options,
                                 std::uint32_t size, std::uint64_t available) {
    auto need = session_bytes(network, content, styles, options, size);
    if (!need) {
        return need.error().code == ErrorCode::kInvalidArgument
                   ? Error{ErrorCode::kOutOfMemory,
                           "needs a layer of more than 2^31 values, which the kernels cannot index"}
                   : need.error();
    }
    if (available == 0 || *need <= available) {  // 0: unknown
        return need;
    }
    return Error{ErrorCode::kOutOfMemory, "needs " + gpu::format_bytes(*need) +
                                              " of device memory and " +
                                              network.device().info().name + " has " +
                                              gpu::format_bytes(available) + " free"};
}

// ", and even size 64 takes 512 MiB with the encoder": what an impossible budget is measured by.
std::string least_memory(const encoder::Network& network, const Image& content,
                         std::span<const Image> styles, const SessionOptions& options) {
    const std::uint64_t smallest = encoder::Plan::smallest_side(options.objective.depth());
    const std::uint64_t shorter = side(std::min(content.width, content.height));
    const std::uint64_t longer = side(std::max(content.width, content.height));
    const auto size = static_cast<std::uint32_t>((smallest * longer + shorter - 1) / shorter);
    const auto bytes = session_bytes(network, content, styles, options, size);
    if (!bytes) {
        return "";
    }
    return ", and even size " + std::to_string(size) + " takes " + gpu::format_bytes(*bytes) +
           " with the encoder";
}

}  // namespace

std::uint32_t style_longest(const Scale& scale, const SessionOptions& options) {
    const double longest = scale.longest() * static_cast<double>(options.style_scale);
    return static_cast<std::uint32_t>(std::max(1.0, std::round(longest)));
}

// In the order of Session::create() and Session::enter_scale().
Result<std::uint64_t> session_bytes(const encoder::Network& network, const Image& content,
                                    std::span<const Image> styles, const SessionOptions& options,
                                    std::uint32_t size) {
    gpu::Device& device = network.device();
    const std::vector<Scale> scales = schedule(content, options, size);
    const Scale& last = scales.back();
    const std::size_t image = shape_of(last, content).size();
    // Memory that stays: it grows to the longest transfer so far, up to a limit.
    std::size_t longest = network.longest_upload();
    std::uint64_t most = network.bytes_to_load() + gpu::Stream::staging_bytes(device, longest);
    const auto phase = [&](std::uint64_t bytes) {
        most =
            std::max(most, network.bytes() + bytes + gpu::Stream::staging_bytes(device, longest));
    };

    // The image and the best one, of the scale before and of this.
    std::uint64_t before = 0;
    if (scales.size() > 1) {
        const std::size_t smaller = shape_of(scales[scales.size() - 2], content).size();
        before = arena_bytes(device, {smaller, smaller});
    }
    const std::uint64_t images = arena_bytes(device, {image, image});
    std::uint64_t targets = 0;
    if (!options.objective.style_layers.empty()) {
        auto create = StyleTargets::bytes_to_create(
            network, styles, StyleScale(style_longest(last, options), shape_of(last, content)),
            options.objective);
        if (!create) {
            return create.error();
        }
        for (const Image& style : styles) {
            longest = std::max(longest, words(style));
        }
        phase(before + *create);
        targets = StyleTargets::bytes_kept(network, options.objective);
    }
    auto upload = upload_bytes(device, content, last.width, last.height);
    if (!upload) {
        return upload.error();
    }
    longest = std::max(longest, words(content));
    phase(before + targets + *upload);

    const std::uint64_t own_content = arena_bytes(device, {image});
    auto start = start_bytes(device, content, scales, options);
    if (!start) {
        return start.error();
    }
    if (options.init == Init::kNoise) {
        longest = std::max(longest, shape_of(scales.front(), content).size());
    } else if (options.init == Init::kImage) {
        longest = std::max(longest, words(options.init_image));
    }
    phase(before + targets + own_content + images + *start);

    auto objective = Objective::bytes_needed(network, shape_of(last, content), options.objective,
                                             last.iterations + 1);
    if (!objective) {
        return objective.error();
    }
    auto optimizer = ImageOptimizer::bytes_needed(device, image, options);
    if (!optimizer) {
        return optimizer.error();
    }
    const std::uint64_t optimising = targets + images + *objective + *optimizer;
    phase(optimising + own_content);
    longest = std::max(longest, image);  // the picture comes back
    phase(optimising);
    return most;
}

Result<std::uint64_t> check_session_memory(const encoder::Network& network, const Image& content,
                                           std::span<const Image> styles,
                                           const SessionOptions& options) {
    std::uint64_t available = network.device().available_memory();
    if (available > 0 && network.loaded()) {  // for another session too: it is in the need already
        available += network.bytes();
    }
    const auto check = [&](std::uint32_t size) {
        return check_size(network, content, styles, options, size, available);
    };
    auto largest = check(options.size);
    if (largest || largest.error().code != ErrorCode::kOutOfMemory) {
        return largest;
    }
    // The largest size that fits, by halving the interval; sizes are tried, nothing is allocated.
    // One that is too small for the layers counts as fitting.
    constexpr std::uint32_t kStep = 16;
    const std::uint32_t smallest = encoder::Plan::smallest_side(options.objective.depth());
    const auto too_small = [&](std::uint32_t size) {
        const Scale scale =
            fit(side(content.width), side(content.height), size, grid_of(options.objective));
        return std::min(scale.width, scale.height) < smallest;
    };
    std::uint32_t fits = 0;
    std::uint32_t too_large = options.size;
    while (too_large - fits > kStep) {
        const std::uint32_t middle = (fits + too_large) / 2;
        (too_small(middle) || check(middle) ? fits : too_large) = middle;
    }
    fits = fits / kStep * kStep;
    const bool found = fits > 0 && !too_small(fits);
    return Error{
        ErrorCode::kOutOfMemory,
        "size " + std::to_string(options.size) + " " + largest.error().message + ": " +
            (found ? "size " + std::to_string(fits) + " would fit"
                   : "no smaller one would fit" + least_memory(network, content, styles, options) +
                         "; free some memory, use smaller pictures, or choose another "
                         "device")};
}

// Between two scales an arena of the old one lies where the new one's would; arenas are cut to the
// gaps there are (gpu/arena.cpp), down to the largest of their buffers.
std::uint64_t block_bytes(std::uint64_t session_bytes) {
    return session_bytes + session_bytes / 4 + (std::uint64_t{4} << 20);
}

namespace {
constexpr std::uint64_t kTexelBytes = 16;  // RGBA32F
// All mip levels take a third more, and a driver may lay rows out as it likes.
std::uint64_t with_mips(std::uint64_t bytes) { return bytes + bytes / 2; }
std::uint64_t pixels_of(const Scale& scale) { return std::uint64_t{scale.width} * scale.height; }
constexpr std::uint64_t kRounding = std::uint64_t{1} << 20;
}  // namespace

std::uint64_t publishing_bytes(const Scale& result) {
    // The texels; the content, its alpha, the enlarged picture and the scratch of enlarging it.
    return with_mips(kTexelBytes * pixels_of(result)) +
           (3 + 1 + 3 + 3) * sizeof(float) * pixels_of(result) + kRounding;
}

std::uint64_t result_image_bytes(const Scale& result) {
    return with_mips(kTexelBytes * pixels_of(result)) + kRounding;
}

std::uint64_t host_bytes(gpu::Device& device, const Image& content, std::span<const Image> styles) {
    std::size_t largest = content.pixels();
    for (const Image& style : styles) {
        largest = std::max(largest, style.pixels());
    }
    constexpr std::uint64_t kLosses = std::uint64_t{1} << 20;
    constexpr std::uint64_t kLargestTexel = 16;
    return gpu::Stream::staging_bytes(device, std::size_t{1} << 30) + kLosses +
           kLargestTexel * largest;
}

}  // namespace impasto::style
