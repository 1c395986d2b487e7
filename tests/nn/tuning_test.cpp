#include "nn/tuning.h"

#include "support/gpu_fixture.h"

namespace impasto::nn {
namespace {

constexpr ConvVariant kDirect = ConvVariant::kDirect;
constexpr ConvVariant kWinograd = ConvVariant::kWinograd;

TEST(ConvVariants, AreNamedOnceAndFoundByTheirNames) {
    EXPECT_EQ(conv_variants().front().variant, kDirect);
    for (const ConvVariantRow& row : conv_variants()) {
        EXPECT_EQ(variant_name(row.variant), std::string(row.name));
        EXPECT_EQ(find_variant(row.name), row.variant);
        EXPECT_FALSE(row.kernels.empty());
        // Names are words of the kept text.
        EXPECT_EQ(std::string(row.name).find_first_of(" \n"), std::string::npos);
    }
    EXPECT_FALSE(find_variant("auto"));
    EXPECT_FALSE(find_variant(""));
}

TEST(Fastest, IsTheFastest) {
    EXPECT_EQ(fastest({{kDirect, 2.0}, {kWinograd, 1.0}}, kDirect), kWinograd);
    EXPECT_EQ(fastest({{kDirect, 1.0}, {kWinograd, 2.0}}, kWinograd), kDirect);
    EXPECT_EQ(fastest({{kWinograd, 2.0}}, kDirect), kWinograd);
    EXPECT_EQ(fastest({}, kWinograd), kDirect);
}

// Timings that differ by a few percent would choose one today and the other tomorrow.
TEST(Fastest, NearlyEqualMeansTheExpectedOne) {
    for (const double other : {0.92, 1.0, 1.09}) {
        EXPECT_EQ(fastest({{kDirect, 1.0}, {kWinograd, other}}, kDirect), kDirect);
        EXPECT_EQ(fastest({{kDirect, 1.0}, {kWinograd, other}}, kWinograd), kWinograd);
    }
}

Tuning example() {
    Tuning tuning;
    tuning.checks[kWinograd] = "forward: NaN was written";
    tuning.seconds[{64, 128}] = {{kDirect, 0.25}, {kWinograd, 0.125}};
    tuning.seconds[{3, 64}] = {{kDirect, 1e-6}};
    return tuning;
}

TEST(TuningText, ComesBackAsItWas) {
    const Tuning tuning = example();
    EXPECT_EQ(parse_tuning(tuning_text(tuning, "abc"), "abc"), tuning);
    EXPECT_EQ(parse_tuning(tuning_text({}, "abc"), "abc"), Tuning());
    Tuning right;
    right.checks[kWinograd] = "";
    EXPECT_EQ(parse_tuning(tuning_text(right, "abc"), "abc"), right);
}

TEST(TuningText, OfOtherKernelsIsNothing) {
    const std::string text = tuning_text(example(), "abc");
    EXPECT_EQ(parse_tuning(text, "abd"), Tuning());
    EXPECT_EQ(parse_tuning(text, ""), Tuning());
    EXPECT_EQ(parse_tuning("", "abc"), Tuning());
    EXPECT_EQ(parse_tuning("\n", ""), Tuning());
}

TEST(TuningText, LinesWithoutSenseAreLeftOut) {
    const Tuning tuning = parse_tuning(
        "kernels abc\n"
        "\n"
        "check cubism ok\n"
        "check winograd\n"
        "time\n"
        "time 1 2\n"
        "time 1 x direct 1\n"
        "time 3 4 direct\n"
        "time 3 4 direct -1\n"
        "time 3 4 direct nan\n"
        "time 3 4 direct 1 cubism 2\n"
        "weather fine\n"
        "time 5 6 direct 1 winograd 0.5\n",
        "abc");
    EXPECT_TRUE(tuning.checks.empty());
    ASSERT_EQ(tuning.seconds.size(), 1u);
    EXPECT_EQ(tuning.seconds.at({5, 6}), (VariantSeconds{{kDirect, 1}, {kWinograd, 0.5}}));
}

TEST(TuningText, MergingKeepsWhatWasKnown) {
    Tuning tuning = example();
    Tuning other;
    other.checks[kWinograd] = "";
    other.seconds[{64, 128}] = {{kDirect, 9}};
    other.seconds[{7, 8}] = {{kDirect, 3}};
    merge(tuning, other);
    EXPECT_EQ(tuning.checks, example().checks);
    EXPECT_EQ(tuning.seconds.at({64, 128}), example().seconds.at({64, 128}));
    EXPECT_EQ(tuning.seconds.at({7, 8}), other.seconds.at({7, 8}));
}

class ConvRuleTest : public testing::GpuFormTest {};

// By the rule conv1_1 is direct everywhere, and Winograd is for wide layers and for the CPU.
TEST_P(ConvRuleTest, ExpectsWhatIsAdmissible) {
    const bool cpu = device().info().type == VK_PHYSICAL_DEVICE_TYPE_CPU;
    EXPECT_EQ(expected_variant(device(), {3, 64}), kDirect);
    for (const ConvVariantRow& row : conv_variants()) {
        const bool plain = row.variant == kDirect || row.variant == ConvVariant::kHalf;
        EXPECT_EQ(row.admissible(device(), {3, 64}), plain) << row.name;
    }
    const bool matrix = device().capabilities().matrix.any();
    EXPECT_EQ(expected_variant(device(), {3, 64}, Precision::kFp16), ConvVariant::kHalf);
    EXPECT_EQ(expected_variant(device(), {64, 128}, Precision::kFp16),
              matrix ? ConvVariant::kMatrix : ConvVariant::kHalf);
    EXPECT_EQ(expected_variant(device(), {512, 512}, Precision::kFp16),
              matrix ? ConvVariant::kMatrixWide : ConvVariant::kHalf);
    EXPECT_EQ(expected_precision(device()), matrix && !cpu ? Precision::kFp16 : Precision::kFp32);
    EXPECT_EQ(expected_variant(device(), {64, 64}), cpu ? kWinograd : kDirect);
    EXPECT_EQ(expected_variant(device(), {128, 256}), kWinograd);
    EXPECT_EQ(kernels_hash(device()).size(), 64u);
    EXPECT_EQ(kernels_hash(device()), kernels_hash(device()));
}

IMPASTO_BOTH_FORMS(ConvRuleTest);

// The two forms are different kernels.
TEST(KernelsHash, DiffersBetweenTheForms) {
    auto instance = gpu::Instance::create();
    if (!instance || !gpu::select_device(**instance, "")) {
        GTEST_SKIP() << "no Vulkan driver on this machine";
    }
    const VkPhysicalDevice physical = *gpu::select_device(**instance, "");
    auto one = gpu::Device::create(*instance, physical, true);
    auto other = gpu::Device::create(*instance, physical, false);
    ASSERT_TRUE(one && other);
    if (!(*one)->capabilities().addresses) {
        GTEST_SKIP() << "the device has no buffer addresses";
    }
    EXPECT_NE(kernels_hash(**one), kernels_hash(**other));
}

}  // namespace
}  // namespace impasto::nn
