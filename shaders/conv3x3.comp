// 3x3 convolution, stride 1, forward and backward to the image: see src/nn/conv3x3.h.
//
// A thread computes ROWS x 1 pixels of CHANNELS output channels; neighbouring threads lie in
// neighbouring columns, so their loads are contiguous. For each input channel it reads the
// (ROWS + 2) x 3 patch once and uses every value for up to nine taps of all channels:
//
//        thread t        t+1                    input patch of thread t
//      +---------+---------+                     c0  c1  c2
//      | row 0   |         |                   r0 .   .   .      (ROWS + 2) x 3 loads for
//      | row 1   |         |  <- out (y0...)   r1 .  [0]  .      ROWS x 9 x CHANNELS
//      |  ...    |         |                   .. .  ...  .      multiply-adds: 30 for 576
//      | row 7   |         |                   r8 .  [7]  .
//      +---------+---------+                   r9 .   .   .
//
// The weights of a (channel block, input channel, tap) are CHANNELS consecutive floats whose
// address is the same for the whole workgroup: one cheap uniform load.
//
// BROADCAST: a thread loads two of 16 weights and its subgroup shares them; see winograd_multiply.comp.
// NARROW: it computes the first four channels of a block, for maps that have no more.
// TO_HALF: y is a map of 16-bit floats, channels last (half.h): a thread's channels are one part of it.
#version 450
#extension GL_GOOGLE_include_directive : require
#ifdef BROADCAST
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_ballot : require
#endif
#include "kernel.glsl"
#include "conv3x3.h"
#ifdef TO_HALF
#include "half.glsl"
#endif

#ifdef BROADCAST
#define THREADS CONV3X3_BROADCAST_THREADS
#else
#define THREADS CONV3X3_THREADS
#endif
layout(local_size_x = THREADS) in;
layout(constant_id = 0) const uint BORDER_Y = BORDER_ZERO;
layout(constant_id = 1) const uint BORDER_X = BORDER_ZERO;
layout(constant_id = 2) const bool BIAS_RELU = false;  // y = max(0, conv + bias)
layout(constant_id = 3) const bool MASK = false;       // y = mask > 0 ? conv : 0
layout(constant_id = 4) const bool COMPENSATED = false;  // carry what rounding loses: conv1_1
// COMPENSATED, and the second half of the channels is what rounding took from the first (normalize.h):
// so small that its products need no compensation.
layout(constant_id = 5) const bool RESTS = false;

// 0 x (in_channels, in_height, in_width)    1 weights (blocks, in_channels, 9, CHANNELS)
// 2 bias (blocks * CHANNELS)                3 mask, as y
// 4 y (out_channels, out_height, out_width)
#ifdef TO_HALF
KERNEL5(Conv3x3Params, Floats, Vec4s, Floats, Floats, Uvec4s)
#elif defined BROADCAST
KERNEL5(Conv3x3Params, Floats, Pairs, Floats, Floats, Floats)
#else
KERNEL5(Conv3x3Params, Floats, Vec4s, Floats, Floats, Floats)
#endif

const uint ROWS = CONV3X3_ROWS;
const uint BLOCK_QUADS = CONV3X3_CHANNELS / 4;
#ifdef NARROW
const uint QUADS = 1;
#else
const uint QUADS = BLOCK_QUADS;
#endif

// sum += w v, and to `lost` what rounding took from the product and from the sum (Dekker's product by
// fma, Knuth's sum). A driver that does not fuse fma, such as Mesa's on the CPU, finds no loss in the
// product; the sums' is the larger part.
void add_compensated(vec4 w, float v, inout vec4 sum, inout vec4 lost) {
    precise const vec4 product = w * v;
    precise const vec4 product_lost = fma(w, vec4(v), -product);
    precise const vec4 next = sum + product;
    precise const vec4 back = next - sum;
    precise const vec4 sum_lost = (sum - (next - back)) + (product - back);
    sum = next;
    lost += product_lost + sum_lost;
}

