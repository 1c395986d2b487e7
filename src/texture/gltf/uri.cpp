#include "texture/gltf/uri.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "texture/gltf/json.h"

namespace impasto::gltf {
namespace {

namespace fs = std::filesystem;

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<std::vector<std::byte>> decode_base64(std::string_view text) {
    std::array<int, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int>(i);
    }
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        held = (held << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFFFU;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<std::byte>(held >> bits & 0xFFU));
    }
    if (bits == 6) return std::nullopt;  // a single character cannot be a byte
    return bytes;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? digit(text[i + 1]) : -1;
        const int low = high >= 0 ? digit(text[i + 2]) : -1;
        if (low < 0) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

}  // namespace

bool is_data_uri(std::string_view uri) {
    // Schemes know no case (RFC 3986, 3.1).
    constexpr std::string_view kScheme = "data:";
    if (uri.size() < kScheme.size()) return false;
    for (std::size_t i = 0; i < kScheme.size(); ++i) {
        const char c = uri[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != kScheme[i]) return false;
    }
    return true;
}

Result<std::vector<std::byte>> decode_data_uri(std::string_view uri, std::string* type) {
    const std::size_t comma = uri.find(',');
    const std::string_view head = uri.substr(5, comma == uri.npos ? 0 : comma - 5);
    if (comma == uri.npos || !head.ends_with(";base64")) {
        return bad("has a data URI that is not base64");
    }
    if (type != nullptr) *type = head.substr(0, head.find(';'));
    auto bytes = decode_base64(uri.substr(comma + 1));
    if (!bytes) return bad("has a data URI that is damaged");
    return *std::move(bytes);
}

std::string encode_data_uri(std::string_view type, const std::vector<std::byte>& bytes) {
    std::string text = "data:" + std::string(type) + ";base64,";
    text.reserve(text.size() + bytes.size() / 3 * 4 + 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t held = 0;
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        for (std::size_t k = 0; k < 3; ++k) {
            held = held << 8 | (k < count ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text += k <= count ? kAlphabet[held >> (18 - 6 * k) & 63U] : '=';
        }
    }
    return text;
}

Result<fs::path> relative_path(std::string_view uri) {
    const std::string shown = "'" + printable(uri) + "'";
    const auto decoded = percent_decoded(uri);
    if (!decoded) return bad("has a damaged uri, " + shown);
    for (const char c : *decoded) {
        if (static_cast<unsigned char>(c) < ' ' || c == '\\') {
            return bad("has a uri with a character that no file name should have, " + shown);
        }
    }
    const std::size_t colon = uri.find(':');
    if (colon != uri.npos && colon < uri.find('/')) {
        return bad("lies at " + shown + ": only files in the model's own folder are read");
    }
    const fs::path path = platform::path_from_utf8(*decoded);
    if (decoded->empty() || path.has_root_path() || decoded->find(':') != decoded->npos) {
        return bad("lies at " + shown + ": only files in the model's own folder are read");
    }
    fs::path normal = path.lexically_normal();
    if (normal.empty() || *normal.begin() == ".." || !normal.has_filename() || normal == ".") {
        return bad("lies outside of the model's folder, at " + shown +
                   ": only files in it are read");
    }
    return normal;
}

std::string uri_of(const fs::path& relative) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kPlain = "-._~/";
    std::string uri;
    const auto text = relative.generic_u8string();
    for (const char8_t wide : text) {
        const auto c = static_cast<unsigned char>(wide);
        const bool letter =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (letter || kPlain.find(static_cast<char>(c)) != kPlain.npos) {
            uri += static_cast<char>(c);
        } else {
            uri += '%';
            uri += kDigits[c >> 4U];
            uri += kDigits[c & 15U];
        }
    }
    return uri;
}

Result<std::vector<std::byte>> read_beside(const fs::path& folder, std::string_view uri) {
    const auto relative = relative_path(uri);
    if (!relative) return relative.error();
    const fs::path path = folder / *relative;
    std::error_code error;
    const fs::path home = fs::weakly_canonical(folder.empty() ? fs::path(".") : folder, error);
    const fs::path real = fs::weakly_canonical(path, error);
    const fs::path way = real.lexically_relative(home);
    if (error || way.empty() || *way.begin() == "..") {
        return bad("leads outside of the model's folder, by a link at '" + printable(uri) + "'");
    }
    const auto file = platform::MappedFile::open(path);
    if (!file) return bad("is missing or unreadable: " + file.error().message);
    const std::span<const std::byte> bytes = file->bytes();
    return std::vector<std::byte>(bytes.begin(), bytes.end());
}

}  // namespace impasto::gltf
