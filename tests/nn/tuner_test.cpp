#include "nn/tuner.h"

#include "nn/conv_trials.h"
#include "platform/atomic_file.h"
#include "support/gpu_fixture.h"
#include "support/temporary_folder.h"

namespace impasto::nn {
namespace {

constexpr ConvVariant kDirect = ConvVariant::kDirect;
constexpr ConvVariant kWinograd = ConvVariant::kWinograd;
const std::vector<ConvLayer> kLayers{{3, 64}, {64, 64}, {64, 128}, {128, 128}};

// A tuner whose trials are the test's: Winograd takes `winograd_` times what the direct one does.
class TunerTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        options_.folder = folder_ / "new" / "tuning";
        options_.log = [this](const std::string& line) { log_ += line + "\n"; };
    }

    TunerTrials trials() {
        return {[this](gpu::Stream&, ConvVariant variant) -> Result<std::string> {
                    checked_.push_back(variant);
                    if (check_error_ != ErrorCode::kInternal) {
                        return Error{check_error_, "a test"};
                    }
                    return wrong_;
                },
                [this](gpu::Stream&, std::span<const ConvVariant> variants,
                       const ConvLayer& layer) -> Result<VariantSeconds> {
                    timed_.push_back(layer);
                    if (time_error_ != ErrorCode::kInternal) {
                        return Error{time_error_, "a test"};
                    }
                    VariantSeconds seconds;
                    for (const ConvVariant variant : variants) {
                        seconds[variant] = variant == kDirect ? 1.0 : winograd_;
                    }
                    return seconds;
                }};
    }
    // One start of a program.
    std::vector<ConvVariant> choose(const std::vector<ConvLayer>& layers = kLayers) {
        checked_.clear();
        timed_.clear();
        log_.clear();
        ConvTuner tuner(device(), options_, trials());
        auto first = tuner.choose(stream(), layers);
        EXPECT_TRUE(first) << first.error().message;
        const std::size_t trials = checked_.size() + timed_.size();
        auto again = tuner.choose(stream(), layers);
        EXPECT_TRUE(again);
        EXPECT_EQ(*first, *again);
        EXPECT_EQ(checked_.size() + timed_.size(), trials) << "tried twice";
        return *first;
    }
    std::filesystem::path file() const {
        return options_.folder / (std::to_string(kernel_form(*device_)) + "-" +
                                  gpu::device_file_name(device_->file_key()));
    }

    test::TemporaryFolder folder_;
    TunerOptions options_;
    double winograd_ = 0.5;
    std::string wrong_;
    ErrorCode check_error_ = ErrorCode::kInternal;  // none
    ErrorCode time_error_ = ErrorCode::kInternal;
    std::vector<ConvVariant> checked_;
    std::vector<ConvLayer> timed_;
    std::string log_;
};

TEST_F(TunerTest, TakesTheFastestOfTheAdmissible) {
    EXPECT_EQ(choose(), (std::vector{kDirect, kWinograd, kWinograd, kWinograd}));
    EXPECT_EQ(checked_, std::vector{kWinograd}) << "once, and the reference never";
    EXPECT_EQ(timed_, (std::vector<ConvLayer>{{64, 64}, {64, 128}, {128, 128}}));
    options_.retune = true;
    winograd_ = 2;
    EXPECT_EQ(choose(), std::vector(4, kDirect));
    EXPECT_TRUE(log_.empty());
}

TEST_F(TunerTest, TheNextStartTriesNothing) {
    const auto first = choose();
    winograd_ = 2;
    EXPECT_EQ(choose(), first);
    EXPECT_TRUE(checked_.empty());
    EXPECT_TRUE(timed_.empty());
    // But for a layer that is new.
    std::vector<ConvLayer> more = kLayers;
    more.push_back({256, 256});
    EXPECT_EQ(choose(more).back(), kDirect);
    EXPECT_TRUE(checked_.empty());
    EXPECT_EQ(timed_, (std::vector<ConvLayer>{{256, 256}}));
    EXPECT_EQ(choose(more).back(), kDirect);
    EXPECT_TRUE(timed_.empty());
}

TEST_F(TunerTest, RetuningForgets) {
    choose();
    winograd_ = 2;
    options_.retune = true;
    EXPECT_EQ(choose(), std::vector(4, kDirect));
    EXPECT_EQ(checked_.size(), 1u);
    EXPECT_EQ(timed_.size(), 3u);
    options_.retune = false;
    winograd_ = 0.5;
    EXPECT_EQ(choose(), std::vector(4, kDirect)) << "what was found then is kept";
}

