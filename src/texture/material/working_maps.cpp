#include "texture/material/working_maps.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "image/bleed.h"
#include "texture/material/normals.h"

namespace impasto::texture {
namespace {

// What varies by less than two codes of 8 bit is the same throughout.
constexpr float kLeastRange = 2.5f / 255.0f;
// A stretch by more would make a picture of the noise.
constexpr float kLeastStretched = 1.0f / 16.0f;

// What a scalar was stretched from.
struct Range {
    float low = 0.0f;
    float high = 0.0f;
    float span() const { return std::max(high - low, kLeastStretched); }
    bool varies() const { return high - low > kLeastRange; }
};

Range range_of(std::span<const float> plane, std::span<const float> covered) {
    Range range{std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()};
    for (std::size_t i = 0; i < plane.size(); ++i) {
        if (!covered.empty() && covered[i] <= 0.0f) continue;
        range.low = std::min(range.low, plane[i]);
        range.high = std::max(range.high, plane[i]);
    }
    if (range.low > range.high) range = {plane[0], plane[0]};  // nothing is covered
    return range;
}

struct StretchedScalar {
    Scalar scalar;
    Range range;
};

// What of a material goes into its stack, in this order. Made anew from the material each time.
struct Layout {
    std::vector<std::size_t> colours;  // indices of maps
    std::vector<StretchedScalar> scalars;
    std::vector<StretchedScalar> constants;
    std::vector<std::size_t> constant_maps;

    std::size_t pictures() const { return colours.size() + (scalars.size() + 2) / 3; }
};

Layout layout_of(const Material& material, std::span<const float> covered) {
    Layout layout;
    const auto varies = [&](const MaterialMap& map) {
        for (std::size_t c = 0; c < 3; ++c) {
            const std::size_t pixels = map.image.pixels();
            if (range_of(std::span(map.image.rgb).subspan(c * pixels, pixels), covered).varies()) {
                return true;
            }
        }
        return false;
    };
    for (std::size_t i = 0; i < material.maps.size(); ++i) {
        const MaterialMap& map = material.maps[i];
        if (is_scalar(map.kind) || map.kind == MapKind::kOrm) continue;
        (map.kind == MapKind::kAlbedo || varies(map) ? layout.colours : layout.constant_maps)
            .push_back(i);
    }
    // The albedo first, whatever the order of the files.
    std::stable_partition(layout.colours.begin(), layout.colours.end(),
                          [&](std::size_t i) { return material.maps[i].kind == MapKind::kAlbedo; });
    for (const Scalar& scalar : scalars_of(material)) {
        const Range range = range_of(scalar_plane(material, scalar), covered);
        (range.varies() ? layout.scalars : layout.constants).push_back({scalar, range});
    }
    return layout;
}

// The means over what is covered, for maps that are the same throughout.
void fill_constant(const Image& from, std::span<const float> covered, Image& to) {
    const std::size_t pixels = from.pixels();
    for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0.0;
        double count = 0.0;
        for (std::size_t i = 0; i < pixels; ++i) {
            if (!covered.empty() && covered[i] <= 0.0f) continue;
            sum += static_cast<double>(from.rgb[c * pixels + i]);
            count += 1.0;
        }
        const float mean = count > 0.0 ? static_cast<float>(sum / count) : from.rgb[c * pixels];
        to.rgb.insert(to.rgb.end(), to.pixels(), mean);
    }
}

void append_plane(std::vector<float>& planes, std::span<const float> plane) {
    planes.insert(planes.end(), plane.begin(), plane.end());
}

}  // namespace

