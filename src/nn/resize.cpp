#include "nn/resize.h"

#include "include/resize.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

void record_axis(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& y,
                 const ResizeParams& params) {
    record(program, shaders::resize, {&x, &y}, {}, params,
           {groups_for(std::size_t{params.out_size} * params.stride, RESIZE_THREADS),
            groups_for(params.lines, 1), 1});
}

}  // namespace

std::size_t resize_scratch_size(const Shape& from, const Shape& to) {
    return std::size_t{from.channels} * from.height * to.width;
}

void record_resize(gpu::Program& program, const gpu::Buffer& x, const Shape& from,
                   const gpu::Buffer& scratch, const gpu::Buffer& y, const Shape& to,
                   Borders borders) {
    record_axis(program, x, scratch,
                {from.channels * from.height, from.width, to.width, 1,
                 static_cast<std::uint32_t>(borders.x)});
    record_axis(
        program, scratch, y,
        {from.channels, from.height, to.height, to.width, static_cast<std::uint32_t>(borders.y)});
}

}  // namespace impasto::nn
