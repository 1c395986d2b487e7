#include "nn/objective.h"

#include <algorithm>

#include "include/blend.h"
#include "include/objective.h"
#include "nn/record.h"
#include "nn/reduce.h"
#include "nn/shape.h"
#include "shaders.h"

namespace impasto::nn {

static_assert(ObjectiveLayout::kLosses == RECORD_LOSSES);
static_assert(kObjectiveStateWords == STATE_WORDS);

std::uint32_t ObjectiveLayout::tv_partial() const { return 0; }
std::uint32_t ObjectiveLayout::term_partial(std::uint32_t term) const {
    return (1 + term) * kReducePartials;
}
std::uint32_t ObjectiveLayout::partial_words() const { return (1 + terms()) * kReducePartials; }

void record_objective(gpu::Program& program, const ObjectiveLayout& layout,
                      const gpu::Buffer& partials, const gpu::Buffer& factors,
                      const gpu::Buffer& state, const gpu::Buffer& records, std::uint32_t capacity,
                      const Divergence& divergence) {
    const ObjectiveParams params{layout.content_terms, layout.style_terms, capacity,
                                 divergence.factor, divergence.behind};
    record(program, shaders::objective, {&partials, &factors, &state, &records}, {}, params,
           {1, 1, 1});
}

void record_divergence_over(gpu::Program& program, const gpu::Buffer& state) {
    constexpr VkDeviceSize kWord = sizeof(std::uint32_t);
    // The last word, which is none's and zero.
    program.copy(state, state, kWord, (STATE_WORDS - 1) * kWord, STATE_DIVERGED * kWord);
}

void record_keep_best(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& best,
                      const gpu::Buffer& state, std::size_t count) {
    const KeepBestParams params{static_cast<std::uint32_t>(count)};
    record(program, shaders::keep_best, {&x, &best, &state}, {}, params,
           {std::clamp<std::uint32_t>(divide_up(count, BLEND_THREADS), 1, BLEND_GROUPS), 1, 1});
}

}  // namespace impasto::nn
