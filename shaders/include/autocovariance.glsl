// How the two kernels of the autocovariance read maps: a channel at a time of 32-bit floats, planar; with
// HALF two neighbouring channels at a time of 16-bit floats, channels last.
#ifdef HALF
#include "half.glsl"
#define VALUE vec2
#define CHANNELS 2
#define LOAD(pixel, item) unpackHalf2x16(B0[(pixel) * p.row + (item)])
#else
#define VALUE float
#define CHANNELS 1
#define LOAD(pixel, item) B0[(item) * p.height * p.width + (pixel)]
#endif

// A row of a (channels, columns) matrix of floats, for the channels of `item`; 0 beyond the last.
#ifdef HALF
#define OF_CHANNELS(buffer, item, columns, column)                                         \
    vec2(2 * (item) < p.channels ? buffer[2 * (item) * (columns) + (column)] : 0.0,        \
         2 * (item) + 1 < p.channels ? buffer[(2 * (item) + 1) * (columns) + (column)] : 0.0)
#else
#define OF_CHANNELS(buffer, item, columns, column) buffer[(item) * (columns) + (column)]
#endif

// The pixel at (y + dy, x + dx), or -1 where it lies beyond an edge that does not wrap. Shifts are smaller
// than the sides.
int shifted(int y, int x, int dy, int dx) {
    y += dy;
    x += dx;
    const int height = int(p.height);
    const int width = int(p.width);
    if (p.wrap_y != 0) {
        y += y < 0 ? height : y >= height ? -height : 0;
    }
    if (p.wrap_x != 0) {
        x += x < 0 ? width : x >= width ? -width : 0;
    }
    return y < 0 || y >= height || x < 0 || x >= width ? -1 : y * width + x;
}

// Pixels that have one at this shift.
float pairs(int dy, int dx) {
    return float((p.wrap_y != 0 ? int(p.height) : int(p.height) - abs(dy)) *
                 (p.wrap_x != 0 ? int(p.width) : int(p.width) - abs(dx)));
}
