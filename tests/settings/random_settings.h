// Settings as they may come from any panel: every field any value of its range.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "settings/settings.h"

namespace impasto::settings {

class RandomSettings {
  public:
    explicit RandomSettings(unsigned seed) : engine_(seed) {}

    Settings next() {
        Settings made;
        made.size = static_cast<std::uint32_t>(integer(kSizes));
        made.first_size = static_cast<std::uint32_t>(integer(kSizes));
        made.iterations.resize(integer({1, 4}));
        for (std::uint32_t& n : made.iterations)
            n = static_cast<std::uint32_t>(integer(kIterations));
        made.optimizer = coin() ? IMPASTO_LBFGS : IMPASTO_ADAM;
        made.lbfgs_history = static_cast<std::uint32_t>(integer(kLbfgsHistories));
        made.adam_learning_rate = number(kAdamRates);
        made.weights = coin() ? "builtin" : file();
        made.content_weight = weight();
        made.style_weight = weight();
        made.tv_weight = weight();
        made.content_layers = layers();
        made.style_layers = layers();
        made.style_blend.resize(integer({0, 3}));
        for (float& share : made.style_blend) share = weight();
        if (!made.style_blend.empty()) made.style_blend.back() = number({0.001f, 1e6f});
        made.pooling = coin() ? IMPASTO_POOLING_MAX : IMPASTO_POOLING_AVERAGE;
        made.padding = coin() ? IMPASTO_PADDING_ZERO : IMPASTO_PADDING_REPLICATE;
        made.style_scale = number(kStyleScales);
        made.colors = coin() ? IMPASTO_COLORS_STYLE : IMPASTO_COLORS_CONTENT;
        made.init = coin() ? "content" : coin() ? "noise" : file();
        made.seed = integer({});
        return made;
    }

    bool coin() { return integer({0, 1}) == 1; }
    std::uint64_t integer(IntegerRange range) {
        return std::uniform_int_distribution<std::uint64_t>(range.low, range.high)(engine_);
    }
    // As many small ones as large ones.
    float number(NumberRange range) {
        const double low = std::log(range.low);
        const double power =
            std::uniform_real_distribution<double>(low, std::log(range.high))(engine_);
        return std::clamp(static_cast<float>(std::exp(power)), range.low, range.high);
    }
    // A relative name of what shells and parsers stumble over.
    std::string file() {
        const std::vector<std::string> pieces{
            "a",   "B7", " ",  "'", "\"", "\\", "$HOME", "`ls`", "!",  "*",    "?",
            "[x]", "{}", "%%", "#", "~",  "&",  ";",     "|",    "<",  ">",    "(",
            ")",   "=",  ",",  "-", "--", "\t", "\n",    "é",    "麦", "🖌", "%s"};
        std::string name;
        for (std::uint64_t n = integer({1, 5}); n > 0; --n) {
            name += pieces[integer({0, pieces.size() - 1})];
        }
        return name + ".png";
    }

  private:
    float weight() { return coin() ? number({1e-30f, 1e30f}) : coin() ? 0.0f : 1.0f; }
    std::vector<LayerWeight> layers() {
        std::vector<std::string> names = vgg19_layers();
        std::shuffle(names.begin(), names.end(), engine_);
        names.resize(integer({1, names.size()}));
        std::vector<LayerWeight> made;
        for (const std::string& name : names) made.push_back({name, weight()});
        made.front().weight = number({0.1f, 10.0f});
        return made;
    }

    std::mt19937_64 engine_;
};

}  // namespace impasto::settings
