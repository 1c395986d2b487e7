// range_server.py with a VGG19 of the published shapes in its folder, once for the whole program.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "platform/mapped_file.h"
#include "weights/fixtures.h"
#include "weights/safetensors.h"
#include "weights/vgg19.h"

namespace impasto::test {

inline constexpr std::array<std::uint64_t, 16> kPublishedChannels{
    64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512, 512};

// The network as a file in the hub's layout: names sorted, the classifier behind the convolutions.
// F16, so 40 MB; every value is 1.
inline void write_network(const std::filesystem::path& path) {
    const std::string ones = [] {
        std::string text;
        for (int i = 0; i < 512 * 512 * 9; ++i) {
            text += number(0x3c00, 2);
        }
        return text;
    }();
    std::vector<TensorToWrite> tensors;
    const auto add = [&](const std::string& name, std::vector<std::uint64_t> shape) {
        std::uint64_t count = 0;
        ASSERT_TRUE(element_count(shape, count));
        tensors.push_back({name, DType::kF16, std::move(shape), as_bytes(ones).first(2 * count)});
    };
    std::uint64_t in = 3;
    for (int i = 0; i < kVgg19Convolutions; ++i) {
        const std::string name = "features." + std::to_string(vgg19_feature_index(i));
        const std::uint64_t out = kPublishedChannels[static_cast<std::size_t>(i)];
        add(name + ".bias", {out});
        add(name + ".weight", {out, in, 3, 3});
        in = out;
    }
    add("head.fc.weight", {1000, 1024});
    add("pre_logits.fc1.bias", {4096});
    const auto written = write_safetensors(path, tensors, {{"format", "pt"}});
    ASSERT_TRUE(written) << written.error().message;
}

class LocalServer {
  public:
    static LocalServer& get() {
        static LocalServer server;
        return server;
    }

    // "http://127.0.0.1:PORT/MODE"
    std::string url(const std::string& mode) const {
        return "http://127.0.0.1:" + std::to_string(port_) + "/" + mode;
    }
    const std::filesystem::path& folder() const { return folder_; }
    std::uint64_t file_size() const { return std::filesystem::file_size(folder_ / kFile); }
    const std::string& sha256() const { return sha256_; }

    static constexpr const char* kFile = "model.safetensors";

  private:
    LocalServer() {
        setenv("no_proxy", "127.0.0.1", 1);
        folder_ =
            std::filesystem::temp_directory_path() / ("impasto_server_" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
        write_network(folder_ / kFile);
        if (const auto file = platform::MappedFile::open(folder_ / kFile)) {
            sha256_ = sha256_hex(file->bytes());
        }
        int to_child[2];
        int from_child[2];
        if (pipe(to_child) != 0 || pipe(from_child) != 0) {
            return;
        }
        child_ = fork();
        if (child_ == 0) {
            dup2(to_child[0], 0);
            dup2(from_child[1], 1);
            for (const int end : {to_child[0], to_child[1], from_child[0], from_child[1]}) {
                close(end);
            }
            execl(IMPASTO_TEST_PYTHON, "python3", IMPASTO_TEST_SERVER, folder_.c_str(), nullptr);
            _exit(127);
        }
        close(to_child[0]);
        close(from_child[1]);
        input_ = to_child[1];
        std::string line;
        char c = 0;
        while (read(from_child[0], &c, 1) == 1 && c != '\n') {
            line += c;
        }
        close(from_child[0]);
        port_ = std::atoi(line.c_str());
    }
    ~LocalServer() {
        close(input_);  // it ends with its input
        waitpid(child_, nullptr, 0);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::filesystem::path folder_;
    std::string sha256_;
    pid_t child_ = -1;
    int input_ = -1;
    int port_ = 0;
};

}  // namespace impasto::test
