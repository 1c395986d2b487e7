#include "weights/catalogue.h"

#include <gtest/gtest.h>

#include "fixtures.h"
#include "support/temporary_folder.h"
#include "weights/embedded.h"
#include "weights/vgg19.h"

namespace impasto {
namespace {

TEST(Catalogue, IsWhatTheFileSays) {
    const auto text = embedded_catalogue();
    const auto parsed = parse_catalogue({reinterpret_cast<const char*>(text.data()), text.size()});
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(catalogue().size(), parsed->size());
    EXPECT_EQ(catalogue_names(), "vgg19, vgg19-caffe");
}

TEST(Catalogue, KnowsThePublishedFiles) {
    const CatalogueEntry* vgg19 = find_in_catalogue("vgg19");
    ASSERT_NE(vgg19, nullptr);
    EXPECT_EQ(convention_name(vgg19->input), "torchvision (RGB)");
    ASSERT_EQ(vgg19->sources.size(), 2u);
    EXPECT_TRUE(vgg19->sources[0].ranges);
    EXPECT_EQ(vgg19->sources[1].size, 574673361u);
    EXPECT_EQ(vgg19->sources[1].sha256,
              "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44");
    const CatalogueEntry* caffe = find_in_catalogue("vgg19-caffe");
    ASSERT_NE(caffe, nullptr);
    EXPECT_EQ(convention_name(caffe->input), "caffe (BGR)");
    EXPECT_EQ(caffe->sources[0].sha256, "d01eb7cb");
    EXPECT_EQ(find_in_catalogue("vgg16"), nullptr);
    const auto path = cached_weights_path(*vgg19, "/cache");
    ASSERT_TRUE(path);
    EXPECT_EQ(path->generic_string(), "/cache/weights/vgg19.safetensors");
}

TEST(Catalogue, MistakesAreFound) {
    const std::string input = R"("input":{"order":"RGB","scale":1,"mean":[0,0,0],"std":[1,1,1]})";
    const auto with = [&](const std::string& file, const std::string& source) {
        return R"({"weights":[{"name":"n","title":"t","licence":"l","file":")" + file + "\"," +
               input + R"(,"sources":[)" + source + "]}]}";
    };
    const std::string good = R"({"url":"https://h/f","format":"pth","sha256":"ab"})";
    EXPECT_TRUE(parse_catalogue(with("f.safetensors", good)));
    EXPECT_FALSE(parse_catalogue(with("../f.safetensors", good)));
    EXPECT_FALSE(parse_catalogue(with("f.pth", good)));
    EXPECT_FALSE(parse_catalogue(with("f.safetensors", "3")));
    EXPECT_FALSE(parse_catalogue(
        with("f.safetensors", R"({"url":"http://h/f","format":"pth","sha256":"ab"})")));
    EXPECT_FALSE(parse_catalogue(
        with("f.safetensors", R"({"url":"https://h/f","format":"pth","sha256":"XY"})")));
    EXPECT_FALSE(parse_catalogue("{}"));
    EXPECT_FALSE(parse_catalogue("nonsense"));
}

}  // namespace
}  // namespace impasto
