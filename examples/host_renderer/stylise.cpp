#include "stylise.h"

#include <array>
#include <bit>
#include <cstdio>

#include "failure.h"

namespace host {
namespace {

// Throws what went wrong first in calls that were given `failure`.
void throw_if(const Impasto::Failure& failure) {
    if (failure.result != IMPASTO_SUCCESS) throw Failure(-failure.result, failure.message);
}

auto get_instance_proc_addr() {
    return reinterpret_cast<ImpastoGetInstanceProcAddr>(vkGetInstanceProcAddr);
}

void print_line(void*, const char* line) {
    static_cast<void>(std::fprintf(stderr, "host_renderer: %s\n", line));
}

const char* name_of(ImpastoState state) {
    switch (state) {
        case IMPASTO_STATE_PREPARING:
            return "preparing";
        case IMPASTO_STATE_RUNNING:
            return "running";
        case IMPASTO_STATE_PAUSED:
            return "paused";
        case IMPASTO_STATE_DONE:
            return "done";
        case IMPASTO_STATE_CANCELLED:
            return "cancelled";
        default:
            return "failed";
    }
}

}  // namespace

void add_wanted_features(VkInstance instance, VkPhysicalDevice physical, DeviceFeatures& features) {
    auto wanted = Impasto::make<ImpastoFeatures>();
    std::array<char, 512> message{};
    const ImpastoResult result = impasto_required_features(
        instance, physical, get_instance_proc_addr(), &wanted, message.data(), message.size());
    if (result != IMPASTO_SUCCESS) throw Failure(-result, message.data());
    if (wanted.unusable[0] != '\0') throw Failure(kNoDevice, wanted.unusable);
    const auto has = [&](ImpastoFeature bit) { return (wanted.features & bit) != 0; };
    // No timeline semaphore, which the device may have: only slices are wanted.
    if (has(IMPASTO_FEATURE_BUFFER_DEVICE_ADDRESS)) features.vulkan12.bufferDeviceAddress = VK_TRUE;
    if (has(IMPASTO_FEATURE_SHADER_INT64)) features.core.features.shaderInt64 = VK_TRUE;
#ifdef VK_KHR_cooperative_matrix  // Vulkan's headers since 1.3.255
    if (has(IMPASTO_FEATURE_MATRIX_UNITS)) {
        features.vulkan12.shaderFloat16 = VK_TRUE;
        features.vulkan12.vulkanMemoryModel = VK_TRUE;
        features.subgroup_size.sType =
            VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT;
        features.subgroup_size.subgroupSizeControl = VK_TRUE;
        features.subgroup_size.computeFullSubgroups = VK_TRUE;
        features.matrix.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
        features.matrix.cooperativeMatrix = VK_TRUE;
        features.subgroup_size.pNext = &features.matrix;
        features.vulkan12.pNext = &features.subgroup_size;
        for (uint32_t i = 0; i < wanted.extension_count; ++i) {
            features.extensions.push_back(wanted.extensions[i]);
        }
    }
#endif
}

uint32_t enabled_features(const VkDeviceCreateInfo& info) {
    return impasto_enabled_features(&info);
}

Stylist::Stylist(const Instance& instance, const Device& device, const StyleContent& content,
                 const StyleOptions& options)
    : options_(options), content_(content) {
    auto lent = Impasto::make<ImpastoVulkanDevice>();
    lent.instance = instance.get();
    lent.physical_device = device.physical;
    lent.device = device.get();
    lent.queue_family_index = device.queue_family;  // and no queue: nothing is submitted
    lent.get_instance_proc_addr = get_instance_proc_addr();
    lent.features = device.impasto_features;
    auto context_options = Impasto::make<ImpastoContextOptions>();
    context_options.host_device = &lent;
    context_options.log = print_line;
    Impasto::Failure failure;
    context_ = Impasto::create_context(&context_options, failure);
    weights_ = Impasto::load_weights(options.weights.c_str(), failure);
    style_ = Impasto::load_image(options.style.c_str(), failure);
    throw_if(failure);
    begin();
}

void Stylist::begin() {
    ImpastoSessionOptions options = Impasto::session_options();
    options.size = options_.size;
    if (!options_.iterations.empty()) {
        options.iterations = options_.iterations.data();
        options.iterations_count = static_cast<uint32_t>(options_.iterations.size());
    }
    if (options_.style_weight < 0) options_.style_weight = options.objective.style_weight;
    options.objective.style_weight = options_.style_weight;

    auto texture = Impasto::make<ImpastoVulkanImage>();
    texture.image = std::bit_cast<uint64_t>(content_.image);
    texture.format = content_.format;
    texture.width = content_.extent.width;
    texture.height = content_.extent.height;
    texture.layout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
    auto content = Impasto::make<ImpastoSource>();
    content.vulkan_image = &texture;
    auto style = Impasto::make<ImpastoSource>();
    style.image = style_.get();

    auto hosting = Impasto::make<ImpastoHosting>();
    hosting.format = content_.format;
    hosting.mips = 1;
    Impasto::Failure failure;
    session_ = Impasto::create_hosted_session(context_.get(), weights_.get(), content, {style},
                                              options, hosting, failure);
    throw_if(failure);
    if (paused_) pause(true);

    std::array<ImpastoScale, 32> scales{};  // each twice the one before: there are never so many
    auto count = static_cast<uint32_t>(scales.size());
    iterations_in_all_ = 0;
    check(impasto_session_scales(session_.get(), scales.data(), &count));
    for (uint32_t i = 0; i < count; ++i) iterations_in_all_ += scales[i].iterations;
}

void Stylist::check(int result) const {
    if (result < 0) throw Failure(-result, impasto_session_message(session_.get()));
}

SliceReport Stylist::record(VkCommandBuffer commands, uint64_t frame, uint64_t completed_frame,
                            double budget_ms) {
    auto slice = Impasto::make<ImpastoSlice>();
    slice.command_buffer = commands;
    slice.frame = frame;
    slice.completed_frame = completed_frame;
    slice.budget_ms = budget_ms;
    auto recorded = Impasto::make<ImpastoSliceReport>();
    check(impasto_session_record(session_.get(), &slice, &recorded));
    auto progress = Impasto::make<ImpastoProgress>();
    check(impasto_session_progress(session_.get(), &progress));

    SliceReport report;
    report.state = name_of(recorded.state);
    report.preparing = recorded.state == IMPASTO_STATE_PREPARING;
    report.done = recorded.state == IMPASTO_STATE_DONE;
    report.operations = recorded.operations;
    report.estimate_ms = recorded.estimate_ms;
    report.pictures = recorded.pictures;
    report.iterations = progress.total_iterations;
    report.iterations_in_all = iterations_in_all_;
    report.loss = progress.losses.total;
    return report;
}

VkImageView Stylist::view() const {
    auto result = Impasto::make<ImpastoResultImage>();
    check(impasto_session_result(session_.get(), &result));
    return result.ready != 0 ? std::bit_cast<VkImageView>(result.view) : VK_NULL_HANDLE;
}

void Stylist::set_style_weight(float weight) {
    options_.style_weight = weight;
    auto objective = Impasto::make<ImpastoObjective>();
    impasto_objective_default(&objective);
    objective.style_weight = weight;
    check(impasto_session_set_objective(session_.get(), &objective));
}

void Stylist::pause(bool paused) {
    paused_ = paused;
    check(impasto_session_pause(session_.get(), paused ? 1 : 0));
}

void Stylist::restart(uint64_t last_frame) {
    session_.get_deleter().frame = last_frame;
    session_.reset();
    begin();
}

void Stylist::device_lost() { impasto_context_device_lost(context_.get()); }

}  // namespace host
