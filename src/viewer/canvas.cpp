#include "viewer/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "viewer/canvas_frag.h"
#include "viewer/canvas_vert.h"

namespace impasto::viewer {
namespace {

// As shaders/canvas.frag has them.
struct Params {
    float origin[2];
    float extent[2];
    float split;
    std::uint32_t mode;
    std::uint32_t flags;
    float level;
    float second_level;
    float gain;
};
constexpr std::uint32_t kNearest = 1;
constexpr std::uint32_t kTiled = 2;

Result<ShaderModule> make_module(VkDevice device, std::span<const std::uint32_t> code) {
    VkShaderModuleCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
    info.codeSize = code.size_bytes();
    info.pCode = code.data();
    return make<ShaderModule>(device, info, vkCreateShaderModule, "vkCreateShaderModule");
}

}  // namespace

Result<std::unique_ptr<Canvas>> Canvas::create(const Device& device, const TextureLayout& layout,
                                               VkRenderPass pass) {
    std::unique_ptr<Canvas> self(new Canvas(device));
    const std::array layouts{layout.get(), layout.get()};
    const VkPushConstantRange constants{VK_SHADER_STAGE_FRAGMENT_BIT, 0, sizeof(Params)};
    VkPipelineLayoutCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
    info.setLayoutCount = static_cast<std::uint32_t>(layouts.size());
    info.pSetLayouts = layouts.data();
    info.pushConstantRangeCount = 1;
    info.pPushConstantRanges = &constants;
    auto made =
        make<PipelineLayout>(device.get(), info, vkCreatePipelineLayout, "vkCreatePipelineLayout");
    if (!made) {
        return made.error();
    }
    self->layout_ = *std::move(made);
    IMPASTO_TRY(self->make_pipeline(layout, pass));
    return self;
}

Status Canvas::make_pipeline(const TextureLayout&, VkRenderPass pass) {
    auto vertex = make_module(device_.get(), canvas_vert);
    if (!vertex) {
        return vertex.error();
    }
    auto fragment = make_module(device_.get(), canvas_frag);
    if (!fragment) {
        return fragment.error();
    }
    std::array<VkPipelineShaderStageCreateInfo, 2> stages{};
    stages[0].sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    stages[0].stage = VK_SHADER_STAGE_VERTEX_BIT;
    stages[0].module = vertex->get();
    stages[0].pName = "main";
    stages[1] = stages[0];
    stages[1].stage = VK_SHADER_STAGE_FRAGMENT_BIT;
    stages[1].module = fragment->get();
    VkPipelineVertexInputStateCreateInfo vertices{};
    vertices.sType = VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO;
    VkPipelineInputAssemblyStateCreateInfo assembly{};
    assembly.sType = VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO;
    assembly.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
    VkPipelineViewportStateCreateInfo viewport{};
    viewport.sType = VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO;
    viewport.viewportCount = 1;
    viewport.scissorCount = 1;
    VkPipelineRasterizationStateCreateInfo raster{};
    raster.sType = VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO;
    raster.lineWidth = 1;
    VkPipelineMultisampleStateCreateInfo samples{};
    samples.sType = VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO;
    samples.rasterizationSamples = VK_SAMPLE_COUNT_1_BIT;
    VkPipelineColorBlendAttachmentState opaque{};
    opaque.colorWriteMask = VK_COLOR_COMPONENT_R_BIT | VK_COLOR_COMPONENT_G_BIT |
                            VK_COLOR_COMPONENT_B_BIT | VK_COLOR_COMPONENT_A_BIT;
    VkPipelineColorBlendStateCreateInfo blend{};
    blend.sType = VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO;
    blend.attachmentCount = 1;
    blend.pAttachments = &opaque;
    constexpr std::array kDynamic{VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
    VkPipelineDynamicStateCreateInfo dynamic{};
    dynamic.sType = VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO;
    dynamic.dynamicStateCount = static_cast<std::uint32_t>(kDynamic.size());
    dynamic.pDynamicStates = kDynamic.data();
    VkGraphicsPipelineCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO;
    info.stageCount = static_cast<std::uint32_t>(stages.size());
    info.pStages = stages.data();
    info.pVertexInputState = &vertices;
    info.pInputAssemblyState = &assembly;
    info.pViewportState = &viewport;
    info.pRasterizationState = &raster;
    info.pMultisampleState = &samples;
    info.pColorBlendState = &blend;
    info.pDynamicState = &dynamic;
    info.layout = layout_.get();
    info.renderPass = pass;
    VkPipeline pipeline = VK_NULL_HANDLE;
    IMPASTO_TRY(check(
        vkCreateGraphicsPipelines(device_.get(), VK_NULL_HANDLE, 1, &info, nullptr, &pipeline),
        "vkCreateGraphicsPipelines"));
    pipeline_ = {device_.get(), pipeline};
    return {};
}

void Canvas::add(ImDrawList& list, ImVec2 min, ImVec2 max, const CanvasView& view,
                 const Texture& first, const Texture* second) {
    const Texture& other = second != nullptr ? *second : first;
    draws_.push_back({this, view, min, max, first.set(), other.set(), first.texels_across(),
                      other.texels_across(), hashed(hashed(0, first.stamp()), other.stamp())});
    list.AddCallback(&Canvas::callback, &draws_.back());
    list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

Drawn Canvas::describe(const ImDrawCmd& command) {
    const Draw& what = *static_cast<const Draw*>(command.UserCallbackData);
    const CanvasView& view = what.view;
    std::uint64_t hash = hashed(what.stamps, what.min.x, what.min.y);
    hash = hashed(hash, what.max.x, what.max.y);
    hash = hashed(hash, view.origin.x, view.origin.y);
    hash = hashed(hash, view.extent.x, view.extent.y);
    hash = hashed(hash, view.split, view.nearest ? 1.0f : 0.0f);
    hash = hashed(hash, view.tiled ? 1.0f : 0.0f, static_cast<float>(view.compare));
    hash = hashed(hash, view.gain, 0.0f);
    return {hashed(hash, view.surround), what.min, what.max};
}

void Canvas::callback(const ImDrawList*, const ImDrawCmd* command) {
    const Draw& what = *static_cast<const Draw*>(command->UserCallbackData);
    Draw clipped = what;
    clipped.min.x = std::max(what.min.x, command->ClipRect.x);
    clipped.min.y = std::max(what.min.y, command->ClipRect.y);
    clipped.max.x = std::min(what.max.x, command->ClipRect.z);
    clipped.max.y = std::min(what.max.y, command->ClipRect.w);
    what.canvas->draw(clipped);
}

// The pane is cleared, and only the picture's own pixels go through the shader: a driver on the CPU
// has none to spare.
void Canvas::draw(const Draw& what) const {
    const ImDrawData& data = *ImGui::GetDrawData();
    const ImVec2 scale = data.FramebufferScale;
    const auto x = [&](float at) { return (at - data.DisplayPos.x) * scale.x; };
    const auto y = [&](float at) { return (at - data.DisplayPos.y) * scale.y; };
    const float width = data.DisplaySize.x * scale.x;
    const float height = data.DisplaySize.y * scale.y;
    struct Box {
        float left, top, right, bottom;
        bool empty() const { return right <= left || bottom <= top; }
        VkRect2D rect() const {
            return {{static_cast<std::int32_t>(left), static_cast<std::int32_t>(top)},
                    {static_cast<std::uint32_t>(right - left),
                     static_cast<std::uint32_t>(bottom - top)}};
        }
    };
    const Box pane{std::clamp(std::round(x(what.min.x)), 0.0f, width),
                   std::clamp(std::round(y(what.min.y)), 0.0f, height),
                   std::clamp(std::round(x(what.max.x)), 0.0f, width),
                   std::clamp(std::round(y(what.max.y)), 0.0f, height)};
    if (pane.empty()) {
        return;
    }
    const CanvasView& view = what.view;
    const auto channel = [&](int shift) {
        return static_cast<float>(view.surround >> shift & 0xffu) / 255.0f;
    };
    VkClearAttachment clear{};
    clear.aspectMask = VK_IMAGE_ASPECT_COLOR_BIT;
    clear.clearValue.color = {{channel(16), channel(8), channel(0), 1.0f}};
    const VkClearRect cleared{pane.rect(), 0, 1};
    vkCmdClearAttachments(commands_, 1, &clear, 1, &cleared);

    const float copies = view.tiled ? 1.0f : 0.0f;  // beyond each side
    const ImVec2 origin{x(view.origin.x), y(view.origin.y)};
    const ImVec2 extent{view.extent.x * scale.x, view.extent.y * scale.y};
    const Box shown{
        std::clamp(std::round(origin.x - copies * extent.x), pane.left, pane.right),
        std::clamp(std::round(origin.y - copies * extent.y), pane.top, pane.bottom),
        std::clamp(std::round(origin.x + (1 + copies) * extent.x), pane.left, pane.right),
        std::clamp(std::round(origin.y + (1 + copies) * extent.y), pane.top, pane.bottom)};
    if (shown.empty()) {
        return;
    }
    const VkRect2D scissor = shown.rect();
    vkCmdSetScissor(commands_, 0, 1, &scissor);
    const VkViewport viewport{0, 0, width, height, 0, 1};
    vkCmdSetViewport(commands_, 0, 1, &viewport);
    vkCmdBindPipeline(commands_, VK_PIPELINE_BIND_POINT_GRAPHICS, pipeline_.get());
    const std::array sets{what.first, what.second};
    vkCmdBindDescriptorSets(commands_, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_.get(), 0,
                            static_cast<std::uint32_t>(sets.size()), sets.data(), 0, nullptr);
    const auto level = [&](std::uint32_t texels) {
        return std::max(0.0f, std::log2(static_cast<float>(texels) / extent.x));
    };
    const Params params{{origin.x, origin.y},
                        {extent.x, extent.y},
                        x(view.split),
                        static_cast<std::uint32_t>(view.compare),
                        (view.nearest ? kNearest : 0) | (view.tiled ? kTiled : 0),
                        level(what.first_width),
                        level(what.second_width),
                        view.gain};
    vkCmdPushConstants(commands_, layout_.get(), VK_SHADER_STAGE_FRAGMENT_BIT, 0, sizeof params,
                       &params);
    vkCmdDraw(commands_, 3, 1, 0, 0);
}

}  // namespace impasto::viewer