// The weights of an input channel, (9, QUADS), from the quad `first` on.
#ifdef BROADCAST
const uint PAIRS = 9 * 2 * QUADS;
const uint LOADS = (PAIRS + THREADS - 1) / THREADS;
#define WEIGHTS(name, first) \
    vec2 name[LOADS]; \
    load_weights(first, name);
#define WEIGHT(name, first, tap, q) weight(name, ((tap) * QUADS + q) * 2)

// Pair i of them is loaded by thread i % THREADS.
void load_weights(uint first, out vec2 mine[LOADS]) {
    [[unroll]] for (uint i = 0; i < LOADS; ++i) {
        const uint pair = min(i * THREADS + gl_LocalInvocationID.x, PAIRS - 1);
        mine[i] = from_pair(B1[(first + pair / (2 * QUADS) * BLOCK_QUADS) * 2 + pair % (2 * QUADS)]);
    }
}

vec4 weight(vec2 mine[LOADS], uint pair) {
    return vec4(subgroupBroadcast(mine[pair / THREADS], pair % THREADS),
                subgroupBroadcast(mine[(pair + 1) / THREADS], (pair + 1) % THREADS));
}
#else
#define WEIGHTS(name, first)
#define WEIGHT(name, first, tap, q) B1[first + (tap) * BLOCK_QUADS + q]
#endif

void main() {
    const uint strips = (p.out_height + ROWS - 1) / ROWS;
    const bool there = gl_GlobalInvocationID.x < strips * p.out_width;
#ifdef BROADCAST
    // Threads beyond the last strip load weights for the others.
    const uint strip_index = there ? gl_GlobalInvocationID.x : 0;
#else
    const uint strip_index = gl_GlobalInvocationID.x;
    if (!there) {
        return;
    }
#endif
    const int x = int(strip_index % p.out_width);
    const int y = int(strip_index / p.out_width * ROWS);
    const uint block = gl_WorkGroupID.y;

    // Where the patch lies, and 1 or 0 for what is inside or reads zero.
    uint row_offset[ROWS + 2];
    float row_inside[ROWS + 2];
    [[unroll]] for (uint r = 0; r < ROWS + 2; ++r) {
        const int i = border_index(y + int(r) - 1 + p.origin, int(p.in_height), BORDER_Y);
        row_offset[r] = uint(max(i, 0)) * p.in_width;
        row_inside[r] = i < 0 ? 0.0 : 1.0;
    }
    uint column_offset[3];
    float column_inside[3];
    [[unroll]] for (uint c = 0; c < 3; ++c) {
        const int i = border_index(x + int(c) - 1 + p.origin, int(p.in_width), BORDER_X);
        column_offset[c] = uint(max(i, 0));
        column_inside[c] = i < 0 ? 0.0 : 1.0;
    }

    // Sums of CONV3X3_CHUNK input channels are added to the total one by one: rounding then grows with
    // the chunk's length and the number of chunks, not with their product. A max pool or a ReLU
    // whose decision flips by rounding moves a whole gradient, so these digits count. (The sums hold
    // what rounding lost when COMPENSATED.)
    vec4 total[ROWS][QUADS];
    vec4 sum[ROWS][QUADS];
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        [[unroll]] for (uint q = 0; q < QUADS; ++q) {
            total[r][q] = vec4(0.0);
            sum[r][q] = vec4(0.0);
        }
    }
    const uint plane = p.in_height * p.in_width;
    uint weights = block * p.in_channels * 9 * BLOCK_QUADS;
    uint base = 0;
    uint in_channels = p.in_channels;
#ifdef TO_HALF
    if (block * CONV3X3_CHANNELS >= p.out_channels) {
        in_channels = 0;  // a part that only fills up
    }
