#include "batch/jobs.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "support/temporary_folder.h"

namespace impasto::batch {
namespace {

Result<std::vector<Job>> read(const std::string& text, const std::filesystem::path& folder = {}) {
    return read_jobs(text, folder, "jobs.json");
}

std::string with_job(const std::string& more) {
    return R"({"jobs": [{"name": "hills", "content": "a.png", "style": "b.png",
                         "output": "o.png")" +
           (more.empty() ? "" : ", " + more) + "}]}";
}

std::vector<std::string> outputs(const Result<std::vector<Job>>& jobs) {
    std::vector<std::string> all;
    if (!jobs) return {"error: " + jobs.error().message};
    for (const Job& job : *jobs) all.push_back(job.output);
    return all;
}

class JobFiles : public ::testing::Test {
  protected:
    JobFiles() {
        for (const char* name : {"photos/b.jpg", "photos/a.jpg", "photos/deep/c.jpg",
                                 "paint/wave.png", "paint/sky.png"}) {
            std::filesystem::create_directories((folder_ / name).parent_path());
            test::write_text(folder_ / name, "x");
        }
    }
    const test::TemporaryFolder folder_;
};

TEST(Jobs, OneWithDefaults) {
    const auto jobs = read(R"({"$schema": "batch.schema.json",
        "defaults": {"size": 300, "style": ["b.png", "c.png"], "iterations": "5,6"},
        "jobs": [{"content": "a.png", "output": "./x/../o.png", "size": 64, "colors": "content"},
                 {"name": "second", "kind": "stylize", "content": "a.png", "output": "p.png"}]})");
    ASSERT_TRUE(jobs) << jobs.error().message;
    ASSERT_EQ(jobs->size(), 2u);
    const Job& first = jobs->front();
    EXPECT_EQ(first.name, "job 1");
    EXPECT_EQ(first.output, "o.png");
    EXPECT_EQ(first.of("content"), std::vector<std::string>{"a.png"});
    EXPECT_EQ(first.of("style"), (std::vector<std::string>{"b.png", "c.png"}));
    EXPECT_EQ(first.options->settings.size, 64u);
    EXPECT_EQ(first.options->settings.colors, IMPASTO_COLORS_CONTENT);
    EXPECT_EQ(first.options->settings.iterations, (std::vector<std::uint32_t>{5, 6}));
    EXPECT_EQ((*jobs)[1].name, "second");
    EXPECT_EQ((*jobs)[1].options->settings.size, 300u);
}

TEST_F(JobFiles, WildcardsMakeAJobForEachContentAndOneForAllStyles) {
    const auto jobs = read(R"({"jobs": [{"name": "all", "content": "photos/**/*.jpg",
        "style": "paint/*.png", "output": "out/{folder}/{index}-{stem}-{style}.png"}]})",
                           folder_.path());
    EXPECT_EQ(outputs(jobs),
              (std::vector<std::string>{"out/1-a-sky+wave.png", "out/2-b-sky+wave.png",
                                        "out/deep/3-c-sky+wave.png"}));
    ASSERT_TRUE(jobs);
    EXPECT_EQ(jobs->front().name, "all: photos/a.jpg");
    EXPECT_EQ(jobs->front().of("style").size(), 2u);
}

TEST_F(JobFiles, EachStyle) {
    const auto jobs = read(R"({"jobs": [{"content": ["photos/a.jpg", "photos/b.jpg"],
        "style": "paint/*", "each-style": true, "output": "{name}-{stem}-{style}.png"}]})",
                           folder_.path());
    EXPECT_EQ(outputs(jobs), (std::vector<std::string>{"job-1-a-sky.png", "job-1-a-wave.png",
                                                       "job-1-b-sky.png", "job-1-b-wave.png"}));
    ASSERT_TRUE(jobs);
    EXPECT_EQ(jobs->back().name, "job 1: photos/b.jpg, paint/wave.png");
    EXPECT_EQ(jobs->back().of("style"), std::vector<std::string>{"paint/wave.png"});
}

