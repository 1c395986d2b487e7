#include "cli/open.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/output.h"
#include "platform/atomic_file.h"
#include "platform/paths.h"

namespace impasto::cli {
namespace {

namespace fs = std::filesystem;

// Whether the catalogue's VGG19 was fetched. Not knowing counts as no.
bool vgg19_is_here() {
    const auto listed = list_known_weights();
    if (!listed) return false;
    for (const ImpastoListedWeights& one : *listed) {
        if (std::string_view(one.name) == "vgg19") return one.available != 0;
    }
    return false;
}

// Absolute, and without links as far as the path exists.
fs::path resolved(const fs::path& path) {
    std::error_code error;
    const auto target = platform::follow_links(path);
    const fs::path absolute = fs::absolute(target ? *target : path, error).lexically_normal();
    fs::path real = fs::weakly_canonical(absolute, error);
    return error ? absolute : real;
}

// `chosen`: the device was asked for by name.
void say_what_is_used(ImpastoContext* context, const ImpastoWeights* weights, bool chosen) {
    const ImpastoDeviceInfo info = device_info(context);
    note("device: " + std::string(info.name) + ", " + info.driver);
    if (info.type == IMPASTO_DEVICE_CPU && !chosen) {
        note(
            "no GPU was found: this runs on the CPU and will be slow ('impasto devices' says "
            "more)");
    }
    const std::string name = impasto_weights_name(weights);
    if (name != "builtin") {
        note("encoder: " + name);
    } else if (vgg19_is_here()) {
        note("encoder: builtin, a small stand-in for VGG19; --weights vgg19 takes the real one");
    } else {
        note(
            "encoder: builtin, a small stand-in for VGG19; for the real one: "
            "impasto weights fetch vgg19, then --weights vgg19");
    }
}

void write_line(void* user, const char* line) {
    const auto* log = static_cast<const RunLog*>(user);
    if (log->quiet) return;
    if (log->progress != nullptr) {
        log->progress->say(line);
    } else {
        note(line);
    }
}

}  // namespace

Result<Image> open_image(const std::string& path) {
    ImpastoImage* image = nullptr;
    Message message;
    IMPASTO_TRY(
        message.status(impasto_image_load(path.c_str(), &image, message.data(), message.size())));
    return Image(image);
}

Result<Weights> open_weights(const std::string& source) {
    ImpastoWeights* weights = nullptr;
    Message message;
    IMPASTO_TRY(message.status(
        impasto_weights_load(source.c_str(), nullptr, &weights, message.data(), message.size())));
    return Weights(weights);
}

Result<std::vector<ImpastoListedWeights>> list_known_weights() {
    std::uint32_t count = 0;
    Message message;
    IMPASTO_TRY(message.status(
        impasto_list_weights(nullptr, nullptr, &count, message.data(), message.size())));
    ImpastoListedWeights empty{};
    empty.struct_size = sizeof empty;
    std::vector<ImpastoListedWeights> listed(count, empty);
    IMPASTO_TRY(message.status(
        impasto_list_weights(nullptr, listed.data(), &count, message.data(), message.size())));
    return listed;
}

Result<Context> open_context(const settings::Computing& computing, RunLog* log) {
    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    options.device = computing.device.empty() ? nullptr : computing.device.c_str();
    options.precision = computing.precision.c_str();
    options.tier = computing.tier.c_str();
    options.memory_budget = computing.memory_budget;
    options.retune = computing.retune ? 1 : 0;
    options.log = log != nullptr ? write_line : nullptr;
    options.log_user = log;
    ImpastoContext* context = nullptr;
    Message message;
    IMPASTO_TRY(
        message.status(impasto_context_create(&options, &context, message.data(), message.size())));
    return Context(context);
}

Result<Context> open_run(const settings::Computing& computing, const ImpastoWeights* weights,
                         RunLog& log, bool tell) {
    auto context = open_context(computing, &log);
    if (context && tell) say_what_is_used(context->get(), weights, !computing.device.empty());
    return context;
}

ImpastoDeviceInfo device_info(ImpastoContext* context) {
    ImpastoDeviceInfo info{};
    info.struct_size = sizeof info;
    impasto_context_device(context, &info);
    return info;
}

const char* device_type_name(ImpastoDeviceType type) {
    switch (type) {
        case IMPASTO_DEVICE_INTEGRATED:
            return "integrated GPU";
        case IMPASTO_DEVICE_DISCRETE:
            return "discrete GPU";
        case IMPASTO_DEVICE_VIRTUAL:
            return "virtual GPU";
        case IMPASTO_DEVICE_CPU:
            return "CPU";
        case IMPASTO_DEVICE_OTHER:
            break;
    }
    return "other";
}

std::string vulkan_version_text(std::uint32_t version) {
    // The bits of VK_MAKE_API_VERSION.
    return std::to_string((version >> 22) & 0x7fu) + "." +
           std::to_string((version >> 12) & 0x3ffu) + "." + std::to_string(version & 0xfffu);
}

Status check_output(const std::string& path) {
    const fs::path target = platform::path_from_utf8(path);
    std::error_code ignored;
    const auto status = fs::status(target, ignored);
    if (fs::is_directory(status)) {
        return Error{ErrorCode::kOutput, "cannot write '" + path + "': it is a folder"};
    }
    // A device or a pipe would be replaced by a file of its name.
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return Error{ErrorCode::kOutput, "cannot write '" + path + "': it is not a regular file"};
    }
    // Never committed: its destructor takes the temporary file away again.
    const auto file = platform::AtomicFile::open(target);
    if (!file) return file.error();
    return {};
}

Status check_safetensors_output(const std::string& path) {
    std::string extension = platform::path_to_utf8(platform::path_from_utf8(path).extension());
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (extension != ".safetensors") {
        return Error{ErrorCode::kOutput, "cannot write '" + path +
                                             "': what is written is safetensors; name it so, " +
                                             "FILE.safetensors"};
    }
    return check_output(path);
}

bool same_file(const std::string& one, const std::string& other) {
    const fs::path a = platform::path_from_utf8(one);
    const fs::path b = platform::path_from_utf8(other);
    std::error_code error;
    return fs::equivalent(a, b, error) || resolved(a) == resolved(b);
}

Status check_not_an_input(const std::string& output, const std::vector<std::string>& inputs,
                          const std::string& option) {
    for (const std::string& input : inputs) {
        if (same_file(output, input)) {
            return Error{ErrorCode::kInvalidArgument,
                         "'" + output + "' is also read; give another name with " + option};
        }
    }
    return {};
}

}  // namespace impasto::cli