TEST_F(TunerTest, ADamagedOrForeignFileIsReplaced) {
    choose();
    const auto good = test::read_bytes(file());
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{13}, std::size_t{70}, good.size() - 1}) {
        auto bytes = good;
        bytes[at] ^= std::byte{1};
        ASSERT_TRUE(platform::write_file(file(), bytes));
        choose();
        EXPECT_EQ(timed_.size(), 3u) << at;
        EXPECT_EQ(test::read_bytes(file()), good) << at;
    }
    // Whole, and of other kernels.
    const std::string text = tuning_text({}, "other kernels");
    const gpu::DeviceFileKind kind{{'I', 'M', 'P', 'T', 'U', 'N', 'E', '\n'}, 1, 1000};
    ASSERT_TRUE(
        gpu::write_device_file(file(), kind, device().file_key(), std::as_bytes(std::span(text))));
    choose();
    EXPECT_EQ(timed_.size(), 3u);
    EXPECT_EQ(test::read_bytes(file()), good);
}

TEST_F(TunerTest, AVariantThatIsWrongIsLeftOutAndTheLogSaysSo) {
    wrong_ = "forward: is off by 1";
    EXPECT_EQ(choose(), std::vector(4, kDirect));
    EXPECT_TRUE(timed_.empty()) << "there is nothing to choose from";
    EXPECT_NE(log_.find("'winograd'"), std::string::npos) << log_;
    EXPECT_NE(log_.find("is off by 1"), std::string::npos) << log_;
    EXPECT_EQ(std::count(log_.begin(), log_.end(), '\n'), 1) << log_;
    // The verdict is kept, and told at every start; another driver or a retune checks again.
    wrong_.clear();
    EXPECT_EQ(choose(), std::vector(4, kDirect));
    EXPECT_TRUE(checked_.empty());
    EXPECT_NE(log_.find("is off by 1"), std::string::npos) << log_;
    options_.retune = true;
    EXPECT_EQ(choose().back(), kWinograd);
    EXPECT_TRUE(log_.empty());
}

TEST_F(TunerTest, WhatIsForcedIsCheckedToo) {
    options_.forced = kWinograd;
    winograd_ = 2;
    EXPECT_EQ(choose(), (std::vector{kDirect, kWinograd, kWinograd, kWinograd}));
    EXPECT_TRUE(timed_.empty());
    EXPECT_EQ(checked_.size(), 1u);
    options_.retune = true;
    wrong_ = "wrong";
    EXPECT_EQ(choose(), std::vector(4, kDirect));
    EXPECT_FALSE(log_.empty());
    options_.forced = kDirect;
    EXPECT_EQ(choose(), std::vector(4, kDirect));
    EXPECT_TRUE(checked_.empty());
}

// Without a place to keep timings a run would choose this way and the next one that.
TEST_F(TunerTest, WhereNothingCanBeKeptTheRuleChooses) {
    std::vector<ConvVariant> rule;
    rule.reserve(kLayers.size());
    for (const ConvLayer& layer : kLayers) {
        rule.push_back(expected_variant(device(), layer));
    }
    test::write_text(folder_ / "file", "no folder");
    for (const auto& folder : {std::filesystem::path(), folder_ / "file"}) {
        options_.folder = folder;
        winograd_ = 0.01;
        EXPECT_EQ(choose(), rule);
        winograd_ = 100;
        EXPECT_EQ(choose(), rule);
        EXPECT_TRUE(timed_.empty());
        EXPECT_EQ(checked_, std::vector{kWinograd});
        wrong_ = "wrong";
        EXPECT_EQ(choose(), std::vector(4, kDirect));
        wrong_.clear();
    }
}

TEST_F(TunerTest, WithoutMemoryForTimingTheRuleChooses) {
    time_error_ = ErrorCode::kOutOfMemory;
    ConvTuner tuner(device(), options_, trials());
    auto chosen = tuner.choose(stream(), kLayers);
    ASSERT_TRUE(chosen);
    for (std::size_t i = 0; i < kLayers.size(); ++i) {
        EXPECT_EQ((*chosen)[i], expected_variant(device(), kLayers[i]));
    }
    // And the next start tries again.
    time_error_ = ErrorCode::kInternal;
    winograd_ = 2;
    EXPECT_EQ(choose(), std::vector(4, kDirect));
}

