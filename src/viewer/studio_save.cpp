// Writing the picture, with the settings that made it, and presets.
#include <algorithm>

#include "platform/atomic_file.h"
#include "platform/paths.h"
#include "settings/preset.h"
#include "viewer/files.h"
#include "viewer/studio.h"

namespace impasto::viewer {

bool Studio::can_save() const { return painting_ && painting_->has_picture(); }

bool Studio::unsaved() const {
    if (can_save() && iterations() > 0) {
        return saved_ != Version(branch_, iterations());
    }
    const Moment* last = history_.last();
    const bool has = last != nullptr && saved_ && saved_->first == last->branch &&
                     saved_->second >= last->iteration;
    return last != nullptr && last->iteration > 0 && !has;
}

void Studio::refuse_save(const Error& error) {
    messages_.complain(error);
    ++failed_saves_;
    save_path_.clear();
}

void Studio::save(const std::string& path) {
    if (!can_save()) {
        refuse_save({ErrorCode::kInvalidArgument, "there is no picture to save yet"});
        return;
    }
    if (!is_picture_name(platform::path_from_utf8(path))) {
        refuse_save({ErrorCode::kOutput, "'" + path + "' must end in .png or .jpg"});
        return;
    }
    // A result in the place of a picture that it is made from would be a loss.
    const auto is_input = [&](const Picture& picture) {
        std::error_code error;
        return std::filesystem::equivalent(platform::path_from_utf8(picture.path),
                                           platform::path_from_utf8(path), error);
    };
    if ((content_ && is_input(*content_)) ||
        std::any_of(styles_.begin(), styles_.end(), is_input)) {
        refuse_save({ErrorCode::kOutput, "'" + path +
                                             "' is one of the pictures that the result is made "
                                             "from; choose another name"});
        return;
    }
    save_path_ = path;
}

void Studio::write_picture(const SharedImage& image) {
    const std::string path = std::exchange(save_path_, "");
    const std::string preset = settings::preset_of(painting_->plan().settings);
    const bool live = live_changes_;
    const std::string iteration = std::to_string(iterations());
    const bool is_done = painting_->state() == IMPASTO_STATE_DONE;
    std::string said = "saved " + path;
    if (!is_done) {
        said += ", " + std::to_string(impasto_image_width(image.get())) + "x" +
                std::to_string(impasto_image_height(image.get())) + " px, after iteration " +
                iteration;
    }
    ++writing_;
    jobs_.start(
        "writing " + file_name(path),
        [=, this, pictures = pictures_version_,
         written = Version(branch_, iterations())]() -> Jobs::Finish {
            const std::uint32_t version = impasto_version();
            const std::string software = "Impasto " + std::to_string(version >> 22) + "." +
                                         std::to_string(version >> 12 & 0x3ffu) + "." +
                                         std::to_string(version & 0xfffu);
            // Settings that changed on the way make another picture than the preset alone does.
            const ImpastoText texts[] = {{"Software", software.c_str()},
                                         {settings::kPresetKey, preset.c_str()},
                                         {"impasto:iteration", iteration.c_str()},
                                         {"impasto:changed", "while it was painted"}};
            Message message;
            const Status status = message.status(impasto_image_save(
                image.get(), path.c_str(), texts, live ? 4 : 3, message.data(), message.size()));
            return [=, this] {
                --writing_;
                if (!messages_.accept(status)) {
                    ++failed_saves_;
                } else {
                    if (pictures == pictures_version_) {
                        saved_as_ = path;
                    }
                    saved_ = written;
                    remember(path);
                    messages_.say(said);
                }
            };
        });
}

void Studio::save_preset(const std::string& path) {
    const std::string text = settings::preset_of(settings, settings::Files::kWithFolders) + "\n";
    if (messages_.accept(
            platform::write_file(platform::path_from_utf8(path), std::as_bytes(std::span(text))))) {
        messages_.say("saved " + path);
    }
}

}  // namespace impasto::viewer
