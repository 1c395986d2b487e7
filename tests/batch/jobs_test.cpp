#include "batch/jobs.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
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

TEST(Jobs, Masks) {
    const auto jobs = read(R"({"jobs": [{"content": "a.png", "style": ["b.png", "c.png"],
        "output": "o.png", "mask": "m.png", "style-mask": ["-", "n.png"], "blend-mask": "p.png"}]})");
    ASSERT_TRUE(jobs) << jobs.error().message;
    EXPECT_EQ(jobs->front().of("style-mask"), (std::vector<std::string>{"", "n.png"}));
    EXPECT_EQ(jobs->front().inputs(),
              (std::vector<std::string>{"p.png", "a.png", "m.png", "b.png", "c.png", "n.png"}));
}

TEST_F(JobFiles, Textures) {
    const auto jobs = read(R"({"defaults": {"kind": "texture", "size": "64x32"},
        "jobs": [{"exemplar": "photos/*.jpg", "output": "{stem}.png"},
                 {"exemplar": "photos/*.jpg", "output": "each/{stem}.png", "each-exemplar": true,
                  "tile": "x", "exemplar-scale": 0.5, "size": 48}]})",
                           folder_.path());
    EXPECT_EQ(outputs(jobs), (std::vector<std::string>{"a+b.png", "each/a.png", "each/b.png"}));
    ASSERT_TRUE(jobs);
    const settings::Settings& first = jobs->front().options->settings;
    EXPECT_EQ(first.width, 64u);
    EXPECT_EQ(first.height, 32u);
    EXPECT_EQ(first.tile, IMPASTO_TILE_XY);
    EXPECT_EQ(first.init, "noise");
    EXPECT_EQ(jobs->front().of("exemplar").size(), 2u);
    const settings::Settings& last = jobs->back().options->settings;
    EXPECT_EQ(last.height, 48u);
    EXPECT_EQ(last.tile, IMPASTO_TILE_X);
    EXPECT_EQ(last.style_scale, 0.5f);
    EXPECT_EQ(jobs->back().name, "job 2: photos/b.jpg");
    const auto content = read(
        R"({"jobs": [{"kind": "texture", "exemplar": "a", "output": "o.png", "init": "content"}]})");
    ASSERT_FALSE(content);
    EXPECT_NE(content.error().message.find("no content to start from"), std::string::npos);
}

TEST_F(JobFiles, MaterialsAreFoldersWithMaps) {
    for (const char* name :
         {"stones/rock/r_albedo.png", "stones/rock/r_normal.jpg", "stones/rock/notes_albedo.txt",
          "stones/rock/preview.png", "stones/moss.v2/albedo.png", "stones/empty/readme.png"}) {
        std::filesystem::create_directories((folder_ / name).parent_path());
        test::write_text(folder_ / name, "x");
    }
    const auto jobs = read(R"({"defaults": {"kind": "material"},
        "jobs": [{"maps": "stones/*", "synthesize": true, "output": "out/{stem}", "size": 64},
                 {"maps": "stones/rock/", "mips": true, "pack": "orm", "output": "packed/"},
                 {"maps": "stones/empty", "mips": true, "output": "none"}]})",
                           folder_.path());
    EXPECT_EQ(outputs(jobs),
              (std::vector<std::string>{"out/moss.v2", "out/rock", "packed", "none"}));
    ASSERT_TRUE(jobs);
    const Job& rock = (*jobs)[1];
    EXPECT_EQ(rock.name, "job 1: stones/rock");
    EXPECT_EQ(rock.inputs(),
              (std::vector<std::string>{"stones/rock/r_albedo.png", "stones/rock/r_normal.jpg"}));
    EXPECT_TRUE(rock.options->material.synthesize);
    EXPECT_EQ(rock.options->material.size.longest, 64u);
    EXPECT_EQ((*jobs)[2].inputs(), rock.inputs());
    EXPECT_TRUE((*jobs)[2].options->material.pack_orm);
    ASSERT_TRUE(jobs->back().problem);
    EXPECT_NE(jobs->back().problem->message.find("there are no maps in 'stones/empty'"),
              std::string::npos);
    for (const auto& [more, says] : std::map<std::string, std::string>{
             {R"("output": "o")", "what is to be done?"},
             {R"("output": "o", "synthesize": true, "style": "s")", "give one of them"},
             {R"("output": "o", "mips": 1)", "'mips' must be true or false, not 1"},
             {R"("output": "o", "style": "s", "init": "a.png")", "content or noise"},
             {R"("output": "stones/rock", "mips": true)", "is read and would be written"}}) {
        const auto bad =
            read(R"({"jobs": [{"kind": "material", "maps": "stones/rock", )" + more + "}]}",
                 folder_.path());
        ASSERT_FALSE(bad) << more;
        EXPECT_NE(bad.error().message.find(says), std::string::npos) << bad.error().message;
    }
}