Image stack_of(const Material& material, Wrap wrap) {
    const std::vector<float> covered = coverage(material);
    const Layout layout = layout_of(material, covered);
    Image stack;
    stack.width = material.width;
    stack.height = material.height;
    stack.maps = static_cast<int>(layout.pictures());
    for (const std::size_t i : layout.colours) {
        const std::size_t begin = stack.rgb.size();
        append_plane(stack.rgb, material.maps[i].image.rgb);
        if (material.maps[i].kind == MapKind::kNormalDx) {
            flip_green(std::span(stack.rgb).subspan(begin));
        }
    }
    const std::size_t count = layout.scalars.size();
    for (std::size_t k = 0; k < (count + 2) / 3 * 3; ++k) {
        // Where the last picture has fewer than three, it repeats them.
        const std::size_t first = k / 3 * 3;
        const std::size_t there = std::min<std::size_t>(3, count - first);
        const StretchedScalar& one = layout.scalars[first + (k - first) % there];
        for (const float v : scalar_plane(material, one.scalar)) {
            stack.rgb.push_back(std::clamp((v - one.range.low) / one.range.span(), 0.0f, 1.0f));
        }
    }
    if (!covered.empty()) bleed_colors(stack.rgb, covered, stack.width, stack.height, wrap);
    return stack;
}

Result<Material> material_of_stack(const Material& material, const Image& stack) {
    const std::vector<float> covered = coverage(material);
    const Layout layout = layout_of(material, covered);
    const std::size_t pixels = stack.pixels();
    if (stack.rgb.size() != 3 * layout.pictures() * pixels || pixels == 0) {
        return Error{ErrorCode::kInvalidArgument, "the stack has " + std::to_string(stack.maps) +
                                                      " maps, but the material's " +
                                                      std::to_string(layout.pictures())};
    }
    Material out;
    out.width = stack.width;
    out.height = stack.height;
    out.stem = material.stem;
    for (const MaterialMap& map : material.maps) {
        MaterialMap& made = out.maps.emplace_back();
        made.kind = map.kind;
        made.name = map.name;
        made.image.width = stack.width;
        made.image.height = stack.height;
        made.image.bits = map.image.bits;
        made.image.grey = map.image.grey;
        // To be filled below, but for what is the same throughout.
        if (is_scalar(map.kind) || map.kind == MapKind::kOrm) made.image.rgb.resize(3 * pixels);
        if (!map.image.alpha.empty()) made.image.alpha.resize(pixels, 1.0f);
    }
    for (const std::size_t i : layout.constant_maps) {
        fill_constant(material.maps[i].image, covered, out.maps[i].image);
    }
    const std::span planes(stack.rgb);
    for (std::size_t k = 0; k < layout.colours.size(); ++k) {
        MaterialMap& map = out.maps[layout.colours[k]];
        append_plane(map.image.rgb, planes.subspan(3 * k * pixels, 3 * pixels));
        for (float& v : map.image.rgb) v = std::clamp(v, 0.0f, 1.0f);
        if (is_normal(map.kind)) renormalise(map.image.rgb);
        if (map.kind == MapKind::kNormalDx) flip_green(map.image.rgb);
    }
    const std::span scalars = planes.subspan(3 * layout.colours.size() * pixels);
    const std::size_t count = layout.scalars.size();
    std::vector<float> plane(pixels);
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t first = k / 3 * 3;
        const std::size_t there = std::min<std::size_t>(3, count - first);
        const StretchedScalar& one = layout.scalars[k];
        std::fill(plane.begin(), plane.end(), 0.0f);
        float copies = 0.0f;
        for (std::size_t at = k; at < first + 3; at += there, copies += 1.0f) {
            const auto from = scalars.subspan(at * pixels, pixels);
            for (std::size_t i = 0; i < pixels; ++i) plane[i] += std::clamp(from[i], 0.0f, 1.0f);
        }
        for (float& v : plane) {
            v = std::min(one.range.low + v / copies * one.range.span(), one.range.high);
        }
        set_scalar_plane(out, one.scalar, plane);
    }
    for (const StretchedScalar& one : layout.constants) {
        const float middle = 0.5f * (one.range.low + one.range.high);
        std::fill(plane.begin(), plane.end(), middle);
        set_scalar_plane(out, one.scalar, plane);
    }
    return out;
}

}  // namespace impasto::texture
