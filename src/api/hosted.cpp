// Sessions on a host's device, in slices.
#include <cmath>
#include <cstring>
#include <limits>

#include "api/handles.h"
#include "gpu/errors.h"
#include "style/schedule.h"

using namespace impasto;
using api::guarded;
using api::locked;

namespace {

VkImage image_handle(std::uint64_t number) {
    VkImage image = VK_NULL_HANDLE;
    static_assert(sizeof image <= sizeof number);
    std::memcpy(&image, &number, sizeof image);
    return image;
}

template <typename Handle>
std::uint64_t number_of(Handle handle) {
    std::uint64_t number = 0;
    std::memcpy(&number, &handle, sizeof handle);
    return number;
}

Result<TexelFormat> texel_format(std::uint32_t format) {
    switch (format) {
        case VK_FORMAT_R8G8B8A8_UNORM:
        case VK_FORMAT_R8G8B8A8_SRGB:
            return TexelFormat::kRgba8;
        case VK_FORMAT_R16G16B16A16_SFLOAT:
            return TexelFormat::kRgba16f;
        case VK_FORMAT_R32G32B32A32_SFLOAT:
            return TexelFormat::kRgba32f;
        default:
            return api::bad_argument("the VkFormat " + std::to_string(format) +
                                     " of an image is none of R8G8B8A8_UNORM, R8G8B8A8_SRGB, "
                                     "R16G16B16A16_SFLOAT and R32G32B32A32_SFLOAT");
    }
}

// Both ends of a copy; `levels` 0 is 1.
Result<gpu::ImagePart> image_part(const ImpastoVulkanImage& image, std::uint32_t level,
                                  std::uint32_t levels) {
    constexpr std::uint32_t kMost = 16384;
    if (image.image == 0 || image.width == 0 || image.height == 0 || image.width > kMost ||
        image.height > kMost) {
        return api::bad_argument("an image of the host needs a VkImage and sides of 1 to 16384");
    }
    const auto format = texel_format(image.format);
    if (!format) {
        return format.error();
    }
    const std::uint32_t most = gpu::mip_levels(image.width, image.height);
    if (level >= most || levels > most - level) {
        return api::bad_argument("an image of the host of " + std::to_string(image.width) + "x" +
                                 std::to_string(image.height) + " pixels has at most " +
                                 std::to_string(most) + " mip levels");
    }
    gpu::ImagePart part;
    part.image = image_handle(image.image);
    part.width = image.width;
    part.height = image.height;
    part.texel_bytes = texel_bytes(*format);
    part.level = level;
    part.levels = levels;
    part.layer = image.array_layer;
    part.before = static_cast<VkImageLayout>(image.layout);
    part.after = part.before;
    return part;
}

Result<style::Source> source_of(const ImpastoSource* given, const std::string& what) {
    ImpastoSource from{};
    if (!api::read_struct(given, from)) {
        return api::bad_argument(what + ": ImpastoSource is null, or its struct_size is not set");
    }
    if ((from.image == nullptr) == (from.vulkan_image == nullptr)) {
        return api::bad_argument(what + ": give image or vulkan_image, and not both");
    }
    style::Source to;
    if (from.image != nullptr) {
        to.image = from.image->image;
        return to;
    }
    ImpastoVulkanImage image{};
    if (!api::read_struct(from.vulkan_image, image)) {
        return api::bad_argument(what + ": ImpastoVulkanImage: struct_size is not set");
    }
    if (image.layout == VK_IMAGE_LAYOUT_UNDEFINED) {
        return api::bad_argument(what + ": an image to read is in no undefined layout");
    }
    auto part = image_part(image, image.mip_level, 1);
    if (!part) {
        return Error{part.error().code, what + ": " + part.error().message};
    }
    to.on_device = true;
    to.format = *texel_format(image.format);
    to.part = *part;
    to.image.width = static_cast<int>(std::max(image.width >> image.mip_level, 1u));
    to.image.height = static_cast<int>(std::max(image.height >> image.mip_level, 1u));
    return to;
}

// The image that the pictures go to: the host's, or one of ours.
Status make_target(const ImpastoHosting& hosting, const style::Scale& size, gpu::Device& device,
                   ImpastoSession& session, style::Target& target) {
    ImpastoResultImage& result = session.result;
    result.width = size.width;
    result.height = size.height;
    if (hosting.target != nullptr) {
        ImpastoVulkanImage image{};
        if (!api::read_struct(hosting.target, image)) {
            return api::bad_argument("hosting.target: struct_size is not set");
        }
        if (image.mip_level != 0) {
            return api::bad_argument(
                "hosting.target: mip_level is 0, hosting.target_levels says how many are written");
        }
        auto part = image_part(image, 0, std::max(hosting.target_levels, 1u));
        if (!part) {
            return Error{part.error().code, "hosting.target: " + part.error().message};
        }
        if (image.width != size.width || image.height != size.height) {
            return api::bad_argument("hosting.target is of " + std::to_string(image.width) + "x" +
                                     std::to_string(image.height) + " pixels, and the picture of " +
                                     std::to_string(size.width) + "x" +
                                     std::to_string(size.height));
        }
        if (image.layout == VK_IMAGE_LAYOUT_UNDEFINED ||
            image.layout == VK_IMAGE_LAYOUT_PREINITIALIZED) {
            return api::bad_argument("hosting.target is left in its layout, which can't be that");
        }
        target.format = *texel_format(image.format);
        target.part = *part;
        result.image = image.image;
        result.format = image.format;
        result.layout = image.layout;
        result.mip_levels = part->levels;
    } else {
        result.format = hosting.format;
        if (result.format == 0) {
            result.format = VK_FORMAT_R8G8B8A8_SRGB;
        }
        const auto format = texel_format(result.format);
        if (!format) {
            return format.error();
        }
        result.mip_levels = hosting.mips != 0 ? gpu::mip_levels(size.width, size.height) : 1;
        auto texture = gpu::Texture::create(device, static_cast<VkFormat>(result.format),
                                            size.width, size.height, result.mip_levels);
        if (!texture) {
            return texture.error();
        }
        session.texture = *std::move(texture);
        result.image = number_of(session.texture->image());
        result.view = number_of(session.texture->view());
        result.layout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
        target.format = *format;
        target.part.image = session.texture->image();
        target.part.width = size.width;
        target.part.height = size.height;
        target.part.texel_bytes = texel_bytes(*format);
        target.part.levels = result.mip_levels;
        target.part.after = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
    }
    target.part.before = VK_IMAGE_LAYOUT_UNDEFINED;  // all of it is written
    return {};
}

Status check_slice(const ImpastoSlice& slice, const ImpastoSession& session) {
    if (slice.command_buffer == nullptr) {
        return api::bad_argument("impasto_session_record: command_buffer is null");
    }
    if (slice.frame == 0 || slice.completed_frame >= slice.frame || slice.frame < session.frame) {
        return api::bad_argument(
            "impasto_session_record: frames are numbered from 1 on, never fall, and the one that "
            "is completed lies below the one that is recorded");
    }
    if (!std::isfinite(slice.budget_ms) || slice.budget_ms <= 0) {
        return api::bad_argument("impasto_session_record: budget_ms must be above 0");
    }
    return {};
}

ImpastoState c_state(style::LiveState state) { return static_cast<ImpastoState>(state); }
static_assert(static_cast<int>(style::LiveState::kFailed) == IMPASTO_STATE_FAILED &&
              static_cast<int>(style::LiveState::kDone) == IMPASTO_STATE_DONE);

void forget(ImpastoContext& context, ImpastoSession* session) {
    const std::lock_guard lock(context.mutex);
    std::erase(context.hosted, session);
}

}  // namespace