TEST_F(JobFiles, WildcardsThatMatchNothingAreTheJobsOwnProblem) {
    const auto jobs = read(R"({"defaults": {"style": "paint/sky.png", "output": "{stem}.png"},
        "jobs": [{"content": "*.gif"}, {"content": "no/*.gif"}, {"content": "photos/a.jpg"}]})",
                           folder_.path());
    ASSERT_TRUE(jobs) << jobs.error().message;
    ASSERT_EQ(jobs->size(), 3u);
    ASSERT_TRUE(jobs->front().problem);
    EXPECT_NE(jobs->front().problem->message.find("'content': '*.gif'"), std::string::npos);
    EXPECT_FALSE(jobs->back().problem);
}

TEST(Jobs, TheStartingPictureIsAnInputToo) {
    const auto jobs = read(with_job(R"("init": "start.png")"));
    ASSERT_TRUE(jobs);
    EXPECT_EQ(jobs->front().inputs(), (std::vector<std::string>{"a.png", "b.png", "start.png"}));
}

struct Bad {
    const char* text;
    std::vector<const char*> says;
};

// One line each, that names the file, the job and the key.
TEST(Jobs, BadFilesAreRefusedWithOneClearLine) {
    const std::vector<Bad> all{
        {"", {"line 1 is not JSON"}},
        {"{\n\"jobs\": [\n,]}", {"line 3 is not JSON"}},
        {"[]", {"must be a JSON object"}},
        {"{}", {"'jobs' must be a list"}},
        {R"({"jobs": []})", {"'jobs' must be a list"}},
        {R"({"jobs": {}})", {"'jobs' must be a list"}},
        {R"({"jobs": [3]})", {"job 1: must be an object, not 3"}},
        {R"({"job": []})", {"unknown key 'job'", "did you mean 'jobs'"}},
        {R"({"jobs": [{}]})", {"job 1: 'output' is missing"}},
        {R"({"jobs": [{"output": "o.png"}]})", {"job 1: 'content' is missing"}},
        {R"({"jobs": [{"output": "o.png", "content": "a"}]})", {"job 1: 'style' is missing"}},
        {R"({"jobs": [{"name": ""}]})", {"job 1: 'name' must be a text"}},
        {R"({"jobs": [{"name": "a", "output": "o.png", "content": "a", "style": "s"},
                      {"name": "a", "output": "p.png", "content": "a", "style": "s"}]})",
         {"two jobs are called 'a'"}},
        {R"({"jobs": [{"output": "o.png", "content": "a", "style": "s"},
                      {"output": "x/../o.png", "content": "b", "style": "s"}]})",
         {"'job 1' and 'job 2' would both write 'o.png'", "{stem}"}},
        {R"({"jobs": [{"name": "a", "output": "o.png", "content": "a", "style": "s"},
                      {"name": "b", "output": "p.png", "content": "./o.png", "style": "s"}]})",
         {"'./o.png' is read by 'b' and written by 'a'"}},
        {R"({"jobs": [{"output": "a", "content": "a", "style": "s"}]})",
         {"'a' is read and would be written by 'job 1'"}},
        {R"({"jobs": [{"size": 3, "size": 4}]})", {"has 'size' twice"}},
        {R"({"jobs": 1, "jobs": 2})", {"has 'jobs' twice"}},
        {R"({"jobs": [{"size": 1e999}]})", {"a number that is too large"}},
        {"{\"jobs\": [{\"name\": \"a\\u0000b\"}]}", {"a zero character"}},
        {"{\"jobs\": [{\"name\": \"\xff\"}]}", {"is not JSON"}},
        {R"({"$schema": 3, "jobs": []})", {"'$schema' must be a text"}},
        {R"({"defaults": [], "jobs": []})", {"'defaults' must be an object"}},
        {R"({"defaults": {"sizes": 3}, "jobs": []})",
         {"the defaults: unknown key 'sizes'", "did you mean 'size'"}},
        {R"({"defaults": {"size": 3}, "jobs": []})", {"the defaults: 'size'", "16 to 16384"}},
        {R"({"defaults": {"name": "x"}, "jobs": []})", {"the defaults: unknown key 'name'"}},
    };
    for (const Bad& bad : all) {
        const auto jobs = read(bad.text);
        ASSERT_FALSE(jobs) << bad.text;
        EXPECT_EQ(jobs.error().code, ErrorCode::kInput);
        const std::string& message = jobs.error().message;
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        EXPECT_TRUE(message.starts_with("'jobs.json': ")) << message;
        for (const char* text : bad.says) {
            EXPECT_NE(message.find(text), std::string::npos) << message << "\nlacks " << text;
        }
    }
}

