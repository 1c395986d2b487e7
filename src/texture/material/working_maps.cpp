#include "texture/material/working_maps.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "image/bleed.h"
#include "texture/material/normals.h"
#include "texture/material/principal.h"

namespace impasto::texture {
namespace {

// What varies by less than two codes of 8 bit is the same throughout.
constexpr float kLeastRange = 2.5f / 255.0f;
// A stretch by more would make a picture of the noise.
constexpr float kLeastStretched = 1.0f / 16.0f;
// The standard deviation below which a component is left out.
constexpr double kLeastDeviation = 1.0 / 255.0;

// Brightness and two opponent colours, each of length 1: a picture's channels by its components.
constexpr double kThird = 0.57735026918962576;
constexpr double kHalf = 0.70710678118654752;
constexpr double kSixth = 0.40824829046386302;
constexpr std::array<std::array<double, 3>, 3> kOpponent{
    {{kThird, kHalf, kSixth}, {kThird, -kHalf, kSixth}, {kThird, 0.0, -2.0 * kSixth}}};

struct Range {
    float low = 0.0f;
    float high = 0.0f;
    float span() const { return std::max(high - low, kLeastStretched); }
    float middle() const { return 0.5f * (low + high); }
    bool varies() const { return high - low > kLeastRange; }
};

// Over what is covered; `covered` is empty where all is.
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

// What a material's channels are, in their order, and what is no part of them.
struct Channels {
    std::vector<std::size_t> colours;  // indices of maps: albedo, emissive
    std::size_t normal = 0;            // likewise; maps.size() where there is none to optimise
    std::vector<StretchedScalar> scalars;
    std::vector<StretchedScalar> constant_scalars;
    std::vector<std::size_t> constant_maps;

    std::size_t count(const Material& material) const {
        return 3 * colours.size() + (normal < material.maps.size() ? 2 : 0) + scalars.size();
    }
};

Channels channels_of(const Material& material, std::span<const float> covered) {
    Channels channels;
    channels.normal = material.maps.size();
    const auto varies = [&](const Image& image) {
        for (std::size_t c = 0; c < 3; ++c) {
            const auto plane = std::span(image.rgb).subspan(c * image.pixels(), image.pixels());
            if (range_of(plane, covered).varies()) return true;
        }
        return false;
    };
    for (std::size_t i = 0; i < material.maps.size(); ++i) {
        const MaterialMap& map = material.maps[i];
        if (is_scalar(map.kind) || is_packed(map.kind)) continue;
        if (map.kind == MapKind::kAlbedo) {
            channels.colours.insert(channels.colours.begin(), i);  // the first in any case
        } else if (!varies(map.image)) {
            channels.constant_maps.push_back(i);
        } else if (is_normal(map.kind)) {
            channels.normal = i;
        } else {
            channels.colours.push_back(i);
        }
    }
    for (const Scalar& scalar : scalars_of(material)) {
        Range range = range_of(scalar_plane(material, scalar), covered);
        // Holes have no statistics, nor the soft edges that lead to them.
        if (scalar.kind == MapKind::kOpacity && !covered.empty()) range.low = range.high;
        (range.varies() ? channels.scalars : channels.constant_scalars).push_back({scalar, range});
    }
    return channels;
}

using Planes = std::vector<std::vector<float>>;

Planes planes_of(const Material& material, const Channels& channels) {
    Planes planes;
    const auto add = [&](std::span<const float> plane) {
        planes.emplace_back(plane.begin(), plane.end());
    };
    const auto channel = [&](std::size_t map, std::size_t c) {
        const Image& image = material.maps[map].image;
        return std::span(image.rgb).subspan(c * image.pixels(), image.pixels());
    };
    for (const std::size_t map : channels.colours) {
        for (std::size_t c = 0; c < 3; ++c) add(channel(map, c));
    }
    if (channels.normal < material.maps.size()) {
        add(channel(channels.normal, 0));
        add(channel(channels.normal, 1));
        if (material.maps[channels.normal].kind == MapKind::kNormalDx) {
            for (float& v : planes.back()) v = 1.0f - v;
        }
    }
    for (const StretchedScalar& one : channels.scalars) {
        add(scalar_plane(material, one.scalar));
        for (float& v : planes.back()) v = (v - one.range.low) / one.range.span();
    }
    return planes;
}

// How pictures come of channels: value = (opponent(components of channels - mean) - middle) scale +
// 1/2.
struct Transform {
    std::vector<double> mean;                  // of the channels
    std::vector<std::vector<double>> vectors;  // of the components, as many as are kept
    struct Picture {
        std::array<double, 3> middle{};
        double scale = 1.0;
    };
    std::vector<Picture> pictures;
};

// The channels of a picture, before they are scaled, at texel i.
std::array<double, 3> opponent(const Planes& planes, const Transform& transform,
                               std::size_t picture, std::size_t i) {
    std::array<double, 3> rgb{};
    for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t at = 3 * picture + k;
        if (at >= transform.vectors.size()) break;
        double component = 0.0;
        for (std::size_t c = 0; c < planes.size(); ++c) {
            component +=
                transform.vectors[at][c] * (static_cast<double>(planes[c][i]) - transform.mean[c]);
        }
        for (std::size_t c = 0; c < 3; ++c) rgb[c] += kOpponent[c][k] * component;
    }
    return rgb;
}

Transform transform_of(const Planes& planes, std::span<const float> covered) {
    const std::size_t n = planes.size();
    const std::size_t pixels = planes[0].size();
    const auto counts = [&](std::size_t i) { return covered.empty() || covered[i] > 0.0f; };
    Transform transform;
    transform.mean.assign(n, 0.0);
    double count = 0.0;
    for (std::size_t i = 0; i < pixels; ++i) {
        if (!counts(i)) continue;
        count += 1.0;
        for (std::size_t c = 0; c < n; ++c) {
            transform.mean[c] += static_cast<double>(planes[c][i]);
        }
    }
    count = std::max(count, 1.0);
    for (double& v : transform.mean) v /= count;
    std::vector<double> covariance(n * n, 0.0);
    for (std::size_t i = 0; i < pixels; ++i) {
        if (!counts(i)) continue;
        for (std::size_t a = 0; a < n; ++a) {
            const double x = static_cast<double>(planes[a][i]) - transform.mean[a];
            for (std::size_t b = a; b < n; ++b) {
                covariance[a * n + b] +=
                    x * (static_cast<double>(planes[b][i]) - transform.mean[b]) / count;
            }
        }
    }
    for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = 0; b < a; ++b) covariance[a * n + b] = covariance[b * n + a];
    }
    Principal principal = principal_components(std::move(covariance), n);
    std::size_t kept = 1;  // a picture there must be
    while (kept < n && principal.variances[kept] > kLeastDeviation * kLeastDeviation) ++kept;
    principal.vectors.resize(kept);
    transform.vectors = std::move(principal.vectors);
    transform.pictures.resize((kept + 2) / 3);
    for (std::size_t p = 0; p < transform.pictures.size(); ++p) {
        std::array<double, 3> low{1e9, 1e9, 1e9};
        std::array<double, 3> high{-1e9, -1e9, -1e9};
        for (std::size_t i = 0; i < pixels; ++i) {
            if (!counts(i)) continue;
            const auto rgb = opponent(planes, transform, p, i);
            for (std::size_t c = 0; c < 3; ++c) {
                low[c] = std::min(low[c], rgb[c]);
                high[c] = std::max(high[c], rgb[c]);
            }
        }
        auto widest = static_cast<double>(kLeastStretched);
        for (std::size_t c = 0; c < 3; ++c) {
            if (low[c] > high[c]) low[c] = high[c] = 0.0;  // nothing is covered
            transform.pictures[p].middle[c] = 0.5 * (low[c] + high[c]);
            widest = std::max(widest, high[c] - low[c]);
        }
        transform.pictures[p].scale = 1.0 / widest;
    }
    return transform;
}

