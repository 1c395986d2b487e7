#include "texture/gltf/restyle.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "image/load.h"
#include "image/resize.h"
#include "texture/gltf/data_maps.h"
#include "texture/gltf/dilate.h"
#include "texture/gltf/encoded.h"
#include "texture/gltf/level.h"

namespace impasto::gltf {
namespace {

// Fewer texels than this are no picture: the statistics of a style have nothing to hold on to.
constexpr double kFewestTexels = 256;
// What is narrower would be painted, at 16 px across, larger than any session is.
constexpr int kNarrowest = 1024;

Error bad(ErrorCode code, std::string message) { return {code, std::move(message)}; }

// An image to paint.
struct Task {
    std::size_t image = 0;
    Slot slot = Slot::kBaseColor;
    bool opaque = true;   // in every material that shows it
    bool unread = false;  // `left` says why
    std::string left;
};

bool is_chosen(const RestyleOptions& options, std::size_t material) {
    return options.materials.empty() ||
           std::find(options.materials.begin(), options.materials.end(), material) !=
               options.materials.end();
}

Result<std::vector<Task>> find_tasks(const Document& document, const Model& model,
                                     const RestyleOptions& options) {
    for (const std::size_t material : options.materials) {
        if (material >= model.materials.size()) {
            return bad(ErrorCode::kInvalidArgument,
                       "there is no material " + std::to_string(material));
        }
    }
    std::vector<Task> tasks;
    for (std::size_t m = 0; m < model.materials.size(); ++m) {
        if (!is_chosen(options, m)) continue;
        for (const TextureUse& use : model.materials[m].uses) {
            if (!is_color(use.slot) || (use.slot == Slot::kEmissive && !options.emissive)) continue;
            const bool unread = !use.unread.empty();
            const auto known = std::find_if(tasks.begin(), tasks.end(), [&](const Task& task) {
                return task.image == use.image && task.unread == unread;
            });
            if (known == tasks.end()) {
                tasks.push_back({use.image, use.slot, true, unread, ""});
                if (unread) {
                    tasks.back().left = "it is in a format of " + use.unread +
                                        ", which is not read; convert it to PNG or JPEG first";
                }
            } else if (use.slot == Slot::kBaseColor) {
                known->slot = Slot::kBaseColor;
            }
        }
    }
    for (Task& task : tasks) {
        if (task.unread) continue;
        for (const Material& material : model.materials) {
            for (const TextureUse& use : material.uses) {
                if (use.image != task.image || !use.unread.empty()) continue;
                task.opaque = task.opaque && material.opaque;
                if (!is_color(use.slot)) task.left = also(use.slot);
            }
        }
    }
    if (tasks.empty()) {
        return bad(ErrorCode::kInput,
                   document.image_count() == 0
                       ? "it has no pictures"
                       : "its materials have no base colour or emissive texture");
    }
    return tasks;
}

// How much each texel counts, in [0, 1].
std::vector<float> weigh(const Task& task, const Image& image, const Coverage& coverage) {
    std::vector<float> weights(image.pixels());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] = coverage.island[i] >= 0 ? 1.0f : 0.0f;
        // A texel that nobody sees has a colour by chance.
        if (!task.opaque && !image.alpha.empty() && image.alpha[i] <= 0.0f) weights[i] = 0.0f;
        if (task.slot == Slot::kEmissive) {
            constexpr float kDark = 2.0f / 255;
            constexpr float kRise = 16.0f;
            float light = 0.0f;
            for (std::size_t c = 0; c < 3; ++c) {
                light = std::max(light, image.rgb[c * image.pixels() + i]);
            }
            weights[i] *= std::clamp((light - kDark) * kRise, 0.0f, 1.0f);
        }
    }
    return weights;
}

// What is covered and seen, light or dark: what padding is filled from.
std::vector<unsigned char> keep_of(const Task& task, const Image& image, const Coverage& coverage) {
    std::vector<unsigned char> keep(image.pixels());
    for (std::size_t i = 0; i < keep.size(); ++i) {
        const bool seen = task.opaque || image.alpha.empty() || image.alpha[i] > 0.0f;
        keep[i] = coverage.island[i] >= 0 && seen ? 1 : 0;
    }
    return keep;
}

