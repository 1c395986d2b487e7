// Parameters of the half_*.comp kernels, which work on maps of 16-bit floats with the channels last
// (src/nn/half.h): (height, width, channels), channels filled up to a multiple of HALF_PAD with zeros.
#include "shared.h"

#define HALF_PAD 16
#define HALF_PART 8  // channels that are loaded and stored at once: a uvec4

#define HALF_THREADS 64  // of the kernels without tiles

// Tiles of half_conv.comp: TILE_ROWS rows of TILE_COLUMNS pixels, TILE_OUT output channels, DEPTH input
// channels at a time.
//
//   kernel                     rows  out  depth   shared memory
//   without matrix units         8    64    16    13 KB           a thread: 2x2 pixels of 8 channels
//   matrix units, narrow        16    64    16    20 KB           a subgroup: 64 pixels of 32 channels
//   matrix units, wide           8   128    32    31 KB           a subgroup: 32 pixels of 64 channels
#define HALF_TILE_COLUMNS 16
#define HALF_ROWS 8
#define HALF_OUT 64
#define HALF_DEPTH 16
#define HALF_CONV_THREADS 256
#define HALF_NARROW_ROWS 16
#define HALF_NARROW_OUT 64
#define HALF_NARROW_DEPTH 16
#define HALF_WIDE_ROWS 8
#define HALF_WIDE_OUT 128
#define HALF_WIDE_DEPTH 32
#define HALF_CONV_SUBGROUPS 8  // of the kernels for matrix units

// Specialization constants: where a gradient passes, by a map or by the bits that its convolution left
// (src/nn/half.h), and how a convolution pools what it makes.
#define HALF_MASK_NONE 0
#define HALF_MASK_MAP 1
#define HALF_MASK_BITS 2
#define HALF_POOL_NONE 0
#define HALF_POOL_MAX 1
#define HALF_POOL_AVERAGE 2

// half_gram.comp: a tile of the matrix, the pixels staged at once and those of a workgroup.
#define HALF_GRAM_TILE 64
#define HALF_GRAM_PIXELS 32
#define HALF_GRAM_CHUNK 1024
#define HALF_GRAM_THREADS 64
#define HALF_GRAM_SUBGROUPS 4

IMPASTO_SHARED_BEGIN
// Channels are counted with their padding, unless it says otherwise.
struct HalfConvParams {
    uint in_channels;
    uint in_height;
    uint in_width;
    uint out_channels;
    uint out_height;
    uint out_width;
    int origin;     // output (0, 0) is centred on input (origin, origin): 0, or -1 for the padded gradient
    uint factor;    // index of the factor in its buffer
    float scale;    // times that factor
};
struct HalfPackParams {
    uint out_channels;  // of the packed weights; without padding, the next too
    uint in_channels;
    uint taps;
    uint out_step;  // from one output channel to the next, in the source
    uint in_step;
    uint rotate;  // 1: taps in reverse, for the backward pass
    float scale;
};
struct HalfUnpackParams {
    uint channels;  // without padding
    uint plane;
    float scale;
};
struct HalfImageGradientParams {
    uint channels;  // of the gradient that is read
    uint height;
    uint width;
    uint out_channels;  // of the image, without padding: at most 4
    uint out_height;
    uint out_width;
    int origin;
    float scale;
};
struct HalfPoolParams {
    uint channels;
    uint in_height;
    uint in_width;
    uint out_height;
    uint out_width;
};
struct HalfFoldParams {
    uint channels;
    uint height;
    uint width;
    uint replicate_y;
    uint replicate_x;
    uint mask;  // HALF_MASK_*
};
struct HalfGramParams {
    uint channels;
    uint pixels;
    uint pairs;  // tiles of the upper triangle
};
struct HalfDifferenceParams {
    uint count;    // parts of the map
    uint partial;  // index of the first partial sum
    uint factor;   // index of the gradient's factor
};
IMPASTO_SHARED_END