// The channels of a stack's pictures.
Planes planes_of_stack(const Image& stack, const Transform& transform, std::size_t count) {
    const std::size_t pixels = stack.pixels();
    Planes planes(count, std::vector<float>(pixels));
    std::vector<double> values(count);
    for (std::size_t i = 0; i < pixels; ++i) {
        values = transform.mean;
        for (std::size_t p = 0; p < transform.pictures.size(); ++p) {
            const Transform::Picture& picture = transform.pictures[p];
            std::array<double, 3> rgb{};
            for (std::size_t c = 0; c < 3; ++c) {
                const float v = std::clamp(stack.rgb[(3 * p + c) * pixels + i], 0.0f, 1.0f);
                rgb[c] = (static_cast<double>(v) - 0.5) / picture.scale + picture.middle[c];
            }
            for (std::size_t k = 0; k < 3 && 3 * p + k < transform.vectors.size(); ++k) {
                double component = 0.0;
                for (std::size_t c = 0; c < 3; ++c) component += kOpponent[c][k] * rgb[c];
                for (std::size_t c = 0; c < count; ++c) {
                    values[c] += component * transform.vectors[3 * p + k][c];
                }
            }
        }
        for (std::size_t c = 0; c < count; ++c) planes[c][i] = static_cast<float>(values[c]);
    }
    return planes;
}

// The mean of each channel over what is covered, throughout.
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

// Unit vectors of their x and y, encoded.
std::vector<float> normals_of(const std::vector<float>& x, const std::vector<float>& y,
                              bool direct3d) {
    // Flatter than that nothing can lie.
    constexpr float kLongest = 0.995f;
    const std::size_t pixels = x.size();
    std::vector<float> rgb(3 * pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
        float nx = 2.0f * x[i] - 1.0f;
        float ny = 2.0f * y[i] - 1.0f;
        const float length = std::sqrt(nx * nx + ny * ny);
        const float shorter = length > kLongest ? kLongest / length : 1.0f;
        nx *= shorter;
        ny *= shorter;
        rgb[i] = 0.5f * nx + 0.5f;
        rgb[pixels + i] = 0.5f * (direct3d ? -ny : ny) + 0.5f;
        rgb[2 * pixels + i] = 0.5f * std::sqrt(1.0f - nx * nx - ny * ny) + 0.5f;
    }
    return rgb;
}