// Grey, from weights; of no pixels where all are 1.
Image mask_of(const Image& image, const std::vector<float>& weights) {
    Image mask;
    if (std::all_of(weights.begin(), weights.end(), [](float w) { return w >= 1.0f; })) return mask;
    mask.width = image.width;
    mask.height = image.height;
    for (int c = 0; c < 3; ++c) mask.rgb.insert(mask.rgb.end(), weights.begin(), weights.end());
    return mask;
}

// What was dark in an emissive picture stays as it was.
void keep_dark(const Image& original, const std::vector<float>& weights, Wrap wrap,
               Image& painted) {
    const Image before = resize_image(original, painted.width, painted.height, wrap);
    const std::vector<float> shares =
        resize_plane(weights, original.width, original.height, painted.width, painted.height, wrap);
    for (std::size_t i = 0; i < painted.pixels(); ++i) {
        const float share = std::clamp(shares[i], 0.0f, 1.0f);
        for (std::size_t c = 0; c < 3; ++c) {
            float& value = painted.rgb[c * painted.pixels() + i];
            const float old = std::clamp(before.rgb[c * painted.pixels() + i], 0.0f, 1.0f);
            value = old + share * (value - old);
        }
    }
}

class Restyler {
  public:
    Restyler(const Document& document, const Model& model, const RestyleOptions& options,
             const Paint& paint, const std::vector<Task>& tasks)
        : document_(document), model_(model), options_(options), paint_(paint) {
        std::vector<std::size_t> painted;
        for (const Task& task : tasks) {
            if (task.left.empty()) painted.push_back(task.image);
        }
        if (options.detail > 0) maps_ = find_data_maps(model, painted);
    }

    // Paints one, and what follows it.
    Status paint(const Task& task, std::size_t index, std::size_t count);

    std::vector<ImageReport> reports;
    std::vector<std::pair<std::size_t, Encoded>> results;  // by image

  private:
    // Levels the seams and fills the padding.
    void finish(const Image& original, const Atlas& atlas, const Coverage& coverage,
                const std::vector<unsigned char>& keep, Image& painted, ImageReport& report);
    Status measure(const Image& original, const Encoded& encoded, ImageReport& report) const;
    Status follow_with(const DataMap& map, const PaintedDetail& detail, const std::string& name);

    const Document& document_;
    const Model& model_;
    const RestyleOptions& options_;
    const Paint& paint_;
    std::vector<DataMap> maps_;
    // Of the image at hand.
    std::vector<SeamSample> samples_;
    std::vector<float> weights_;
};

Status Restyler::paint(const Task& task, std::size_t index, std::size_t count) {
    ImageReport& report = reports.emplace_back();
    report.image = task.image;
    report.slot = task.slot;
    report.name = document_.image_name(task.image);
    report.left = task.left;
    if (!report.left.empty()) return {};
    const auto bytes = document_.image_bytes(task.image);
    if (!bytes) return bytes.error();
    const auto original = load_image_from_memory(*bytes, document_.image_title(task.image));
    if (!original) return original.error();
    const Atlas atlas = find_islands(model_, task.image);
    const Coverage shown = rasterise(atlas, original->width, original->height);
    report.width = original->width;
    report.height = original->height;
    report.original_width = original->width;
    report.original_height = original->height;
    report.islands = atlas.islands;
    report.tile = atlas.tiles;
    report.covered = static_cast<double>(shown.covered()) / static_cast<double>(original->pixels());
    const std::vector<float> weights = weigh(task, *original, shown);
    const int longer = std::max(original->width, original->height);
    if (longer > kNarrowest * std::min(original->width, original->height)) {
        report.left = "it is narrower than 1 to " + std::to_string(kNarrowest);
        return {};
    }
    double sum = 0;
    for (const float weight : weights) sum += static_cast<double>(weight);
    if (atlas.triangles.empty() || sum < kFewestTexels) {
        report.left = atlas.triangles.empty()        ? "no triangle shows it"
                      : task.slot == Slot::kEmissive ? "hardly anything of it shines"
                                                     : "hardly anything of it is seen";
        return {};
    }
    Image content = *original;
    dilate(content, keep_of(task, *original, shown));
    const Image mask = mask_of(*original, weights);
    const Wrap wrap{atlas.tiles[0], atlas.tiles[1]};
    const std::string name = report.name + ", " + slot_name(task.slot);
    auto painted = paint_({content, mask, atlas.tiles, index, count, name});
    if (!painted) {
        const Error& error = painted.error();
        if (error.code == ErrorCode::kCancelled) return error;
        return bad(error.code, "'" + document_.image_title(task.image) + "': " + error.message);
    }
    painted->bits = original->bits;
    if (task.slot == Slot::kEmissive) keep_dark(*original, weights, wrap, *painted);
    const Coverage coverage = rasterise(atlas, painted->width, painted->height);
    const std::vector<unsigned char> keep = keep_of(task, *painted, coverage);
    finish(*original, atlas, coverage, keep, *painted, report);
    auto encoded = encode_like(*bytes, *painted);
    if (!encoded) return encoded.error();
    IMPASTO_TRY(measure(*original, *encoded, report));
    results.emplace_back(task.image, *std::move(encoded));

    const auto follows = [&](const DataMap& map) { return map.base == task.image; };
    if (std::ranges::none_of(maps_, follows)) return {};
    const PaintedDetail detail =
        detail_of(resize_image(content, painted->width, painted->height, wrap), *painted, coverage,
                  keep, wrap);
    const std::string base = report.name;  // its report moves when others come
    for (const DataMap& map : maps_) {
        if (follows(map)) IMPASTO_TRY(follow_with(map, detail, base));
    }
    return {};
}

