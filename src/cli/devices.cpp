// impasto devices: what could compute, and why something cannot.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/open.h"
#include "cli/output.h"

namespace impasto::cli {
namespace {

using Json = nlohmann::ordered_json;

Result<std::vector<ImpastoDeviceInfo>> list_devices() {
    std::uint32_t count = 0;
    Message message;
    IMPASTO_TRY(
        message.status(impasto_list_devices(nullptr, &count, message.data(), message.size())));
    ImpastoDeviceInfo empty{};
    empty.struct_size = sizeof empty;
    std::vector<ImpastoDeviceInfo> infos(count, empty);
    IMPASTO_TRY(
        message.status(impasto_list_devices(infos.data(), &count, message.data(), message.size())));
    infos.resize(std::min<std::size_t>(infos.size(), count));
    if (infos.empty()) {
        return Error{ErrorCode::kNoDevice,
                     "no Vulkan device was found; install a driver (Debian: mesa-vulkan-drivers)"};
    }
    return infos;
}

std::string devices_json(const std::vector<ImpastoDeviceInfo>& infos) {
    Json devices = Json::array();
    for (const ImpastoDeviceInfo& info : infos) {
        devices.push_back({{"index", info.index},
                           {"name", std::string(info.name)},
                           {"type", device_type_name(info.type)},
                           {"driver", std::string(info.driver)},
                           {"vulkan", vulkan_version_text(info.vulkan_version)},
                           {"memory_bytes", info.memory_bytes},
                           {"tier", std::string(info.tier)},
                           {"usable", info.unusable[0] == '\0'},
                           {"unusable", std::string(info.unusable)},
                           {"default", info.is_default != 0}});
    }
    return Json{{"devices", devices}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string devices_text(const std::vector<ImpastoDeviceInfo>& infos) {
    std::vector<TableRow> rows{{"", "name", "type", "memory", "vulkan", "driver", "kernels"}};
    std::string remarks;
    for (const ImpastoDeviceInfo& info : infos) {
        const bool usable = info.unusable[0] == '\0';
        rows.push_back({std::to_string(info.index) + (info.is_default != 0 ? " *" : ""), info.name,
                        device_type_name(info.type), bytes_text(info.memory_bytes),
                        vulkan_version_text(info.vulkan_version), info.driver,
                        usable ? info.tier : "cannot be used"});
        if (!usable) {
            remarks += "\n" + std::to_string(info.index) + " cannot be used: " + info.unusable;
        }
    }
    return table(rows) + remarks +
           "\n* is taken without --device; another one by its number or a part of its name.\n";
}

class Devices : public Command {
  public:
    explicit Devices(CLI::App& program)
        : Command(program, "devices", "[--json]", "list what could compute here") {
        describe(
            "Lists the Vulkan devices with their type, memory, driver and the kernels that Impasto "
            "would use, and why one cannot be used. Without --device the best is taken: discrete "
            "before integrated before virtual GPUs, a CPU last.",
            "");
        options().flag("--json", json_, "as one JSON object on the standard output");
    }

    Status run() override {
        const auto infos = list_devices();
        if (!infos) return infos.error();
        return print(json_ ? devices_json(*infos) : devices_text(*infos));
    }

  private:
    bool json_ = false;
};

}  // namespace

void add_devices(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<Devices>(program));
}

}  // namespace impasto::cli
