// Parameters of texels.comp and texels_mip.comp.
#include "shared.h"

#define TEXELS_THREADS 64

// How a texel is stored: 4 bytes, sRGB-encoded; 4 halves or 4 floats, linear light.
#define TEXELS_RGBA8 0
#define TEXELS_RGBA16F 1
#define TEXELS_RGBA32F 2

IMPASTO_SHARED_BEGIN
struct TexelsParams {
    uint width;
    uint height;
    uint keeps_colors;  // 1: the luminance of the picture with the content's chrominance
    uint has_alpha;
};
struct TexelsMipParams {
    uint from;  // the first texel of the level before
    uint from_width;
    uint from_height;
    uint to;  // of this one
    uint to_width;
    uint to_height;
};
IMPASTO_SHARED_END
