#include "texture/gltf/document.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <system_error>
#include <utility>

#include "platform/atomic_file.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "texture/gltf/buffer_patch.h"
#include "texture/gltf/uri.h"

namespace impasto::gltf {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kMagic = 0x46546C67;      // "glTF"
constexpr std::uint32_t kJsonChunk = 0x4E4F534A;  // "JSON"
constexpr std::uint32_t kDataChunk = 0x004E4942;  // "BIN"
constexpr const char* kBufferType = "application/octet-stream";

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

// Little-endian, as glTF is.
std::uint32_t word(std::span<const std::byte> bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8 * i);
    }
    return value;
}

void append_word(std::vector<std::byte>& bytes, std::uint32_t value) {
    for (std::uint32_t i = 0; i < 4; ++i) {
        bytes.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFFU));
    }
}

void append(std::vector<std::byte>& bytes, std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

std::string text_of_bytes(std::span<const std::byte> bytes) {
    std::string text(bytes.size(), '\0');
    if (!bytes.empty()) std::memcpy(text.data(), bytes.data(), bytes.size());
    return text;
}

std::vector<std::byte> bytes_of_text(std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

struct Chunks {
    std::string json;
    std::span<const std::byte> data;
    bool has_data = false;
    std::span<const std::byte> more;  // with their headers
};

// GLB 2 (glTF 2.0, 4.4): a header of 12 bytes, then chunks of length, type, content.
Result<Chunks> read_chunks(std::span<const std::byte> bytes) {
    if (bytes.size() < 20) return bad("the file ends in its header");
    if (word(bytes, 4) != 2) {
        return bad("is GLB " + std::to_string(word(bytes, 4)) + "; only version 2 is read");
    }
    const std::size_t length = word(bytes, 8);
    if (length > bytes.size() || length < 20) return bad("the file is truncated");
    bytes = bytes.first(length);
    Chunks chunks;
    std::size_t at = 12;
    for (std::size_t i = 0; at + 8 <= bytes.size(); ++i) {
        const std::size_t size = word(bytes, at);
        const std::uint32_t type = word(bytes, at + 4);
        if (size > bytes.size() - at - 8) return bad("a chunk ends beyond the file");
        const auto content = bytes.subspan(at + 8, size);
        if (i == 0) {
            if (type != kJsonChunk) return bad("its first chunk is no JSON");
            chunks.json = text_of_bytes(content);
        } else if (i == 1 && type == kDataChunk) {
            chunks.data = content;
            chunks.has_data = true;
        } else {
            chunks.more = bytes.subspan(at);
            break;
        }
        at += 8 + size;
    }
    return chunks;
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

bool same_bytes(const fs::path& path, const std::vector<std::byte>& bytes) {
    const auto file = platform::MappedFile::open(path);
    return file && std::ranges::equal(file->bytes(), bytes);
}

Result<std::vector<std::byte>> binary_file(const Json& json, const std::vector<std::byte>* data,
                                           std::span<const std::byte> more) {
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    text.append((4 - text.size() % 4) % 4, ' ');
    const std::size_t padding = data != nullptr ? (4 - data->size() % 4) % 4 : 0;
    const std::size_t data_size = data != nullptr ? 8 + data->size() + padding : 0;
    const std::size_t size = 20 + text.size() + data_size + more.size();
    if (size > 0xFFFFFFFFU) {
        return Error{ErrorCode::kOutput,
                     "the model would be larger than 4 GiB, which .glb cannot "
                     "be; name it .gltf"};
    }
    std::vector<std::byte> bytes;
    bytes.reserve(size);
    append_word(bytes, kMagic);
    append_word(bytes, 2);
    append_word(bytes, static_cast<std::uint32_t>(size));
    append_word(bytes, static_cast<std::uint32_t>(text.size()));
    append_word(bytes, kJsonChunk);
    append(bytes, std::as_bytes(std::span(text)));
    if (data != nullptr) {
        append_word(bytes, static_cast<std::uint32_t>(data->size() + padding));
        append_word(bytes, kDataChunk);
        append(bytes, *data);
        bytes.resize(bytes.size() + padding);
    }
    append(bytes, more);
    return bytes;
}

}  // namespace

// What is going to be written.
struct Document::Draft {
    Json json;
    std::vector<std::vector<std::byte>> buffers;
    std::vector<bool> changed;  // of the buffers
    bool binary = false;
    bool has_chunk = false;  // buffer 0 is the GLB's own
    struct File {
        fs::path path;
        std::vector<std::byte> bytes;
        bool copied = false;  // under a name that is not ours to take
    };
    std::vector<File> files;  // beside the model
};

Error Document::named(Error error) const {
    return {error.code, "cannot use '" + name_ + "': " + error.message};
}

Result<Document> Document::load(const fs::path& path) {
    const auto file = platform::MappedFile::open(path);
    if (!file) return file.error();
    return read(file->bytes(), folder_of(path), platform::path_to_utf8(path));
}

Result<Document> Document::read(std::span<const std::byte> bytes, fs::path folder,
                                std::string name) {
    Document document;
    document.folder_ = std::move(folder);
    document.name_ = std::move(name);
    document.binary_ = bytes.size() >= 4 && word(bytes, 0) == kMagic;
    Chunks chunks;
    if (document.binary_) {
        auto found = read_chunks(bytes);
        if (!found) return document.named(found.error());
        chunks = *std::move(found);
        append(document.more_chunks_, chunks.more);
    } else {
        chunks.json = text_of_bytes(bytes);
    }
    auto json = parse_document(chunks.json);
    if (!json) {
        return document.named(document.binary_ ? json.error()
                                               : bad(json.error().message + ", or no glTF model"));
    }
    document.json_ = *std::move(json);
    if (const Status checked = check_document(document.json_); !checked) {
        return document.named(checked.error());
    }
    document.has_chunk_ = chunks.has_data;
    if (const Status done = document.read_buffers(chunks.data); !done) {
        return document.named(done.error());
    }
    return document;
}

Status Document::read_buffers(std::span<const std::byte> chunk) {
    const Json& buffers = list_of(json_, "buffers");
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        const std::string what = called("buffer", i, text_of(buffers[i], "name"));
        const std::size_t length = *whole(buffers[i], "byteLength");
        std::vector<std::byte> bytes;
        if (buffers[i].contains("uri")) {
            const std::string uri = text_of(buffers[i], "uri");
            auto read = is_data_uri(uri) ? decode_data_uri(uri) : read_beside(folder_, uri);
            if (!read) return bad(what + " " + read.error().message);
            bytes = *std::move(read);
        } else if (i == 0 && has_chunk_) {
            append(bytes, chunk.first(std::min(length, chunk.size())));
        } else {
            return bad(what + " has no bytes: no uri, and no chunk of a GLB");
        }
        if (bytes.size() < length) {
            return bad(what + " is shorter than its byteLength says");
        }
        bytes.resize(length);
        buffers_.push_back(std::move(bytes));
    }
    has_chunk_ = has_chunk_ && !buffers.empty() && !buffers[0].contains("uri");
    return {};
}

Result<Model> Document::model() const {
    auto model = read_model(json_, buffers_);
    if (!model) return named(model.error());
    return model;
}

std::string Document::image_name(std::size_t image) const {
    const Json& images = list_of(json_, "images");
    return called("image", image, image < images.size() ? text_of(images[image], "name") : "");
}

Result<std::vector<std::byte>> Document::image_bytes(std::size_t image) const {
    for (const Replacement& one : replaced_) {
        if (one.image == image) return one.bytes;
    }
    const Json& given = list_of(json_, "images")[image];
    if (const auto view = whole(given, "bufferView")) {
        const Json& about = list_of(json_, "bufferViews")[*view];
        const auto& buffer = buffers_[*whole(about, "buffer")];
        const auto span = std::span(buffer).subspan(whole(about, "byteOffset").value_or(0),
                                                    *whole(about, "byteLength"));
        return std::vector<std::byte>(span.begin(), span.end());
    }
    const std::string uri = text_of(given, "uri");
    auto read = is_data_uri(uri) ? decode_data_uri(uri) : read_beside(folder_, uri);
    if (!read) return named(bad(image_name(image) + " " + read.error().message));
    return read;
}

Status Document::check_images() const {
    const Json& images = list_of(json_, "images");
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::string uri = text_of(images[i], "uri");
        if (uri.empty() || is_data_uri(uri)) continue;
        const auto bytes = image_bytes(i);
        if (!bytes) return bytes.error();
    }
    return {};
}

