#include "nn/tuning.h"

#include <array>
#include <cmath>
#include <locale>
#include <span>
#include <sstream>

#include "base/sha256.h"

namespace impasto::nn {

namespace {

// A variant must be faster by this to be taken instead of the expected one.
constexpr double kClearly = 0.9;

void parse_check(std::istringstream& words, Tuning& tuning) {
    std::string name;
    std::string verdict;
    words >> name;
    std::getline(words >> std::ws, verdict);
    const auto variant = find_variant(name);
    if (variant && !verdict.empty()) {
        tuning.checks[*variant] = verdict == "ok" ? "" : verdict;
    }
}

void parse_time(std::istringstream& words, Tuning& tuning) {
    ConvLayer layer;
    VariantSeconds seconds;
    if (!(words >> layer.in_channels >> layer.out_channels)) {
        return;
    }
    for (std::string name; words >> name;) {
        double value = 0;
        const auto variant = find_variant(name);
        if (!variant || !(words >> value) || value <= 0) {
            return;
        }
        seconds[*variant] = value;
    }
    if (!seconds.empty()) {
        tuning.seconds[layer] = std::move(seconds);
    }
}

}  // namespace

ConvVariant fastest(const VariantSeconds& seconds, ConvVariant expected) {
    ConvVariant best = ConvVariant::kDirect;
    double least = INFINITY;
    for (const auto& [variant, value] : seconds) {
        if (value < least) {
            best = variant;
            least = value;
        }
    }
    const auto own = seconds.find(expected);
    return own != seconds.end() && !(least < kClearly * own->second) ? expected : best;
}

void merge(Tuning& tuning, const Tuning& other) {
    tuning.checks.insert(other.checks.begin(), other.checks.end());
    tuning.seconds.insert(other.seconds.begin(), other.seconds.end());
}

std::string tuning_text(const Tuning& tuning, std::string_view kernels) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << "kernels " << kernels << "\n";
    for (const auto& [variant, wrong] : tuning.checks) {
        text << "check " << variant_name(variant) << " " << (wrong.empty() ? "ok" : wrong) << "\n";
    }
    for (const auto& [layer, seconds] : tuning.seconds) {
        text << "time " << layer.in_channels << " " << layer.out_channels;
        for (const auto& [variant, value] : seconds) {
            text << " " << variant_name(variant) << " " << value;
        }
        text << "\n";
    }
    return text.str();
}

Tuning parse_tuning(std::string_view text, std::string_view kernels) {
    Tuning tuning;
    std::istringstream lines{std::string(text)};
    std::string line;
    if (!std::getline(lines, line) || line != "kernels " + std::string(kernels)) {
        return tuning;
    }
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        words.imbue(std::locale::classic());
        std::string what;
        words >> what;
        if (what == "check") {
            parse_check(words, tuning);
        } else if (what == "time") {
            parse_time(words, tuning);
        }
    }
    return tuning;
}

std::uint32_t kernel_form(const gpu::Device& device) {
    const gpu::Capabilities& can = device.capabilities();
    return (can.addresses ? 1u : 0u) | (can.int64 ? 2u : 0u) | (can.subgroup_broadcast ? 4u : 0u);
}

std::string kernels_hash(const gpu::Device& device) {
    Sha256 hash;
    const std::array<std::uint32_t, 1> form{kernel_form(device)};
    hash.update(std::as_bytes(std::span(form)));
    for (const ConvVariantRow& row : conv_variants()) {
        hash.update(std::as_bytes(std::span(row.name, std::string_view(row.name).size() + 1)));
        for (const gpu::Shader* kernel : row.kernels) {
            hash.update(std::as_bytes(device.capabilities().addresses ? kernel->addresses
                                                                      : kernel->bindings));
        }
    }
    return hash.finish();
}

}  // namespace impasto::nn
