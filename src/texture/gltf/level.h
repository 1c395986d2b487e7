// Levelling: small corrections to an image after which both sides of its seams agree, spread inward
// so that no new edge shows.
//
// After Lempitsky and Ivanov, "Seamless Mosaicing of Image-Based Texture Maps" (CVPR 2007), who
// solve for an additive function g over the surface's vertices that is smooth within a patch and
// takes up the jumps between patches. Here g is solved for on the texels, each channel by itself,
// and dies away from the seams:
//
//     E(g) = sum_i w_i ((S + g)(a_i) - (S + g)(b_i))^2          both sides of sample i agree,
//          + alpha sum_(p,q) (g_p - g_q)^2                      neighbours of one island are alike,
//          + alpha / r^2 sum_p g_p^2                            and far from seams nothing changes,
//
// where (S + g)(x) is the bilinear sample. What a whole stretch of seam is off by reaches about r
// texels far, and detail of some wavelength about that wavelength, as the solutions of the screened
// Poisson equation do. Both sides move by about half of the difference. A least-squares problem,
// solved by conjugate gradients with Jacobi's preconditioner from g = 0.
#pragma once

#include <array>
#include <vector>

#include "image/image.h"
#include "texture/gltf/islands.h"
#include "texture/gltf/seams.h"

namespace impasto::gltf {

struct LevelOptions {
    float smoothness = 0.02f;                 // alpha; w is 1/2 for two samples a texel
    float reach = 0;                          // r in texels; 0: a sixteenth of the longest side
    int iterations = 400;                     // at most
    float tolerance = 1e-3f;                  // of the residual, relative to its beginning
    std::array<bool, 2> tiles{false, false};  // along x, y: its edges are neighbours
};

// Changes the colours of covered texels. `weights`: how much each sample counts, in [0, 1].
void level_seams(Image& image, const Coverage& coverage, const std::vector<SeamSample>& samples,
                 const std::vector<float>& weights, const LevelOptions& options = {});

// How much each sample should agree, by what the original picture has there: where it has an edge
// of its own on the seam (a panel of another colour), nothing is levelled. From 1 for steps of up
// to 0.1 smoothly to 0 for those from 0.25 on.
std::vector<float> continuity(const std::vector<float>& original_steps);

}  // namespace impasto::gltf
