#include "batch/device.h"

#include <vector>

#include "batch/handles.h"
#include "platform/paths.h"

namespace impasto::batch {

SharedDevice::SharedDevice(const ImpastoContextOptions& options, std::filesystem::path folder)
    : options_(options), folder_(std::move(folder)) {
    options_.keep_encoder = 1;
}

Result<std::shared_ptr<ImpastoContext>> SharedDevice::context() {
    const std::lock_guard lock(mutex_);
    if (context_ == nullptr) {
        Impasto::Failure failure;
        Impasto::Context made = Impasto::create_context(&options_, failure);
        if (!made) return error_of(failure);
        context_ = std::move(made);
    }
    return context_;
}

void SharedDevice::lost(const std::shared_ptr<ImpastoContext>& context) {
    const std::lock_guard lock(mutex_);
    if (context_ == context) context_.reset();  // the last session that uses it destroys it
}

Result<std::string> SharedDevice::tier() {
    const auto context = this->context();
    if (!context) return context.error();
    auto info = Impasto::make<ImpastoDeviceInfo>();
    impasto_context_device(context->get(), &info);
    const auto text = [](const char* given) {
        return std::string(given != nullptr ? given : "auto");
    };
    return std::string(info.tier) + "; " + text(options_.precision) + "; " + text(options_.tier);
}

// A name of the catalogue, or a file beside the jobs.
Result<std::string> SharedDevice::source(const std::string& name) {
    std::uint32_t count = 0;
    IMPASTO_TRY(status_of([&](char* message, std::size_t size) {
        return impasto_list_weights(nullptr, nullptr, &count, message, size);
    }));
    std::vector<ImpastoListedWeights> listed(count, Impasto::make<ImpastoListedWeights>());
    IMPASTO_TRY(status_of([&](char* message, std::size_t size) {
        return impasto_list_weights(nullptr, listed.data(), &count, message, size);
    }));
    for (const ImpastoListedWeights& one : listed) {
        if (name == one.name) return name;
    }
    if (name == "vgg19-shaped") return name;
    return platform::path_to_utf8(folder_ / platform::path_from_utf8(name));
}

Result<std::shared_ptr<const ImpastoWeights>> SharedDevice::weights(const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto found = weights_.find(name);
    if (found == weights_.end()) {
        Opened opened;
        const auto from = source(name);
        Impasto::Failure failure;
        if (from) {
            opened.weights = Impasto::load_weights(from->c_str(), failure);
            if (opened.weights == nullptr) opened.error = error_of(failure);
        } else {
            opened.error = from.error();
        }
        found = weights_.emplace(name, std::move(opened)).first;
    }
    if (found->second.weights == nullptr) return found->second.error;
    return found->second.weights;
}

}  // namespace impasto::batch
