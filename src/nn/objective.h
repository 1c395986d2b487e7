// The losses of an iteration, added up on the device and recorded in a ring that the host reads
// when it likes:
//
//     content = sum over content terms of factor[k] S[k],  style likewise,   S = a term's squared
//     sum total   = content_weight content + style_weight style + tv_weight TV
//
// with every term's S, whatever its factor; and the best image so far, to return to when the
// optimisation diverges.
#pragma once

#include <cstdint>

#include "gpu/program.h"

namespace impasto::nn {

// The buffer of factors: the three weights, then a loss factor a term, content terms first. (The
// kernels that make gradients keep theirs in the same buffer behind them: see style/.)
struct ObjectiveLayout {
    std::uint32_t content_terms = 0;
    std::uint32_t style_terms = 0;

    static constexpr std::uint32_t kContentWeight = 0;
    static constexpr std::uint32_t kStyleWeight = 1;
    static constexpr std::uint32_t kTvWeight = 2;
    std::uint32_t terms() const { return content_terms + style_terms; }
    std::uint32_t loss_factor(std::uint32_t term) const { return 3 + term; }
    std::uint32_t gradient_factor(std::uint32_t term) const { return 3 + terms() + term; }
    std::uint32_t words() const { return 3 + 2 * terms(); }
    // Index of the first partial sum: TV, then the terms.
    std::uint32_t tv_partial() const;
    std::uint32_t term_partial(std::uint32_t term) const;
    std::uint32_t partial_words() const;
    // Of a record: total, content, style, tv, whether it is a divergence, then the terms' S.
    static constexpr std::uint32_t kDiverged = 4;
    static constexpr std::uint32_t kLosses = 5;
    std::uint32_t term_record(std::uint32_t term) const { return kLosses + term; }
    std::uint32_t record_words() const { return kLosses + terms(); }
};

// Word 0 counts the losses recorded, as an integer; the others are zero while none is the lowest.
inline constexpr std::uint32_t kObjectiveStateWords = 8;

// What is a divergence: a total above `factor` times the lowest so far, or one that is not finite.
// Of the evaluations after one the first `behind` count still, and none beyond is kept as the best,
// so that it does not matter how many more were queued; until record_divergence_over().
struct Divergence {
    float factor = 0;  // 0: nothing is one
    std::uint32_t behind = 0;
};

// `state` starts as zeros. `records` holds `capacity` records, the i-th loss in slot i % capacity.
void record_objective(gpu::Program& program, const ObjectiveLayout& layout,
                      const gpu::Buffer& partials, const gpu::Buffer& factors,
                      const gpu::Buffer& state, const gpu::Buffer& records, std::uint32_t capacity,
                      const Divergence& divergence = {});

void record_divergence_over(gpu::Program& program, const gpu::Buffer& state);

// Copies x (count words) to `best` when the objective just recorded is the lowest so far.
void record_keep_best(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& best,
                      const gpu::Buffer& state, std::size_t count);

}  // namespace impasto::nn
