// A glTF 2.0 file: read whole, its pictures replaced, written again. Nothing but the pictures, and
// what says where they lie, is changed: the JSON is kept and patched, buffers stay byte for byte,
// as do a GLB's further chunks; extensions and extras need not be known.
//
// Specification: glTF 2.0 (ISO/IEC 12113:2022), 3.6 buffers, 3.8 images, 4.4 GLB.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "texture/gltf/json.h"
#include "texture/gltf/model.h"

namespace impasto::gltf {

class Document {
  public:
    // kInput, naming the file: missing, damaged, not glTF 2.0, a buffer that is missing or lies
    // outside the model's folder (uri.h). Images are looked at when they are asked for.
    static Result<Document> load(const std::filesystem::path& path);
    // The same from a file's bytes; what lies beside it is looked for in `folder`. Messages begin
    // with `name`.
    static Result<Document> read(std::span<const std::byte> bytes, std::filesystem::path folder,
                                 std::string name);

    Result<Model> model() const;

    // The files beside it that it names, relative to its folder, each once; without those that it
    // may not read.
    std::vector<std::filesystem::path> files() const;

    std::size_t image_count() const { return list_of(json_, "images").size(); }
    // "image 2 ('Albedo')"
    std::string image_name(std::size_t image) const;
    // The same of any file: "model.gltf, image 2 ('Albedo')"
    std::string image_title(std::size_t image) const { return name_ + ", " + image_name(image); }
    // Whether those beside it can be read, which save() needs. kInput, naming the model and the
    // image.
    Status check_images() const;
    // The encoded picture. kInput, naming the model and the image.
    Result<std::vector<std::byte>> image_bytes(std::size_t image) const;
    // `type`: "image/png" or "image/jpeg".
    void replace_image(std::size_t image, std::vector<std::byte> bytes, std::string type);

    // Whether save() could write `path`, as far as can be told beforehand. kOutput;
    // kInvalidArgument for a name that is neither .glb nor .gltf.
    static Status check_writable(const std::filesystem::path& path);
    // Writes .glb, with everything that was beside a .gltf in it but what is replaced; or .gltf,
    // with replaced pictures and changed buffers beside it, named after it, and with copies of the
    // other files that it needs where it goes to another folder. Files appear whole or not at all,
    // the model last. kOutput; kInput where an image cannot be read any more.
    Status save(const std::filesystem::path& path) const;

    const Json& json() const { return json_; }
    bool is_binary() const { return binary_; }

  private:
    struct Replacement {
        std::size_t image = 0;
        std::vector<std::byte> bytes;
        std::string type;
    };
    struct Draft;

    Status read_buffers(std::span<const std::byte> chunk);
    Error named(Error error) const;
    Status put_images(const std::filesystem::path& to, Draft& draft) const;
    Status put_buffers(const std::filesystem::path& to, Draft& draft) const;
    Status copy_beside(const std::filesystem::path& to, Draft& draft) const;
    bool is_read(const std::filesystem::path& path) const;

    std::filesystem::path folder_;
    std::string name_;  // of the file, for messages
    bool binary_ = false;
    bool has_chunk_ = false;  // buffer 0 is the GLB's own
    Json json_;
    std::vector<std::vector<std::byte>> buffers_;
    std::vector<std::byte> more_chunks_;  // of the GLB, as they were
    std::vector<Replacement> replaced_;
};

}  // namespace impasto::gltf
