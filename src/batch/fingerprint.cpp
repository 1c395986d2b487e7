#include "batch/fingerprint.h"

#include <span>

#include "base/json.h"
#include "base/sha256.h"
#include "impasto/impasto.h"

namespace impasto::batch {

std::string fingerprint(const Job& job, const std::vector<LedgerInput>& inputs,
                        const Ground& ground) {
    std::string text = "impasto " + std::to_string(impasto_version()) + "\n" + job.kind->name +
                       "\n" + job.effective + "\n";
    for (const FileKey& key : job.kind->files) {
        const std::vector<std::string>& names = job.of(key.name);
        if (key.use == Use::kMap && names.empty()) continue;
        text += std::string(key.name) + " " + std::to_string(names.size());
        for (const std::string& name : names) {
            if (name.empty()) text += " none";
            // These say which map a file is, and what it is called where it is written.
            if (!name.empty() && (key.use == Use::kFolders || key.use == Use::kMap)) {
                text += " " + json_text(name.substr(name.rfind('/') + 1));
            }
            if (!name.empty() && key.use == Use::kMasks) text += " one";
        }
        text += "\n";
    }
    for (const LedgerInput& input : inputs) text += input.state.sha256 + "\n";
    text += json_text(ground.weights) + "\n" + json_text(ground.tier) + "\n";
    return sha256_hex(std::as_bytes(std::span(text)));
}

}  // namespace impasto::batch
