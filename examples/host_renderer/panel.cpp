#include "panel.h"

#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_vulkan.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "resources.h"

namespace host {
namespace {

constexpr float kWidth = 320;  // of the plots, px

// ImGui's colours are sRGB-encoded, and the attachment encodes what is written.
void make_colours_linear() {
    for (ImVec4& colour : ImGui::GetStyle().Colors) {
        for (float* channel : {&colour.x, &colour.y, &colour.z})
            *channel = std::pow(*channel, 2.2f);
    }
}

void start_backend(const Instance& instance, const Device& device, VkRenderPass pass,
                   VkDescriptorPool pool) {
    ImGui_ImplVulkan_InitInfo info{};
    info.Instance = instance.get();
    info.PhysicalDevice = device.physical;
    info.Device = device.get();
    info.QueueFamily = device.queue_family;
    info.Queue = device.queue;
    info.DescriptorPool = pool;
    info.MinImageCount = kFramesInFlight;
    info.ImageCount = kFramesInFlight;
    info.CheckVkResultFn = [](VkResult result) { check(result, "ImGui"); };
#if IMGUI_VERSION_NUM >= 19030
    info.RenderPass = pass;
    ImGui_ImplVulkan_Init(&info);
#else
    ImGui_ImplVulkan_Init(&info, pass);
#endif
#if IMGUI_VERSION_NUM < 19000  // later ones upload the font by themselves
    run_once(device,
             [](VkCommandBuffer commands) { ImGui_ImplVulkan_CreateFontsTexture(commands); });
    ImGui_ImplVulkan_DestroyFontUploadObjects();
#endif
}

void plot(const char* name, const std::vector<FrameRecord>& records,
          float (*value)(const FrameRecord&)) {
    std::vector<float> values(records.size());
    std::transform(records.begin(), records.end(), values.begin(), value);
    const float largest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    const float last = values.empty() ? 0 : values.back();
    std::array<char, 64> text{};
    static_cast<void>(std::snprintf(text.data(), text.size(), "%s %.1f ms (most %.1f)", name,
                                    static_cast<double>(last), static_cast<double>(largest)));
    ImGui::PlotLines((std::string("##") + name).c_str(), values.data(),
                     static_cast<int>(values.size()), 0, text.data(), 0,
                     std::max(largest * 1.3f, 1.0f), ImVec2(kWidth, 56));
}

void stylisation_controls(const SliceReport& slice, Controls& controls) {
    ImGui::Text("%s: iteration %u of %u, loss %.4g", slice.state, slice.iterations,
                slice.iterations_in_all, static_cast<double>(slice.loss));
    const float whole = static_cast<float>(std::max(slice.iterations_in_all, 1U));
    ImGui::ProgressBar(static_cast<float>(slice.iterations) / whole, ImVec2(kWidth, 6), "");
    ImGui::SliderFloat("budget", &controls.budget_ms, 0.5f, 100, "%.1f ms",
                       ImGuiSliderFlags_Logarithmic);
    ImGui::SliderFloat("style weight", &controls.style_weight, 0.1f, 1000, "%.1f",
                       ImGuiSliderFlags_Logarithmic);
    ImGui::Checkbox("pause", &controls.paused);
    ImGui::SameLine();
    ImGui::Checkbox("original", &controls.show_original);
    ImGui::SameLine();
    if (ImGui::Button("restart")) controls.restart = true;
}

}  // namespace

Panel::Panel(const Instance& instance, const Device& device, VkRenderPass pass, GLFWwindow* window)
    : window_(window) {
    // One font; a few more for newer backends, which take a sampler and a texture each.
    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 8};
    VkDescriptorPoolCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
    info.flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT;
    info.maxSets = 8;
    info.poolSizeCount = 1;
    info.pPoolSizes = &size;
    VkDescriptorPool pool = VK_NULL_HANDLE;
    check(vkCreateDescriptorPool(device.get(), &info, nullptr, &pool), "vkCreateDescriptorPool");
    pool_ = {device.get(), pool};

    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;  // leaves no file behind
    ImGui::StyleColorsDark();
    make_colours_linear();
    if (window != nullptr) ImGui_ImplGlfw_InitForVulkan(window, true);
    start_backend(instance, device, pass, pool);
}

Panel::~Panel() {
    ImGui_ImplVulkan_Shutdown();
    if (window_ != nullptr) ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
}

void Panel::update(VkExtent2D extent, bool styled, const FrameLog& log, Controls& controls,
                   Camera& camera) {
    ImGuiIO& io = ImGui::GetIO();
    ImGui_ImplVulkan_NewFrame();
    if (window_ != nullptr) {
        ImGui_ImplGlfw_NewFrame();
    } else {
        io.DisplaySize =
            ImVec2(static_cast<float>(extent.width), static_cast<float>(extent.height));
        io.DeltaTime = 1.0f / 60;
    }
    ImGui::NewFrame();
    if (!io.WantCaptureMouse) {
        if (ImGui::IsMouseDragging(ImGuiMouseButton_Left, 0)) {
            camera.drag(io.MouseDelta.x, io.MouseDelta.y, io.DisplaySize.y);
        }
        camera.wheel(io.MouseWheel);
    }

    ImGui::SetNextWindowPos(ImVec2(12, 12), ImGuiCond_FirstUseEver);
    ImGui::Begin("Impasto", nullptr, ImGuiWindowFlags_AlwaysAutoResize);
    const std::vector<FrameRecord>& last = log.last();
    if (styled && !last.empty()) stylisation_controls(last.back().slice, controls);
    plot("frame, CPU", last,
         [](const FrameRecord& record) { return static_cast<float>(record.cpu_ms); });
    if (!last.empty() && last.back().gpu.draw_ms >= 0) {
        plot("drawing, GPU", last,
             [](const FrameRecord& record) { return static_cast<float>(record.gpu.draw_ms); });
        if (styled) {
            plot("stylisation, GPU", last,
                 [](const FrameRecord& record) { return static_cast<float>(record.gpu.slice_ms); });
        }
    }
    ImGui::End();
    ImGui::Render();
}

void Panel::draw(VkCommandBuffer commands) const {
    ImGui_ImplVulkan_RenderDrawData(ImGui::GetDrawData(), commands);
}

}  // namespace host