// Allocates nothing: it runs where things are destroyed, too.
void api::collect(ImpastoContext& context, std::uint64_t completed) {
    // Then every thread is joined, whatever it is at.
    const bool all = completed == std::numeric_limits<std::uint64_t>::max();
    for (;;) {
        ImpastoSession* session = nullptr;
        {
            const std::lock_guard lock(context.mutex);
            for (ImpastoSession* retired : context.retired) {
                retired->live->complete(completed);
            }
            const auto found = std::find_if(
                context.retired.begin(), context.retired.end(), [&](const ImpastoSession* one) {
                    return completed >= one->frame && (all || one->live->ended());
                });
            if (found == context.retired.end()) {
                return;
            }
            session = *found;
            context.retired.erase(found);
        }
        delete session;
    }
}

ImpastoResult impasto_session_create_hosted(ImpastoContext* context, const ImpastoWeights* weights,
                                            const ImpastoSource* content,
                                            const ImpastoSource* styles, uint32_t style_count,
                                            const ImpastoSessionOptions* options,
                                            const ImpastoHosting* hosting, ImpastoSession** session,
                                            char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (context == nullptr || session == nullptr || (styles == nullptr && style_count > 0)) {
            return api::bad_argument(
                "impasto_session_create_hosted: context, styles and session must be given");
        }
        *session = nullptr;
        if (context->device->is_lost()) {
            return gpu::lost_error();
        }
        ImpastoHosting how{};
        if (hosting != nullptr && !api::read_struct(hosting, how)) {
            return api::bad_argument("ImpastoHosting: struct_size is not set");
        }
        if (how.reserved != 0) {
            return api::bad_argument("ImpastoHosting: what is reserved must be 0");
        }
        style::LiveInput input;
        if (content != nullptr) {
            auto picture = source_of(content, "the content");
            if (!picture) {
                return picture.error();
            }
            input.content = *std::move(picture);
        }
        if (!api::is_struct_array(styles, style_count)) {
            return api::bad_argument("the styles: struct_size is not set in all of them");
        }
        for (std::uint32_t i = 0; i < style_count; ++i) {
            auto style = source_of(api::struct_at(styles, i), "style " + std::to_string(i + 1));
            if (!style) {
                return style.error();
            }
            input.styles.push_back(*std::move(style));
        }
        if (content == nullptr) {
            auto blank = api::blank_content(options, 1);
            if (!blank) {
                return blank.error();
            }
            input.content.image = *std::move(blank);
        }
        for (const style::Source& style : input.styles) {
            if (style.image.maps != 1 || input.content.image.maps != 1) {
                return api::bad_argument("a hosted session takes pictures, no stacks");
            }
        }
        auto asked = api::session_options(options, style_count, content != nullptr);
        if (!asked) {
            return asked.error();
        }
        if (asked->profile) {
            return api::bad_argument("a hosted session can't profile: its host has the clock");
        }
        input.options = *std::move(asked);
        input.options.objective.tuner = context->tuner.get();
        auto encoder = api::weights_of(weights);
        if (!encoder) {
            return encoder.error();
        }
        input.weights = *std::move(encoder);
        input.every = std::max(how.every, 1u);
        input.log = api::session_log(*context);
        auto handle = std::make_unique<ImpastoSession>();
        handle->context = context;
        handle->styles = style_count;
        handle->has_content = content != nullptr;
        const style::Scale size = style::result_size(input.content.image, input.options);
        IMPASTO_TRY(make_target(how, size, *context->device, *handle, input.target));
        auto live = style::LiveSession::create(*context->device, std::move(input));
        if (!live) {
            return live.error();
        }
        handle->live = *std::move(live);
        const std::lock_guard lock(context->mutex);
        if (context->device->is_lost()) {  // said meanwhile
            handle->live->lose_device();
        }
        // Room where it retires to, too, so that nothing can fail later.
        context->retired.reserve(context->retired.size() + context->hosted.size() + 1);
        context->hosted.push_back(handle.get());
        *session = handle.release();
        return {};
    });
}

