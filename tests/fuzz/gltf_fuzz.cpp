#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "fuzz.h"
#include "texture/gltf/buffer_patch.h"
#include "texture/gltf/document.h"
#include "texture/gltf/islands.h"
#include "texture/gltf/seams.h"

using namespace impasto;

namespace {

// Everything that is done with a model but painting it and writing it.
void use(gltf::Document& document) {
    const auto model = document.model();
    if (!model) {
        if (model.error().message.empty() ||
            model.error().message.find('\n') != std::string::npos) {
            std::abort();  // an error is one line
        }
        return;
    }
    for (std::size_t i = 0; i < document.image_count() && i < 4; ++i) {
        (void)document.image_bytes(i);
        const gltf::Atlas atlas = gltf::find_islands(*model, i);
        (void)gltf::rasterise(atlas, 32, 16);
        (void)gltf::find_seams(atlas, 32, 16);
        gltf::Json json = document.json();
        const auto view = gltf::whole(gltf::list_of(json, "images")[i], "bufferView");
        if (!view) continue;
        const gltf::Json& about = json["bufferViews"][*view];
        std::vector<std::byte> buffer(
            *gltf::whole(json["buffers"][*gltf::whole(about, "buffer")], "byteLength"));
        (void)gltf::replace_view(json, *view, buffer, std::vector<std::byte>(100));
        if (!gltf::check_document(json)) std::abort();  // what was whole stays so
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // No file lies beside it.
    auto document =
        gltf::Document::read(std::as_bytes(std::span(data, size)), "/nonexistent", "fuzz");
    if (document) {
        use(*document);
    } else if (document.error().message.empty() ||
               document.error().message.find('\n') != std::string::npos) {
        std::abort();
    }
    return 0;
}
