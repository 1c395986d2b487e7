// What a session would take, before anything is made.
#include "api/handles.h"
#include "style/schedule.h"
#include "style/session_memory.h"

using namespace impasto;
using api::guarded;

namespace {

// A picture of which only the size matters.
Result<Image> sized(const ImpastoSize* size, const std::string& what) {
    constexpr std::uint32_t kMost = 1u << 20;
    if (size == nullptr || size->width == 0 || size->height == 0 || size->width > kMost ||
        size->height > kMost) {
        return api::bad_argument(what + " needs sides of 1 to 1048576 pixels");
    }
    Image image;
    image.width = static_cast<int>(size->width);
    image.height = static_cast<int>(size->height);
    return image;
}

}  // namespace

ImpastoResult impasto_session_need(ImpastoContext* context, const ImpastoWeights* weights,
                                   const ImpastoSize* content, const ImpastoSize* styles,
                                   uint32_t style_count, const ImpastoSessionOptions* options,
                                   ImpastoNeed* need, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (context == nullptr || (styles == nullptr && style_count > 0)) {
            return api::bad_argument("impasto_session_need: context and styles must be given");
        }
        const auto picture =
            content != nullptr ? sized(content, "the content") : api::blank_content(options, 1);
        if (!picture) {
            return picture.error();
        }
        std::vector<Image> pictures;
        for (std::uint32_t i = 0; i < style_count; ++i) {
            auto style = sized(&styles[i], "style " + std::to_string(i + 1));
            if (!style) {
                return style.error();
            }
            pictures.push_back(*std::move(style));
        }
        const auto asked = api::session_options(options, style_count, content != nullptr);
        if (!asked) {
            return asked.error();
        }
        const auto encoder = api::weights_of(weights);
        if (!encoder) {
            return encoder.error();
        }
        const int depth = asked->objective.depth();
        const auto layers = encoder::Network::layers(**encoder, depth);
        if (!layers) {
            return layers.error();
        }
        const auto network = encoder::Network::lay_out(
            *context->device, **encoder, depth,
            context->tuner->foresee(*layers, asked->objective.precision()));
        if (!network) {
            return network.error();
        }
        const auto bytes = style::session_bytes(**network, *picture, pictures, *asked, asked->size);
        if (!bytes) {
            return bytes.error();
        }
        ImpastoNeed to{};
        to.device_bytes = *bytes;
        const style::Scale result = style::result_size(*picture, *asked);
        to.block_bytes = style::block_bytes(*bytes + style::publishing_bytes(result));
        to.host_bytes = style::host_bytes(*context->device, *picture, pictures);
        to.hosted_bytes = style::publishing_bytes(result) + style::result_image_bytes(result);
        to.result = {result.width, result.height};
        if (!api::write_struct(to, need)) {
            return api::bad_argument("ImpastoNeed: null, or struct_size is not set");
        }
        return {};
    });
}
