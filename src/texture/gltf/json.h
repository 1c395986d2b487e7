// A glTF document's JSON as it is kept, and a look at what may make trouble in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace impasto::gltf {

// Names keep their order, so that what is not touched is written as it was read.
using Json = nlohmann::ordered_json;

// Deeper or larger than any exporter writes, and little enough that no text makes a program hang or
// overflow its stack: looking a name up in an object takes as long as the object has names.
inline constexpr int kDeepestJson = 64;
inline constexpr std::size_t kMostNames = 10000;  // of one object

// kInput, without the file's name: no JSON, too deep, too many names in one object, no object.
Result<Json> parse_document(std::string_view text);

// What tinygltf and the writer take on trust: the asset's version; that the parts are lists of
// objects; that every buffer view lies within its buffer's byteLength; that every image has either
// a uri or a buffer view that exists; that every texture's image exists. kInput, without the file's
// name.
Status check_document(const Json& json);

// The list of this name, empty where there is none.
const Json& list_of(const Json& object, const char* name);
// A member that is a whole number >= 0 (and such a float, 3.0); nothing where it is none.
std::optional<std::uint64_t> whole(const Json& object, const char* name);
// The text of this name; "" where there is none.
std::string text_of(const Json& object, const char* name);
// "image 2 ('Albedo')", for messages: kept to printable ASCII.
std::string called(const char* what, std::size_t index, const std::string& name);
// Of a text that a file gives, what a message may quote.
std::string printable(std::string_view text, std::size_t longest = 120);

}  // namespace impasto::gltf
