// From named tensors to the encoder: which tensor is which convolution of VGG19, and which input
// the network wants.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "weights/tensor_file.h"
#include "weights/weights.h"

namespace impasto {

// The published input conventions: torchvision's RGB in [0, 1], normalised; and that of the
// original Caffe release, BGR in [0, 255] minus a mean.
InputConvention torchvision_input();
InputConvention caffe_input();

// How the input convention of a file is settled.
enum class ConventionChoice {
    kAuto,  // the file's metadata; else Caffe for the .pth known to be of it; else torchvision
    kTorchvision,
    kCaffe,
};

// "auto", "torchvision", "caffe". kInvalidArgument for another word.
Result<ConventionChoice> convention_from_text(std::string_view text);

// "torchvision (RGB)", "caffe (BGR)" or "its own".
std::string convention_name(const InputConvention& input);

// The convention as safetensors metadata under this key: JSON {"order": "RGB"|"BGR", "scale": 1,
// "mean": [3 numbers], "std": [3 numbers]}. Parsing gives kWeights for anything else.
inline constexpr std::string_view kInputMetadataKey = "impasto.input";
std::string input_to_json(const InputConvention& input);
Result<InputConvention> input_from_json(std::string_view json);
std::optional<InputConvention> input_from_json(const JsonTree& json);

// Where a file came from, as far as it helps to tell its convention.
struct WeightsOrigin {
    std::string name;       // becomes EncoderWeights::name
    std::string file_name;  // without folders; may be empty
    FileHash sha256;        // of the whole file
    ConventionChoice convention = ConventionChoice::kAuto;
};

// "conv1_1" .. "conv5_4" of convolution 0..15.
std::string_view vgg19_layer_name(int convolution);

// Its place in torchvision's vgg19().features: 0, 2, 5, ... 34. Its tensors are
// "features.<place>.weight" (out, in, 3, 3) and "features.<place>.bias" (out).
int vgg19_feature_index(int convolution);

// Whether a tensor belongs to the part behind the convolutions (classifier.*, and what timm calls
// pre_logits.* and head.*), which Impasto has no use for.
bool is_classifier_tensor(std::string_view name);

// The tensors of one convolution, their shapes checked.
struct Vgg19Layer {
    int convolution = 0;
    const NamedTensor* weight = nullptr;
    const NamedTensor* bias = nullptr;
};

// The convolutions of a file in order, at least conv1_1. Any number of channels goes as long as
// each layer takes what the one before gives and the first takes 3. kWeights, naming the tensor:
// for one that is no part of VGG19, for wrong shapes, and for a missing layer before one that is
// there.
// The layers point into `file`, so a temporary will not do.
Result<std::vector<Vgg19Layer>> find_vgg19_layers(const TensorFile& file);
Result<std::vector<Vgg19Layer>> find_vgg19_layers(TensorFile&& file) = delete;

// Whether these are all sixteen convolutions with the published numbers of channels (64 to 512), as
// in the files of the catalogue. kWeights, naming the first that differs.
Status check_published_vgg19(const std::vector<Vgg19Layer>& layers);

// The input convention of the file by the rules of ConventionChoice. kWeights for bad metadata.
Result<InputConvention> settle_convention(const TensorFile& file, const WeightsOrigin& origin);

// What becomes of weights that the file holds as 16-bit floats.
enum class HalfWeights {
    kWiden,         // nothing refers to the file's bytes afterwards
    kLeaveInPlace,  // ConvWeights::half refers to them: keep them, as EncoderWeights::file
};

// All of it: layers found, values converted and checked to be finite.
Result<EncoderWeights> vgg19_from_tensors(const TensorFile& file, const WeightsOrigin& origin,
                                          HalfWeights halves = HalfWeights::kWiden);

}  // namespace impasto
