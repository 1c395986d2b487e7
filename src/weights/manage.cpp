#include "weights/manage.h"

#include <system_error>

#include "platform/paths.h"
#include "weights/catalogue.h"
#include "weights/embedded.h"
#include "weights/safetensors.h"
#include "weights/vgg19.h"

namespace impasto {
namespace {

namespace fs = std::filesystem;

struct Read {
    WeightsInfo info;
    EncoderWeights encoder;
};

Result<Read> read_everything(const WeightsRequest& request) {
    const auto opened = open_weights(request);
    if (!opened) {
        return opened.error();
    }
    const auto layers = find_vgg19_layers(opened->tensors);
    if (!layers) {
        return in_file(layers.error(), opened->shown);
    }
    auto encoder = vgg19_from_tensors(opened->tensors, opened->origin);
    if (!encoder) {
        return in_file(encoder.error(), opened->shown);
    }
    Read read;
    read.encoder = *std::move(encoder);
    WeightsInfo& info = read.info;
    info.name = opened->origin.name;
    info.format = opened->tensors.format;
    info.sha256 = opened->origin.sha256.hex();
    info.bytes = opened->bytes.size();
    info.input = read.encoder.input;
    info.metadata = opened->tensors.metadata;
    for (const Vgg19Layer& layer : *layers) {
        const ConvWeights& convolution = read.encoder.convolutions[info.layers.size()];
        LayerInfo line;
        line.name = vgg19_layer_name(layer.convolution);
        line.tensor = "features." + std::to_string(vgg19_feature_index(layer.convolution));
        line.shape = {layer.weight->shape[0], layer.weight->shape[1], 3, 3};
        line.dtype = layer.weight->dtype;
        line.parameters = convolution.weight.size() + convolution.bias.size();
        info.parameters += line.parameters;
        info.layers.push_back(line);
    }
    for (const NamedTensor& tensor : opened->tensors.tensors) {
        info.ignored_tensors += is_classifier_tensor(tensor.name) ? 1 : 0;
    }
    return read;
}

// The tensors to write and the bytes that those of F16 refer to.
struct Encoded {
    std::vector<TensorToWrite> tensors;
    std::vector<std::vector<std::byte>> halves;
};

Status add_tensor(Encoded& encoded, std::string name, std::vector<std::uint64_t> shape,
                  const std::vector<float>& values, DType dtype) {
    TensorToWrite tensor = f32_tensor(std::move(name), std::move(shape), values);
    if (dtype == DType::kF16) {
        auto bytes = f16_bytes(tensor.name, values);
        if (!bytes) {
            return bytes.error();
        }
        encoded.halves.push_back(*std::move(bytes));
        tensor.dtype = DType::kF16;
        tensor.data = encoded.halves.back();
    }
    encoded.tensors.push_back(std::move(tensor));
    return {};
}

}  // namespace

Result<std::vector<ListedWeights>> list_weights(const fs::path& cache_folder) {
    std::vector<ListedWeights> lines;
    ListedWeights builtin;
    builtin.name = kBuiltinWeights;
    builtin.title = "the encoder compiled into Impasto: VGG19's layers with fewer channels";
    builtin.licence = "CC BY 4.0; derived from VGG19 (Visual Geometry Group, University of Oxford)";
    builtin.bytes = embedded_encoder().size();
    builtin.available = builtin.bytes != 0;
    lines.push_back(std::move(builtin));
    for (const CatalogueEntry& entry : catalogue()) {
        auto path = cached_weights_path(entry, cache_folder);
        if (!path) {
            return path.error();
        }
        ListedWeights line;
        line.name = entry.name;
        line.title = entry.title;
        line.licence = entry.licence;
        line.path = *std::move(path);
        std::error_code error;
        line.available = fs::is_regular_file(line.path, error);
        if (line.available) {
            line.bytes = fs::file_size(line.path, error);
        } else if (!entry.sources.empty()) {
            line.bytes = entry.sources.front().size.value_or(0);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

Result<WeightsInfo> weights_info(const WeightsRequest& request) {
    auto read = read_everything(request);
    if (!read) {
        return read.error();
    }
    return std::move(read->info);
}

Result<WeightsInfo> import_weights(const WeightsRequest& request, const fs::path& destination,
                                   const ImportOptions& options) {
    if (options.dtype != DType::kF16 && options.dtype != DType::kF32) {
        return Error{ErrorCode::kInvalidArgument, "weights are written as F16 or F32"};
    }
    const auto read = read_everything(request);
    if (!read) {
        return read.error();
    }
    Encoded encoded;
    for (std::size_t i = 0; i < read->info.layers.size(); ++i) {
        const LayerInfo& layer = read->info.layers[i];
        const ConvWeights& convolution = read->encoder.convolutions[i];
        IMPASTO_TRY(add_tensor(encoded, layer.tensor + ".weight",
                               {layer.shape.begin(), layer.shape.end()}, convolution.weight,
                               options.dtype));
        IMPASTO_TRY(add_tensor(encoded, layer.tensor + ".bias", {layer.shape[0]}, convolution.bias,
                               options.dtype));
    }
    std::map<std::string, std::string> metadata = read->info.metadata;
    metadata[std::string(kInputMetadataKey)] = input_to_json(read->encoder.input);
    metadata.try_emplace("impasto.source_sha256", read->info.sha256);
    for (const auto& [key, value] : options.metadata) {
        metadata[key] = value;
    }
    IMPASTO_TRY(write_safetensors(destination, encoded.tensors, metadata));
    WeightsRequest written;
    // A bare name could be one of the catalogue's; a path with a folder is always a file.
    std::error_code error;
    written.source = platform::path_to_utf8(fs::absolute(destination, error));
    return weights_info(written);
}

}  // namespace impasto
