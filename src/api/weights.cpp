// Weights: loading, listing, describing, importing.
#include <cstdlib>

#include "api/handles.h"
#include "base/json.h"
#include "platform/paths.h"
#include "weights/load.h"
#include "weights/manage.h"

using namespace impasto;
using api::guarded;

namespace {

Result<WeightsRequest> request(const char* source, const ImpastoWeightsOptions* options) {
    if (source == nullptr) {
        return api::bad_argument("the source of the weights is null");
    }
    ImpastoWeightsOptions given{};
    if (options != nullptr && !api::read_struct(options, given)) {
        return api::bad_argument("ImpastoWeightsOptions: struct_size is not set");
    }
    const auto convention = api::enum_number(given.convention);
    if (convention != IMPASTO_CONVENTION_AUTO && convention != IMPASTO_CONVENTION_TORCHVISION &&
        convention != IMPASTO_CONVENTION_CAFFE) {
        return api::bad_argument("convention has no such value");
    }
    WeightsRequest request;
    request.source = source;
    request.convention = static_cast<ConventionChoice>(convention);
    if (given.cache_dir != nullptr) {
        request.cache_folder = platform::path_from_utf8(given.cache_dir);
    }
    return request;
}

// "name":value,... of an object, by name as the readers of it have seen them so far.
std::string joined(std::initializer_list<std::pair<const char*, std::string>> members) {
    std::string text;
    for (const auto& [name, value] : members) {
        text += (text.empty() ? "{" : ",") + json_text(name) + ":" + value;
    }
    return text + "}";
}

std::string to_json(const LayerInfo& layer) {
    std::string shape;
    for (const auto side : layer.shape) {
        shape += (shape.empty() ? "" : ",") + std::to_string(side);
    }
    return joined({{"dtype", json_text(dtype_name(layer.dtype))},
                   {"name", json_text(layer.name)},
                   {"parameters", std::to_string(layer.parameters)},
                   {"shape", "[" + shape + "]"},
                   {"tensor", json_text(layer.tensor)}});
}

std::string to_json(const WeightsInfo& info) {
    std::string layers;
    for (const LayerInfo& layer : info.layers) {
        layers += (layers.empty() ? "" : ",") + to_json(layer);
    }
    std::string metadata;
    for (const auto& [key, value] : info.metadata) {
        metadata += (metadata.empty() ? "" : ",") + json_text(key) + ":" + json_text(value);
    }
    return joined({{"bytes", std::to_string(info.bytes)},
                   {"format", json_text(info.format)},
                   {"ignored_tensors", std::to_string(info.ignored_tensors)},
                   {"input", json_text(convention_name(info.input))},
                   {"layers", "[" + layers + "]"},
                   {"metadata", "{" + metadata + "}"},
                   {"name", json_text(info.name)},
                   {"parameters", std::to_string(info.parameters)},
                   {"sha256", json_text(info.sha256)}});
}

}  // namespace

static_assert(IMPASTO_CONVENTION_AUTO == static_cast<int>(ConventionChoice::kAuto));
static_assert(IMPASTO_CONVENTION_TORCHVISION == static_cast<int>(ConventionChoice::kTorchvision));
static_assert(IMPASTO_CONVENTION_CAFFE == static_cast<int>(ConventionChoice::kCaffe));

Result<std::shared_ptr<const EncoderWeights>> api::weights_of(const ImpastoWeights* weights) {
    if (weights != nullptr) {
        return weights->weights;
    }
    auto builtin = load_weights({});
    if (!builtin) {
        return builtin.error();
    }
    return std::make_shared<const EncoderWeights>(*std::move(builtin));
}

ImpastoResult impasto_weights_load(const char* source, const ImpastoWeightsOptions* options,
                                   ImpastoWeights** weights, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (weights == nullptr) {
            return api::bad_argument("impasto_weights_load: weights is null");
        }
        *weights = nullptr;
        auto asked = request(source, options);
        if (!asked) {
            return asked.error();
        }
        auto loaded = load_weights(*asked);
        if (!loaded) {
            return loaded.error();
        }
        *weights = new ImpastoWeights{std::make_shared<const EncoderWeights>(*std::move(loaded))};
        return {};
    });
}

