// The line means what it was made from: to a shell, and to the program.
#include "settings/command_line.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "random_settings.h"
#include "settings/preset.h"
#include "settings/session_view.h"
#include "settings/settings_options.h"
#include "support/temporary_folder.h"
#include "support/tiny_encoder.h"

namespace impasto::settings {
namespace {

TEST(CommandLine, NamesWhatIsNotTheDefault) {
    Settings settings;
    EXPECT_EQ(command_line(settings, "photo.jpg", {"painting.jpg"}, ""),
              "impasto stylize photo.jpg painting.jpg");
    settings.size = 1024;
    settings.iterations = {300, 200};
    settings.style_blend = {0.7f, 0.3f};
    settings.weights = "/home/someone/my weights.pth";
    settings.init = "-start.png";
    settings.seed = 3;
    EXPECT_EQ(command_line(settings, "photo.jpg", {"one.jpg", "it's.jpg"}, "out.png"),
              R"(impasto stylize photo.jpg one.jpg 'it'\''s.jpg' -o out.png --size 1024 )"
              R"(--iterations 300,200 --weights '/home/someone/my weights.pth' )"
              R"(--style-blend 0.7,0.3 --init=-start.png --seed 3)");
    EXPECT_EQ(command_line(Settings(), "-a.png", {"b.png"}, "-c.png"),
              "impasto stylize --output=-c.png -- -a.png b.png");
}

TEST(CommandLine, OfOptionsThatWereDeclaredElsewhere) {
    Settings settings;
    std::uint32_t save_every = 0;
    Options options;
    declare_settings(options, settings);
    declare_save_every(options, save_every);
    save_every = 5;
    settings.adam_learning_rate = 0.5f;
    EXPECT_EQ(command_line(options, "a", {"b"}, ""), "impasto stylize a b --adam-rate 0.5");
}

TEST(CommandLine, Quotes) {
    EXPECT_EQ(shell_quoted(""), "''");
    EXPECT_EQ(shell_quoted("a/b-c_d.e:f,g=h+i@j%k"), "a/b-c_d.e:f,g=h+i@j%k");
    for (const char* word : {"a b", "~", "$a", "a\nb", "é", "#a", "a;b", "{a,b}", "*"}) {
        EXPECT_EQ(shell_quoted(word), "'" + std::string(word) + "'");
    }
    EXPECT_EQ(shell_quoted("'"), R"(''\''')");
}

#ifdef IMPASTO_PROGRAM

// The words that a shell makes of a line.
std::vector<std::string> words_of(const std::string& line) {
    std::FILE* pipe = popen(("printf '%s\\0' " + line).c_str(), "r");
    if (pipe == nullptr) return {};
    std::string out;
    char part[4096];
    while (const std::size_t got = std::fread(part, 1, sizeof part, pipe)) out.append(part, got);
    EXPECT_EQ(pclose(pipe), 0);
    std::vector<std::string> words;
    for (std::size_t at = 0; at < out.size(); at = out.find('\0', at) + 1) {
        words.emplace_back(out.c_str() + at);
    }
    return words;
}

struct Parsed {
    Settings settings;
    std::vector<std::string> pictures;
    std::string output;
};

// As any parser of GNU's manner reads them.
std::optional<Parsed> parsed(const std::vector<std::string>& words) {
    Parsed made;
    Options options;
    options.text("-o,--output", "FILE", made.output, "");
    declare_settings(options, made.settings);
    bool marked = false;
    for (std::size_t i = 2; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (marked || !word.starts_with('-')) {
            made.pictures.push_back(word);
        } else if (word == "--") {
            marked = true;
        } else {
            const std::size_t equals = word.find('=');
            const std::string name = word == "-o" ? "output" : word.substr(2, equals - 2);
            const bool alone = equals == std::string::npos;
            if (alone && (i + 1 == words.size() || words[i + 1].starts_with('-'))) return {};
            const Option* option = options.find(name);
            if (option == nullptr) return {};
            if (!option->set(alone ? words[++i] : word.substr(equals + 1))) return {};
        }
    }
    return made;
}

TEST(CommandLine, AShellAndAParserGetTheSettingsBack) {
    RandomSettings random(17);
    for (int round = 0; round < 100; ++round) {
        const Settings settings = random.next();
        const std::vector<std::string> pictures{random.file(), random.file(), random.file()};
        const std::string output = random.file();
        const std::string line =
            command_line(settings, pictures[0], {pictures[1], pictures[2]}, output);
        const auto words = words_of(line);
        ASSERT_GE(words.size(), 2U) << line;
        EXPECT_EQ(words[0] + " " + words[1], "impasto stylize");
        const auto read = parsed(words);
        ASSERT_TRUE(read) << line;
        EXPECT_EQ(read->settings, settings) << line;
        EXPECT_EQ(read->pictures, pictures) << line;
        EXPECT_EQ(read->output, output) << line;
    }
}

// The program and, in this process, the library make the same of the same settings.
class ProgramTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const ImpastoResult made =
            impasto_context_create(nullptr, &context_, message_, sizeof message_);
        if (made == IMPASTO_ERROR_NO_DEVICE) GTEST_SKIP() << message_;
        ASSERT_EQ(made, IMPASTO_SUCCESS) << message_;
    }
    void TearDown() override {
        for (ImpastoImage* image : images_) impasto_image_destroy(image);
        impasto_context_destroy(context_);
    }

