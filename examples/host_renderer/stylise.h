// Everything that the renderer has to do with Impasto: stylise.cpp makes all calls of its
// interface.
#pragma once

#include <vulkan/vulkan.h>

#include <cstdint>
#include <string>
#include <vector>

#include "device.h"
#include "impasto/impasto.hpp"

namespace host {

// Before the device is made: enables what it has and Impasto can use. Throws Failure(kNoDevice).
void add_wanted_features(VkInstance instance, VkPhysicalDevice physical, DeviceFeatures& features);
// What was enabled, for Device::impasto_features.
uint32_t enabled_features(const VkDeviceCreateInfo& info);

struct StyleOptions {
    std::string style;                 // the painting, a file
    std::string weights;               // of the encoder: a name or a file
    uint32_t size = 0;                 // longest side of the result, px
    std::vector<uint32_t> iterations;  // of each scale; empty: the default
    float style_weight = -1;           // below 0: the default
};

// The texture to stylise, in SHADER_READ_ONLY_OPTIMAL, with TRANSFER_SRC usage.
struct StyleContent {
    VkImage image = VK_NULL_HANDLE;
    VkFormat format = VK_FORMAT_UNDEFINED;
    VkExtent2D extent{};
};

// What a frame's slice was, and how far the stylisation is.
struct SliceReport {
    const char* state = "";  // "preparing", "running", "paused", "done"
    bool preparing = false;
    bool done = false;
    uint32_t operations = 0;  // recorded in this slice
    double estimate_ms = 0;   // what they are expected to take on the device
    uint64_t pictures = 0;    // written so far
    uint32_t iterations = 0;  // finished so far, in all scales
    uint32_t iterations_in_all = 0;
    float loss = 0;  // total, of the last iteration
};

// The device must be idle when it goes.
class Stylist {
  public:
    // Begins at once. The content is needed as long as the stylist. Throws Failure.
    Stylist(const Instance& instance, const Device& device, const StyleContent& content,
            const StyleOptions& options);

    // Records this frame's slice. Outside of a render pass. Throws Failure.
    SliceReport record(VkCommandBuffer commands, uint64_t frame, uint64_t completed_frame,
                       double budget_ms);
    // What later commands of the frame can sample, in SHADER_READ_ONLY_OPTIMAL; null: nothing yet.
    VkImageView view() const;

    float style_weight() const { return options_.style_weight; }
    void set_style_weight(float weight);
    bool paused() const { return paused_; }
    void pause(bool paused);
    // Begins anew. `last_frame`: the last one that was recorded.
    void restart(uint64_t last_frame);
    // To be called before anything is destroyed when Vulkan says so.
    void device_lost();

  private:
    void begin();
    void check(int result) const;  // of a session's function

    StyleOptions options_;
    StyleContent content_;
    Impasto::Context context_;
    Impasto::Weights weights_;
    Impasto::Image style_;
    Impasto::HostedSession session_;
    uint32_t iterations_in_all_ = 0;
    bool paused_ = false;
};

}  // namespace host
