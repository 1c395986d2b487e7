// Shows a session's picture in an image that a host samples: always of the last scale's size,
// whatever scale the session is at.
//
//     image (3, h, w) -> resized to (3, H, W) -> texels, mip levels -> copied to the image
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "gpu/texture.h"
#include "nn/texels.h"
#include "style/session.h"

namespace impasto::style {

// Where the picture goes.
struct Target {
    TexelFormat format = TexelFormat::kRgba8;
    gpu::ImagePart part;  // all levels of it; part.width and height are the last scale's
};

// For the session's thread.
class Publisher {
  public:
    // Keeps a reference to `session`, whose stream it uses. Errors: kOutOfMemory, kDeviceLost.
    static Result<std::unique_ptr<Publisher>> create(Session& session, const Target& target);

    // Queues the picture as it is after all that the session has submitted; the ticket of when the
    // target holds it.
    Result<std::uint64_t> publish();

  private:
    Publisher(Session& session, const Target& target) : session_(session), target_(target) {}
    Status prepare();
    Status record();

    Session& session_;
    Target target_;
    std::unique_ptr<gpu::Arena> fixed_arena_;  // of the whole run
    const gpu::Buffer* texels_ = nullptr;
    const gpu::Buffer* content_ = nullptr;  // null where its colours are not kept
    const gpu::Buffer* alpha_ = nullptr;    // null where there is none
    // Of the session's scale.
    std::unique_ptr<gpu::Arena> arena_;
    std::unique_ptr<gpu::Program> program_;
    std::uint32_t version_ = 0;  // of the session's image that the program reads
};

}  // namespace impasto::style
