#include "batch/report.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace impasto::batch {
namespace {

using Json = nlohmann::json;

Job job_called(const std::string& name) {
    Job job;
    job.name = name;
    job.kind = &kinds().front();
    job.output = "out/a.png";
    return job;
}

TEST(BatchReport, OneLineWithWhatIsKnown) {
    const Job job = job_called("a \"b\"\n\xff");
    Outcome outcome;
    outcome.job = &job;
    outcome.made =
        Made{{3.0f, 1.5f, 0.1f, std::numeric_limits<float>::quiet_NaN()}, 7, 64, 48, 0.25, 0.125};
    outcome.made->warnings = {"b.png does not look like a height"};
    outcome.seconds = 2.5;
    outcome.sha256 = "s";
    outcome.fingerprint = "f";
    outcome.inputs = {{"c.png", {1, 2, "h"}}};
    const std::string line = report_line(outcome);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const Json json = Json::parse(line);
    EXPECT_EQ(json.at("state"), "done");
    EXPECT_EQ(json.at("kind"), "stylize");
    EXPECT_EQ(json.at("output"), "out/a.png");
    EXPECT_EQ(json.at("losses").at("style"), 0.1);
    EXPECT_TRUE(json.at("losses").at("tv").is_null());
    EXPECT_EQ(json.at("inputs").at(0).at("sha256"), "h");
    EXPECT_EQ(json.at("sha256"), "s");
    EXPECT_EQ(json.at("setup_seconds"), 0.25);
    EXPECT_EQ(json.at("setup_host_seconds"), 0.125);
    EXPECT_EQ(json.at("width"), 64);
    EXPECT_EQ(json.at("warnings").at(0), "b.png does not look like a height");
    EXPECT_FALSE(json.contains("message"));
}

TEST(BatchReport, Failures) {
    const Job job = job_called("a");
    Outcome outcome;
    outcome.job = &job;
    outcome.state = State::kFailed;
    outcome.error = Error{ErrorCode::kInput, "no such file"};
    const Json json = Json::parse(report_line(outcome));
    EXPECT_EQ(json.at("state"), "failed");
    EXPECT_EQ(json.at("code"), 3);
    EXPECT_EQ(json.at("message"), "no such file");
    EXPECT_FALSE(json.contains("losses"));
    EXPECT_FALSE(json.contains("sha256"));
}

TEST(BatchSummary, CountsAndKeepsTheFirstFailureInTheJobsOrder) {
    const Job late = job_called("late");
    const Job early = job_called("early");
    Summary summary;
    Outcome outcome;
    outcome.job = &late;
    outcome.index = 5;
    outcome.state = State::kFailed;
    outcome.error = Error{ErrorCode::kOutput, "late"};
    summary.add(outcome);
    outcome.job = &early;
    outcome.index = 2;
    outcome.error = Error{ErrorCode::kInput, "early"};
    summary.add(outcome);
    outcome.index = 3;
    summary.add(outcome);
    outcome.state = State::kUpToDate;
    summary.add(outcome);
    outcome.state = State::kCancelled;
    summary.add(outcome);
    EXPECT_EQ(summary.failed, 3u);
    EXPECT_EQ(summary.up_to_date, 1u);
    EXPECT_EQ(summary.cancelled, 1u);
    EXPECT_EQ(summary.first_name, "early");
    EXPECT_EQ(summary.first_error->code, ErrorCode::kInput);
}

}  // namespace
}  // namespace impasto::batch
