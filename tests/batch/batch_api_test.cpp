#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "impasto/impasto.hpp"
#include "impasto/impasto_batch.h"
#include "support/temporary_folder.h"

namespace impasto {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaults =
    R"("defaults": {"size": 64, "first-size": 64, "iterations": 2, "style": "style.png"})";

class BatchApi : public ::testing::Test {
  protected:
    BatchApi() {
        save("a.png", 0.2f);
        save("b.png", 0.6f);
        save("style.png", 0.9f);
        options_.folder = folder_text_.c_str();
        options_.ledger = ledger_.c_str();
        options_.callback = [](void* user, const ImpastoBatchEvent* event) {
            return static_cast<BatchApi*>(user)->hear(*event);
        };
        options_.user = this;
    }

    void save(const std::string& name, float bright) {
        constexpr int kSide = 48;
        std::vector<float> rgb(3 * kSide * kSide);
        for (std::size_t i = 0; i < rgb.size(); ++i) {
            rgb[i] = (i / 5 + i / kSide) % 3 == 0 ? bright : 1.0f - bright;
        }
        ImpastoImage* image = nullptr;
        ASSERT_EQ(impasto_image_create(kSide, kSide, rgb.data(), nullptr, &image, nullptr, 0), 0);
        const Impasto::Image owner(image);
        ASSERT_EQ(impasto_image_save(image, (folder_ / name).string().c_str(), nullptr, 0, message_,
                                     sizeof message_),
                  0)
            << message_;
    }

    virtual int hear(const ImpastoBatchEvent& event) {
        if (event.what == IMPASTO_BATCH_PLANNED) to_do_ = event.to_do;
        if (event.what == IMPASTO_BATCH_PROGRESS) {
            progress_.emplace_back(event.progress->total_iterations);
        }
        if (event.what == IMPASTO_BATCH_ENDED) {
            states_[event.output] = event.state;
            setups_.push_back(event.setup_host_seconds);
            whole_setups_.push_back(event.setup_seconds);
            reports_.emplace_back(event.report);
        }
        return stop_ && event.what == stop_at_ ? 0 : 1;
    }

    ImpastoResult run(const std::string& jobs) {
        states_.clear();
        setups_.clear();
        whole_setups_.clear();
        const std::string text = std::string("{") + kDefaults + ", \"jobs\": [" + jobs + "]}";
        summary_ = Impasto::make<ImpastoBatchSummary>();
        return impasto_batch_run(text.data(), text.size(), &options_, &summary_, message_,
                                 sizeof message_);
    }

    const test::TemporaryFolder folder_;
    const std::string folder_text_ = folder_.path().string();
    const std::string ledger_ = (folder_ / "ledger").string();
    ImpastoBatchOptions options_ = Impasto::make<ImpastoBatchOptions>();
    ImpastoBatchSummary summary_{};
    char message_[1024] = "";
    std::map<std::string, ImpastoBatchState> states_;
    std::vector<double> setups_;
    std::vector<double> whole_setups_;  // with the device's share
    std::vector<std::string> reports_;
    std::vector<std::uint32_t> progress_;
    std::uint32_t to_do_ = 0;
    bool stop_ = false;
    ImpastoBatchWhat stop_at_ = IMPASTO_BATCH_PROGRESS;
};

constexpr const char* kTwo =
    R"({"content": "a.png", "output": "out/a.png"}, {"content": "b.png", "output": "out/b.png"})";

TEST_F(BatchApi, DoesTheJobsAndThenFindsThemUpToDate) {
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS) << message_;
    EXPECT_STREQ(message_, "");
    EXPECT_EQ(summary_.jobs, 2u);
    EXPECT_EQ(summary_.done, 2u);
    EXPECT_EQ(to_do_, 2u);
    EXPECT_GE(progress_.size(), 4u);
    EXPECT_NE(reports_.front().find("\"state\":\"done\""), std::string::npos);
    const auto before = test::read_bytes(folder_ / "out/a.png");
    ASSERT_FALSE(before.empty());
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS);
    EXPECT_EQ(summary_.up_to_date, 2u);
    EXPECT_EQ(to_do_, 0u);
    // Nothing but what was asked for.
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "out"), fs::directory_iterator()), 2);
    // The same bytes without a ledger, which does everything again.
    options_.ledger = nullptr;
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS);
    EXPECT_EQ(summary_.done, 2u);
    EXPECT_EQ(test::read_bytes(folder_ / "out/a.png"), before);
}

// The encoder, the pipelines and what was timed are there.
TEST_F(BatchApi, TheSecondJobIsSetUpInLessThan50MillisecondsOfTheHost) {
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(setups_.size(), 2u);
    EXPECT_GT(setups_[1], 0.0);
    EXPECT_LT(setups_[1], setups_[0]);
    RecordProperty("second_setup_host_ms", static_cast<int>(setups_[1] * 1e3));
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(setups_[1], 0.05);
#endif
}

