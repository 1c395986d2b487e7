// The window's pixels, as they were drawn.
#pragma once

#include <optional>

#include "viewer/handles.h"
#include "viewer/host_buffer.h"

namespace impasto::viewer {

class Screenshot {
  public:
    static Result<Screenshot> create(const Device& device, VkExtent2D extent);
    // Copies the window's image, which was drawn and is about to be presented.
    void record(VkCommandBuffer commands, VkImage image);
    // Once the device has finished that. `blue_first`: of the window's format.
    Result<Impasto::Image> image(bool blue_first) const;

  private:
    Screenshot() = default;
    VkExtent2D extent_{};
    std::optional<HostBuffer> bytes_;
};

}  // namespace impasto::viewer
