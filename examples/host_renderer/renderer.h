// Draws the scene, lit, into an output's images: one render pass, in which the panel is drawn too.
#pragma once

#include <array>
#include <vector>

#include "camera.h"
#include "output.h"
#include "scene.h"

namespace host {

class Renderer {
  public:
    // Of outputs of this format that are left in this layout. The scene must outlive it.
    Renderer(const Device& device, const Scene& scene, const Output& output);

    // Makes depth and framebuffers for an output of the same format; the device must be idle.
    void resize(const Output& output);

    // From this slot's next commands on: `texture` is sampled through `view`, which is in
    // SHADER_READ_ONLY_OPTIMAL. The slot's last frame must have been finished by the device.
    void set_texture(uint32_t slot, uint32_t texture, VkImageView view);

    void begin(VkCommandBuffer commands, uint32_t image) const;
    void draw(VkCommandBuffer commands, uint32_t slot, const Camera& camera) const;
    static void end(VkCommandBuffer commands) { vkCmdEndRenderPass(commands); }

    VkRenderPass render_pass() const { return render_pass_.get(); }

  private:
    void make_render_pass(const Output& output);
    void make_descriptors();

    const Device& device_;
    const Scene& scene_;
    RenderPass render_pass_;
    DescriptorSetLayout set_layout_;
    DescriptorPool pool_;
    // A slot must not see what is written for the other: each has its sets, one a texture.
    std::array<std::vector<VkDescriptorSet>, kFramesInFlight> sets_;
    PipelineLayout layout_;
    Pipeline front_;  // draws front faces
    Pipeline both_;   // draws both sides
    Image depth_;     // one for all frames: a frame waits for the one before (make_render_pass)
    std::vector<Framebuffer> framebuffers_;
    VkExtent2D extent_{};
};

}  // namespace host