TEST_F(JobFiles, AMaterialOfSingleFiles) {
    test::write_text(folder_ / "paint/strange.png", "x");
    test::write_text(folder_ / "paint/rock_albedo.png", "x");
    const auto jobs = read(R"({"defaults": {"kind": "material", "synthesize": true},
        "jobs": [{"albedo": "paint/strange.png", "normal-dx": "photos/[a]*.jpg",
                  "metallic-roughness": "photos/b.jpg", "output": "out/{stem}", "size": "64x32"},
                 {"maps": "paint", "ao": "photos/a.jpg", "output": "out/{stem}", "size": 64}]})",
                           folder_.path());
    EXPECT_EQ(outputs(jobs), (std::vector<std::string>{"out/strange", "out/paint"}));
    ASSERT_TRUE(jobs);
    const Job& single = jobs->front();
    EXPECT_EQ(single.of("normal-dx"), std::vector<std::string>{"photos/a.jpg"});
    EXPECT_EQ(single.inputs(),
              (std::vector<std::string>{"paint/strange.png", "photos/b.jpg", "photos/a.jpg"}));
    EXPECT_EQ(single.options->material.size.width, 64u);
    EXPECT_EQ(single.options->material.size.height, 32u);
    EXPECT_EQ(jobs->back().inputs(),
              (std::vector<std::string>{"photos/a.jpg", "paint/rock_albedo.png"}));
    for (const auto& [more, says] : std::map<std::string, std::string>{
             {R"("normal": "a.png")", "'maps' is missing"},
             {R"("albedo": ["a.png"])", "'albedo' must be a file's name in quotes"},
             {R"("albedo": "photos/*.jpg")", "'albedo' must be one file"},
             {R"("albedo": "a.png", "each-albedo": true)", "unknown key 'each-albedo'"},
             {R"("albedo": "a.png", "synthesize": false, "style": "s", "size": "64x32")",
              "--size WxH is of --synthesize"}}) {
        const auto bad =
            read(R"({"jobs": [{"kind": "material", "output": "o", "mips": true, )" + more + "}]}",
                 folder_.path());
        ASSERT_FALSE(bad) << more;
        EXPECT_NE(bad.error().message.find(says), std::string::npos) << bad.error().message;
    }
}

TEST_F(JobFiles, NothingIsWrittenIntoTheFolderOfAMaterial) {
    test::write_text(folder_ / "paint/albedo.png", "x");
    const auto jobs = read(R"({"jobs": [
        {"kind": "material", "maps": "paint", "mips": true, "output": "out/m", "name": "m"},
        {"content": "a.png", "style": "b.png", "output": "out/m/albedo.png", "name": "s"}]})",
                           folder_.path());
    ASSERT_FALSE(jobs);
    EXPECT_NE(jobs.error().message.find("'m' and 's' would both write 'out/m/albedo.png'"),
              std::string::npos)
        << jobs.error().message;
    const auto read_there = read(R"({"jobs": [
        {"kind": "material", "maps": "paint", "mips": true, "output": "out/m", "name": "m"},
        {"content": "out/m/albedo.png", "style": "b.png", "output": "o.png", "name": "s"}]})",
                                 folder_.path());
    ASSERT_FALSE(read_there);
    EXPECT_NE(read_there.error().message.find("is read by 's' and written by 'm'"),
              std::string::npos);
}

TEST(Jobs, Models) {
    const auto jobs = read(R"({"jobs": [{"kind": "gltf", "model": ["a.glb", "b.gltf"],
        "style": ["s.png", "t.png"], "each-style": true, "output": "{stem}-{style}.glb",
        "material": "Walls", "keep-seams": true}]})");
    EXPECT_EQ(outputs(jobs),
              (std::vector<std::string>{"a-s.glb", "a-t.glb", "b-s.glb", "b-t.glb"}));
    ASSERT_TRUE(jobs);
    EXPECT_EQ(jobs->front().options->gltf.materials, std::vector<std::string>{"Walls"});
    EXPECT_TRUE(jobs->front().options->gltf.keep_seams);
    EXPECT_FALSE(jobs->front().options->gltf.keep_emissive);
    const auto tiled = read(R"({"jobs": [{"kind": "gltf", "model": "a.glb", "style": "s",
                                          "output": "o.glb", "tile": "x"}]})");
    ASSERT_FALSE(tiled);
    EXPECT_NE(tiled.error().message.find("--tile"), std::string::npos);
}

// A default is for the kinds that have it.
TEST(Jobs, DefaultsOfSeveralKinds) {
    const auto jobs = read(R"({"defaults": {"style": "s.png", "exemplar-scale": 0.5, "size": 64},
        "jobs": [{"content": "a.png", "output": "o.png"},
                 {"kind": "texture", "exemplar": "e.png", "output": "p.png"}]})");
    ASSERT_TRUE(jobs) << jobs.error().message;
    EXPECT_EQ(jobs->back().inputs(), std::vector<std::string>{"e.png"});
    EXPECT_EQ(jobs->back().options->settings.style_scale, 0.5f);
    EXPECT_EQ(jobs->front().options->settings.style_scale, settings::Settings().style_scale);
}

TEST(Jobs, ASynthesisedMaterialHasNoStyleOfTheDefaults) {
    const auto jobs = read(R"({"defaults": {"style": "s.png"},
        "jobs": [{"kind": "material", "maps": "m", "synthesize": true, "output": "a"},
                 {"kind": "material", "maps": "n", "output": "b"}]})");
    ASSERT_TRUE(jobs) << jobs.error().message;
    EXPECT_TRUE(jobs->front().of("style").empty());
    EXPECT_EQ(jobs->back().of("style"), std::vector<std::string>{"s.png"});
    // One of its own contradicts.
    EXPECT_FALSE(read(R"({"jobs": [{"kind": "material", "albedo": "a.png", "synthesize": true,
                                    "style": "s.png", "output": "a"}]})"));
}

TEST(Jobs, OutputsEndAsTheirKindIsWritten) {
    const auto says = [](const std::string& job) {
        const auto jobs = read(R"({"jobs": [{)" + job + "}]}");
        return jobs ? std::string() : jobs.error().message;
    };
    const std::string stylize = R"("content": "a.png", "style": "b.png", "output": )";
    const std::string gltf = R"("kind": "gltf", "model": "m.glb", "style": "b.png", "output": )";
    for (const char* name : {"\"o.png\"", "\"o.JPG\"", "\"o.jpeg\""}) {
        EXPECT_EQ(says(stylize + name), "");
    }
    EXPECT_NE(says(stylize + "\"o.tga\"").find("'o.tga' must end in .png or .jpg"),
              std::string::npos);
    EXPECT_NE(says(stylize + "\"noext\"").find("must end in"), std::string::npos);
    EXPECT_EQ(says(gltf + "\"o.glb\""), "");
    EXPECT_NE(says(gltf + "\"o.gltf\"").find("'o.gltf' must end in .glb"), std::string::npos);
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
        {R"({"jobs": [{"output": "a.png", "content": "a.png", "style": "s"}]})",
         {"'a.png' is read and would be written by 'job 1'"}},
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
        {R"("kind": "stylise")",
         {"'kind' must be stylize, texture, material or gltf, not \"stylise\""}},
        {R"("kind": 3)", {"'kind' must be stylize, texture, material or gltf, not 3"}},
        {R"("synthesize": true)", {"unknown key 'synthesize'"}},
        {R"("exemplar-scale": 1)", {"unknown key 'exemplar-scale'"}},
        {R"("mask": 3)", {"'mask' must be a file's name"}},
        {R"("mask": ["m.png", "n.png"])", {"'mask' must be one file"}},
        {R"("style-mask": ["m.png", "-"])", {"--style-mask is given 2 times for 1 picture"}},
        {R"("blend-mask": "m.png")", {"--blend-mask needs two styles"}},
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

// docs/batch.schema.json names what the reader takes, of each kind: no key less, none more.
TEST(Jobs, TheSchemaHasTheKeysOfTheReader) {
    std::ifstream file(IMPASTO_BATCH_SCHEMA);
    const auto schema = nlohmann::json::parse(file);
    std::map<std::string, std::set<std::string>> of_kind;
    for (const auto& rule : schema.at("properties").at("jobs").at("items").at("allOf")) {
        const auto& kind = rule.at("if").at("properties").at("kind").at("const");
        of_kind[kind] = rule.at("then").at("propertyNames").at("enum");
    }
    std::set<std::string> described;
    for (const auto& [key, value] : schema.at("$defs").at("values").at("properties").items()) {
        described.insert(key);
        EXPECT_TRUE(value.contains("description")) << key;
    }
    std::set<std::string> known{"kind", "output"};
    std::set<std::string> names;
    for (const Kind& kind : kinds()) {
        names.insert(kind.name);
        std::set<std::string> keys{"name", "kind", "output"};
        for (const FileKey& key : kind.files) {
            keys.insert(key.name);
            if (key.use == Use::kTogether) keys.insert("each-" + std::string(key.name));
        }
        settings::Options options;
        JobOptions values;
        kind.declare(options, values);
        for (const auto& option : options.all()) {
            // What is hidden is taken and refused with a reason of its own.
            if (!option->name.empty() && !option->hidden) keys.insert(option->name);
        }
        EXPECT_EQ(of_kind[kind.name], keys) << kind.name;
        keys.erase("name");
        known.merge(keys);
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
