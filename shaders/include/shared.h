// Lets one header declare a kernel's parameters for GLSL and for C++.
#ifndef IMPASTO_SHARED_H
#define IMPASTO_SHARED_H

#ifdef __cplusplus
#include <cstdint>
#define IMPASTO_SHARED_BEGIN  \
    namespace impasto::nn {   \
    using uint = std::uint32_t;
#define IMPASTO_SHARED_END }
#else
#define IMPASTO_SHARED_BEGIN
#define IMPASTO_SHARED_END
#endif

// What a kernel reads beyond the edge of an axis. The values are those of nn::Border.
#define BORDER_ZERO 0
#define BORDER_REPLICATE 1
#define BORDER_WRAP 2

#endif
