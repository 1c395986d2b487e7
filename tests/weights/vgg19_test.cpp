#include "weights/vgg19.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace impasto {
namespace {

using test::message_of;

// A file of F32 tensors filled with zeros, of any shapes.
struct Made {
    std::vector<std::byte> zeros = std::vector<std::byte>(1 << 16);
    TensorFile file;

    void add(const std::string& name, std::vector<std::uint64_t> shape, DType dtype = DType::kF32) {
        NamedTensor tensor;
        tensor.name = name;
        tensor.dtype = dtype;
        tensor.shape = std::move(shape);
        tensor.data = zeros;
        file.tensors.push_back(std::move(tensor));
    }
    void add_layer(int convolution, std::uint64_t out, std::uint64_t in) {
        const std::string name = "features." + std::to_string(vgg19_feature_index(convolution));
        add(name + ".weight", {out, in, 3, 3});
        add(name + ".bias", {out});
    }
    std::string error() const { return message_of(vgg19_from_tensors(file, {})); }
};

TEST(Vgg19, TakesAnyWidthsAndAPrefix) {
    Made made;
    made.add("classifier.0.weight", {2, 2}, DType::kI64);
    made.add("pre_logits.fc1.weight", {2});
    made.add("head.fc.bias", {2});
    std::uint64_t in = 3;
    for (int i = 0; i < kVgg19Convolutions; ++i) {
        made.add_layer(i, static_cast<std::uint64_t>(i + 1), in);
        in = static_cast<std::uint64_t>(i + 1);
        const auto encoder = vgg19_from_tensors(
            made.file, {.name = "made", .file_name = "", .sha256 = FileHash("ab")});
        ASSERT_TRUE(encoder) << encoder.error().message;
        EXPECT_EQ(encoder->name, "made");
        EXPECT_EQ(encoder->sha256.hex(), "ab");
        ASSERT_EQ(encoder->convolutions.size(), static_cast<std::size_t>(i + 1));
        EXPECT_EQ(encoder->convolutions.back().out_channels, i + 1);
        EXPECT_EQ(encoder->convolutions.front().in_channels, 3);
        EXPECT_EQ(encoder->convolutions.back().bias.size(), static_cast<std::size_t>(i + 1));
    }
    EXPECT_EQ(vgg19_layer_name(15), "conv5_4");
    EXPECT_EQ(vgg19_feature_index(15), 34);
}

TEST(Vgg19, NamesWhatIsWrong) {
    Made empty;
    EXPECT_MENTIONS(empty.error(), "none of VGG19's");
    Made gap;
    gap.add_layer(0, 2, 3);
    gap.add_layer(2, 2, 2);
    EXPECT_MENTIONS(gap.error(), "'features.2.weight' (conv1_2) is missing");
    Made no_bias;
    no_bias.add("features.0.weight", {2, 3, 3, 3});
    EXPECT_MENTIONS(no_bias.error(), "'features.0.bias' (conv1_1) is missing");
    Made chain;
    chain.add_layer(0, 2, 3);
    chain.add_layer(1, 4, 3);
    EXPECT_MENTIONS(chain.error(), "[4, 3, 3, 3]; [N, 2, 3, 3] is wanted");
    Made grey;
    grey.add_layer(0, 2, 1);
    EXPECT_MENTIONS(grey.error(), "'features.0.weight' (conv1_1)");
    Made kernel;
    kernel.add("features.0.weight", {2, 3, 5, 5});
    kernel.add("features.0.bias", {2});
    EXPECT_MENTIONS(kernel.error(), "[2, 3, 5, 5]");
    Made bias;
    bias.add("features.0.weight", {2, 3, 3, 3});
    bias.add("features.0.bias", {3});
    EXPECT_MENTIONS(bias.error(), "'features.0.bias'");
    Made integers;
    integers.add("features.0.weight", {2, 3, 3, 3}, DType::kI8);
    integers.add("features.0.bias", {2});
    EXPECT_MENTIONS(integers.error(), "holds I8");
}

TEST(Vgg19, NamesUnknownLayers) {
    for (const char* name : {"features.17.weight", "features.36.weight", "layer1.0.conv1.weight",
                             "features.0.weights", "features..weight", "features.00x.weight",
                             "features.-2.weight", "features.99999999999.bias", "features.0"}) {
        Made made;
        made.add_layer(0, 2, 3);
        made.add(name, {2});
        EXPECT_MENTIONS(made.error(), "'" + std::string(name) + "'");
    }
    Made normalised;
    normalised.add("features.1.running_mean", {2});
    EXPECT_MENTIONS(normalised.error(), "batch normalisation");
}

TEST(Vgg19, PublishedWidths) {
    Made made;
    std::uint64_t in = 3;
    const std::uint64_t published[] = {64,  64,  128, 128, 256, 256, 256, 256,
                                       512, 512, 512, 512, 512, 512, 512, 512};
    for (int i = 0; i < kVgg19Convolutions; ++i) {
        const auto layers = find_vgg19_layers(made.file);
        if (layers) {
            EXPECT_MENTIONS(message_of(check_published_vgg19(*layers)), vgg19_layer_name(i));
        }
        made.add_layer(i, published[i], in);
        in = published[i];
    }
    const auto all = find_vgg19_layers(made.file);
    ASSERT_TRUE(all);
    EXPECT_TRUE(check_published_vgg19(*all));
    Made narrow;
    narrow.add_layer(0, 32, 3);
    EXPECT_MENTIONS(message_of(check_published_vgg19(*find_vgg19_layers(narrow.file))),
                    "conv1_1 has 32");
}

bool is_caffe(const Result<InputConvention>& input) {
    EXPECT_TRUE(input);
    return input && input->bgr && input->scale == 255.0f && input->std[0] == 1.0f;
}

TEST(Vgg19, ConventionIsSettledInOrder) {
    TensorFile file;
    WeightsOrigin origin;
    EXPECT_FALSE(is_caffe(settle_convention(file, origin)));
    origin.file_name = "vgg19-d01eb7cb.pth";
    EXPECT_TRUE(is_caffe(settle_convention(file, origin)));
    origin.file_name = "renamed.pth";
    origin.sha256 = FileHash("d01eb7cb" + std::string(56, '0'));
    EXPECT_TRUE(is_caffe(settle_convention(file, origin)));
    origin.convention = ConventionChoice::kTorchvision;
    EXPECT_FALSE(is_caffe(settle_convention(file, origin)));
    origin = {};
    origin.convention = ConventionChoice::kCaffe;
    EXPECT_TRUE(is_caffe(settle_convention(file, origin)));
    origin = {};
    file.metadata[std::string(kInputMetadataKey)] = input_to_json(caffe_input());
    EXPECT_TRUE(is_caffe(settle_convention(file, origin)));
    origin.convention = ConventionChoice::kTorchvision;
    EXPECT_FALSE(is_caffe(settle_convention(file, origin)));
}

TEST(Vgg19, ConventionAsJson) {
    for (const auto& input : {torchvision_input(), caffe_input()}) {
        const auto back = input_from_json(input_to_json(input));
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(back->bgr, input.bgr);
        EXPECT_EQ(back->scale, input.scale);
        EXPECT_EQ(back->mean, input.mean);
        EXPECT_EQ(back->std, input.std);
        EXPECT_EQ(convention_name(*back), convention_name(input));
    }
    EXPECT_MENTIONS(input_to_json(torchvision_input()), "0.485");
    for (const char* bad : {"", "{}", "null", "[]", "{\"order\":\"RGB\"}",
                            R"({"order":"GRB","scale":1,"mean":[0,0,0],"std":[1,1,1]})",
                            R"({"order":"RGB","scale":0,"mean":[0,0,0],"std":[1,1,1]})",
                            R"({"order":"RGB","scale":1,"mean":[0,0],"std":[1,1,1]})",
                            R"({"order":"RGB","scale":1,"mean":[0,0,1e300],"std":[1,1,1]})",
                            R"({"order":"RGB","scale":1,"mean":[0,0,0],"std":[1,0,1]})",
                            R"({"order":"RGB","scale":"1","mean":[0,0,0],"std":[1,1,1]})"}) {
        const auto input = input_from_json(bad);
        ASSERT_FALSE(input) << bad;
        EXPECT_EQ(input.error().code, ErrorCode::kWeights);
    }
    EXPECT_TRUE(convention_from_text("caffe"));
    EXPECT_FALSE(convention_from_text("opencv"));
}

}  // namespace
}  // namespace impasto
