// Pictures, presets and folders that a user opens.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "settings/preset.h"
#include "viewer/files.h"
#include "viewer/studio.h"

namespace impasto::viewer {
namespace {

Result<SharedImage> load(const std::string& path) {
    Impasto::Failure failure;
    Impasto::Image image = Impasto::load_image(path.c_str(), failure);
    IMPASTO_TRY(to_status(failure.result, failure.message));
    return SharedImage(std::move(image));
}

Result<Source> load_source(const std::string& path) {
    auto image = load(path);
    if (!image) {
        return image.error();
    }
    auto pixels = std::make_shared<const Pixels>(pixels_of(**image));
    return Source{path, *std::move(image), std::move(pixels)};
}

Result<std::string> read_text(const std::string& path) {
    const auto mapped = platform::MappedFile::open(platform::path_from_utf8(path));
    if (!mapped) {
        return mapped.error();
    }
    const auto bytes = mapped->bytes();
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

bool is_folder(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(platform::path_from_utf8(path), error);
}

}  // namespace

void Studio::open(const std::vector<std::string>& paths) {
    bool has_content = content_.has_value() || contents_read_ > 0;
    bool first_style = true;
    for (const std::string& path : paths) {
        if (is_folder(path)) {
            shelf_ = pictures_in(path);
            if (shelf_.empty()) {
                messages_.complain({ErrorCode::kInput, "'" + path + "' holds no pictures"});
            } else if (styles_.empty() && first_style) {
                open_as(shelf_.front(), PictureUse::kStyle);
                first_style = false;
            }
        } else if (is_preset_name(platform::path_from_utf8(path))) {
            open_settings(path);
        } else if (!has_content) {
            open_as(path, PictureUse::kContent);
            has_content = true;
        } else {
            open_as(path, first_style ? PictureUse::kStyle : PictureUse::kMoreStyle);
            first_style = false;
        }
    }
}

void Studio::open_as(const std::string& path, PictureUse use, std::optional<std::size_t> style) {
    contents_read_ += use == PictureUse::kContent ? 1 : 0;
    jobs_.start("reading " + file_name(path), [this, path, use, style]() -> Jobs::Finish {
        auto source = load_source(path);
        return [this, use, style, source = std::move(source)] {
            contents_read_ -= use == PictureUse::kContent ? 1 : 0;
            if (!source) {
                messages_.complain(source.error());
                return;
            }
            take_picture(*source, use, style);
        };
    });
}

void Studio::take_picture(Source source, PictureUse use, std::optional<std::size_t> index) {
    remember(source.path);
    Picture picture{std::move(source), nullptr};
    upload(picture);
    if (use == PictureUse::kContent) {
        if (content_) {
            drop_texture(content_->texture);
        }
        content_ = std::move(picture);
    } else if (use == PictureUse::kStyle && index && *index < styles_.size()) {
        drop_texture(styles_[*index].texture);
        styles_[*index] = std::move(picture);
    } else {
        if (use == PictureUse::kStyle) {
            for (Picture& style : styles_) {
                drop_texture(style.texture);
            }
            styles_.clear();
        }
        styles_.push_back(std::move(picture));
    }
    pictures_changed();
    // Another content or style is another picture: from the start, when there are both.
    if (use == PictureUse::kMoreStyle) {
        restyle();
    } else {
        wants_start_ = true;
    }
}

// A style more or less: the picture goes on with those that there are.
void Studio::restyle() {
    if (wants_start_ || styles_.empty() || !can_save() || !failure_.empty()) {
        wants_start_ = !styles_.empty();
        return;
    }
    messages_.say(styles_.size() == 1 ? "going on with one style"
                                      : "going on with " + std::to_string(styles_.size()) +
                                            " styles, from this picture");
    replan();
}

void Studio::pictures_changed() {
    ++pictures_version_;
    saved_as_.clear();  // what was saved stays as it is
}

bool Studio::has_pictures_of(const PaintingPlan& plan) const {
    return content_ && content_->image == plan.content.image &&
           std::equal(
               styles_.begin(), styles_.end(), plan.styles.begin(), plan.styles.end(),
               [](const Picture& shown, const Source& used) { return shown.image == used.image; });
}

// Those that a moment was painted from.
void Studio::show_pictures_of(const PaintingPlan& plan) {
    if (has_pictures_of(plan)) {
        return;
    }
    const auto drop = [this](Picture& picture) { drop_texture(picture.texture); };
    if (content_) {
        drop(*content_);
    }
    std::for_each(styles_.begin(), styles_.end(), drop);
    styles_.clear();
    content_ = Picture{plan.content, nullptr};
    upload(*content_);
    for (const Source& style : plan.styles) {
        styles_.push_back({style, nullptr});
        upload(styles_.back());
    }
    pictures_changed();
}

void Studio::upload(Picture& picture) {
    if (graphics_ == nullptr || picture.texture) {
        return;
    }
    auto texture =
        Texture::upload(graphics_->texture_layout(), graphics_->queue(), *picture.pixels, traffic_);
    if (texture) {
        picture.texture = *std::move(texture);
    } else {
        fail(texture.error());
    }
}

void Studio::drop_texture(std::shared_ptr<Texture>& texture) {
    if (texture && graphics_ != nullptr) {
        graphics_->queue().keep(std::move(texture));
    }
    texture.reset();
}

void Studio::remember(const std::string& path) {
    constexpr std::size_t kKept = 12;
    std::error_code error;
    const auto absolute = std::filesystem::absolute(platform::path_from_utf8(path), error);
    const std::string name = error ? path : platform::path_to_utf8(absolute.lexically_normal());
    std::erase(recent, name);
    recent.insert(recent.begin(), name);
    recent.resize(std::min(recent.size(), kKept));
}

void Studio::open_samples() {
    const std::vector<std::string> pictures = sample_pictures();
    if (pictures.size() != 2) {
        messages_.complain({ErrorCode::kInput,
                            "the sample pictures were not found beside the program; "
                            "open a photograph and a painting of yours"});
        return;
    }
    open_as(pictures[0], PictureUse::kContent);
    open_as(pictures[1], PictureUse::kStyle);
}

void Studio::remove_style(std::size_t index) {
    if (index >= styles_.size()) {
        return;
    }
    drop_texture(styles_[index].texture);
    styles_.erase(styles_.begin() + static_cast<std::ptrdiff_t>(index));
    settings.style_blend.clear();
    pictures_changed();
    restyle();
}

void Studio::open_settings(const std::string& path) {
    if (is_preset_name(platform::path_from_utf8(path))) {
        const auto text = read_text(path);
        if (!text) {
            messages_.complain(text.error());
            return;
        }
        apply_preset(*text, path);
        return;
    }
    jobs_.start("reading " + file_name(path), [this, path]() -> Jobs::Finish {
        auto image = load(path);
        return [this, path, image = std::move(image)] {
            if (!image) {
                messages_.complain(image.error());
                return;
            }
            const char* text = impasto_image_text(image->get(), settings::kPresetKey);
            if (text == nullptr) {
                messages_.complain(
                    {ErrorCode::kInput, "'" + path +
                                            "' carries no settings: only PNG files that "
                                            "Impasto saved do"});
                return;
            }
            apply_preset(text, path);
        };
    });
}

// Pictures carry the name of an encoder's file alone: it may lie beside them, or where the encoder
// of now does.
std::string Studio::find_encoder(const std::string& weights, const std::string& preset) const {
    namespace fs = std::filesystem;
    const fs::path name = platform::path_from_utf8(weights);
    std::error_code error;
    if (weights == "builtin" || weights == "vgg19" || name.has_parent_path() ||
        fs::exists(name, error)) {
        return weights;
    }
    for (const std::string& near : {preset, weights_name_}) {
        const fs::path there = platform::path_from_utf8(near).parent_path() / name;
        if (fs::is_regular_file(there, error)) {
            return platform::path_to_utf8(there);
        }
    }
    return weights;
}

void Studio::apply_preset(const std::string& text, const std::string& name) {
    auto read = settings::settings_from_preset(text, name);
    if (!read) {
        messages_.complain(read.error());
        return;
    }
    settings = *std::move(read);
    settings.weights = find_encoder(settings.weights, name);
    messages_.say("settings of " + file_name(name));
}

}  // namespace impasto::viewer