// The maps of `like` with nothing in them yet.
Material empty_like(const Material& like, int width, int height) {
    Material out;
    out.width = width;
    out.height = height;
    out.stem = like.stem;
    for (const MaterialMap& map : like.maps) {
        MaterialMap& made = out.maps.emplace_back();
        made.kind = map.kind;
        made.name = map.name;
        made.image.width = width;
        made.image.height = height;
        made.image.bits = map.image.bits;
        made.image.grey = map.image.grey;
        const std::size_t pixels = made.image.pixels();
        if (is_scalar(map.kind) || is_packed(map.kind)) made.image.rgb.resize(3 * pixels);
        if (!map.image.alpha.empty()) made.image.alpha.resize(pixels, 1.0f);
    }
    return out;
}

std::vector<std::string> warnings_of(const Material& material, const Channels& channels,
                                     std::span<const float> covered) {
    std::vector<std::string> warnings;
    for (const StretchedScalar& one : channels.constant_scalars) {
        if (one.scalar.kind != MapKind::kOpacity || covered.empty()) continue;
        warnings.push_back("'" + material.maps[one.scalar.map].name +
                           "' is as opaque everywhere as the given one is where it is seen most: "
                           "holes are no part of what is synthesised");
    }
    return warnings;
}

}  // namespace

Image stack_of(const Material& material, Wrap wrap) {
    const std::vector<float> covered = coverage(material);
    const Planes planes = planes_of(material, channels_of(material, covered));
    const Transform transform = transform_of(planes, covered);
    Image stack;
    stack.width = material.width;
    stack.height = material.height;
    stack.maps = static_cast<int>(transform.pictures.size());
    const std::size_t pixels = stack.pixels();
    stack.rgb.resize(stack.planes() * pixels);
    for (std::size_t p = 0; p < transform.pictures.size(); ++p) {
        const Transform::Picture& picture = transform.pictures[p];
        for (std::size_t i = 0; i < pixels; ++i) {
            const auto rgb = opponent(planes, transform, p, i);
            for (std::size_t c = 0; c < 3; ++c) {
                const double v = (rgb[c] - picture.middle[c]) * picture.scale + 0.5;
                stack.rgb[(3 * p + c) * pixels + i] = static_cast<float>(std::clamp(v, 0.0, 1.0));
            }
        }
    }
    if (!covered.empty()) bleed_colors(stack.rgb, covered, stack.width, stack.height, wrap);
    return stack;
}

Result<Material> material_of_stack(const Material& material, const Image& stack) {
    const std::vector<float> covered = coverage(material);
    const Channels channels = channels_of(material, covered);
    const Transform transform = transform_of(planes_of(material, channels), covered);
    const std::size_t pixels = stack.pixels();
    if (stack.rgb.size() != 3 * transform.pictures.size() * pixels || pixels == 0) {
        return Error{ErrorCode::kInvalidArgument, "the stack has " + std::to_string(stack.maps) +
                                                      " maps, but the material's " +
                                                      std::to_string(transform.pictures.size())};
    }
    Planes planes = planes_of_stack(stack, transform, channels.count(material));
    Material out = empty_like(material, stack.width, stack.height);
    std::size_t next = 0;
    for (const std::size_t i : channels.colours) {
        std::vector<float>& rgb = out.maps[i].image.rgb;
        for (std::size_t c = 0; c < 3; ++c, ++next) {
            for (const float v : planes[next]) rgb.push_back(std::clamp(v, 0.0f, 1.0f));
        }
    }
    if (channels.normal < material.maps.size()) {
        MaterialMap& map = out.maps[channels.normal];
        map.image.rgb = normals_of(planes[next], planes[next + 1], map.kind == MapKind::kNormalDx);
        next += 2;
    }
    for (const StretchedScalar& one : channels.scalars) {
        for (float& v : planes[next]) {
            v = std::clamp(one.range.low + v * one.range.span(), one.range.low, one.range.high);
        }
        set_scalar_plane(out, one.scalar, planes[next++]);
    }
    for (const std::size_t i : channels.constant_maps) {
        fill_constant(material.maps[i].image, covered, out.maps[i].image);
    }
    for (const StretchedScalar& one : channels.constant_scalars) {
        set_scalar_plane(out, one.scalar, std::vector<float>(pixels, one.range.middle()));
    }
    out.warnings = warnings_of(material, channels, covered);
    return out;
}

std::vector<std::string> warnings_of_stack(const Material& material) {
    const std::vector<float> covered = coverage(material);
    return warnings_of(material, channels_of(material, covered), covered);
}

}  // namespace impasto::texture
