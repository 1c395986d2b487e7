// Pictures.
#include <algorithm>
#include <string_view>

#include "api/handles.h"
#include "image/load.h"
#include "image/save.h"
#include "platform/paths.h"

using namespace impasto;
using api::guarded;

ImpastoResult impasto_image_load(const char* path, ImpastoImage** image, char* message,
                                 size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (path == nullptr || image == nullptr) {
            return api::bad_argument("impasto_image_load: path and image must be given");
        }
        *image = nullptr;
        std::vector<PngText> texts;
        auto loaded = load_image(platform::path_from_utf8(path), &texts);
        if (!loaded) {
            return loaded.error();
        }
        *image = new ImpastoImage{*std::move(loaded), std::move(texts)};
        return {};
    });
}

ImpastoResult impasto_image_create(int width, int height, const float* rgb, const float* alpha,
                                   ImpastoImage** image, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (image == nullptr || rgb == nullptr || width < 1 || height < 1 ||
            std::int64_t{width} * height > kLargestPicture) {
            return api::bad_argument(
                "impasto_image_create: rgb and image must be given, with sides of at least 1");
        }
        *image = nullptr;
        Image made;
        made.width = width;
        made.height = height;
        made.rgb.assign(rgb, rgb + 3 * made.pixels());
        if (alpha != nullptr) {
            made.alpha.assign(alpha, alpha + made.pixels());
        }
        *image = new ImpastoImage{std::move(made)};
        return {};
    });
}

ImpastoResult impasto_image_save(const ImpastoImage* image, const char* path,
                                 const ImpastoText* texts, size_t text_count, char* message,
                                 size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (image == nullptr || path == nullptr || (texts == nullptr && text_count > 0)) {
            return api::bad_argument("impasto_image_save: image and path must be given");
        }
        std::vector<PngText> notes;
        for (size_t i = 0; i < text_count; ++i) {
            notes.push_back({texts[i].key != nullptr ? texts[i].key : "",
                             texts[i].text != nullptr ? texts[i].text : ""});
        }
        return save_image(platform::path_from_utf8(path), image->image, notes);
    });
}

ImpastoResult impasto_check_writable(const char* path, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (path == nullptr) {
            return api::bad_argument("impasto_check_writable: path is null");
        }
        return check_writable(platform::path_from_utf8(path));
    });
}

int impasto_image_width(const ImpastoImage* image) {
    return image == nullptr ? 0 : image->image.width;
}

int impasto_image_height(const ImpastoImage* image) {
    return image == nullptr ? 0 : image->image.height;
}

const float* impasto_image_rgb(const ImpastoImage* image) {
    return image == nullptr ? nullptr : image->image.rgb.data();
}

const float* impasto_image_alpha(const ImpastoImage* image) {
    return image == nullptr || image->image.alpha.empty() ? nullptr : image->image.alpha.data();
}

const char* impasto_image_text(const ImpastoImage* image, const char* key) {
    if (image == nullptr || key == nullptr) {
        return nullptr;
    }
    const auto found =
        std::find_if(image->texts.begin(), image->texts.end(),
                     [key = std::string_view(key)](const PngText& one) { return one.key == key; });
    return found == image->texts.end() ? nullptr : found->value.c_str();
}

void impasto_image_destroy(ImpastoImage* image) { delete image; }