// Nor is its exemplar looked at again: by the wall, too, there is next to nothing left.
TEST_F(BatchApi, ASecondTextureIsSetUpAtOnce) {
    ASSERT_EQ(run(R"({"kind": "texture", "exemplar": "style.png", "output": "out/1.png"},
                     {"kind": "texture", "exemplar": "style.png", "output": "out/2.png",
                      "seed": 1})"),
              IMPASTO_SUCCESS)
        << message_;
    ASSERT_EQ(whole_setups_.size(), 2u);
    EXPECT_LT(whole_setups_[1], whole_setups_[0] / 4);
    RecordProperty("second_setup_ms", static_cast<int>(whole_setups_[1] * 1e3));
}

TEST_F(BatchApi, SeveralAtATimeMakeTheSameBytes) {
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS) << message_;
    const auto a = test::read_bytes(folder_ / "out/a.png");
    const auto b = test::read_bytes(folder_ / "out/b.png");
    options_.ledger = nullptr;
    options_.jobs_per_device = 4;
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS) << message_;
    EXPECT_EQ(summary_.done, 2u);
    EXPECT_EQ(test::read_bytes(folder_ / "out/a.png"), a);
    EXPECT_EQ(test::read_bytes(folder_ / "out/b.png"), b);
}

TEST_F(BatchApi, AFailureIsReportedAndTheOthersGoOn) {
    test::write_text(folder_ / "broken.png", "no picture");
    std::filesystem::create_directories(folder_ / "a/b.png");  // which no picture can replace
    const std::string jobs = R"({"name": "broken", "content": "broken.png", "output": "x.png"},
                                {"name": "lost", "content": "missing.png", "output": "y.png"},
                                {"content": "a.png", "output": "a/b.png"},)" +
                             std::string(kTwo);
    EXPECT_EQ(run(jobs), IMPASTO_ERROR_INPUT);
    EXPECT_NE(std::strstr(message_, "3 of 5 jobs failed; the first: 'broken'"), nullptr)
        << message_;
    EXPECT_EQ(summary_.failed, 3u);
    EXPECT_EQ(summary_.done, 2u);
    EXPECT_EQ(summary_.first, IMPASTO_ERROR_INPUT);
    EXPECT_EQ(states_.at("x.png"), IMPASTO_BATCH_FAILED);
    EXPECT_EQ(states_.at("out/a.png"), IMPASTO_BATCH_DONE);
    for (const std::string& report : reports_) {
        EXPECT_EQ(report.find(".part"), std::string::npos) << report;
    }
    // With resume what is wrong with inputs is not tried again while nothing changed, and still
    // counts; where an output goes may have been mended.
    options_.resume = 1;
    EXPECT_EQ(run(jobs), IMPASTO_ERROR_INPUT);
    EXPECT_EQ(to_do_, 1u);
    EXPECT_EQ(summary_.failed, 3u);
    save("broken.png", 0.5f);
    EXPECT_EQ(run(jobs), IMPASTO_ERROR_INPUT);
    EXPECT_EQ(summary_.done, 1u);
    EXPECT_EQ(summary_.failed, 2u);
}

TEST_F(BatchApi, WhatIsStoppedLeavesNothing) {
    stop_ = true;
    EXPECT_EQ(run(kTwo), IMPASTO_ERROR_CANCELLED);
    EXPECT_EQ(summary_.done, 0u);
    EXPECT_EQ(summary_.cancelled, 2u);
    EXPECT_TRUE(fs::is_empty(folder_ / "out"));
    stop_ = false;
    options_.resume = 1;
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS) << message_;
    EXPECT_EQ(summary_.done, 2u);
}

TEST_F(BatchApi, StoppedWhileItIsPlanned) {
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS);
    stop_ = true;
    stop_at_ = IMPASTO_BATCH_ENDED;
    EXPECT_EQ(run(kTwo), IMPASTO_ERROR_CANCELLED);
    EXPECT_EQ(summary_.up_to_date, 1u);
    EXPECT_EQ(summary_.cancelled, 1u);
}

TEST_F(BatchApi, AnOutputThatIsNotWhatWasMadeIsMadeAgain) {
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS);
    const auto a = test::read_bytes(folder_ / "out/a.png");
    test::write_text(folder_ / "out/a.png", "touched");
    fs::remove(folder_ / "out/b.png");
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS);
    EXPECT_EQ(summary_.done, 2u);
    EXPECT_EQ(test::read_bytes(folder_ / "out/a.png"), a);
}

