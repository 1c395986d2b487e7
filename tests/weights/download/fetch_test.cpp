#include "weights/download/fetch.h"

#include <gtest/gtest.h>
#ifdef __linux__
#include <sys/mount.h>
#endif

#include "local_server.h"
#include "support/temporary_folder.h"
#include "weights/load.h"

namespace impasto::download {
namespace {

using test::LocalServer;

// A fetch of the local network from one source after the other.
struct Attempt {
    CatalogueEntry entry;
    std::vector<std::string> notices;
    std::uint64_t stop_at = ~std::uint64_t{0};
    Fetch fetch;

    explicit Attempt(const std::filesystem::path& folder) {
        entry.name = "test";
        entry.file_name = "test.safetensors";
        entry.input = torchvision_input();
        fetch.destination = folder / entry.file_name;
        fetch.watcher.retry_pause = std::chrono::milliseconds(10);
        fetch.watcher.stall_seconds = 1;
    }
    void add_source(const std::string& mode, bool ranges, const std::string& sha256 = "") {
        CatalogueSource source;
        source.url = LocalServer::get().url(mode) + "/hub/" + LocalServer::kFile;
        source.format = "safetensors";
        source.ranges = ranges;
        source.sha256 = sha256;
        entry.sources.push_back(source);
    }
    Result<Fetched> run() {
        fetch.entry = &entry;
        fetch.watcher.notice = [this](const std::string& line) { notices.push_back(line); };
        fetch.watcher.progress = [this](std::uint64_t done, std::uint64_t) {
            return done < stop_at;
        };
        return fetch_entry(fetch);
    }
};

void expect_network(const std::filesystem::path& path) {
    WeightsRequest request;
    request.source = path.string();
    const auto encoder = load_weights(request);
    ASSERT_TRUE(encoder) << encoder.error().message;
    ASSERT_EQ(encoder->convolutions.size(), 16u);
    EXPECT_EQ(weight_floats(encoder->convolutions[15]).back(), 1.0f);
}

// Nothing but the finished file may stay.
void expect_only_the_file(const test::TemporaryFolder& folder) {
    EXPECT_EQ(folder.names(), std::vector<std::string>{"test.safetensors"});
    expect_network(folder / "test.safetensors");
}

TEST(Fetch, ConvolutionsByRanges) {
    for (const char* mode : {"plain", "moved", "busy", "noetag"}) {
        const test::TemporaryFolder folder;
        Attempt attempt(folder.path());
        attempt.add_source(mode, true);
        const auto fetched = attempt.run();
        ASSERT_TRUE(fetched) << mode << ": " << fetched.error().message;
        EXPECT_FALSE(fetched->checksum_checked);
        // 20,024,384 parameters in F16, and not the classifier.
        EXPECT_EQ(fetched->transfer.downloaded, 2u * 20'024'384) << mode;
        expect_only_the_file(folder);
    }
}

TEST(Fetch, WholeFileWithChecksum) {
    for (const char* mode : {"noranges", "noetag"}) {
        const test::TemporaryFolder folder;
        Attempt attempt(folder.path());
        attempt.fetch.require_checksum = true;
        attempt.add_source("missing", true);
        attempt.add_source(mode, false, LocalServer::get().sha256());
        const auto fetched = attempt.run();
        ASSERT_TRUE(fetched) << mode << ": " << fetched.error().message;
        EXPECT_TRUE(fetched->checksum_checked);
        EXPECT_EQ(fetched->transfer.downloaded, LocalServer::get().file_size());
        expect_only_the_file(folder);
    }
}

TEST(Fetch, CutConnectionsAreTakenUp) {
    for (const bool ranges : {true, false}) {
        const test::TemporaryFolder folder;
        Attempt attempt(folder.path());
        attempt.add_source("cut", ranges, ranges ? "" : LocalServer::get().sha256());
        const auto fetched = attempt.run();
        ASSERT_TRUE(fetched) << fetched.error().message;
        // Every byte once, although the connection broke six times.
        EXPECT_EQ(fetched->transfer.downloaded,
                  ranges ? 2u * 20'024'384 : LocalServer::get().file_size());
        EXPECT_GE(attempt.notices.size(), 6u);
        expect_only_the_file(folder);
    }
}

TEST(Fetch, SilentConnectionsAreTakenUp) {
    const test::TemporaryFolder folder;
    Attempt attempt(folder.path());
    attempt.add_source("stall", true);
    const auto fetched = attempt.run();
    ASSERT_TRUE(fetched) << fetched.error().message;
    expect_only_the_file(folder);
}

TEST(Fetch, ALaterCallGoesOnWhereOneStopped) {
    for (const bool ranges : {true, false}) {
        const test::TemporaryFolder folder;
        Attempt attempt(folder.path());
        attempt.add_source("cut", ranges, ranges ? "" : LocalServer::get().sha256());
        attempt.stop_at = 10'000'000;
        const auto stopped = attempt.run();
        ASSERT_FALSE(stopped);
        EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
        EXPECT_FALSE(std::filesystem::exists(folder / "test.safetensors"));
        attempt.stop_at = ~std::uint64_t{0};
        const auto fetched = attempt.run();
        ASSERT_TRUE(fetched) << fetched.error().message;
        EXPECT_GE(fetched->transfer.resumed, 10'000'000u);
        EXPECT_EQ(fetched->transfer.resumed + fetched->transfer.downloaded,
                  ranges ? 2u * 20'024'384 : LocalServer::get().file_size());
        expect_only_the_file(folder);
    }
}

TEST(Fetch, APartOfAnotherFileIsNotTakenUp) {
    const test::TemporaryFolder folder;
    test::write_text(folder / "test-model.safetensors.part", std::string(5'000'000, 'x'));
    Attempt attempt(folder.path());
    attempt.add_source("plain", true);
    const auto fetched = attempt.run();
    ASSERT_TRUE(fetched) << fetched.error().message;
    EXPECT_EQ(fetched->transfer.resumed, 0u);
    expect_only_the_file(folder);
}

TEST(Fetch, AFileThatChangesMeanwhileIsNoticed) {
    const test::TemporaryFolder folder;
    Attempt attempt(folder.path());
    attempt.add_source("changing", true);
    const auto fetched = attempt.run();
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::kNetwork);
    EXPECT_FALSE(std::filesystem::exists(folder / "test.safetensors"));
}

TEST(Fetch, AnotherSourceServesWhereTheFirstDoesNot) {
    for (const char* bad : {"missing", "noranges", "loop", "changing"}) {
        const test::TemporaryFolder folder;
        Attempt attempt(folder.path());
        attempt.add_source(bad, true);
        attempt.add_source("plain", true);
        const auto fetched = attempt.run();
        ASSERT_TRUE(fetched) << bad << ": " << fetched.error().message;
        EXPECT_MENTIONS(attempt.notices.at(attempt.notices.size() - 2), "trying the next source");
        expect_network(folder / "test.safetensors");
    }
}

TEST(Fetch, MissingFilesAreNamed) {
    const test::TemporaryFolder folder;
    Attempt attempt(folder.path());
    attempt.add_source("missing", true);
    attempt.add_source("missing", false);
    const auto fetched = attempt.run();
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::kNetwork);
    EXPECT_MENTIONS(fetched.error().message, "404 (not found)");
    EXPECT_MENTIONS(fetched.error().message, "127.0.0.1");
}

