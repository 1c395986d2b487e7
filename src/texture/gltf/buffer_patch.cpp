#include "texture/gltf/buffer_patch.h"

#include <algorithm>
#include <cstdint>

namespace impasto::gltf {
namespace {

constexpr std::size_t kAlignment = 16;

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

// How often anything in the document has a member `name` that is `value`.
std::size_t count_mentions(const Json& json, const char* name, std::size_t value) {
    std::size_t count = 0;
    if (json.is_object() && whole(json, name) == value) ++count;
    if (json.is_structured()) {
        for (const Json& one : json) count += count_mentions(one, name, value);
    }
    return count;
}

bool can_be_cut(const Json& json, std::size_t view) {
    const Json& views = json.at("bufferViews");
    const std::size_t buffer = *whole(views[view], "buffer");
    const std::uint64_t begin = whole(views[view], "byteOffset").value_or(0);
    const std::uint64_t end = begin + *whole(views[view], "byteLength");
    std::size_t own = 0;
    for (std::size_t i = 0; i < views.size(); ++i) {
        if (*whole(views[i], "buffer") != buffer) continue;
        ++own;
        const std::uint64_t other = whole(views[i], "byteOffset").value_or(0);
        if (i != view && other < end && other + *whole(views[i], "byteLength") > begin)
            return false;
    }
    return count_mentions(json, "bufferView", view) == 1 &&
           count_mentions(json, "buffer", buffer) == own;
}

}  // namespace

std::size_t append_view(Json& json, std::size_t buffer_index, std::vector<std::byte>& buffer,
                        const std::vector<std::byte>& bytes) {
    buffer.resize(aligned(buffer.size()));
    const std::size_t offset = buffer.size();
    buffer.insert(buffer.end(), bytes.begin(), bytes.end());
    json["buffers"][buffer_index]["byteLength"] = buffer.size();
    if (!json.contains("bufferViews")) json["bufferViews"] = Json::array();
    Json& views = json["bufferViews"];
    views.push_back(
        {{"buffer", buffer_index}, {"byteOffset", offset}, {"byteLength", bytes.size()}});
    return views.size() - 1;
}

std::size_t replace_view(Json& json, std::size_t view, std::vector<std::byte>& buffer,
                         const std::vector<std::byte>& bytes) {
    Json& views = json["bufferViews"];
    const auto index = static_cast<std::size_t>(*whole(views[view], "buffer"));
    if (!can_be_cut(json, view)) return append_view(json, index, buffer, bytes);
    const auto offset = static_cast<std::size_t>(whole(views[view], "byteOffset").value_or(0));
    const auto length = static_cast<std::size_t>(*whole(views[view], "byteLength"));
    // Its bytes and those behind it that belong to nothing, up to the next view's.
    std::size_t next = buffer.size();
    for (const Json& one : views) {
        const auto begin = static_cast<std::size_t>(whole(one, "byteOffset").value_or(0));
        if (*whole(one, "buffer") == index && begin >= offset + length && &one != &views[view]) {
            next = std::min(next, begin);
        }
    }
    const bool last = next == buffer.size();
    std::size_t room = bytes.size();
    while (!last && room % kAlignment != (next - offset) % kAlignment) ++room;
    std::vector<std::byte> patched(buffer.begin(),
                                   buffer.begin() + static_cast<std::ptrdiff_t>(offset));
    patched.insert(patched.end(), bytes.begin(), bytes.end());
    patched.resize(offset + room);
    patched.insert(patched.end(), buffer.begin() + static_cast<std::ptrdiff_t>(next), buffer.end());
    buffer = std::move(patched);
    for (Json& one : views) {
        const auto begin = static_cast<std::size_t>(whole(one, "byteOffset").value_or(0));
        if (*whole(one, "buffer") == index && begin >= next && &one != &views[view]) {
            one["byteOffset"] = begin - next + offset + room;
        }
    }
    views[view]["byteLength"] = bytes.size();
    json["buffers"][index]["byteLength"] = buffer.size();
    return view;
}

}  // namespace impasto::gltf