ImpastoResult impasto_weights_load_memory(const void* bytes, size_t size, const char* name,
                                          const ImpastoWeightsOptions* options,
                                          ImpastoWeights** weights, char* message,
                                          size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (weights == nullptr || bytes == nullptr) {
            return api::bad_argument(
                "impasto_weights_load_memory: bytes and weights must be given");
        }
        *weights = nullptr;
        auto asked = request(name != nullptr ? name : "memory", options);
        if (!asked) {
            return asked.error();
        }
        auto loaded = load_weights_from_memory({static_cast<const std::byte*>(bytes), size},
                                               asked->source, asked->convention);
        if (!loaded) {
            return loaded.error();
        }
        *weights = new ImpastoWeights{std::make_shared<const EncoderWeights>(*std::move(loaded))};
        return {};
    });
}

void impasto_weights_destroy(ImpastoWeights* weights) { delete weights; }

const char* impasto_weights_name(const ImpastoWeights* weights) {
    return weights == nullptr ? "" : weights->weights->name.c_str();
}

const char* impasto_weights_sha256(const ImpastoWeights* weights) {
    return weights == nullptr ? "" : weights->weights->sha256.hex().c_str();
}

ImpastoResult impasto_list_weights(const char* cache_dir, ImpastoListedWeights* listed,
                                   uint32_t* count, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (count == nullptr) {
            return api::bad_argument("impasto_list_weights: count is null");
        }
        auto all = list_weights(cache_dir != nullptr ? platform::path_from_utf8(cache_dir)
                                                     : std::filesystem::path());
        if (!all) {
            return all.error();
        }
        const auto found = static_cast<uint32_t>(all->size());
        const uint32_t room = listed != nullptr ? std::min(*count, found) : 0;
        if (!api::is_struct_array(listed, room)) {
            return api::bad_argument("ImpastoListedWeights: struct_size is not set in all of them");
        }
        for (uint32_t i = 0; i < room; ++i) {
            const ListedWeights& from = (*all)[i];
            ImpastoListedWeights to{};
            api::copy_text(from.name, to.name, sizeof to.name);
            api::copy_text(from.title, to.title, sizeof to.title);
            api::copy_text(from.licence, to.licence, sizeof to.licence);
            api::copy_text(platform::path_to_utf8(from.path), to.path, sizeof to.path);
            to.bytes = from.bytes;
            to.available = from.available ? 1 : 0;
            api::write_struct(to, api::struct_at(listed, i));
        }
        *count = found;
        return {};
    });
}

ImpastoResult impasto_weights_describe(const char* source, const ImpastoWeightsOptions* options,
                                       char** json, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (json == nullptr) {
            return api::bad_argument("impasto_weights_describe: json is null");
        }
        *json = nullptr;
        auto asked = request(source, options);
        if (!asked) {
            return asked.error();
        }
        auto info = weights_info(*asked);
        if (!info) {
            return info.error();
        }
        const std::string text = to_json(*info);
        char* copy = static_cast<char*>(std::malloc(text.size() + 1));
        if (copy == nullptr) {
            throw std::bad_alloc();
        }
        std::memcpy(copy, text.c_str(), text.size() + 1);
        *json = copy;
        return {};
    });
}

void impasto_free(void* allocated) { std::free(allocated); }

ImpastoResult impasto_weights_import(const char* source, const ImpastoWeightsOptions* options,
                                     const char* destination, int full_precision, char* message,
                                     size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (destination == nullptr) {
            return api::bad_argument("impasto_weights_import: destination is null");
        }
        auto asked = request(source, options);
        if (!asked) {
            return asked.error();
        }
        ImportOptions how;
        how.dtype = full_precision != 0 ? DType::kF32 : DType::kF16;
        auto written = import_weights(*asked, platform::path_from_utf8(destination), how);
        if (!written) {
            return written.error();
        }
        return {};
    });
}
