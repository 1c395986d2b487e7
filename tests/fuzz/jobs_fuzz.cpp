#include <cstdlib>
#include <string_view>

#include "batch/jobs.h"
#include "batch/ledger.h"
#include "fuzz.h"

// The files that jobs name are looked for below the folder where this runs, and not elsewhere: a
// fuzzer's wildcards must not list the disk.
static bool leaves_the_folder(std::string_view text) {
    return text.find("\"/") != std::string_view::npos ||
           text.find("..") != std::string_view::npos || text.find('\\') != std::string_view::npos;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!leaves_the_folder(text)) {
        const auto jobs = impasto::batch::read_jobs(text, {}, "jobs");
        if (!jobs) {
            const std::string& message = jobs.error().message;
            // An error without words, or of several lines, is a bug too.
            if (message.empty() || message.find('\n') != std::string::npos) std::abort();
        } else {
            for (const impasto::batch::Job& job : *jobs) {
                if (job.output.empty() || job.kind == nullptr) std::abort();
                (void)job.inputs();
            }
        }
    }
    if (const auto entry = impasto::batch::parse_ledger_line(text)) {
        // What was read is written and read again as the same.
        const auto again = impasto::batch::parse_ledger_line(impasto::batch::ledger_line(*entry));
        if (!again || again->output != entry->output) std::abort();
    }
    return 0;
}
