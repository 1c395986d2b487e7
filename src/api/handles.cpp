#include "api/handles.h"

namespace impasto::api {

void copy_text(std::string_view text, char* to, std::size_t size) {
    if (to == nullptr || size == 0) {
        return;
    }
    std::size_t length = std::min(text.size(), size - 1);
    while (length > 0 && length < text.size() &&
           (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) {
        --length;
    }
    std::memcpy(to, text.data(), length);
    to[length] = '\0';
}

void LastMessage::set(const char* text, const char* more) noexcept {
    const std::lock_guard lock(mutex_);
    try {
        text_ = text;
        text_ += more;
    } catch (...) {
        text_.clear();
    }
}

const char* LastMessage::text() const {
    const std::lock_guard lock(mutex_);
    return text_.c_str();
}

void LastMessage::copy(char* to, std::size_t size) const {
    const std::lock_guard lock(mutex_);
    copy_text(text_, to, size);
}

style::Session::Log session_log(const ImpastoContext& context) {
    if (context.log == nullptr) {
        return {};
    }
    return [call = context.log, user = context.log_user](const std::string& line) {
        call(user, line.c_str());
    };
}

std::vector<PngText> png_texts(const ImpastoText* texts, std::size_t count) {
    std::vector<PngText> notes;
    for (std::size_t i = 0; i < count; ++i) {
        notes.push_back({texts[i].key != nullptr ? texts[i].key : "",
                         texts[i].text != nullptr ? texts[i].text : ""});
    }
    return notes;
}

Result<std::vector<Image>> style_images(const ImpastoImage* const* styles, std::uint32_t count) {
    std::vector<Image> images;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (styles == nullptr || styles[i] == nullptr) {
            return bad_argument("style " + std::to_string(i + 1) + " is null");
        }
        images.push_back(styles[i]->image);
    }
    return images;
}

}  // namespace impasto::api
