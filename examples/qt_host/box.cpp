#include "box.h"

#include <QVulkanDeviceFunctions>
#include <algorithm>
#include <cstring>

#include "box_frag.h"
#include "box_vert.h"

namespace {

struct Push {  // as in box.vert
    float clip_from_object[16];
    float half_size[4];
    float light[4];
};

}  // namespace

VkResult Box::open(QVulkanWindow* window) {
    window_ = window;
    device_ = window->device();
    vk_ = window->vulkanInstance()->deviceFunctions(device_);

    VkSamplerCreateInfo sampler{};
    sampler.sType = VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO;
    sampler.magFilter = VK_FILTER_LINEAR;
    sampler.minFilter = VK_FILTER_LINEAR;
    sampler.mipmapMode = VK_SAMPLER_MIPMAP_MODE_LINEAR;
    sampler.addressModeU = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    sampler.addressModeV = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    sampler.addressModeW = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    sampler.maxLod = VK_LOD_CLAMP_NONE;
    VkResult result = vk_->vkCreateSampler(device_, &sampler, nullptr, &sampler_);
    if (result != VK_SUCCESS) {
        return result;
    }

    VkDescriptorSetLayoutBinding binding{};
    binding.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
    binding.descriptorCount = 1;
    binding.stageFlags = VK_SHADER_STAGE_FRAGMENT_BIT;
    binding.pImmutableSamplers = &sampler_;
    VkDescriptorSetLayoutCreateInfo set_layout{};
    set_layout.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
    set_layout.bindingCount = 1;
    set_layout.pBindings = &binding;
    result = vk_->vkCreateDescriptorSetLayout(device_, &set_layout, nullptr, &set_layout_);
    if (result != VK_SUCCESS) {
        return result;
    }

    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, kSets};
    VkDescriptorPoolCreateInfo pool{};
    pool.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
    pool.maxSets = kSets;
    pool.poolSizeCount = 1;
    pool.pPoolSizes = &size;
    result = vk_->vkCreateDescriptorPool(device_, &pool, nullptr, &pool_);
    if (result != VK_SUCCESS) {
        return result;
    }
    std::array<VkDescriptorSetLayout, kSets> layouts;
    layouts.fill(set_layout_);
    VkDescriptorSetAllocateInfo allocate{};
    allocate.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
    allocate.descriptorPool = pool_;
    allocate.descriptorSetCount = kSets;
    allocate.pSetLayouts = layouts.data();
    result = vk_->vkAllocateDescriptorSets(device_, &allocate, sets_.data());
    if (result != VK_SUCCESS) {
        return result;
    }

    const VkPushConstantRange range{VK_SHADER_STAGE_VERTEX_BIT, 0, sizeof(Push)};
    VkPipelineLayoutCreateInfo layout{};
    layout.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
    layout.setLayoutCount = 1;
    layout.pSetLayouts = &set_layout_;
    layout.pushConstantRangeCount = 1;
    layout.pPushConstantRanges = &range;
    result = vk_->vkCreatePipelineLayout(device_, &layout, nullptr, &layout_);
    return result == VK_SUCCESS ? make_pipeline() : result;
}

VkShaderModule Box::make_shader(const std::uint32_t* words, std::size_t bytes) {
    VkShaderModuleCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
    info.codeSize = bytes;
    info.pCode = words;
    VkShaderModule shader = VK_NULL_HANDLE;
    vk_->vkCreateShaderModule(device_, &info, nullptr, &shader);
    return shader;
}

