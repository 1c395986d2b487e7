#include "gpu/pipeline.h"

#include "nn/checks.h"
#include "support/gpu_fixture.h"
#include "support/host_vulkan.h"
#include "support/temporary_folder.h"

namespace impasto::gpu {
namespace {

using testing::HostVulkan;

// What the driver was given and gives in the tests below.
std::vector<char> given;
std::vector<char> compiled;

VKAPI_ATTR VkResult VKAPI_CALL create_cache(VkDevice, const VkPipelineCacheCreateInfo* info,
                                            const VkAllocationCallbacks*, VkPipelineCache* cache) {
    const auto* data = static_cast<const char*>(info->pInitialData);
    given.assign(data, data + info->initialDataSize);
    *cache = reinterpret_cast<VkPipelineCache>(std::uintptr_t{1});
    return VK_SUCCESS;
}
VKAPI_ATTR void VKAPI_CALL destroy_cache(VkDevice, VkPipelineCache, const VkAllocationCallbacks*) {}
VKAPI_ATTR VkResult VKAPI_CALL cache_data(VkDevice, VkPipelineCache, std::size_t* size,
                                          void* data) {
    *size = compiled.size();
    if (data != nullptr) {
        std::copy(compiled.begin(), compiled.end(), static_cast<char*>(data));
    }
    return VK_SUCCESS;
}
VKAPI_ATTR VkResult VKAPI_CALL no_cache(VkDevice, const VkPipelineCacheCreateInfo*,
                                        const VkAllocationCallbacks*, VkPipelineCache*) {
    return VK_ERROR_OUT_OF_HOST_MEMORY;
}

class PipelineCacheTest : public testing::GpuTest {
  protected:
    // A device's life: made, used where `use` says so, gone.
    void live(bool use) {
        auto device = Device::create(instance_, physical_);
        ASSERT_TRUE(device) << device.error().message;
        (*device)->keep_pipelines(folder_ / "pipelines");
        if (use) {
            auto stream = Stream::create(**device);
            ASSERT_TRUE(stream);
            auto check = nn::check_blend(**stream, 100, false);
            ASSERT_TRUE(check) << check.error().message;
            EXPECT_TRUE(check->passed()) << check->message;
        }
    }
    std::filesystem::path file() const {
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "pipelines")) {
            return entry.path();
        }
        return {};
    }

    test::TemporaryFolder folder_;
};

TEST_F(PipelineCacheTest, IsKeptAndTakenUpAgain) {
    live(true);
    ASSERT_FALSE(file().empty());
    const auto bytes = test::read_bytes(file());
    const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    std::filesystem::last_write_time(file(), old);
    live(true);
    EXPECT_EQ(std::filesystem::last_write_time(file()), old) << "nothing was added";
    EXPECT_EQ(test::read_bytes(file()), bytes);
}

TEST_F(PipelineCacheTest, ADamagedFileIsReplaced) {
    live(true);
    const auto path = file();
    const auto bytes = test::read_bytes(path);
    test::write_text(path, "not ours");
    live(true);
    EXPECT_EQ(test::read_bytes(path).size(), bytes.size());
}

TEST_F(PipelineCacheTest, AFolderThatCannotBeWrittenIsNoError) {
    test::write_text(folder_ / "pipelines", "a file where the folder should be");
    live(true);
    EXPECT_EQ(folder_.names(), std::vector<std::string>{"pipelines"});
}

// A host's device whose driver's cache is the test's.
class PipelineDriverTest : public testing::GpuFormTest {
  protected:
    void live() {
        HostVulkan host;
        HostVulkan::replace("vkCreatePipelineCache", reinterpret_cast<PFN_vkVoidFunction>(create_));
        HostVulkan::replace("vkDestroyPipelineCache",
                            reinterpret_cast<PFN_vkVoidFunction>(&destroy_cache));
        HostVulkan::replace("vkGetPipelineCacheData",
                            reinterpret_cast<PFN_vkVoidFunction>(&cache_data));
        auto instance = Instance::borrow(host.instance(), &HostVulkan::get);
        ASSERT_TRUE(instance);
        auto physical = select_device(**instance, "");
        ASSERT_TRUE(physical);
        BorrowedDevice borrowed;
        borrowed.physical = *physical;
        borrowed.addresses_enabled = GetParam() == testing::Form::kAddresses;
        borrowed.device = host.make_device(*physical, borrowed.addresses_enabled);
        ASSERT_NE(borrowed.device, VK_NULL_HANDLE);
        auto device = Device::borrow(*instance, borrowed);
        ASSERT_TRUE(device) << device.error().message;
        (*device)->keep_pipelines(folder_.path());
    }

    PFN_vkCreatePipelineCache create_ = &create_cache;
    test::TemporaryFolder folder_;
};

TEST_P(PipelineDriverTest, GetsWhatItGave) {
    given.clear();
    compiled = {'o', 'n', 'e'};
    live();
    EXPECT_TRUE(given.empty());
    ASSERT_EQ(folder_.names().size(), 1u);
    compiled = {'o', 'n', 'e', ' ', 't', 'w', 'o'};
    live();
    EXPECT_EQ(given, (std::vector<char>{'o', 'n', 'e'}));
    live();
    EXPECT_EQ(given, compiled);
}

TEST_P(PipelineDriverTest, WithoutACacheItCompilesAnew) {
    create_ = &no_cache;
    live();
    EXPECT_TRUE(folder_.names().empty());
}

IMPASTO_BOTH_FORMS(PipelineDriverTest);

}  // namespace
}  // namespace impasto::gpu