TEST(Jobs, BadKeysAreRefusedWithTheJobsName) {
    const std::vector<Bad> all{
        {R"("sizes": 3)", {"unknown key 'sizes'", "did you mean 'size'"}},
        {R"("device": "gpu")", {"unknown key 'device'"}},
        {R"("size": 3)", {"'size': ", "16 to 16384"}},
        {R"("size": "64")", {"'size' must be a whole number, not \"64\""}},
        {R"("size": 64.5)", {"'size' must be a whole number, not 64.5"}},
        {R"("size": null)", {"'size' must be a whole number, not null"}},
        {R"("size": 99999999999999999999)", {"'size'"}},
        {R"("iterations": [[1]])", {"'iterations' must be", "a list of lists"}},
        {R"("iterations": [])", {"'iterations' must be"}},
        {R"("style-weight": -1)", {"'style-weight'"}},
        {R"("content-weight": 0, "style-weight": 0)", {"both 0"}},
        {R"("style-blend": [1, 2])", {"style-blend"}},
        {R"("colors": "red")", {"'colors': 'red' is not one of"}},
        {R"("kind": "stylise")", {"'kind' must be stylize, not \"stylise\""}},
        {R"("kind": 3)", {"'kind' must be stylize, not 3"}},
        {R"("each-style": 1)", {"'each-style' must be true or false, not 1"}},
    };
    for (const Bad& bad : all) {
        const auto jobs = read(with_job(bad.text));
        ASSERT_FALSE(jobs) << bad.text;
        const std::string& message = jobs.error().message;
        EXPECT_TRUE(message.starts_with("'jobs.json': job 'hills': ")) << message;
        for (const char* text : bad.says) {
            EXPECT_NE(message.find(text), std::string::npos) << message << "\nlacks " << text;
        }
    }
    for (const char* output : {R"("output": 3)", R"("output": "")", R"("output": "x/")",
                               R"("output": "{stm}.png")", R"("output": "{")"}) {
        EXPECT_FALSE(
            read(R"({"jobs": [{"content": "a", "style": "b", )" + std::string(output) + "}]}"))
            << output;
    }
    for (const char* content : {"3", "[]", "\"\"", "[\"a\", 3]", "{}", "[[\"a\"]]"}) {
        const auto jobs = read(R"({"jobs": [{"output": "o.png", "style": "b", "content": )" +
                               std::string(content) + "}]}");
        ASSERT_FALSE(jobs) << content;
        EXPECT_NE(jobs.error().message.find("'content' must be a file's name"), std::string::npos);
    }
}

TEST(Jobs, HostileNestingEndsAtOnce) {
    for (const char* open : {"[", "{\"a\":", "{\"jobs\":["}) {
        std::string text = "{\"jobs\": ";
        for (int i = 0; i < 200000; ++i) text += open;
        const auto jobs = read(text);
        ASSERT_FALSE(jobs);
        EXPECT_NE(jobs.error().message.find("nested too deeply"), std::string::npos)
            << jobs.error().message;
    }
}

// docs/batch.schema.json names what the reader takes: no key less, none more.
TEST(Jobs, TheSchemaHasTheKeysOfTheReader) {
    std::ifstream file(IMPASTO_BATCH_SCHEMA);
    const auto schema = nlohmann::json::parse(file);
    std::set<std::string> described;
    for (const auto& [key, value] : schema.at("$defs").at("values").at("properties").items()) {
        described.insert(key);
        EXPECT_TRUE(value.contains("description")) << key;
    }
    std::set<std::string> known{"kind", "output", "each-style"};
    std::set<std::string> names;
    for (const Kind& kind : kinds()) {
        names.insert(kind.name);
        for (const FileKey& key : kind.files) known.insert(key.name);
        settings::Options options;
        JobOptions values;
        kind.declare(options, values);
        for (const auto& option : options.all()) {
            if (!option->name.empty()) known.insert(option->name);
        }
    }
    EXPECT_EQ(described, known);
    std::set<std::string> described_kinds;
    for (const auto& name :
         schema.at("$defs").at("values").at("properties").at("kind").at("enum")) {
        described_kinds.insert(name);
    }
    EXPECT_EQ(described_kinds, names);
}

}  // namespace
}  // namespace impasto::batch
