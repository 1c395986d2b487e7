// The project's own sample pictures.
#pragma once

#include "image/image.h"

namespace samples {

// A lake in the mountains on an evening: the content. 768x512.
impasto::Image render_landscape();

// Spirals of thick paint: the style. 768x614.
impasto::Image render_swirl();

}  // namespace samples
