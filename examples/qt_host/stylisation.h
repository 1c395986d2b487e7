// Impasto on a device of Qt's: the calls of impasto_vulkan.h in their order, and nothing of Qt.
#pragma once

#include <vulkan/vulkan.h>

#include <cstdint>
#include <string>

#include "impasto/impasto.hpp"

struct StylisationOptions {
    std::string content;  // files
    std::string style;
    std::uint32_t size = 256;  // longest side of the result in px
    double budget_ms = 4;      // device time of a frame's slice
    float style_weight = 0;    // 0: the default
};

class Stylisation {
  public:
    explicit Stylisation(StylisationOptions options) : options_(std::move(options)) {}

    // On `device`, with a result that can be sampled as `format`. False: message() says why.
    bool open(const ImpastoVulkanDevice& device, VkFormat format);

    // Records a slice of work for `frame`; the device has finished `finished` and all before.
    bool record(VkCommandBuffer commands, std::uint64_t frame, std::uint64_t finished);
    const ImpastoSliceReport& report() const { return report_; }

    // What to sample from commands recorded after record(), in SHADER_READ_ONLY_OPTIMAL; not before
    // there is a first picture, which takes some frames: VK_NULL_HANDLE.
    VkImageView picture() const;
    float aspect() const { return aspect_; }  // width / height

    void scale_style_weight(float factor);
    void toggle_pause();
    // Begins anew, with the picture as it is on the screen until `frame` is finished.
    bool restart(std::uint64_t frame);

    // The device has finished all up to `frame`, the last one that was submitted.
    void close(std::uint64_t frame);
    void device_lost();

    const std::string& message() const { return failure_.message; }
    // The session's, for the log.
    ImpastoProgress progress();

  private:
    bool create_session();
    bool failed(ImpastoResult result);

    StylisationOptions options_;
    Impasto::Failure failure_;
    Impasto::Context context_;
    Impasto::Weights weights_;
    Impasto::Image content_;
    Impasto::Image style_;
    Impasto::HostedSession session_;  // last: destroyed before the context
    ImpastoSessionOptions session_options_ = Impasto::session_options();
    ImpastoHosting hosting_ = Impasto::make<ImpastoHosting>();
    ImpastoSliceReport report_ = Impasto::make<ImpastoSliceReport>();
    float aspect_ = 1;
    bool paused_ = false;
};