TEST(Fetch, WrongChecksumRemovesThePart) {
    const test::TemporaryFolder folder;
    Attempt attempt(folder.path());
    attempt.add_source("plain", false, std::string(64, 'a'));
    const auto fetched = attempt.run();
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::kWeights);
    EXPECT_MENTIONS(fetched.error().message, "wrong checksum");
    EXPECT_TRUE(folder.names().empty());
}

TEST(Fetch, AnotherNetworkIsRefusedBeforeItIsFetched) {
    std::filesystem::copy_file(test::fixture("f32.safetensors"),
                               LocalServer::get().folder() / "tiny.safetensors",
                               std::filesystem::copy_options::overwrite_existing);
    test::write_text(LocalServer::get().folder() / "text.safetensors", "no weights at all");
    for (const char* name : {"tiny.safetensors", "text.safetensors"}) {
        const test::TemporaryFolder folder;
        Attempt attempt(folder.path());
        attempt.add_source("plain", true);
        attempt.entry.sources[0].url = LocalServer::get().url("plain") + "/" + name;
        const auto fetched = attempt.run();
        ASSERT_FALSE(fetched);
        EXPECT_EQ(fetched.error().code, ErrorCode::kWeights);
        EXPECT_MENTIONS(fetched.error().message, name);
        EXPECT_TRUE(folder.names().empty());
    }
}

TEST(Fetch, NobodyThere) {
    const test::TemporaryFolder folder;
    Attempt attempt(folder.path());
    attempt.add_source("plain", true);
    attempt.entry.sources[0].url = "http://127.0.0.1:1/model.safetensors";
    auto fetched = attempt.run();
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::kNetwork);
    EXPECT_MENTIONS(fetched.error().message, "cannot reach 127.0.0.1:1");
    attempt.entry.sources[0].url = "http://no-such-host.invalid/model.safetensors";
    fetched = attempt.run();
    ASSERT_FALSE(fetched);
    EXPECT_MENTIONS(fetched.error().message, "check the connection and the proxy");
}

#ifdef __linux__
TEST(Fetch, FullDisk) {
    const test::TemporaryFolder folder;
    // Room for a third of it; and just enough for the part, but not for the finished file too.
    for (const char* size : {"size=16m", "size=50m"}) {
        if (mount("tmpfs", folder.path().c_str(), "tmpfs", 0, size) != 0) {
            GTEST_SKIP() << "mounting a small disk needs root";
        }
        for (const bool ranges : {true, false}) {
            Attempt attempt(folder.path());
            attempt.add_source("plain", ranges, ranges ? "" : LocalServer::get().sha256());
            const auto fetched = attempt.run();
            EXPECT_FALSE(fetched);
            if (!fetched) {
                EXPECT_EQ(fetched.error().code, ErrorCode::kOutput);
                EXPECT_MENTIONS(fetched.error().message, "full");
            }
            EXPECT_FALSE(std::filesystem::exists(folder / "test.safetensors"));
        }
        ASSERT_EQ(umount(folder.path().c_str()), 0);
    }
}
#endif

}  // namespace
}  // namespace impasto::download