void Document::replace_image(std::size_t image, std::vector<std::byte> bytes, std::string type) {
    std::erase_if(replaced_, [&](const Replacement& one) { return one.image == image; });
    replaced_.push_back({image, std::move(bytes), std::move(type)});
}

Status Document::check_writable(const fs::path& path) {
    const std::string shown = "'" + platform::path_to_utf8(path) + "'";
    if (!platform::has_extension(path, ".glb") && !platform::has_extension(path, ".gltf")) {
        return Error{ErrorCode::kOutput,
                     "cannot write " + shown + ": a model is named .glb or .gltf"};
    }
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return Error{ErrorCode::kOutput, "cannot write " + shown + ": it is not a regular file"};
    }
    // Never committed: its destructor takes the temporary file away again.
    const auto file = platform::AtomicFile::open(path);
    if (!file) return file.error();
    return {};
}

// Replaced images to where they go; of a GLB from a .gltf the others too, so that it is one file.
Status Document::put_images(const fs::path& to, Draft& draft) const {
    const std::string stem = platform::path_to_utf8(to.stem());
    for (std::size_t i = 0; i < image_count(); ++i) {
        const auto found = std::find_if(replaced_.begin(), replaced_.end(),
                                        [&](const Replacement& one) { return one.image == i; });
        const bool replaced = found != replaced_.end();
        const Json& given = list_of(json_, "images")[i];
        const auto view = whole(given, "bufferView");
        const std::string uri = text_of(given, "uri");
        const bool beside = !view && !is_data_uri(uri);
        if (!replaced && !(beside && draft.binary && !binary_)) continue;
        std::vector<std::byte> bytes;
        if (!replaced) {
            auto read = image_bytes(i);
            if (!read) return read.error();
            bytes = *std::move(read);
        }
        const std::vector<std::byte>& content = replaced ? found->bytes : bytes;
        Json& image = draft.json["images"][i];
        const bool png = content.size() > 1 && content[1] == std::byte{'P'};
        const std::string type = png ? "image/png" : "image/jpeg";
        if (view) {
            const std::size_t buffer = *whole(draft.json["bufferViews"][*view], "buffer");
            image["bufferView"] = replace_view(draft.json, *view, draft.buffers[buffer], content);
            image["mimeType"] = type;
            draft.changed[buffer] = true;
        } else if (draft.binary) {
            if (draft.buffers.empty()) {
                draft.json["buffers"] = Json::array({Json{{"byteLength", 0}}});
                draft.buffers.emplace_back();
                draft.changed.push_back(true);
            }
            image.erase("uri");
            image["bufferView"] = append_view(draft.json, 0, draft.buffers[0], content);
            image["mimeType"] = type;
            draft.changed[0] = true;
        } else if (!beside) {
            image["uri"] = encode_data_uri(type, content);
            if (image.contains("mimeType")) image["mimeType"] = type;
        } else {
            const fs::path file = platform::path_from_utf8(stem + "-image" + std::to_string(i) +
                                                           (png ? ".png" : ".jpg"));
            image["uri"] = uri_of(file);
            if (image.contains("mimeType")) image["mimeType"] = type;
            draft.files.push_back({folder_of(to) / file, content});
        }
    }
    return {};
}