TEST_F(TunerTest, WithoutMemoryForTheCheckNothingIsTrusted) {
    check_error_ = ErrorCode::kOutOfMemory;
    ConvTuner tuner(device(), options_, trials());
    auto chosen = tuner.choose(stream(), kLayers);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(*chosen, std::vector(4, kDirect));
    EXPECT_TRUE(log_.empty());
    check_error_ = ErrorCode::kInternal;
    EXPECT_EQ(choose().back(), kWinograd) << "the next start checks";
}

// A kernel that the driver can't compile is left out like one that is wrong.
TEST_F(TunerTest, AVariantThatCannotBeRunIsLeftOut) {
    check_error_ = ErrorCode::kNoDevice;
    EXPECT_EQ(choose(), std::vector(4, kDirect));
    EXPECT_FALSE(log_.empty());
}

TEST_F(TunerTest, APrecisionThatIsAskedForIsCheckedFirst) {
    options_.precision = Precision::kFp16;
    const auto asked = [&] {
        ConvTuner tuner(device(), options_, trials());
        return tuner.choose(stream(), kLayers);
    };
    const auto right = asked();
    ASSERT_TRUE(right) << right.error().message;
    EXPECT_TRUE(std::all_of(right->begin(), right->end(), is_half));
    std::filesystem::remove_all(options_.folder);
    check_error_ = ErrorCode::kOutOfMemory;
    const auto no_memory = asked();
    ASSERT_FALSE(no_memory);
    EXPECT_EQ(no_memory.error().code, ErrorCode::kOutOfMemory) << no_memory.error().message;
}

TEST_F(TunerTest, ALostDeviceIsAnError) {
    time_error_ = ErrorCode::kDeviceLost;
    ConvTuner timing(device(), options_, trials());
    EXPECT_EQ(timing.choose(stream(), kLayers).error().code, ErrorCode::kDeviceLost);
    check_error_ = ErrorCode::kDeviceLost;
    options_.retune = true;
    ConvTuner checking(device(), options_, trials());
    EXPECT_EQ(checking.choose(stream(), kLayers).error().code, ErrorCode::kDeviceLost);
}

// Two programs that start together and know different layers.
TEST_F(TunerTest, WhatAnotherProcessFoundStays) {
    ConvTuner one(device(), options_, trials());
    ConvTuner other(device(), options_, trials());
    const std::vector<ConvLayer> first{{64, 64}};
    const std::vector<ConvLayer> second{{128, 128}};
    ASSERT_TRUE(one.choose(stream(), first));
    ASSERT_TRUE(other.choose(stream(), {}));
    const std::vector<ConvLayer> third{{96, 96}};
    ASSERT_TRUE(one.choose(stream(), third));
    ASSERT_TRUE(other.choose(stream(), second));
    choose({{64, 64}, {128, 128}, {96, 96}});
    EXPECT_TRUE(timed_.empty());
}

class ConvTrialsTest : public testing::GpuFormTest {};

TEST_P(ConvTrialsTest, EveryVariantIsRightHere) {
    for (const ConvVariantRow& row : conv_variants()) {
        const auto wrong = check_variant(stream(), row.variant);
        ASSERT_TRUE(wrong) << wrong.error().message;
        EXPECT_EQ(*wrong, "") << row.name;
    }
}

TEST_P(ConvTrialsTest, TimesWhatItIsAskedFor) {
    const std::vector<ConvVariant> both{kDirect, kWinograd};
    const auto seconds = time_variants(stream(), both, {10, 20});
    ASSERT_TRUE(seconds) << seconds.error().message;
    ASSERT_EQ(seconds->size(), 2u);
    for (const auto& [variant, value] : *seconds) {
        EXPECT_GT(value, 1e-8);
        EXPECT_LT(value, 10);
    }
    EXPECT_EQ(device().bytes_held(), 0u);
}

TEST_P(ConvTrialsTest, SaysWhenThereIsNoMemory) {
    device().limit_memory(1 << 16);
    const std::vector<ConvVariant> both{kDirect, kWinograd};
    const auto seconds = time_variants(stream(), both, {64, 64});
    ASSERT_FALSE(seconds);
    EXPECT_EQ(seconds.error().code, ErrorCode::kOutOfMemory);
}

IMPASTO_BOTH_FORMS(ConvTrialsTest);

}  // namespace
}  // namespace impasto::nn
