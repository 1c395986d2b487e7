// Devices, contexts and the self-test.
#include <cstdio>
#include <limits>
#include <optional>

#include "api/handles.h"
#include "nn/self_test.h"
#include "platform/paths.h"

using namespace impasto;
using api::guarded;

namespace {

ImpastoDeviceType device_type(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
            return IMPASTO_DEVICE_INTEGRATED;
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
            return IMPASTO_DEVICE_DISCRETE;
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
            return IMPASTO_DEVICE_VIRTUAL;
        case VK_PHYSICAL_DEVICE_TYPE_CPU:
            return IMPASTO_DEVICE_CPU;
        default:
            return IMPASTO_DEVICE_OTHER;
    }
}

ImpastoDeviceInfo describe(const gpu::DeviceInfo& from, std::uint32_t index, bool is_default) {
    ImpastoDeviceInfo info{};
    info.index = index;
    info.type = device_type(from.type);
    api::copy_text(from.name, info.name, sizeof info.name);
    api::copy_text(from.driver, info.driver, sizeof info.driver);
    info.vulkan_version = from.api_version;
    info.memory_bytes = from.memory_bytes;
    api::copy_text(from.tier, info.tier, sizeof info.tier);
    api::copy_text(from.unusable, info.unusable, sizeof info.unusable);
    info.is_default = is_default ? 1 : 0;
    return info;
}

Status open_own_device(const ImpastoContextOptions& options, ImpastoContext& context) {
    auto instance = gpu::Instance::create();
    if (!instance) {
        return instance.error();
    }
    context.instance = *instance;
    auto physical =
        gpu::select_device(*context.instance, options.device != nullptr ? options.device : "");
    if (!physical) {
        return physical.error();
    }
    auto all = context.instance->devices();
    if (!all) {
        return all.error();
    }
    context.index =
        static_cast<std::uint32_t>(std::find(all->begin(), all->end(), *physical) - all->begin());
    auto device =
        gpu::Device::create(context.instance, *physical, options.no_buffer_addresses == 0);
    if (!device) {
        return device.error();
    }
    context.device = *std::move(device);
    return {};
}

// Where what is known of the device is kept; empty where nothing is.
std::filesystem::path cache_folder(const char* cache_dir) {
    if (cache_dir != nullptr) {
        return platform::path_from_utf8(cache_dir);
    }
    auto folder = platform::user_cache_folder();
    return folder ? *folder : std::filesystem::path();
}

// "auto" is no variant.
Result<std::optional<nn::ConvVariant>> forced_variant(const std::string& tier) {
    const auto variant = nn::find_variant(tier);
    if (variant || tier == "auto") {
        return variant;
    }
    std::string names = "auto";
    for (const nn::ConvVariantRow& row : nn::conv_variants()) {
        names += std::string(", ") + row.name;
    }
    return api::bad_argument("there is no tier '" + tier + "': it is one of " + names);
}

// "auto" is none in particular.
Result<std::optional<nn::Precision>> asked_precision(const std::string& precision) {
    std::optional<nn::Precision> asked;
    if (precision == "fp16") {
        asked = nn::Precision::kFp16;
    } else if (precision == "fp32") {
        asked = nn::Precision::kFp32;
    } else if (precision != "auto") {
        return api::bad_argument("there is no precision '" + precision +
                                 "': it is one of auto, fp32, fp16");
    }
    return asked;
}

Status agree(std::optional<nn::ConvVariant> forced, std::optional<nn::Precision> asked) {
    if (!forced || !asked || nn::precision_of(*forced) == *asked) {
        return {};
    }
    const bool half = *asked == nn::Precision::kFp16;
    return api::bad_argument(std::string("the tier '") + nn::variant_name(*forced) +
                             "' is of the precision " + (half ? "fp32" : "fp16") + ", not " +
                             (half ? "fp16" : "fp32") + ": leave one of the two away");
}

}  // namespace

uint32_t impasto_version(void) {
    return static_cast<uint32_t>(IMPASTO_VERSION_MAJOR) << 22 |
           static_cast<uint32_t>(IMPASTO_VERSION_MINOR) << 12 |
           static_cast<uint32_t>(IMPASTO_VERSION_PATCH);
}