void Restyler::finish(const Image& original, const Atlas& atlas, const Coverage& coverage,
                      const std::vector<unsigned char>& keep, Image& painted, ImageReport& report) {
    report.width = painted.width;
    report.height = painted.height;
    dilate(painted, keep);
    samples_ = find_seams(atlas, painted.width, painted.height);
    weights_ = continuity(seam_steps(original, samples_, report.tile));
    report.before = summarise(seam_steps(painted, samples_, report.tile), weights_);
    if (options_.level) {
        LevelOptions leveling;
        leveling.tiles = atlas.tiles;
        level_seams(painted, coverage, samples_, weights_, leveling);
        dilate(painted, keep);
    }
}

Status Restyler::measure(const Image& original, const Encoded& encoded, ImageReport& report) const {
    const auto written = load_image_from_memory(encoded.bytes, report.name);
    if (!written) return written.error();
    report.seam_samples = samples_.size();
    if (samples_.empty()) return {};
    const auto counted =
        std::count_if(weights_.begin(), weights_.end(), [](float w) { return w > 0.5f; });
    report.continuous = static_cast<double>(counted) / static_cast<double>(samples_.size());
    report.original = summarise(seam_steps(original, samples_, report.tile), weights_);
    report.after = summarise(seam_steps(*written, samples_, report.tile), weights_);
    return {};
}

Status Restyler::follow_with(const DataMap& map, const PaintedDetail& detail,
                             const std::string& name) {
    ImageReport report;
    report.image = map.image;
    report.slot = map.slot;
    report.name = document_.image_name(map.image);
    auto followed = follow(document_, model_, map, detail, options_.detail, report);
    if (!followed) return followed.error();
    if (*followed) {
        report.follows = name;
        results.emplace_back(map.image, **std::move(followed));
    }
    reports.push_back(std::move(report));
    return {};
}

}  // namespace

Result<std::vector<ImageReport>> restyle(Document& document, const Model& model,
                                         const RestyleOptions& options, const Paint& paint) {
    const auto tasks = find_tasks(document, model, options);
    if (!tasks) return tasks.error();
    // Before minutes of work that could not be saved.
    IMPASTO_TRY(document.check_images());
    for (const Task& task : *tasks) {
        if (!task.left.empty()) continue;
        const auto bytes = document.image_bytes(task.image);
        if (!bytes) return bytes.error();
        const auto image = load_image_from_memory(*bytes, document.image_title(task.image));
        if (!image) return image.error();
    }
    Restyler restyler(document, model, options, paint, *tasks);
    const auto is_painted = [](const Task& task) { return task.left.empty(); };
    const auto count = static_cast<std::size_t>(std::ranges::count_if(*tasks, is_painted));
    std::size_t index = 0;
    for (const Task& task : *tasks) {
        IMPASTO_TRY(restyler.paint(task, index, count));
        if (is_painted(task)) ++index;
    }
    if (restyler.results.empty()) {
        const ImageReport& first = restyler.reports.front();
        return bad(ErrorCode::kInput, "nothing can be painted: '" +
                                          document.image_title(first.image) +
                                          "' is left as it is, since " + first.left);
    }
    for (auto& [image, encoded] : restyler.results) {
        document.replace_image(image, std::move(encoded.bytes), std::move(encoded.type));
    }
    return std::move(restyler.reports);
}

}  // namespace impasto::gltf
