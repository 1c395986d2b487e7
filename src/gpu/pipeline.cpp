#include "gpu/pipeline.h"

#include <new>

#include "gpu/errors.h"
#include "gpu/spirv.h"

namespace impasto::gpu {

namespace {

// Kernels of ours take a hundredth of it.
constexpr DeviceFileKind kPipelineFile{
    {'I', 'M', 'P', 'P', 'I', 'P', 'E', '\n'}, 1, std::size_t{64} << 20};

}  // namespace

PipelineCache::~PipelineCache() {
    const DeviceFunctions& vk = device_.vk();
    if (compiled_ != VK_NULL_HANDLE) {
        try {
            save();
        } catch (...) {
            // Without memory, or the folder: the next start is slower.
        }
        vk.DestroyPipelineCache(device_.handle(), compiled_, nullptr);
    }
    for (auto& [key, pipeline] : pipelines_) {
        vk.DestroyPipeline(device_.handle(), pipeline.handle, nullptr);
    }
    for (auto& [key, layout] : layouts_) {
        vk.DestroyPipelineLayout(device_.handle(), layout.layout, nullptr);
        if (layout.set_layout != VK_NULL_HANDLE) {
            vk.DestroyDescriptorSetLayout(device_.handle(), layout.set_layout, nullptr);
        }
    }
}

void PipelineCache::keep_in(const std::filesystem::path& folder, const DeviceFileKey& key) {
    const std::lock_guard lock(mutex_);
    key_ = key;
    file_ = folder / device_file_name(key);
    const std::vector<std::byte> bytes = read_device_file(file_, kPipelineFile, key_);
    bytes_loaded_ = bytes.size();
    VkPipelineCacheCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO;
    info.initialDataSize = bytes.size();
    info.pInitialData = bytes.data();
    const DeviceFunctions& vk = device_.vk();
    if (vk.CreatePipelineCache(device_.handle(), &info, nullptr, &compiled_) != VK_SUCCESS) {
        compiled_ = VK_NULL_HANDLE;
    }
}

void PipelineCache::save() const {
    const DeviceFunctions& vk = device_.vk();
    std::size_t size = 0;
    // A cache only ever grows, so one of the same size is the one that was loaded.
    if (vk.GetPipelineCacheData(device_.handle(), compiled_, &size, nullptr) != VK_SUCCESS ||
        size <= bytes_loaded_) {
        return;
    }
    std::vector<std::byte> bytes(size);
    if (vk.GetPipelineCacheData(device_.handle(), compiled_, &size, bytes.data()) != VK_SUCCESS) {
        return;
    }
    bytes.resize(size);
    (void)write_device_file(file_, kPipelineFile, key_, bytes);
}

Result<PipelineCache::Layout> PipelineCache::layout(std::uint32_t buffers) {
    const bool addresses = device_.capabilities().addresses;
    // In the address form the buffers travel in the push constants and one layout serves all.
    const std::uint32_t key = addresses ? 0 : buffers;
    // The room is made first, so that what the driver makes is never lost.
    Layout& made = layouts_[key];
    if (made.layout != VK_NULL_HANDLE) {
        return made;
    }
    const DeviceFunctions& vk = device_.vk();
    if (!addresses) {
        std::vector<VkDescriptorSetLayoutBinding> bindings(buffers);
        for (std::uint32_t i = 0; i < buffers; ++i) {
            bindings[i].binding = i;
            bindings[i].descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
            bindings[i].descriptorCount = 1;
            bindings[i].stageFlags = VK_SHADER_STAGE_COMPUTE_BIT;
        }
        VkDescriptorSetLayoutCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
        info.bindingCount = buffers;
        info.pBindings = bindings.data();
        const VkResult result =
            vk.CreateDescriptorSetLayout(device_.handle(), &info, nullptr, &made.set_layout);
        if (result != VK_SUCCESS) {
            layouts_.erase(key);
            return vulkan_error(result, "creating a descriptor set layout");
        }
    }
    VkPushConstantRange range{};
    range.stageFlags = VK_SHADER_STAGE_COMPUTE_BIT;
    range.size = kPushBytes;
    VkPipelineLayoutCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
    info.setLayoutCount = addresses ? 0 : 1;
    info.pSetLayouts = &made.set_layout;
    info.pushConstantRangeCount = 1;
    info.pPushConstantRanges = &range;
    const VkResult result = vk.CreatePipelineLayout(device_.handle(), &info, nullptr, &made.layout);
    if (result != VK_SUCCESS) {
        if (made.set_layout != VK_NULL_HANDLE) {
            vk.DestroyDescriptorSetLayout(device_.handle(), made.set_layout, nullptr);
        }
        layouts_.erase(key);
        return vulkan_error(result, "creating a pipeline layout");
    }
    return made;
}

Result<Pipeline> PipelineCache::get(const Shader& shader, std::uint32_t buffers,
                                    std::span<const std::uint32_t> constants,
                                    std::uint32_t subgroup_size) {
    const std::lock_guard lock(mutex_);
    auto key =
        std::make_pair(&shader, std::vector<std::uint32_t>(constants.begin(), constants.end()));
    key.second.push_back(subgroup_size);
    const auto shared = layout(buffers);
    if (!shared) {
        return shared.error();
    }
    // As in layout(): a pipeline that failed stays null, and is tried again.
    Pipeline& pipeline = pipelines_[std::move(key)];
    if (pipeline.handle != VK_NULL_HANDLE) {
        return pipeline;
    }
    const DeviceFunctions& vk = device_.vk();
    const auto code = device_.capabilities().addresses ? shader.addresses : shader.bindings;
    pipeline = {VK_NULL_HANDLE, shared->layout, shared->set_layout, strided_axes(code)};
    std::vector<VkSpecializationMapEntry> entries(constants.size());
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
        entries[i] = {i, i * 4, 4};
    }
    VkShaderModuleCreateInfo module_info{};
    module_info.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
    module_info.codeSize = code.size_bytes();
    module_info.pCode = code.data();
    VkShaderModule module = VK_NULL_HANDLE;
    VkResult result = vk.CreateShaderModule(device_.handle(), &module_info, nullptr, &module);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, std::string("loading the kernel ") + shader.name);
    }
    VkSpecializationInfo specialization{};
    specialization.mapEntryCount = static_cast<std::uint32_t>(entries.size());
    specialization.pMapEntries = entries.data();
    specialization.dataSize = constants.size_bytes();
    specialization.pData = constants.data();

    VkComputePipelineCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
    info.flags = VK_PIPELINE_CREATE_DISPATCH_BASE;  // programs divide dispatches
    info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    info.stage.module = module;
    info.stage.pName = "main";
    info.stage.pSpecializationInfo = &specialization;
    VkPipelineShaderStageRequiredSubgroupSizeCreateInfoEXT subgroup{};
    if (subgroup_size != 0) {
        subgroup.sType =
            VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO_EXT;
        subgroup.requiredSubgroupSize = subgroup_size;
        info.stage.pNext = &subgroup;
        info.stage.flags = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT_EXT;
    }
    info.layout = shared->layout;
    const VkPipelineCache cache =
        device_.host_pipelines() != VK_NULL_HANDLE ? device_.host_pipelines() : compiled_;
    result =
        vk.CreateComputePipelines(device_.handle(), cache, 1, &info, nullptr, &pipeline.handle);
    vk.DestroyShaderModule(device_.handle(), module, nullptr);
    if (result != VK_SUCCESS) {
        pipeline.handle = VK_NULL_HANDLE;
        return vulkan_error(result, std::string("compiling the kernel ") + shader.name);
    }
    return pipeline;
}

}  // namespace impasto::gpu
