// Opening what several commands need: pictures, weights, the device, files to write.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/handles.h"
#include "cli/progress.h"
#include "settings/computing.h"

namespace impasto::cli {

Result<Image> open_image(const std::string& path);
Result<Weights> open_weights(const std::string& source);

// The encoders that are known by name, here or not.
Result<std::vector<ImpastoListedWeights>> list_known_weights();

// Where the lines of a context go: above the progress while one is shown, else to stderr.
struct RunLog {
    bool quiet = false;  // nowhere
    Progress* progress = nullptr;
};
// `log`, which may be null, must outlive the context.
Result<Context> open_context(const settings::Computing& computing, RunLog* log = nullptr);
// The same for a run of this encoder. With `tell` it says on stderr what the run uses: device,
// driver, encoder, and what would be better than these.
Result<Context> open_run(const settings::Computing& computing, const ImpastoWeights* weights,
                         RunLog& log, bool tell);
ImpastoDeviceInfo device_info(ImpastoContext* context);
const char* device_type_name(ImpastoDeviceType type);
// "1.3.289"
std::string vulkan_version_text(std::uint32_t version);

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
