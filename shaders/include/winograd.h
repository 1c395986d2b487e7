// Parameters of winograd_weights.comp, winograd_input.comp, winograd_multiply.comp and
// winograd_output.comp, and the layouts between them (src/nn/winograd.h).
#include "shared.h"

#define WINOGRAD_SIDE 4      // output pixels of a tile, each way
#define WINOGRAD_PATCH 6     // input pixels of a tile, each way
#define WINOGRAD_POINTS 36   // WINOGRAD_PATCH squared: products a tile and channel pair
#define WINOGRAD_OUT 16      // output channels of a block of U, which a thread of winograd_multiply computes
// Tiles that such a thread computes, LANES apart, and the threads of its workgroup: many registers
// where a subgroup has 8 threads, fewer where it has 32 or 64.
#define WINOGRAD_TILES 4
#define WINOGRAD_LANES 32
#define WINOGRAD_BROADCAST_TILES 8
#define WINOGRAD_BROADCAST_LANES 8
#define WINOGRAD_THREADS 64  // of the other three kernels

IMPASTO_SHARED_BEGIN
struct WinogradWeightsParams {
    uint in_channels;
    uint out_channels;
};
// The tiles first_tile .. first_tile + tiles of the map, in rows of tiles_x; beyond the map's last
// they repeat it.
struct WinogradInputParams {
    uint channels;
    uint height;
    uint width;
    int origin;  // as in conv3x3.h
    uint tiles_x;
    uint first_tile;
    uint last_tile;
    uint tiles;
    uint group;  // tiles of a workgroup of winograd_multiply
};
struct WinogradMultiplyParams {
    uint in_pairs;
    uint out_blocks;
    uint tiles;
};
struct WinogradOutputParams {
    uint channels;
    uint height;
    uint width;
    uint tiles_x;
    uint first_tile;
    uint last_tile;
    uint tiles;
};
IMPASTO_SHARED_END
