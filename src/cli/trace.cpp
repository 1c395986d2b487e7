#include "cli/trace.h"

#include <array>
#include <cstdio>
#include <span>

#include "platform/atomic_file.h"
#include "platform/paths.h"

namespace impasto::cli {

Status write_trace(const std::string& path, const std::vector<ImpastoScale>& scales,
                   const std::vector<ImpastoLosses>& losses) {
    std::string text = "scale,width,height,iteration,total,content,style,tv\n";
    std::size_t at = 0;
    for (std::size_t s = 0; s < scales.size(); ++s) {
        for (std::uint32_t i = 1; i <= scales[s].iterations && at < losses.size(); ++i, ++at) {
            const ImpastoLosses& loss = losses[at];
            std::array<char, 256> row{};
            std::snprintf(row.data(), row.size(), "%zu,%u,%u,%u,%.9g,%.9g,%.9g,%.9g\n", s + 1,
                          scales[s].width, scales[s].height, i, static_cast<double>(loss.total),
                          static_cast<double>(loss.content), static_cast<double>(loss.style),
                          static_cast<double>(loss.tv));
            text += row.data();
        }
    }
    return platform::write_file(platform::path_from_utf8(path),
                                std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace impasto::cli
