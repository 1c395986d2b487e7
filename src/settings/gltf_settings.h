// What makes a painted model what it is besides the settings of its sessions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "impasto/impasto_gltf.h"
#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::settings {

struct GltfSettings {
    std::vector<std::string> materials;  // names or numbers of those that are painted; none: all
    bool keep_emissive = false;
    bool keep_seams = false;
    std::uint32_t size = 0;  // px, each texture's longest side; 0: its own
    float detail = 0.5f;     // how much normals and roughness follow; 0: these maps are left

    // What no single option can tell. kInvalidArgument.
    Status check(const Settings& session, std::size_t styles) const;
    // The numbers of `materials`. kInvalidArgument for one that is none of the model's.
    Result<std::vector<std::uint32_t>> numbers(const ImpastoGltf* model) const;
    // Points into `session`, whose size it sets, and `numbers`, which may be empty. Without a
    // callback.
    ImpastoGltfOptions options(ImpastoSessionOptions& session,
                               const std::vector<std::uint32_t>& numbers) const;
};

// In the pieces that `impasto gltf` puts between others of its own. What is given must outlive
// `options`.
void declare_gltf(Options& options, GltfSettings& gltf);
void declare_gltf_effort(Options& options, Settings& session, GltfSettings& gltf);
void declare_gltf_objective(Options& options, Settings& session);

}  // namespace impasto::settings