    ImpastoImage* load(const std::string& name) {
        ImpastoImage* image = nullptr;
        EXPECT_EQ(impasto_image_load((folder_ / name).c_str(), &image, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        images_.push_back(image);
        return image;
    }
    ImpastoImage* picture(const std::string& name, std::uint32_t seed) {
        const auto pixels = testing::random_image(24, 20, seed);
        ImpastoImage* image = nullptr;
        EXPECT_EQ(impasto_image_create(24, 20, pixels.rgb.data(), nullptr, &image, message_,
                                       sizeof message_),
                  IMPASTO_SUCCESS);
        EXPECT_EQ(impasto_image_save(image, (folder_ / name).c_str(), nullptr, 0, message_,
                                     sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        impasto_image_destroy(image);
        return load(name);
    }
    void save_result(const Settings& settings, const ImpastoImage* content,
                     const ImpastoImage* style, const ImpastoImage* init, const std::string& name) {
        const SessionView view(settings);
        const ImpastoSessionOptions options = view.options(init);
        ImpastoSession* session = nullptr;
        ASSERT_EQ(impasto_session_create(context_, nullptr, content, &style, 1, &options, &session,
                                         message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        ImpastoImage* result = nullptr;
        EXPECT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
        EXPECT_EQ(impasto_session_image(session, &result), IMPASTO_SUCCESS);
        EXPECT_EQ(impasto_image_save(result, (folder_ / name).c_str(), nullptr, 0, message_,
                                     sizeof message_),
                  IMPASTO_SUCCESS);
        impasto_image_destroy(result);
        impasto_session_destroy(session);
    }

    test::TemporaryFolder folder_;
    ImpastoContext* context_ = nullptr;
    std::vector<ImpastoImage*> images_;
    char message_[1024] = {};
};

TEST_F(ProgramTest, GivesTheSameBytesAndTheSamePreset) {
    const std::vector<std::string> names[] = {
        {"it's a \"photo\".png", "$HOME `ls` *.png", "noise 麦", "out #1.png"},
        {"-content.png", "--", "-start.png", "-o.png"},
        {"[a,b]", "{}", "{}", "[out].png"}};
    RandomSettings random(23);
    for (const auto& name : names) {
        SCOPED_TRACE(name[0]);
        Settings settings = random.next();
        settings.size = 28;
        settings.first_size = 20;
        settings.iterations = {2};
        settings.lbfgs_history = 3;
        settings.weights = "builtin";
        settings.content_weight = 2.0f;
        settings.style_weight = 3.0f;
        settings.tv_weight = 0.0f;
        settings.content_layers = {{"relu2_1", 0.5f}};
        settings.style_layers = {{"relu1_1", 0.25f}, {"relu2_1"}};
        settings.style_blend.clear();
        settings.style_scale = 0.9f;
        settings.init = name[2];
        const ImpastoImage* content = picture("content.png", 1);
        const ImpastoImage* style = picture("style.png", 2);
        const ImpastoImage* init = picture("init.png", 3);
        // The program goes by what is in a file, not by its name.
        std::filesystem::copy(folder_ / "content.png", folder_ / name[0]);
        std::filesystem::copy(folder_ / "style.png", folder_ / name[1]);
        std::filesystem::copy(folder_ / "init.png", folder_ / name[2],
                              std::filesystem::copy_options::skip_existing);
        if (name[2] == name[1]) init = style;

        const std::string line = "cd " + shell_quoted(folder_.path().string()) +
                                 " && impasto() { " + shell_quoted(IMPASTO_PROGRAM) +
                                 " \"$@\"; } && " +
                                 command_line(settings, name[0], {name[1]}, name[3]);
        ASSERT_EQ(std::system(line.c_str()), 0) << line;
        const ImpastoImage* made = load(name[3]);
        EXPECT_EQ(impasto_image_text(made, kPresetKey), preset_of(settings)) << line;
        save_result(settings, content, style, init, "expected.png");
        const ImpastoImage* expected = load("expected.png");
        const auto pixels = [](const ImpastoImage* image) {
            const std::ptrdiff_t count =
                std::ptrdiff_t{3} * impasto_image_width(image) * impasto_image_height(image);
            const float* rgb = impasto_image_rgb(image);
            return std::vector<float>(rgb, rgb + count);
        };
        EXPECT_EQ(pixels(made), pixels(expected)) << line;
    }
}

#endif

}  // namespace
}  // namespace impasto::settings
