// The device that tests run on: IMPASTO_TEST_DEVICE (what --device takes), else the best there is.
// Where there is no Vulkan driver at all such tests are skipped, and say so; any other failure
// fails.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "gpu/device.h"
#include "gpu/stream.h"

namespace impasto::testing {

// The kernels' two forms: buffers by address, buffers by binding.
enum class Form { kAddresses, kBindings };

inline const char* form_name(Form form) {
    return form == Form::kAddresses ? "addresses" : "bindings";
}

class GpuTest : public ::testing::Test {
  protected:
    void SetUp() override { open(Form::kAddresses); }

    // Opens the device; skips the test where it cannot be, with the reason.
    void open(Form form) {
        auto instance = gpu::Instance::create();
        if (!instance) {
            GTEST_SKIP() << "no Vulkan driver on this machine: " << instance.error().message;
        }
        instance_ = *instance;
        if (!instance_->devices()) {
            GTEST_SKIP() << "no Vulkan driver on this machine: "
                         << instance_->devices().error().message;
        }
        const char* chosen = std::getenv("IMPASTO_TEST_DEVICE");
        auto physical = gpu::select_device(*instance_, chosen == nullptr ? "" : chosen);
        ASSERT_TRUE(physical) << physical.error().message;
        physical_ = *physical;
        auto device = gpu::Device::create(instance_, physical_, form == Form::kAddresses);
        ASSERT_TRUE(device) << device.error().message;
        device_ = std::move(*device);
        if (form == Form::kAddresses && !device_->capabilities().addresses) {
            GTEST_SKIP() << device_->info().name << " has no buffer addresses";
        }
        auto stream = gpu::Stream::create(*device_);
        ASSERT_TRUE(stream) << stream.error().message;
        stream_ = std::move(*stream);
    }

    gpu::Device& device() { return *device_; }
    gpu::Stream& stream() { return *stream_; }

    std::shared_ptr<gpu::Instance> instance_;
    VkPhysicalDevice physical_ = VK_NULL_HANDLE;
    std::unique_ptr<gpu::Device> device_;
    std::unique_ptr<gpu::Stream> stream_;
};

// The same test in both forms of the kernels: TEST_P, with IMPASTO_BOTH_FORMS(Suite) below it.
class GpuFormTest : public GpuTest, public ::testing::WithParamInterface<Form> {
  protected:
    void SetUp() override { open(GetParam()); }
};

#define IMPASTO_BOTH_FORMS(Suite)                                                                 \
    INSTANTIATE_TEST_SUITE_P(                                                                     \
        Forms, Suite,                                                                             \
        ::testing::Values(impasto::testing::Form::kAddresses, impasto::testing::Form::kBindings), \
        [](const auto& form) { return std::string(impasto::testing::form_name(form.param)); })

}  // namespace impasto::testing
