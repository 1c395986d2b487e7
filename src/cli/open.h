// Opening what several commands need: pictures, weights, the device, files to write.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/handles.h"
#include "settings/computing.h"

namespace impasto::cli {

Result<Image> open_image(const std::string& path);
Result<Weights> open_weights(const std::string& source);

// The encoders that are known by name, here or not.
Result<std::vector<ImpastoListedWeights>> list_known_weights();

// `log` may be null; note_log puts the lines on stderr and needs no `log_user`.
Result<Context> open_context(const settings::Computing& computing, ImpastoLog log = nullptr,
                             void* log_user = nullptr);
void note_log(void* unused, const char* line);
ImpastoDeviceInfo device_info(ImpastoContext* context);
const char* device_type_name(ImpastoDeviceType type);
// "1.3.289"
std::string vulkan_version_text(std::uint32_t version);

// Says on stderr what the run uses: device, driver, encoder, and what would be better than these.
// `chosen`: the device was asked for by name.
void say_what_is_used(ImpastoContext* context, const ImpastoWeights* weights, bool chosen);

// Whether a file that is no picture can be written at `path`; leaves nothing behind. kOutput.
Status check_output(const std::string& path);
// The same for a safetensors file, which must be called so.
Status check_safetensors_output(const std::string& path);
// Whether both name one file, which need not be there yet.
bool same_file(const std::string& one, const std::string& other);
// kInvalidArgument when `output`, which `option` gave, is one of the files that are read: it would
// be lost.
Status check_not_an_input(const std::string& output, const std::vector<std::string>& inputs,
                          const std::string& option = "-o");

}  // namespace impasto::cli
