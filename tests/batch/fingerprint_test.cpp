#include "batch/fingerprint.h"

#include <gtest/gtest.h>

#include <set>

#include "support/temporary_folder.h"

namespace impasto::batch {
namespace {

Job job_of(const std::string& entry, const std::filesystem::path& folder = {}) {
    auto jobs = read_jobs("{\"jobs\":[" + entry + "]}", folder, "jobs");
    EXPECT_TRUE(jobs) << jobs.error().message;
    return jobs ? jobs->front() : Job();
}

std::string print_of(const Job& job, const std::string& content, const std::string& style,
                     const Ground& ground = {"encoder", "tier"}) {
    std::vector<LedgerInput> inputs;
    for (const std::string& hash : {content, style}) inputs.push_back({"file", {1, 2, hash}});
    return fingerprint(job, inputs, ground);
}

constexpr const char* kEntry = R"({"content": "a", "style": "b", "output": "o.png"})";

TEST(Fingerprints, ChangeWithWhatThePictureDependsOn) {
    const Job job = job_of(kEntry);
    std::set<std::string> all{print_of(job, "1", "2")};
    const auto is_new = [&](const std::string& print) { return all.insert(print).second; };
    EXPECT_EQ(all.begin()->size(), 64u);
    EXPECT_TRUE(is_new(print_of(job, "2", "1")));
    EXPECT_TRUE(is_new(print_of(job, "1", "3")));
    EXPECT_TRUE(is_new(print_of(job, "1", "2", {"other encoder", "tier"})));
    EXPECT_TRUE(is_new(print_of(job, "1", "2", {"encoder", "other tier"})));
    for (const char* option :
         {"\"size\": 300", "\"seed\": 1", "\"style-weight\": 7.5", "\"iterations\": [3, 4]",
          "\"init\": \"noise\"", "\"init\": \"start.png\"", "\"colors\": \"content\""}) {
        const Job other = job_of(R"({"content": "a", "style": "b", "output": "o.png", )" +
                                 std::string(option) + "}");
        EXPECT_TRUE(is_new(print_of(other, "1", "2"))) << option;
    }
}

TEST(Fingerprints, DontDependOnNames) {
    const std::string print = print_of(job_of(kEntry), "1", "2");
    EXPECT_EQ(print, print_of(job_of(R"({"name": "x", "content": "c", "style": "d",
                                         "output": "elsewhere/p.png"})"),
                              "1", "2"));
    // Nor on how a value is written, or whether it is a default.
    EXPECT_EQ(print, print_of(job_of(R"({"content": "a", "style": "b", "output": "o.png",
                                         "size": 512, "weights": "x"})"),
                              "1", "2"));
}

TEST(Fingerprints, ChangeWithWhatOtherKindsDependOn) {
    const test::TemporaryFolder folder;
    std::filesystem::create_directories(folder / "rock");
    std::filesystem::create_directories(folder / "moss");
    test::write_text(folder / "rock/albedo.png", "x");
    test::write_text(folder / "moss/roughness.png", "x");
    std::set<std::string> all;
    for (const char* entry :
         {R"({"content": "a", "style": "b", "output": "o.png"})",
          R"({"content": "a", "style": "b", "output": "o.png", "mask": "c"})",
          R"({"content": "a", "style": "b", "output": "o.png", "style-mask": "-"})",
          R"({"content": "a", "style": "b", "output": "o.png", "style-mask": "c"})",
          R"({"content": "a", "style": ["b", "b"], "output": "o.png", "style-mask": ["c", "-"]})",
          R"({"content": "a", "style": ["b", "b"], "output": "o.png", "style-mask": ["-", "c"]})",
          R"({"kind": "texture", "exemplar": "a", "output": "o.png"})",
          R"({"kind": "texture", "exemplar": "a", "output": "o.png", "lighting": "keep"})",
          R"({"kind": "material", "maps": "rock", "output": "o", "mips": true})",
          R"({"kind": "material", "maps": "rock", "output": "o", "resize": true})",
          R"({"kind": "material", "maps": "rock", "output": "o", "size": 64})",
          R"({"kind": "material", "maps": "rock", "output": "o", "mips": true, "pack": "orm"})",
          R"({"kind": "material", "maps": "moss", "output": "o", "mips": true})",
          R"({"kind": "gltf", "model": "a", "style": "b", "output": "o.glb"})",
          R"({"kind": "gltf", "model": "a", "style": "b", "output": "o.glb", "material": "x"})",
          R"({"kind": "gltf", "model": "a", "style": "b", "output": "o.glb",
              "keep-emissive": true})"}) {
        const Job job = job_of(entry, folder.path());
        EXPECT_TRUE(all.insert(print_of(job, "1", "2")).second) << entry;
    }
}

// Which file is the content and which the style counts, not only their order.
TEST(Fingerprints, OneStyleMoreIsNoOtherContent) {
    const Job one = job_of(R"({"content": "a", "style": "b", "output": "o.png",
                               "init": "c.png"})");
    const Job two = job_of(R"({"content": "a", "style": ["b", "c"], "output": "o.png"})");
    std::vector<LedgerInput> inputs;
    for (const char* hash : {"1", "2", "3"}) inputs.push_back({"file", {1, 2, hash}});
    EXPECT_NE(fingerprint(one, inputs, {}), fingerprint(two, inputs, {}));
}

}  // namespace
}  // namespace impasto::batch
