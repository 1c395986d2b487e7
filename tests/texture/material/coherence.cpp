// material_coherence EXEMPLAR OUTPUT: the coherence (support/coherence.h) of two folders with maps,
// and whether the output has 0.8 of the exemplar's. Exits with 1 where it has not.
#include "support/coherence.h"

#include <cstdio>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: material_coherence EXEMPLAR OUTPUT\n");
        return 2;
    }
    double found[2] = {0.0, 0.0};
    for (int i = 0; i < 2; ++i) {
        const impasto::texture::MaterialFile folder{argv[1 + i], std::nullopt};
        const auto material = impasto::texture::load_material({&folder, 1});
        if (!material) {
            std::fprintf(stderr, "%s\n", material.error().message.c_str());
            return 3;
        }
        if (!impasto::texture::find_scalar(*material, impasto::texture::MapKind::kHeight)) {
            std::fprintf(stderr, "'%s' has no height\n", argv[1 + i]);
            return 3;
        }
        found[i] = impasto::testing::coherence(*material);
    }
    const double share = found[0] == 0.0 ? 0.0 : found[1] / found[0];
    std::printf("exemplar %.4f output %.4f share %.4f\n", found[0], found[1], share);
    return share >= 0.8 ? 0 : 1;
}
