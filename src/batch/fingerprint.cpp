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
    for (const auto& [key, names] : job.files) {
        text += key + " " + std::to_string(names.size()) + "\n";
    }
    for (const LedgerInput& input : inputs) text += input.state.sha256 + "\n";
    text += json_text(ground.weights) + "\n" + json_text(ground.tier) + "\n";
    return sha256_hex(std::as_bytes(std::span(text)));
}

}  // namespace impasto::batch