#endif
    if (RESTS) {
        in_channels /= 2;
    }
    const uint rest = in_channels * plane;
    const uint rest_weights = in_channels * 9 * BLOCK_QUADS;
    for (uint channel = 0; channel < in_channels; ++channel) {
        WEIGHTS(w_values, weights)
        WEIGHTS(w_rests, weights + (RESTS ? rest_weights : 0))
        [[unroll]] for (uint c = 0; c < 3; ++c) {
            float column[ROWS + 2];
            float column_rest[ROWS + 2];
            [[unroll]] for (uint r = 0; r < ROWS + 2; ++r) {
                const uint at = base + row_offset[r] + column_offset[c];
                float inside = 1.0;
                if (BORDER_Y == BORDER_ZERO) {
                    inside *= row_inside[r];
                }
                if (BORDER_X == BORDER_ZERO && c != 1 || p.origin != 0) {
                    inside *= column_inside[c];
                }
                column[r] = B0[at] * inside;
                column_rest[r] = RESTS ? B0[at + rest] * inside : 0.0;
            }
            [[unroll]] for (uint tap = 0; tap < 3; ++tap) {
                [[unroll]] for (uint q = 0; q < QUADS; ++q) {
                    const vec4 w = WEIGHT(w_values, weights, tap * 3 + c, q);
                    if (RESTS) {
                        const vec4 w_rest = WEIGHT(w_rests, weights + rest_weights, tap * 3 + c, q);
                        [[unroll]] for (uint r = 0; r < ROWS; ++r) {
                            sum[r][q] = fma(w_rest, vec4(column_rest[r + tap]), sum[r][q]);
                        }
                    }
                    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
                        if (COMPENSATED) {
                            add_compensated(w, column[r + tap], total[r][q], sum[r][q]);
                        } else {
                            sum[r][q] = fma(w, vec4(column[r + tap]), sum[r][q]);
                        }
                    }
                }
            }
        }
        weights += 9 * BLOCK_QUADS;
        base += plane;
        if (!COMPENSATED && (channel + 1) % CONV3X3_CHUNK == 0 || channel + 1 == in_channels) {
            [[unroll]] for (uint r = 0; r < ROWS; ++r) {
                [[unroll]] for (uint q = 0; q < QUADS; ++q) {
                    total[r][q] += sum[r][q];
                    sum[r][q] = vec4(0.0);
                }
            }
        }
    }

#ifdef TO_HALF
    const uint parts = (p.out_channels + HALF_PAD - 1) / HALF_PAD * (HALF_PAD / HALF_PART);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        float v[HALF_PART];
        [[unroll]] for (uint i = 0; i < HALF_PART; ++i) {
            const uint channel = block * HALF_PART + i;
            v[i] = total[r][i / 4][i % 4];
            if (BIAS_RELU) {
                v[i] = channel < p.out_channels ? max(v[i] + B2[channel], 0.0) : 0.0;
            }
        }
        if (uint(y) + r < p.out_height) {
            B4[((uint(y) + r) * p.out_width + uint(x)) * parts + block] = pack_part(v);
        }
    }
#else
    if (!there) {
        return;
    }
    const uint out_plane = p.out_height * p.out_width;
    [[unroll]] for (uint q = 0; q < QUADS; ++q) {
        [[unroll]] for (uint k = 0; k < 4; ++k) {
            const uint channel = (block * BLOCK_QUADS + q) * 4 + k;
            if (channel >= p.out_channels) {
                return;
            }
            const float bias = BIAS_RELU ? B2[channel] : 0.0;
            [[unroll]] for (uint r = 0; r < ROWS; ++r) {
                if (uint(y) + r >= p.out_height) {
                    continue;
                }
                const uint at = channel * out_plane + (uint(y) + r) * p.out_width + uint(x);
                float v = total[r][q][k];
                if (BIAS_RELU) {
                    v = max(v + bias, 0.0);
                }
                if (MASK) {
                    v = B3[at] > 0.0 ? v : 0.0;
                }
                B4[at] = v;
            }
        }
    }
#endif
}
