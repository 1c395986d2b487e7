#include "viewer/interface.h"

#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_vulkan.h>
#include <imgui.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "viewer/theme.h"

namespace impasto::viewer {
namespace {

constexpr float kFontSize = 15;  // px at the usual scale

// A readable font of the system; "" where none of these is there.
std::string find_font() {
    constexpr std::array kFonts{"/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
                                "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                                "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
                                "/usr/share/fonts/TTF/DejaVuSans.ttf",
                                "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
                                "C:/Windows/Fonts/segoeui.ttf",
                                "/System/Library/Fonts/SFNS.ttf",
                                "/System/Library/Fonts/Supplemental/Arial.ttf"};
    for (const char* font : kFonts) {
        std::error_code error;
        if (std::filesystem::is_regular_file(font, error)) {
            return font;
        }
    }
    return "";
}

// What went wrong inside the backend, which has no results.
VkResult g_backend_result = VK_SUCCESS;
void remember(VkResult result) {
    if (result < 0) {
        g_backend_result = result;
    }
}

Status take_backend_result(const char* where) {
    return check(std::exchange(g_backend_result, VK_SUCCESS), where);
}

}  // namespace

Result<std::unique_ptr<Interface>> Interface::create(Window& window, Theme theme) {
    std::unique_ptr<Interface> self(new Interface(window));
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;  // what is remembered stands in the viewer's own file
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    ImGui_ImplGlfw_InitForVulkan(window.get(), true);
    self->theme_ = theme;
    self->make_fonts();
    return self;
}

Interface::~Interface() {
    detach();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
}

void Interface::make_fonts() {
    scale_ = window_.scale();
    // Where the desktop scales windows (macOS) the font is drawn that much finer.
    const float units = scale_ / window_.pixel_ratio();
    ImGuiIO& io = ImGui::GetIO();
    io.Fonts->Clear();
    const std::string font = find_font();
    const float size = std::round(kFontSize * scale_);
#if IMGUI_VERSION_NUM < 19200  // later ones load glyphs as they are needed
    static const ImWchar kRanges[] = {0x0020, 0x024f, 0x0370, 0x052f, 0x2010, 0x205e,
                                      0x2190, 0x21ff, 0x2200, 0x22ff, 0};
    const ImWchar* ranges = kRanges;
#else
    const ImWchar* ranges = nullptr;
#endif
    if (font.empty() ||
        io.Fonts->AddFontFromFileTTF(font.c_str(), size, nullptr, ranges) == nullptr) {
        ImFontConfig config;
        config.SizePixels = size;
        io.Fonts->AddFontDefault(&config);
    }
    io.FontGlobalScale = units / scale_;
    apply_theme(theme_, units);
}

Status Interface::attach(const Instance& instance, const Device& device, const WindowPass& pass,
                         std::uint32_t image_count, Queue& queue) {
    if (fonts_are_stale()) {
        make_fonts();
    }
    // One font; a few more for newer backends, which take a sampler and a texture each.
    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 16};
    VkDescriptorPoolCreateInfo pool{};
    pool.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
    pool.flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT;
    pool.maxSets = 16;
    pool.poolSizeCount = 1;
    pool.pPoolSizes = &size;
    auto made =
        make<DescriptorPool>(device.get(), pool, vkCreateDescriptorPool, "vkCreateDescriptorPool");
    if (!made) {
        return made.error();
    }
    pool_ = *std::move(made);
    ImGui_ImplVulkan_InitInfo info{};
    info.Instance = instance.get();
    info.PhysicalDevice = device.physical();
    info.Device = device.get();
    info.QueueFamily = device.family();
    info.Queue = device.queue();
    info.DescriptorPool = pool_.get();
    info.MinImageCount = 2;
    info.ImageCount = std::max(image_count, 2u) + 1;
    info.CheckVkResultFn = remember;
#if IMGUI_VERSION_NUM >= 19240
    info.ApiVersion = VK_API_VERSION_1_2;
    info.PipelineInfoMain.RenderPass = pass.get();
    ImGui_ImplVulkan_Init(&info);
#elif IMGUI_VERSION_NUM >= 19030
    info.RenderPass = pass.get();
    ImGui_ImplVulkan_Init(&info);
#else
    ImGui_ImplVulkan_Init(&info, pass.get());
#endif
    attached_ = true;
    device_ = device.get();
#if IMGUI_VERSION_NUM < 19000  // later ones upload the font by themselves
    auto submission = queue.begin();
    if (!submission) {
        return submission.error();
    }
    ImGui_ImplVulkan_CreateFontsTexture(submission->commands);
    IMPASTO_TRY(queue.submit(*submission));
    IMPASTO_TRY(queue.wait_all());
    ImGui_ImplVulkan_DestroyFontUploadObjects();
#else
    static_cast<void>(queue);
#endif
    return take_backend_result("ImGui");
}

void Interface::detach() {
    if (attached_) {
        ImGui_ImplVulkan_Shutdown();
        pool_ = {};
        attached_ = false;
    }
}

void Interface::set_theme(Theme theme) {
    theme_ = theme;
    apply_theme(theme, scale_ / window_.pixel_ratio());
}

bool Interface::fonts_are_stale() const { return scale_ != window_.scale(); }

void Interface::begin_backends() {
    ImGui_ImplVulkan_NewFrame();
    ImGui_ImplGlfw_NewFrame();
}

void Interface::end_frame() { ImGui::Render(); }

Status Interface::draw(VkCommandBuffer commands, const Rect& part) {
    const CutDrawData cut(*ImGui::GetDrawData(), part);
    ImGui_ImplVulkan_RenderDrawData(ImGui::GetDrawData(), commands);
    return take_backend_result("ImGui");
}

}  // namespace impasto::viewer
