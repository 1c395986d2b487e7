#include "renderer.h"

#include <cstddef>

#include "pipeline.h"

namespace host {
namespace {

constexpr VkFormat kDepthFormat = VK_FORMAT_D32_SFLOAT;
constexpr float kBackground[] = {0.035f, 0.04f, 0.05f, 1};  // linear
constexpr Vec3 kTowardsLight{0.45f, 0.75f, 0.5f};

// shaders/push_constants.glsl
struct PushConstants {
    Mat4 view_projection;
    float factor[4];
    float eye[3];
    float alpha_cutoff;
    float light[4];
    float unused[4];
};
static_assert(sizeof(PushConstants) == 128);

}  // namespace

Renderer::Renderer(const Device& device, const Scene& scene, const Output& output)
    : device_(device), scene_(scene) {
    make_render_pass(output);
    make_descriptors();
    layout_ = make_pipeline_layout(device_, set_layout_.get(), sizeof(PushConstants));
    front_ = make_model_pipeline(device_, layout_.get(), render_pass_.get(), VK_CULL_MODE_BACK_BIT);
    both_ = make_model_pipeline(device_, layout_.get(), render_pass_.get(), VK_CULL_MODE_NONE);
    resize(output);
}

void Renderer::make_render_pass(const Output& output) {
    VkAttachmentDescription attachments[2]{};
    attachments[0].format = output.format;
    attachments[0].samples = VK_SAMPLE_COUNT_1_BIT;
    attachments[0].loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR;
    attachments[0].storeOp = VK_ATTACHMENT_STORE_OP_STORE;
    attachments[0].stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
    attachments[0].stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
    attachments[0].finalLayout = output.final_layout;
    attachments[1] = attachments[0];
    attachments[1].format = kDepthFormat;
    attachments[1].storeOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
    attachments[1].finalLayout = VK_IMAGE_LAYOUT_DEPTH_STENCIL_ATTACHMENT_OPTIMAL;
    const VkAttachmentReference colour{0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
    const VkAttachmentReference depth{1, VK_IMAGE_LAYOUT_DEPTH_STENCIL_ATTACHMENT_OPTIMAL};
    VkSubpassDescription subpass{};
    subpass.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS;
    subpass.colorAttachmentCount = 1;
    subpass.pColorAttachments = &colour;
    subpass.pDepthStencilAttachment = &depth;

    // Before: the last frame's depth has been written, and the image has been acquired (that
    // semaphore waits at the same stage). After: the image can be copied.
    VkSubpassDependency dependencies[2]{};
    dependencies[0].srcSubpass = VK_SUBPASS_EXTERNAL;
    dependencies[0].srcStageMask =
        VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT | VK_PIPELINE_STAGE_LATE_FRAGMENT_TESTS_BIT;
    dependencies[0].dstStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT |
                                   VK_PIPELINE_STAGE_EARLY_FRAGMENT_TESTS_BIT |
                                   VK_PIPELINE_STAGE_LATE_FRAGMENT_TESTS_BIT;
    dependencies[0].srcAccessMask =
        VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_DEPTH_STENCIL_ATTACHMENT_WRITE_BIT;
    dependencies[0].dstAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT |
                                    VK_ACCESS_DEPTH_STENCIL_ATTACHMENT_READ_BIT |
                                    VK_ACCESS_DEPTH_STENCIL_ATTACHMENT_WRITE_BIT;
    dependencies[1].dstSubpass = VK_SUBPASS_EXTERNAL;
    dependencies[1].srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    dependencies[1].dstStageMask = VK_PIPELINE_STAGE_TRANSFER_BIT;
    dependencies[1].srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
    dependencies[1].dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT;

    VkRenderPassCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO;
    info.attachmentCount = 2;
    info.pAttachments = attachments;
    info.subpassCount = 1;
    info.pSubpasses = &subpass;
    info.dependencyCount = 2;
    info.pDependencies = dependencies;
    VkRenderPass handle = VK_NULL_HANDLE;
    check(vkCreateRenderPass(device_.get(), &info, nullptr, &handle), "vkCreateRenderPass");
    render_pass_ = {device_.get(), handle};
}

void Renderer::make_descriptors() {
    VkDescriptorSetLayoutBinding binding{};
    binding.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
    binding.descriptorCount = 1;
    binding.stageFlags = VK_SHADER_STAGE_FRAGMENT_BIT;
    VkDescriptorSetLayoutCreateInfo layout_info{};
    layout_info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
    layout_info.bindingCount = 1;
    layout_info.pBindings = &binding;
    VkDescriptorSetLayout layout = VK_NULL_HANDLE;
    check(vkCreateDescriptorSetLayout(device_.get(), &layout_info, nullptr, &layout),
          "vkCreateDescriptorSetLayout");
    set_layout_ = {device_.get(), layout};

    const auto textures = static_cast<uint32_t>(scene_.textures.size());
    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                                    textures * kFramesInFlight};
    VkDescriptorPoolCreateInfo pool_info{};
    pool_info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
    pool_info.maxSets = size.descriptorCount;
    pool_info.poolSizeCount = 1;
    pool_info.pPoolSizes = &size;
    VkDescriptorPool pool = VK_NULL_HANDLE;
    check(vkCreateDescriptorPool(device_.get(), &pool_info, nullptr, &pool),
          "vkCreateDescriptorPool");
    pool_ = {device_.get(), pool};

    const std::vector<VkDescriptorSetLayout> layouts(textures, layout);
    for (uint32_t slot = 0; slot < kFramesInFlight; ++slot) {
        sets_[slot].resize(textures);
        VkDescriptorSetAllocateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
        info.descriptorPool = pool;
        info.descriptorSetCount = textures;
        info.pSetLayouts = layouts.data();
        check(vkAllocateDescriptorSets(device_.get(), &info, sets_[slot].data()),
              "vkAllocateDescriptorSets");
        for (uint32_t i = 0; i < textures; ++i) {
            set_texture(slot, i, scene_.textures[i].view.get());
        }
    }
}

void Renderer::set_texture(uint32_t slot, uint32_t texture, VkImageView view) {
    const VkDescriptorImageInfo image{scene_.samplers[texture].get(), view,
                                      VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
    VkWriteDescriptorSet write{};
    write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
    write.dstSet = sets_[slot][texture];
    write.descriptorCount = 1;
    write.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
    write.pImageInfo = &image;
    vkUpdateDescriptorSets(device_.get(), 1, &write, 0, nullptr);
}

void Renderer::resize(const Output& output) {
    extent_ = output.extent;
    depth_ = make_image(device_, kDepthFormat, extent_, 1,
                        VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT, VK_IMAGE_ASPECT_DEPTH_BIT);
    framebuffers_.clear();
    for (const VkImageView view : output.views) {
        const VkImageView attachments[] = {view, depth_.view.get()};
        VkFramebufferCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO;
        info.renderPass = render_pass_.get();
        info.attachmentCount = 2;
        info.pAttachments = attachments;
        info.width = extent_.width;
        info.height = extent_.height;
        info.layers = 1;
        VkFramebuffer handle = VK_NULL_HANDLE;
        check(vkCreateFramebuffer(device_.get(), &info, nullptr, &handle), "vkCreateFramebuffer");
        framebuffers_.emplace_back(device_.get(), handle);
    }
}

void Renderer::begin(VkCommandBuffer commands, uint32_t image) const {
    VkClearValue clear[2]{};
    for (size_t i = 0; i < 4; ++i) clear[0].color.float32[i] = kBackground[i];
    clear[1].depthStencil.depth = 1;
    VkRenderPassBeginInfo info{};
    info.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO;
    info.renderPass = render_pass_.get();
    info.framebuffer = framebuffers_[image].get();
    info.renderArea.extent = extent_;
    info.clearValueCount = 2;
    info.pClearValues = clear;
    vkCmdBeginRenderPass(commands, &info, VK_SUBPASS_CONTENTS_INLINE);
    const VkViewport viewport{
        0, 0, static_cast<float>(extent_.width), static_cast<float>(extent_.height), 0, 1};
    const VkRect2D scissor{{0, 0}, extent_};
    vkCmdSetViewport(commands, 0, 1, &viewport);
    vkCmdSetScissor(commands, 0, 1, &scissor);
}

void Renderer::draw(VkCommandBuffer commands, uint32_t slot, const Camera& camera) const {
    const float aspect = static_cast<float>(extent_.width) / static_cast<float>(extent_.height);
    const Vec3 eye = camera.position(aspect);
    const Vec3 light = normalize(kTowardsLight);
    PushConstants push{};
    push.view_projection = camera.view_projection(aspect);
    push.eye[0] = eye.x;
    push.eye[1] = eye.y;
    push.eye[2] = eye.z;
    push.light[0] = light.x;
    push.light[1] = light.y;
    push.light[2] = light.z;

    const VkBuffer vertices = scene_.vertices.buffer.get();
    const VkDeviceSize offset = 0;
    vkCmdBindVertexBuffers(commands, 0, 1, &vertices, &offset);
    vkCmdBindIndexBuffer(commands, scene_.indices.buffer.get(), 0, VK_INDEX_TYPE_UINT32);
    const size_t white = scene_.textures.size() - 1;
    for (const Draw& draw : scene_.draws) {
        const Material& material = scene_.materials[draw.material];
        for (size_t i = 0; i < 4; ++i) push.factor[i] = material.factor[i];
        push.alpha_cutoff = material.alpha_cutoff;
        const size_t texture = draw.texture < 0 ? white : static_cast<size_t>(draw.texture);
        vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS,
                          material.double_sided ? both_.get() : front_.get());
        vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_.get(), 0, 1,
                                &sets_[slot][texture], 0, nullptr);
        vkCmdPushConstants(commands, layout_.get(),
                           VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, 0,
                           sizeof push, &push);
        vkCmdDrawIndexed(commands, draw.index_count, 1, draw.first_index, 0, 0);
    }
}

}  // namespace host
