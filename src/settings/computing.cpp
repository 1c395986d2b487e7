#include "settings/computing.h"

namespace impasto::settings {

void declare_device(Options& options, Computing& computing) {
    options
        .add(
            "--device", "N|NAME|gpu", ValueKind::kTextOrInteger,
            "what computes: a number or a part of a name from 'impasto devices', or gpu for the "
            "best that is no CPU. Without it: the best there is",
            [&computing](std::string_view given) -> Status {
                if (given.empty()) return Error{ErrorCode::kInvalidArgument, "is empty"};
                computing.device = given;
                return {};
            },
            [&computing] { return computing.device; })
        .preset = PresetUse::kMachine;
}

void declare_computing(Options& options, Computing& computing) {
    options
        .choice<std::string>(
            "--precision", {{"auto", "auto"}, {"fp32", "fp32"}, {"fp16", "fp16"}},
            computing.precision,
            "of the encoder's maps: fp16 takes half the memory and is what matrix units multiply, "
            "and is slower than fp32 on a CPU; auto is fp16 on GPUs that have such units")
        .preset = PresetUse::kMachine;
    options
        .choice<std::string>(
            "--tier",
            {{"auto", "auto"},
             {"direct", "direct"},
             {"winograd", "winograd"},
             {"half", "half"},
             {"matrix", "matrix"},
             {"matrix-wide", "matrix-wide"}},
            computing.tier,
            "how convolutions are computed: in fp32 directly, or by Winograd's algorithm wherever "
            "it can be (faster, rounds a little more); in fp16 without matrix units, or with them "
            "in smaller or larger tiles; or what is fastest on the device, which is timed once")
        .preset = PresetUse::kMachine;
    options.flag("--retune", computing.retune,
                 "time again what is fastest on the device, and check it again");
    options
        .add(
            "--memory-budget", "BYTES", ValueKind::kText,
            "device memory that may be held at once, such as 2G or 512M; what does not fit is "
            "refused with a size that would. Without it: what the device has",
            [&computing](std::string_view given) -> Status {
                const auto bytes = parse_bytes(given);
                if (!bytes) return bytes.error();
                computing.memory_budget = *bytes;
                return {};
            },
            [&computing] {
                return computing.memory_budget == 0 ? std::string()
                                                    : std::to_string(computing.memory_budget);
            })
        .preset = PresetUse::kMachine;
}

}  // namespace impasto::settings
