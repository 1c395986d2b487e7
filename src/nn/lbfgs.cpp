#include "nn/lbfgs.h"

#include "include/lbfgs.h"
#include "include/reduce.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

static_assert(kLbfgsMaxHistory == LBFGS_MAX_HISTORY);

const std::size_t kLbfgsStateWords = LBFGS_STATE_WORDS;
const std::size_t kLbfgsPartialWords = std::size_t{4} * REDUCE_PARTIALS;

void record_lbfgs(gpu::Program& program, const LbfgsBuffers& b, std::size_t count,
                  std::uint32_t history) {
    const auto pass = [&](std::uint32_t kind, std::uint32_t k, std::uint32_t groups) {
        const LbfgsParams params{static_cast<std::uint32_t>(count), history, k};
        record(program, shaders::lbfgs,
               {&b.x, &b.gradient, &b.previous, &b.direction, &b.s, &b.y, &b.state, &b.partials},
               {kind}, params, {groups, 1, 1});
    };
    pass(LBFGS_PAIR, 0, REDUCE_PARTIALS);
    pass(LBFGS_ACCEPT, 0, 1);
    for (std::uint32_t k = 0; k < history; ++k) {
        pass(LBFGS_FIRST, k, REDUCE_PARTIALS);
    }
    pass(LBFGS_TURN, 0, REDUCE_PARTIALS);
    for (std::uint32_t k = 0; k < history; ++k) {
        pass(LBFGS_SECOND, k, REDUCE_PARTIALS);
    }
    pass(LBFGS_STEP, 0, REDUCE_PARTIALS);
}

}  // namespace impasto::nn
