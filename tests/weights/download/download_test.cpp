#include "impasto/download.h"

#include <gtest/gtest.h>

#include <cstring>

#include "local_server.h"
#include "support/temporary_folder.h"
#include "weights/download/hooks.h"
#include "weights/load.h"

namespace impasto {
namespace {

using test::LocalServer;

struct Call {
    ImpastoFetchOptions options{};
    ImpastoFetchReport report{};
    char message[512] = "unset";
    std::string cache;
    std::string base;
    std::uint64_t last_done = 0;
    std::uint64_t last_total = 0;

    Call(const std::filesystem::path& cache_folder, const std::string& mode)
        : cache(cache_folder.string()), base(LocalServer::get().url(mode)) {
        options.struct_size = sizeof(options);
        options.cache_dir = cache.c_str();
        options.mirror = base.c_str();
        options.user = this;
        options.progress = [](void* user, std::uint64_t done, std::uint64_t total) {
            static_cast<Call*>(user)->last_done = done;
            static_cast<Call*>(user)->last_total = total;
            return 0;
        };
        report.struct_size = sizeof(report);
    }
    std::int32_t run(const char* name = "vgg19") {
        return download::fetch_weights_with({.retry_pause = std::chrono::milliseconds(10)}, name,
                                            &options, &report, message, sizeof(message));
    }
};

TEST(Download, FetchesOnceAndIsFoundByName) {
    const test::TemporaryFolder cache;
    Call call(cache.path(), "plain");
    ASSERT_EQ(call.run(), 0) << call.message;
    EXPECT_STREQ(call.message, "");
    EXPECT_EQ(call.report.was_cached, 0);
    EXPECT_EQ(call.report.checksum_checked, 0);
    EXPECT_EQ(call.report.downloaded, 2u * 20'024'384);
    EXPECT_EQ(call.last_total, 2u * 20'024'384);
    EXPECT_EQ(std::strlen(call.report.sha256), 64u);
    WeightsRequest request;
    request.source = "vgg19";
    request.cache_folder = cache.path();
    const auto encoder = load_weights(request);
    ASSERT_TRUE(encoder) << encoder.error().message;
    EXPECT_EQ(encoder->sha256.hex(), call.report.sha256);
    ASSERT_EQ(call.run(), 0);
    EXPECT_EQ(call.report.was_cached, 1);
    EXPECT_EQ(call.report.downloaded, 0u);
    call.options.again = 1;
    ASSERT_EQ(call.run(), 0);
    EXPECT_EQ(call.report.was_cached, 0);
}

TEST(Download, ErrorsHaveTheirCodes) {
    const test::TemporaryFolder cache;
    Call call(cache.path(), "plain");
    EXPECT_EQ(call.run("vgg99"), -2);
    EXPECT_MENTIONS(std::string(call.message), "vgg19, vgg19-caffe");
    EXPECT_EQ(call.run("vgg19-caffe"), -9);  // the server has no such file
    EXPECT_MENTIONS(std::string(call.message), "404");
    call.options.require_checksum = 1;
    EXPECT_EQ(call.run("vgg19-caffe"), -2);
    call.options.require_checksum = 0;
    call.options.progress = [](void*, std::uint64_t done, std::uint64_t) {
        return done > 1'000'000 ? 1 : 0;
    };
    EXPECT_EQ(call.run(), -10);
    call.options.struct_size = 0;
    EXPECT_EQ(call.run(), -2);
    call.options.struct_size = sizeof(call.options);
    test::write_text(cache / "file", "");
    const std::string below_file = (cache / "file").string();
    call.options.cache_dir = below_file.c_str();
    EXPECT_EQ(call.run(), -4);
    EXPECT_MENTIONS(std::string(call.message), "cannot make the folder");
    char tiny[5] = "";
    EXPECT_EQ(impasto_fetch_weights("vgg99", nullptr, nullptr, tiny, sizeof(tiny)), -2);
    EXPECT_STREQ(tiny, "ther");
    EXPECT_EQ(impasto_fetch_weights("vgg99", nullptr, nullptr, nullptr, 0), -2);
}

TEST(Download, AnOlderCallersStructuresServe) {
    const test::TemporaryFolder cache;
    Call call(cache.path(), "plain");
    call.options.struct_size = offsetof(ImpastoFetchOptions, require_checksum);
    call.report.struct_size = offsetof(ImpastoFetchReport, sha256);
    std::strcpy(call.report.path, "untouched");
    ASSERT_EQ(call.run(), 0) << call.message;
    EXPECT_STREQ(call.report.path, "untouched");
    EXPECT_EQ(call.report.downloaded, 2u * 20'024'384);
}

}  // namespace
}  // namespace impasto