VkResult Box::make_pipeline() {
    std::array<VkPipelineShaderStageCreateInfo, 2> stages{};
    stages[0].sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    stages[0].stage = VK_SHADER_STAGE_VERTEX_BIT;
    stages[0].module = make_shader(box_vert, sizeof box_vert);
    stages[0].pName = "main";
    stages[1] = stages[0];
    stages[1].stage = VK_SHADER_STAGE_FRAGMENT_BIT;
    stages[1].module = make_shader(box_frag, sizeof box_frag);

    VkPipelineVertexInputStateCreateInfo vertices{};
    vertices.sType = VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO;
    VkPipelineInputAssemblyStateCreateInfo assembly{};
    assembly.sType = VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO;
    assembly.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
    VkPipelineViewportStateCreateInfo viewport{};
    viewport.sType = VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO;
    viewport.viewportCount = 1;
    viewport.scissorCount = 1;
    VkPipelineRasterizationStateCreateInfo rasterization{};
    rasterization.sType = VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO;
    rasterization.lineWidth = 1;
    VkPipelineMultisampleStateCreateInfo samples{};
    samples.sType = VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO;
    samples.rasterizationSamples = window_->sampleCountFlagBits();
    VkPipelineDepthStencilStateCreateInfo depth{};
    depth.sType = VK_STRUCTURE_TYPE_PIPELINE_DEPTH_STENCIL_STATE_CREATE_INFO;
    depth.depthTestEnable = VK_TRUE;
    depth.depthWriteEnable = VK_TRUE;
    depth.depthCompareOp = VK_COMPARE_OP_LESS;
    VkPipelineColorBlendAttachmentState written{};
    written.colorWriteMask = 0xf;
    VkPipelineColorBlendStateCreateInfo blend{};
    blend.sType = VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO;
    blend.attachmentCount = 1;
    blend.pAttachments = &written;
    const std::array<VkDynamicState, 2> states{VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
    VkPipelineDynamicStateCreateInfo dynamic{};
    dynamic.sType = VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO;
    dynamic.dynamicStateCount = states.size();
    dynamic.pDynamicStates = states.data();

    VkGraphicsPipelineCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO;
    info.stageCount = stages.size();
    info.pStages = stages.data();
    info.pVertexInputState = &vertices;
    info.pInputAssemblyState = &assembly;
    info.pViewportState = &viewport;
    info.pRasterizationState = &rasterization;
    info.pMultisampleState = &samples;
    info.pDepthStencilState = &depth;
    info.pColorBlendState = &blend;
    info.pDynamicState = &dynamic;
    info.layout = layout_;
    info.renderPass = window_->defaultRenderPass();
    VkResult result = VK_ERROR_INITIALIZATION_FAILED;
    if (stages[0].module != VK_NULL_HANDLE && stages[1].module != VK_NULL_HANDLE) {
        result =
            vk_->vkCreateGraphicsPipelines(device_, VK_NULL_HANDLE, 1, &info, nullptr, &pipeline_);
    }
    for (const auto& stage : stages) {
        vk_->vkDestroyShaderModule(device_, stage.module, nullptr);
    }
    return result;
}

void Box::close() {
    if (device_ == VK_NULL_HANDLE) {
        return;
    }
    vk_->vkDestroyPipeline(device_, pipeline_, nullptr);
    vk_->vkDestroyPipelineLayout(device_, layout_, nullptr);
    vk_->vkDestroyDescriptorPool(device_, pool_, nullptr);
    vk_->vkDestroyDescriptorSetLayout(device_, set_layout_, nullptr);
    vk_->vkDestroySampler(device_, sampler_, nullptr);
    *this = {};
}

void Box::draw(VkCommandBuffer commands, std::uint64_t frame, VkImageView picture, float aspect,
               float degrees) {
    const VkDescriptorSet set = sets_[frame % kSets];
    VkDescriptorImageInfo image{};
    image.imageView = picture;
    image.imageLayout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
    VkWriteDescriptorSet write{};
    write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
    write.dstSet = set;
    write.descriptorCount = 1;
    write.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
    write.pImageInfo = &image;
    vk_->vkUpdateDescriptorSets(device_, 1, &write, 0, nullptr);

    const QSize size = window_->swapChainImageSize();
    QMatrix4x4 turn;
    turn.rotate(20, 1, 0, 0);
    turn.rotate(degrees, 0, 1, 0);
    QMatrix4x4 clip = window_->clipCorrectionMatrix();  // Vulkan's y goes down, its z from 0 to 1
    clip.perspective(40, static_cast<float>(size.width()) / static_cast<float>(size.height()), 0.1f,
                     20);
    clip.translate(0, 0, -4.2f);
    clip *= turn;
    const QVector3D light = turn.transposed().mapVector(QVector3D(0.3f, 0.5f, 0.8f).normalized());
    Push push{};
    std::memcpy(push.clip_from_object, clip.constData(), sizeof push.clip_from_object);
    push.half_size[0] = std::min(aspect, 1.0f);
    push.half_size[1] = std::min(1 / aspect, 1.0f);
    push.half_size[2] = push.half_size[0];
    push.light[0] = light.x();
    push.light[1] = light.y();
    push.light[2] = light.z();

    const VkViewport viewport{
        0, 0, static_cast<float>(size.width()), static_cast<float>(size.height()), 0, 1};
    const VkRect2D scissor{
        {0, 0},
        {static_cast<std::uint32_t>(size.width()), static_cast<std::uint32_t>(size.height())}};
    vk_->vkCmdSetViewport(commands, 0, 1, &viewport);
    vk_->vkCmdSetScissor(commands, 0, 1, &scissor);
    vk_->vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, pipeline_);
    vk_->vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_, 0, 1, &set, 0,
                                 nullptr);
    vk_->vkCmdPushConstants(commands, layout_, VK_SHADER_STAGE_VERTEX_BIT, 0, sizeof push, &push);
    vk_->vkCmdDraw(commands, 36, 1, 0, 0);
}