ImpastoResult impasto_list_devices(ImpastoDeviceInfo* infos, uint32_t* count, char* message,
                                   size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (count == nullptr) {
            return api::bad_argument("impasto_list_devices: count is null");
        }
        auto instance = gpu::Instance::create();
        if (!instance) {
            return instance.error();
        }
        auto devices = (*instance)->devices();
        if (!devices) {
            return devices.error();
        }
        auto best = gpu::select_device(**instance, "");
        const auto found = static_cast<uint32_t>(devices->size());
        const uint32_t room = infos != nullptr ? std::min(*count, found) : 0;
        if (!api::is_struct_array(infos, room)) {
            return api::bad_argument("ImpastoDeviceInfo: struct_size is not set in all of them");
        }
        for (uint32_t i = 0; i < room; ++i) {
            const bool is_default = best && *best == (*devices)[i];
            api::write_struct(describe((*instance)->describe((*devices)[i]), i, is_default),
                              api::struct_at(infos, i));
        }
        *count = found;
        return {};
    });
}

ImpastoResult impasto_context_create(const ImpastoContextOptions* options, ImpastoContext** context,
                                     char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (context == nullptr) {
            return api::bad_argument("impasto_context_create: context is null");
        }
        *context = nullptr;
        ImpastoContextOptions given{};
        if (options != nullptr && !api::read_struct(options, given)) {
            return api::bad_argument("ImpastoContextOptions: struct_size is not set");
        }
        if (given.reserved != 0) {
            return api::bad_argument("ImpastoContextOptions: what is reserved must be 0");
        }
        auto made = std::make_unique<ImpastoContext>();
        nn::TunerOptions tuning;
        auto forced = forced_variant(given.tier == nullptr ? "auto" : given.tier);
        if (!forced) {
            return forced.error();
        }
        auto asked = asked_precision(given.precision == nullptr ? "auto" : given.precision);
        if (!asked) {
            return asked.error();
        }
        IMPASTO_TRY(agree(*forced, *asked));
        tuning.forced = *forced;
        tuning.precision = *asked;
        made->log = given.log;
        made->log_user = given.log_user;
        IMPASTO_TRY(given.host_device != nullptr ? api::borrow_device(given, *made)
                                                 : open_own_device(given, *made));
        made->device->limit_memory(given.memory_budget);
        if (const auto folder = cache_folder(given.cache_dir); !folder.empty()) {
            if (made->device->host_pipelines() == VK_NULL_HANDLE) {
                made->device->keep_pipelines(folder / "pipelines");
            }
            tuning.folder = folder / "tuning";
        }
        tuning.retune = given.retune != 0;
        tuning.times = given.host_device == nullptr;
        if (given.log != nullptr) {
            tuning.log = [call = given.log, user = given.log_user](const std::string& line) {
                call(user, line.c_str());
            };
        }
        made->tuner = std::make_unique<nn::ConvTuner>(*made->device, std::move(tuning));
        made->networks = std::make_unique<encoder::NetworkShelf>(given.keep_encoder != 0);
        if (given.keep_encoder != 0) {
            made->targets = std::make_shared<style::TargetShelf>();
        }
        *context = made.release();
        return {};
    });
}

void impasto_context_destroy(ImpastoContext* context) {
    if (context != nullptr) {
        api::collect(*context, std::numeric_limits<std::uint64_t>::max());
    }
    delete context;
}

ImpastoResult impasto_context_device(ImpastoContext* context, ImpastoDeviceInfo* info) {
    return guarded(context, [&]() -> Status {
        if (!api::write_struct(describe(context->device->info(), context->index, false), info)) {
            return api::bad_argument("ImpastoDeviceInfo: struct_size is not set");
        }
        return {};
    });
}

uint64_t impasto_context_bytes_peak(ImpastoContext* context) {
    return context == nullptr ? 0 : context->device->bytes_peak();
}

const char* impasto_context_message(ImpastoContext* context) {
    return context == nullptr ? "" : context->message.text();
}

void impasto_context_copy_message(ImpastoContext* context, char* message, size_t message_size) {
    if (context == nullptr) {
        api::copy_text("", message, message_size);
        return;
    }
    context->message.copy(message, message_size);
}

ImpastoResult impasto_self_test(ImpastoContext* context, ImpastoSelfTestCallback callback,
                                void* user) {
    return guarded(context, [&]() -> Status {
        auto rows = nn::run_self_test(*context->device, [&](const nn::SelfTestRow& row) {
            if (callback == nullptr) {
                return;
            }
            const ImpastoSelfTestRow out{
                sizeof(ImpastoSelfTestRow), row.operation.c_str(), row.error, row.bound,
                row.passed ? 1 : 0,         row.message.c_str()};
            callback(user, &out);
        });
        if (!rows) {
            return rows.error();
        }
        const auto failed = std::count_if(rows->begin(), rows->end(),
                                          [](const nn::SelfTestRow& row) { return !row.passed; });
        if (failed > 0) {
            return Error{ErrorCode::kInternal,
                         std::to_string(failed) + " of " + std::to_string(rows->size()) +
                             " operations computed something else than the reference: please "
                             "report the table, and try another driver version"};
        }
        return {};
    });
}