// Killed between the part's rename and the ledger, or between the ledger and the last rename.
TEST_F(BatchApi, AWholePartIsNotDoneAgain) {
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS);
    const auto made = test::read_bytes(folder_ / "out/a.png");
    const std::string& report = reports_.front();
    const std::string key = "\"fingerprint\":\"";
    const std::string print = report.substr(report.find(key) + key.size(), 16);
    fs::rename(folder_ / "out/a.png", folder_ / ("out/a.png." + print + ".part.png"));
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS) << message_;
    EXPECT_EQ(to_do_, 0u);
    EXPECT_EQ(summary_.done, 1u);
    EXPECT_NE(reports_[2].find("\"recovered\":true"), std::string::npos) << reports_[2];
    EXPECT_EQ(test::read_bytes(folder_ / "out/a.png"), made);
    fs::rename(folder_ / "out/a.png", folder_ / ("out/a.png." + print + ".part.png"));
    fs::remove(folder_ / "ledger");
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS);
    EXPECT_EQ(to_do_, 1u);  // the other one, of which nothing is known any more
}

// In a budget for one: who finds no room beside the others is not failed, but waits.
TEST_F(BatchApi, WithMemoryForOneAtATimeAllAreDone) {
    ImpastoContextOptions context = Impasto::make<ImpastoContextOptions>();
    context.tier = "direct";
    Impasto::Failure failure;
    ImpastoNeed need = Impasto::make<ImpastoNeed>();
    {
        const Impasto::Context made = Impasto::create_context(&context, failure);
        ASSERT_TRUE(made) << failure.message;
        auto options = Impasto::session_options();
        options.size = options.first_size = 64;
        const ImpastoSize side{48, 48};
        ASSERT_EQ(impasto_session_need(made.get(), nullptr, &side, &side, 1, &options, &need,
                                       message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
    }
    context.memory_budget = need.device_bytes + need.device_bytes / 4;
    options_.context = &context;
    options_.jobs_per_device = 4;
    std::string jobs;
    for (int i = 0; i < 6; ++i) {
        jobs += std::string(i > 0 ? "," : "") +
                R"({"content": "a.png", "init": "noise", "seed": )" + std::to_string(i) +
                R"(, "output": "out/)" + std::to_string(i) + ".png\"}";
    }
    ASSERT_EQ(run(jobs), IMPASTO_SUCCESS) << message_;
    EXPECT_EQ(summary_.done, 6u);
    // And one that is too large for the device by itself fails.
    context.memory_budget = need.device_bytes / 4;
    fs::remove(ledger_);
    EXPECT_EQ(run(jobs), IMPASTO_ERROR_OUT_OF_MEMORY);
    EXPECT_EQ(summary_.failed, 6u);
}

TEST_F(BatchApi, WhatIsRefused) {
    const auto refused = [&](ImpastoResult result, const char* says) {
        EXPECT_EQ(run(kTwo), result);
        EXPECT_NE(std::strstr(message_, says), nullptr) << message_;
        EXPECT_FALSE(fs::exists(folder_ / "out"));
    };
    options_.shard = 3;
    options_.shard_count = 2;
    refused(IMPASTO_ERROR_INVALID_ARGUMENT, "no shard 3 of 2");
    options_.shard = options_.shard_count = 0;
    options_.jobs_per_device = 65;
    refused(IMPASTO_ERROR_INVALID_ARGUMENT, "jobs_per_device");
    options_.jobs_per_device = 0;
    options_.struct_size = 3;
    refused(IMPASTO_ERROR_INVALID_ARGUMENT, "struct_size");
    options_.struct_size = sizeof options_;
    ImpastoContextOptions context = Impasto::make<ImpastoContextOptions>();
    context.device = "no such device";
    options_.context = &context;
    refused(IMPASTO_ERROR_NO_DEVICE, "no such device");
    options_.context = nullptr;
    const std::string nowhere = (folder_ / "no" / "ledger").string();
    options_.ledger = nowhere.c_str();
    refused(IMPASTO_ERROR_OUTPUT, "ledger");
    EXPECT_EQ(impasto_batch_run(nullptr, 0, nullptr, nullptr, nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_batch_run("{", 1, nullptr, nullptr, message_, sizeof message_),
              IMPASTO_ERROR_INPUT);
    EXPECT_STREQ(message_, "'jobs': line 1 is not JSON");
}

TEST_F(BatchApi, AnOlderCallersStructsAreReadAsFarAsTheyGo) {
    options_.struct_size = offsetof(ImpastoBatchOptions, resume);
    options_.resume = 7;
    summary_.struct_size = offsetof(ImpastoBatchSummary, first);
    ASSERT_EQ(run(kTwo), IMPASTO_SUCCESS) << message_;  // and without a callback, which lies later
    EXPECT_EQ(summary_.done, 2u);
    EXPECT_TRUE(states_.empty());
}

}  // namespace
}  // namespace impasto
