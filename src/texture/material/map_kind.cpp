#include "texture/material/map_kind.h"

#include <algorithm>
#include <span>
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
    {"emissivecolour"sv, MapKind::kEmissive},
    {"emissioncolor"sv, MapKind::kEmissive},
    {"emissioncolour"sv, MapKind::kEmissive},
    {"opacity"sv, MapKind::kOpacity},
    {"alpha"sv, MapKind::kOpacity},
    {"opacitymask"sv, MapKind::kOpacity},
    {"alphamask"sv, MapKind::kOpacity},
    {"orm"sv, MapKind::kOrm},
    {"arm"sv, MapKind::kOrm},
    {"occlusionroughnessmetallic"sv, MapKind::kOrm},
    {"metallicroughness"sv, MapKind::kMetallicRoughness},
    {"metalroughness"sv, MapKind::kMetallicRoughness},
    {"metallicrough"sv, MapKind::kMetallicRoughness},
    {"metalrough"sv, MapKind::kMetallicRoughness},
});

// Parts of a surface's light of which no map is read: "specular_color", "clearcoat_normal".
constexpr auto kLobes = std::to_array<std::string_view>(
    {"specular"sv, "spec"sv, "subsurface"sv, "sss"sv, "scattering"sv, "sheen"sv, "clearcoat"sv,
     "transmission"sv, "iridescence"sv, "anisotropy"sv});

// What engines pack all sorts of things into.
constexpr auto kMasks = std::to_array<std::string_view>({"mask"sv, "maskmap"sv, "masks"sv});

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

// What a name says, word by word.
struct Reading {
    std::optional<MapKind> kind;
    std::string stem;
    std::string lobe;   // that stands before the kind; "": none
    bool mask = false;  // its last word, which is no kind
};

bool is_among(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

Reading read_name(std::string_view file_name) {
    std::string_view name = file_name.substr(file_name.find_last_of("/\\") + 1);
    name = name.substr(0, name.rfind('.'));
    std::vector<Token> tokens = tokens_of(name);
    while (!tokens.empty() && is_size(tokens.back().text)) tokens.pop_back();
    Reading reading;
    // The longer name first: "base color" is not just "color".
    for (std::size_t words = std::min<std::size_t>(3, tokens.size()); words > 0; --words) {
        const std::size_t first = tokens.size() - words;
        std::string joined;
        for (std::size_t i = first; i < tokens.size(); ++i) joined += tokens[i].text;
        reading.kind = kind_of_word(joined);
        if (!reading.kind) continue;
        std::string_view stem = name.substr(0, tokens[first].begin);
        while (!stem.empty() && is_separator(stem.back())) stem.remove_suffix(1);
        reading.stem = stem;
        if (first > 0 && is_among(tokens[first - 1].text, kLobes)) {
            reading.lobe = tokens[first - 1].text;
        }
        return reading;
    }
    for (std::size_t i = tokens.size(); i-- > 0 && i + 2 >= tokens.size();) {
        std::string joined;
        for (std::size_t k = i; k < tokens.size(); ++k) joined += tokens[k].text;
        reading.mask = reading.mask || is_among(joined, kMasks);
    }
    return reading;
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
        case MapKind::kMetallicRoughness:
            return "metallic_roughness";
    }
    return "";
}

Sampling sampling_of(MapKind kind) {
    if (kind == MapKind::kAlbedo || kind == MapKind::kEmissive) return Sampling::kSrgb;
    return is_normal(kind) ? Sampling::kNormal : Sampling::kLinear;
}

std::optional<std::size_t> packed_channel(MapKind packed, MapKind scalar) {
    switch (scalar) {
        case MapKind::kOcclusion:
            return packed == MapKind::kOrm ? std::optional<std::size_t>(0) : std::nullopt;
        case MapKind::kRoughness:
            return is_packed(packed) ? std::optional<std::size_t>(1) : std::nullopt;
        case MapKind::kMetallic:
            return is_packed(packed) ? std::optional<std::size_t>(2) : std::nullopt;
        default:
            return std::nullopt;
    }
}

std::optional<MapName> map_of_name(std::string_view file_name) {
    const Reading reading = read_name(file_name);
    if (!reading.kind || !reading.lobe.empty()) return std::nullopt;
    return MapName{*reading.kind, reading.stem};
}

std::string why_no_map(std::string_view file_name) {
    const Reading reading = read_name(file_name);
    if (reading.kind && !reading.lobe.empty()) {
        return "it is of the " + reading.lobe + ", which is no part of a material here";
    }
    if (reading.mask) {
        return "a mask is mostly several maps packed in an engine's own order; if it is the "
               "opacity, say so";
    }
    return "";
}

}  // namespace impasto::texture