ImpastoResult impasto_session_record(ImpastoSession* session, const ImpastoSlice* given,
                                     ImpastoSliceReport* report) {
    return locked(session, [&]() -> Status {
        if (!session->live) {
            return api::bad_argument(
                "impasto_session_record: the session is not hosted, see "
                "impasto_session_create_hosted");
        }
        ImpastoSlice slice{};
        if (!api::read_struct(given, slice)) {
            return api::bad_argument("ImpastoSlice: null, or struct_size is not set");
        }
        IMPASTO_TRY(check_slice(slice, *session));
        // Before anything is recorded, which must be submitted.
        ImpastoSliceReport to{};
        to.state = c_state(session->live->state());
        to.pictures = session->pictures;
        if (report != nullptr && !api::write_struct(to, report)) {
            return api::bad_argument("ImpastoSliceReport: struct_size is not set");
        }
        session->frame = slice.frame;
        api::collect(*session->context, slice.completed_frame);
        const auto done = session->live->record({static_cast<VkCommandBuffer>(slice.command_buffer),
                                                 slice.frame, slice.budget_ms / 1000},
                                                slice.completed_frame);
        to.state = done ? c_state(done->state) : IMPASTO_STATE_FAILED;
        if (done) {
            session->pictures = done->pictures;
            to.operations = done->slice.operations;
            to.estimate_ms = 1000 * done->slice.expected;
            to.measured_ms = 1000 * done->slice.measured;
            to.measured_frame = done->slice.measured_frame;
        }
        to.pictures = session->pictures;
        api::write_struct(to, report);
        return done ? Status() : done.error();
    });
}

ImpastoResult impasto_session_result(ImpastoSession* session, ImpastoResultImage* result) {
    return locked(session, [&]() -> Status {
        if (!session->live) {
            return api::bad_argument("impasto_session_result: the session is not hosted");
        }
        ImpastoResultImage to = session->result;
        to.ready = session->pictures > 0 ? 1 : 0;
        if (!api::write_struct(to, result)) {
            return api::bad_argument("ImpastoResultImage: null, or struct_size is not set");
        }
        return {};
    });
}

void impasto_session_destroy(ImpastoSession* session) {
    if (session != nullptr && session->live) {
        forget(*session->context, session);
    }
    delete session;
}

void impasto_session_destroy_after(ImpastoSession* session, uint64_t frame) {
    if (session == nullptr || !session->live) {
        impasto_session_destroy(session);
        return;
    }
    session->live->cancel();
    ImpastoContext& context = *session->context;
    const std::lock_guard lock(context.mutex);
    std::erase(context.hosted, session);
    session->frame = std::max(session->frame, frame);
    context.retired.push_back(session);  // into room that was made for it
}

ImpastoResult impasto_context_frame_completed(ImpastoContext* context, uint64_t completed_frame) {
    return guarded(context, [&]() -> Status {
        {
            const std::lock_guard lock(context->mutex);
            for (ImpastoSession* session : context->hosted) {
                session->live->complete(completed_frame);
            }
        }
        api::collect(*context, completed_frame);
        return {};
    });
}

ImpastoResult impasto_context_device_lost(ImpastoContext* context) {
    if (context == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    const std::lock_guard lock(context->mutex);
    context->device->lose();
    for (const auto* sessions : {&context->hosted, &context->retired}) {
        for (ImpastoSession* session : *sessions) {
            session->live->lose_device();
        }
    }
    return IMPASTO_SUCCESS;
}