// Buffers to where they go. A GLB's first buffer is its chunk; its others, which it cannot hold,
// are in the JSON.
Status Document::put_buffers(const fs::path& to, Draft& draft) const {
    const std::string stem = platform::path_to_utf8(to.stem());
    for (std::size_t i = 0; i < draft.buffers.size(); ++i) {
        Json& about = draft.json["buffers"][i];
        const std::string uri = text_of(about, "uri");
        if (i == 0 && draft.binary && (uri.empty() || !binary_)) {
            about.erase("uri");
            draft.has_chunk = true;
        } else if (is_data_uri(uri) || (draft.binary && !uri.empty())) {
            if (draft.changed[i] || !is_data_uri(uri)) {
                about["uri"] = encode_data_uri(kBufferType, draft.buffers[i]);
            }
        } else if (draft.changed[i] || uri.empty()) {
            const fs::path file = platform::path_from_utf8(
                stem + (i == 0 ? std::string() : "-buffer" + std::to_string(i)) + ".bin");
            about["uri"] = uri_of(file);
            draft.files.push_back({folder_of(to) / file, draft.buffers[i]});
        }
    }
    return {};
}

// What the document names beside it, where it goes to another folder.
Status Document::copy_beside(const fs::path& to, Draft& draft) const {
    std::error_code error;
    if (fs::equivalent(folder_.empty() ? fs::path(".") : folder_, folder_of(to), error)) return {};
    for (const char* list : {"buffers", "images"}) {
        const Json& given = list_of(json_, list);
        for (std::size_t i = 0; i < given.size(); ++i) {
            const std::string uri = text_of(given[i], "uri");
            if (uri.empty() || is_data_uri(uri) ||
                text_of(list_of(draft.json, list)[i], "uri") != uri) {
                continue;
            }
            auto bytes = read_beside(folder_, uri);
            const auto relative = relative_path(uri);
            if (!bytes || !relative) {
                return named(bad(called(list, i, "") + " " +
                                 (relative ? bytes.error() : relative.error()).message));
            }
            draft.files.push_back({folder_of(to) / *relative, *std::move(bytes), true});
        }
    }
    return {};
}

