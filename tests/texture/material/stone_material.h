// The sample material for tests.
#pragma once

#include "samples.h"
#include "texture/material/material.h"

namespace impasto::testing {

inline texture::MaterialMap map_of(texture::MapKind kind, std::string name, Image image) {
    return {kind, std::move(name), std::move(image)};
}

inline std::vector<texture::MaterialMap> stone_maps(int size = 64) {
    samples::Stone stone = samples::render_stone(size);
    std::vector<texture::MaterialMap> maps;
    maps.push_back(map_of(texture::MapKind::kAlbedo, "stone_albedo.png", stone.albedo));
    maps.push_back(map_of(texture::MapKind::kNormal, "stone_normal.png", stone.normal));
    maps.push_back(map_of(texture::MapKind::kHeight, "stone_height.png", stone.height));
    maps.push_back(map_of(texture::MapKind::kRoughness, "stone_roughness.png", stone.roughness));
    return maps;
}

inline texture::Material stone(int size = 64) { return *texture::make_material(stone_maps(size)); }

// One value in all three channels.
inline Image grey_image(int width, int height, float value) {
    Image image;
    image.width = width;
    image.height = height;
    image.grey = true;
    image.rgb.assign(3 * image.pixels(), value);
    return image;
}

// Alpha 0 in the left half, 1 in the right one.
inline void cut_left_half(Image& image) {
    image.alpha.resize(image.pixels());
    for (std::size_t i = 0; i < image.pixels(); ++i) {
        const auto width = static_cast<std::size_t>(image.width);
        image.alpha[i] = i % width < width / 2 ? 0.0f : 1.0f;
    }
}

}  // namespace impasto::testing
