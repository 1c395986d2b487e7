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
    ImpastoSaveOptions options{};
    options.struct_size = sizeof options;
    options.bits = 8;
    options.texts = texts;
    options.text_count = text_count;
    return impasto_image_save_as(image, path, &options, message, message_size);
}

ImpastoResult impasto_image_save_as(const ImpastoImage* image, const char* path,
                                    const ImpastoSaveOptions* options, char* message,
                                    size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        ImpastoSaveOptions given{};
        given.bits = 8;
        if (options != nullptr && !api::read_struct(options, given)) {
            return api::bad_argument("ImpastoSaveOptions: struct_size is not set");
        }
        if (image == nullptr || path == nullptr ||
            (given.texts == nullptr && given.text_count > 0)) {
            return api::bad_argument("impasto_image_save: image and path must be given");
        }
        if (image->image.maps != 1) {
            return api::bad_argument(
                "impasto_image_save: a stack is no picture, save those of impasto_image_map");
        }
        if (given.bits != 0 && given.bits != 8 && given.bits != 16) {
            return api::bad_argument("impasto_image_save_as: bits must be 0, 8 or 16");
        }
        const int bits = given.bits == 0 ? image->image.bits : static_cast<int>(given.bits);
        return save_image(platform::path_from_utf8(path), image->image,
                          api::png_texts(given.texts, given.text_count), {bits, given.grey != 0});
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

uint32_t impasto_image_bits(const ImpastoImage* image) {
    return image == nullptr ? 0 : static_cast<uint32_t>(image->image.bits);
}

int impasto_image_is_grey(const ImpastoImage* image) {
    return image != nullptr && image->image.grey ? 1 : 0;
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

ImpastoResult impasto_image_stack(const ImpastoImage* const* images, uint32_t count,
                                  ImpastoImage** stack, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        constexpr std::uint32_t kMost = 16;
        if (images == nullptr || stack == nullptr || count < 1 || count > kMost) {
            return api::bad_argument("impasto_image_stack: give 1 to 16 images, and stack");
        }
        *stack = nullptr;
        Image made;
        made.maps = static_cast<int>(count);
        for (std::uint32_t i = 0; i < count; ++i) {
            if (images[i] == nullptr || images[i]->image.maps != 1) {
                return api::bad_argument("impasto_image_stack: image " + std::to_string(i + 1) +
                                         " is null, or a stack itself");
            }
            const Image& image = images[i]->image;
            if (i == 0) {
                made.width = image.width;
                made.height = image.height;
            } else if (image.width != made.width || image.height != made.height) {
                return api::bad_argument("impasto_image_stack: image " + std::to_string(i + 1) +
                                         " is " + std::to_string(image.width) + "x" +
                                         std::to_string(image.height) + " and the first " +
                                         std::to_string(made.width) + "x" +
                                         std::to_string(made.height) + ": all must be of one size");
            }
            made.rgb.insert(made.rgb.end(), image.rgb.begin(), image.rgb.end());
        }
        *stack = new ImpastoImage{std::move(made)};
        return {};
    });
}

uint32_t impasto_image_map_count(const ImpastoImage* image) {
    return image == nullptr ? 0 : static_cast<uint32_t>(image->image.maps);
}

ImpastoResult impasto_image_map(const ImpastoImage* stack, uint32_t index, ImpastoImage** image,
                                char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (stack == nullptr || image == nullptr) {
            return api::bad_argument("impasto_image_map: stack and image must be given");
        }
        *image = nullptr;
        const Image& from = stack->image;
        if (index >= static_cast<std::uint32_t>(from.maps)) {
            return api::bad_argument("impasto_image_map: there is no image " +
                                     std::to_string(index) + " in a stack of " +
                                     std::to_string(from.maps));
        }
        Image made;
        made.width = from.width;
        made.height = from.height;
        const auto size = static_cast<std::ptrdiff_t>(3 * from.pixels());
        const auto first = from.rgb.begin() + static_cast<std::ptrdiff_t>(index) * size;
        made.rgb.assign(first, first + size);
        if (from.maps == 1) {
            made.alpha = from.alpha;
        }
        *image = new ImpastoImage{std::move(made)};
        return {};
    });
}

void impasto_image_destroy(ImpastoImage* image) { delete image; }