std::vector<fs::path> Document::files() const {
    std::vector<fs::path> all;
    std::set<fs::path> known;
    for (const char* list : {"buffers", "images"}) {
        for (const Json& one : list_of(json_, list)) {
            const std::string uri = text_of(one, "uri");
            if (uri.empty() || is_data_uri(uri)) continue;
            const auto relative = relative_path(uri);
            if (relative && known.insert(*relative).second) all.push_back(*relative);
        }
    }
    return all;
}

// Whether the document that was read names this file.
bool Document::is_read(const fs::path& path) const {
    const std::vector<fs::path> all = files();
    return std::any_of(all.begin(), all.end(), [&](const fs::path& file) {
        std::error_code ignored;
        return fs::equivalent(folder_ / file, path, ignored);
    });
}

Status Document::save(const fs::path& path) const {
    IMPASTO_TRY(check_writable(path));
    Draft draft;
    draft.json = json_;
    draft.buffers = buffers_;
    draft.changed.assign(buffers_.size(), false);
    draft.binary = platform::has_extension(path, ".glb");
    IMPASTO_TRY(put_images(path, draft));
    IMPASTO_TRY(put_buffers(path, draft));
    IMPASTO_TRY(copy_beside(path, draft));
    std::vector<std::byte> model;
    if (draft.binary) {
        auto bytes =
            binary_file(draft.json, draft.has_chunk ? &draft.buffers[0] : nullptr, more_chunks_);
        if (!bytes) return bytes.error();
        model = *std::move(bytes);
    } else {
        model =
            bytes_of_text(draft.json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    }
    // All of them are on the disk before the first gets its name, and the model is the last.
    std::vector<platform::AtomicFile> files;
    for (const Draft::File& file : draft.files) {
        std::error_code ignored;
        const bool there = fs::exists(file.path, ignored);
        if (there && same_bytes(file.path, file.bytes)) continue;
        if (there && (file.copied || is_read(file.path))) {
            return Error{ErrorCode::kOutput,
                         "cannot write '" + platform::path_to_utf8(file.path) +
                             "': another file of that name is there; name the model .glb, or "
                             "write it to another folder"};
        }
        IMPASTO_TRY(platform::make_folders(file.path.parent_path()));
        auto open = platform::AtomicFile::open(file.path);
        if (!open) return open.error();
        IMPASTO_TRY(open->write(file.bytes));
        files.push_back(*std::move(open));
    }
    auto last = platform::AtomicFile::open(path);
    if (!last) return last.error();
    IMPASTO_TRY(last->write(model));
    for (platform::AtomicFile& file : files) IMPASTO_TRY(file.commit());
    return last->commit();
}

}  // namespace impasto::gltf
