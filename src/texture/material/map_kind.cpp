#include "texture/material/map_kind.h"

#include <algorithm>
#include <vector>

namespace impasto::texture {
namespace {

using namespace std::string_view_literals;

struct Word {
    std::string_view text;
    MapKind kind;
};

constexpr auto kWords = std::to_array<Word>({
    {"albedo"sv, MapKind::kAlbedo},
    {"basecolor"sv, MapKind::kAlbedo},
    {"basecolour"sv, MapKind::kAlbedo},
    {"diffuse"sv, MapKind::kAlbedo},
    {"diff"sv, MapKind::kAlbedo},
    {"color"sv, MapKind::kAlbedo},
    {"colour"sv, MapKind::kAlbedo},
    {"col"sv, MapKind::kAlbedo},
    {"normal"sv, MapKind::kNormal},
    {"normals"sv, MapKind::kNormal},
    {"norm"sv, MapKind::kNormal},
    {"nor"sv, MapKind::kNormal},
    {"nrm"sv, MapKind::kNormal},
    {"normalmap"sv, MapKind::kNormal},
    {"normalgl"sv, MapKind::kNormal},
    {"normalogl"sv, MapKind::kNormal},
    {"normalopengl"sv, MapKind::kNormal},
    {"norgl"sv, MapKind::kNormal},
    {"nrmgl"sv, MapKind::kNormal},
    {"normaldx"sv, MapKind::kNormalDx},
    {"normaldirectx"sv, MapKind::kNormalDx},
    {"nordx"sv, MapKind::kNormalDx},
    {"nrmdx"sv, MapKind::kNormalDx},
    {"height"sv, MapKind::kHeight},
    {"heightmap"sv, MapKind::kHeight},
    {"displacement"sv, MapKind::kHeight},
    {"disp"sv, MapKind::kHeight},
    {"bump"sv, MapKind::kHeight},
    {"roughness"sv, MapKind::kRoughness},
    {"rough"sv, MapKind::kRoughness},
    {"metallic"sv, MapKind::kMetallic},
    {"metalness"sv, MapKind::kMetallic},
    {"metal"sv, MapKind::kMetallic},
    {"ao"sv, MapKind::kOcclusion},
    {"ambientocclusion"sv, MapKind::kOcclusion},
    {"occlusion"sv, MapKind::kOcclusion},
    {"emissive"sv, MapKind::kEmissive},
    {"emission"sv, MapKind::kEmissive},
    {"emissivecolor"sv, MapKind::kEmissive},
    {"opacity"sv, MapKind::kOpacity},
    {"alpha"sv, MapKind::kOpacity},
    {"mask"sv, MapKind::kOpacity},
    {"orm"sv, MapKind::kOrm},
    {"arm"sv, MapKind::kOrm},
    {"occlusionroughnessmetallic"sv, MapKind::kOrm},
});

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_separator(char c) { return c == '_' || c == '-' || c == '.' || c == ' '; }

struct Token {
    std::size_t begin = 0;  // in the name
    std::string text;       // in small letters
};

std::vector<Token> tokens_of(std::string_view name) {
    std::vector<Token> tokens;
    bool open = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (is_separator(c)) {
            open = false;
            continue;
        }
        if (!open || (is_upper(c) && is_lower(name[i - 1]))) tokens.push_back({i, ""});
        open = true;
        tokens.back().text += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return tokens;
}

// "2k", "1024", "512x512", "2048px", "16bit"
bool is_size(std::string_view token) {
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(token.begin(), token.end(), is_digit) - token.begin());
    if (digits == 0) return false;
    const std::string_view rest = token.substr(digits);
    if (rest == "k"sv || rest == "px"sv || rest == "bit"sv) return true;
    if (rest.empty()) return digits >= 3;
    return rest[0] == 'x' && rest.size() > 1 && std::all_of(rest.begin() + 1, rest.end(), is_digit);
}

std::optional<MapKind> kind_of_word(std::string_view word) {
    for (const Word& one : kWords) {
        if (one.text == word) return one.kind;
    }
    return std::nullopt;
}

}  // namespace

const char* map_kind_name(MapKind kind) {
    switch (kind) {
        case MapKind::kAlbedo:
            return "albedo";
        case MapKind::kNormal:
        case MapKind::kNormalDx:
            return "normal";
        case MapKind::kHeight:
            return "height";
        case MapKind::kRoughness:
            return "roughness";
        case MapKind::kMetallic:
            return "metallic";
        case MapKind::kOcclusion:
            return "ao";
        case MapKind::kEmissive:
            return "emissive";
        case MapKind::kOpacity:
            return "opacity";
        case MapKind::kOrm:
            return "orm";
    }
    return "";
}

Sampling sampling_of(MapKind kind) {
    if (kind == MapKind::kAlbedo || kind == MapKind::kEmissive) return Sampling::kSrgb;
    return is_normal(kind) ? Sampling::kNormal : Sampling::kLinear;
}

std::optional<MapName> map_of_name(std::string_view file_name) {
    std::string_view name = file_name.substr(file_name.find_last_of("/\\") + 1);
    name = name.substr(0, name.rfind('.'));
    std::vector<Token> tokens = tokens_of(name);
    while (!tokens.empty() && is_size(tokens.back().text)) tokens.pop_back();
    // The longer name first: "base color" is not just "color".
    for (std::size_t words = std::min<std::size_t>(3, tokens.size()); words > 0; --words) {
        std::string joined;
        for (std::size_t i = tokens.size() - words; i < tokens.size(); ++i)
            joined += tokens[i].text;
        const auto kind = kind_of_word(joined);
        if (!kind) continue;
        std::string_view stem = name.substr(0, tokens[tokens.size() - words].begin);
        while (!stem.empty() && is_separator(stem.back())) stem.remove_suffix(1);
        return MapName{*kind, std::string(stem)};
    }
    return std::nullopt;
}

}  // namespace impasto::texture
