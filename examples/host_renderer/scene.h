// The model on the device.
#pragma once

#include <vector>

#include "model.h"
#include "resources.h"

namespace host {

// As textures are: what Impasto reads, and what its result is made as.
constexpr VkFormat kTextureFormat = VK_FORMAT_R8G8B8A8_SRGB;

struct Scene {
    Scene(const Device& device, const Model& model);

    Buffer vertices;
    Buffer indices;           // uint32
    std::vector<Draw> draws;  // of textures[draw.texture], or white
    std::vector<Material> materials;
    // With mip levels, in SHADER_READ_ONLY_OPTIMAL; the last one is a white texel, for draws
    // without a texture.
    std::vector<Image> textures;
    std::vector<Sampler> samplers;  // one each
};

}  // namespace host
