// The probe.
#include "api/handles.h"
#include "platform/paths.h"
#include "weights/safetensors.h"

using namespace impasto;
using api::guarded;

ImpastoResult impasto_probe_run(ImpastoContext* context, const ImpastoWeights* weights,
                                const ImpastoImage* image, const ImpastoImage* content,
                                const ImpastoImage* const* styles, uint32_t style_count,
                                const ImpastoObjective* objective, ImpastoProbe** probe,
                                char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (context == nullptr || weights == nullptr || image == nullptr || content == nullptr ||
            objective == nullptr || probe == nullptr) {
            return api::bad_argument(
                "impasto_probe_run: context, weights, image, content, objective and probe must be "
                "given");
        }
        *probe = nullptr;
        auto images = api::style_images(styles, style_count);
        if (!images) {
            return images.error();
        }
        auto options = api::objective_options(*objective, style_count, true);
        if (!options) {
            return options.error();
        }
        options->tuner = context->tuner.get();
        auto tensors = style::probe(*context->device, *weights->weights, image->image,
                                    content->image, *images, *std::move(options));
        if (!tensors) {
            return tensors.error();
        }
        *probe = new ImpastoProbe{*std::move(tensors)};
        return {};
    });
}

void impasto_probe_destroy(ImpastoProbe* probe) { delete probe; }

uint32_t impasto_probe_count(const ImpastoProbe* probe) {
    return probe == nullptr ? 0 : static_cast<uint32_t>(probe->tensors.size());
}

ImpastoResult impasto_probe_tensor(const ImpastoProbe* probe, uint32_t index,
                                   ImpastoTensor* tensor) {
    if (probe == nullptr || index >= probe->tensors.size()) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    const style::ProbeTensor& from = probe->tensors[index];
    ImpastoTensor to{};
    to.name = from.name.c_str();
    to.values = from.values.data();
    to.shape = from.shape.data();
    to.dimensions = static_cast<uint32_t>(from.shape.size());
    return api::write_struct(to, tensor) ? IMPASTO_SUCCESS : IMPASTO_ERROR_INVALID_ARGUMENT;
}

ImpastoResult impasto_probe_save(const ImpastoProbe* probe, const char* path, char* message,
                                 size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (probe == nullptr || path == nullptr) {
            return api::bad_argument("impasto_probe_save: probe and path must be given");
        }
        std::vector<TensorToWrite> tensors;
        for (const style::ProbeTensor& tensor : probe->tensors) {
            tensors.push_back(f32_tensor(tensor.name, tensor.shape, tensor.values));
        }
        return write_safetensors(platform::path_from_utf8(path), tensors,
                                 {{"software", "impasto probe"}});
    });
}
