// render_material FOLDER [SIZE]: writes the maps of the sample material there, stone_albedo.png,
// stone_normal.png (OpenGL), stone_height.png (16 bit) and stone_roughness.png; 512 px a side, or
// SIZE.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "image/save.h"
#include "samples.h"

int main(int argc, char** argv) {
    const int size = argc == 3 ? static_cast<int>(std::strtol(argv[2], nullptr, 10)) : 512;
    if (argc < 2 || argc > 3 || size < 16 || size > 8192) {
        std::fprintf(stderr, "usage: render_material FOLDER [SIZE]\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::error_code ignored;  // whether it is there shows when the first picture is written
    std::filesystem::create_directories(folder, ignored);
    const samples::Stone stone = samples::render_stone(size);
    struct Map {
        const char* name;
        const impasto::Image& image;
    };
    for (const Map& map :
         {Map{"stone_albedo.png", stone.albedo}, Map{"stone_normal.png", stone.normal},
          Map{"stone_height.png", stone.height}, Map{"stone_roughness.png", stone.roughness}}) {
        const auto saved =
            impasto::save_image(folder / map.name, map.image, {}, {map.image.bits, map.image.grey});
        if (!saved) {
            std::fprintf(stderr, "%s\n", saved.error().message.c_str());
            return static_cast<int>(saved.error().code);
        }
    }
    return 0;
}
