// The project's own sample pictures.
#pragma once

#include "image/image.h"

namespace samples {

// A lake in the mountains on an evening: the content. 768x512.
impasto::Image render_landscape();

// Spirals of thick paint: the style. 768x614.
impasto::Image render_swirl();

// Cracked stone, a material that repeats along both axes: size x size, at least 16. Height is of 16
// bits a sample, height and roughness are grey (Image::bits, ::grey).
struct Stone {
    impasto::Image albedo;
    impasto::Image normal;  // OpenGL's
    impasto::Image height;
    impasto::Image roughness;
};
Stone render_stone(int size);

}  // namespace samples
