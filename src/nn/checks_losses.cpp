// The checks of what makes losses, gradients and steps.
#include "nn/adam.h"
#include "nn/blend.h"
#include "nn/check_tools.h"
#include "nn/gram.h"
#include "nn/objective.h"
#include "nn/total_variation.h"

namespace impasto::nn {

using namespace check_tools;

Result<Check> check_gram(gpu::Stream& stream, const Shape& shape, bool pixel_weights,
                         std::uint32_t seed) {
    Random random(seed);
    const Floats features = random.rectified(shape.size());
    const Floats weights = random.values(shape.plane(), 0, 1);
    double weight_sum = static_cast<double>(shape.plane());
    if (pixel_weights) {
        weight_sum = reference::dot(widen(weights), Values(shape.plane(), 1.0));
    }
    Workbench bench(stream);
    const auto features_slot = bench.input(features);
    const auto weights_slot = bench.input(weights);
    const auto scratch_slot = bench.scratch(gram_scratch_size(stream.device(), shape));
    const std::size_t channels = shape.channels;
    const auto gram_slot = bench.output(channels * channels);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_gram(program, bench[features_slot], shape,
                        pixel_weights ? &bench[weights_slot] : nullptr, weight_sum,
                        bench[scratch_slot], bench[gram_slot]);
        },
        2));
    Verdict verdict;
    const Floats& gram = bench.result(gram_slot);
    // Lanes add up to 64 products each, 64 lanes make a chunk of 4096 pixels.
    verdict.relative("matrix", gram,
                     reference::gram(widen(features), shape,
                                     pixel_weights ? widen(weights) : Values{}, weight_sum),
                     sum_bound(128 + shape.plane() / 4096));
    for (std::size_t i = 0; i < channels * channels; ++i) {
        verdict.expect(gram[i] == gram[i % channels * channels + i / channels],
                       "the matrix is not symmetric");
    }
    return verdict.finish(&bench);
}

Result<Check> check_gram_backward(gpu::Stream& stream, const Shape& shape, bool pixel_weights,
                                  bool accumulate, std::uint32_t seed) {
    Random random(seed);
    const std::size_t channels = shape.channels;
    const Floats features = random.rectified(shape.size());
    const Floats weights = random.values(shape.plane(), 0, 1);
    const Floats before = random.values(shape.size());
    const Floats factors = random.values(4, 0.5f, 1.5f);
    Floats dgram = random.values(channels * channels);
    for (std::size_t i = 0; i < dgram.size(); ++i) {
        dgram[i] = dgram[i % channels * channels + i / channels];
    }
    // What pads the matrix may hold anything.
    Floats padded_dgram = dgram;
    padded_dgram.resize(gram_size(shape.channels), std::numeric_limits<float>::quiet_NaN());
    Workbench bench(stream);
    const auto features_slot = bench.input(features);
    const auto weights_slot = bench.input(weights);
    const auto dgram_slot = bench.input(padded_dgram);
    const auto factors_slot = bench.input(factors);
    const auto gradient_slot = accumulate ? bench.in_out(before) : bench.output(shape.size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_gram_backward(program, bench[features_slot], shape,
                                 pixel_weights ? &bench[weights_slot] : nullptr, bench[dgram_slot],
                                 bench[factors_slot], 2, bench[gradient_slot], accumulate);
        },
        2));
    const Values want =
        reference::gram_backward(widen(features), shape, pixel_weights ? widen(weights) : Values{},
                                 widen(dgram), static_cast<double>(factors[2]));
    Verdict verdict;
    verdict.relative("gradient", bench.result(gradient_slot),
                     accumulate ? reference::blend(want, widen(before), 1) : want,
                     sum_bound(channels + 2));
    return verdict.finish(&bench);
}

Result<Check> check_dot(gpu::Stream& stream, std::size_t count, std::uint32_t seed) {
    Random random(seed);
    const Floats a = random.values(count);
    const Floats b = random.values(count);
    Workbench bench(stream);
    const auto a_slot = bench.input(a);
    const auto b_slot = bench.input(b);
    const auto partials_slot = partials_in(bench);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_dot(program, bench[a_slot], bench[b_slot], count, bench[partials_slot], kAround);
        },
        2));
    Verdict verdict;
    const double got = verdict.partial_sum(bench.result(partials_slot));
    const double want = reference::dot(widen(a), widen(b));
    // Terms cancel: the error is set against the vectors' lengths.
    verdict.error_of("sum", std::abs(got - want) / (norm(widen(a)) * norm(widen(b))),
                     sum_bound(reduction_depth(count)) / std::sqrt(static_cast<double>(count)));
    return verdict.finish(&bench);
}

Result<Check> check_difference(gpu::Stream& stream, std::size_t count, std::uint32_t seed) {
    Random random(seed);
    const Floats a = random.values(count);
    const Floats b = random.values(count);
    Workbench bench(stream);
    const auto a_slot = bench.input(a);
    const auto b_slot = bench.input(b);
    const auto out_slot = bench.output(count);
    const auto partials_slot = partials_in(bench);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_difference(program, bench[a_slot], bench[b_slot], count, bench[out_slot],
                              bench[partials_slot], kAround);
        },
        2));
    const Values want = reference::difference(widen(a), widen(b));
    const double square = reference::dot(want, want);
    Verdict verdict;
    verdict.relative("difference", bench.result(out_slot), want, kSlack * kUnit);
    verdict.error_of("squared sum",
                     std::abs(verdict.partial_sum(bench.result(partials_slot)) - square) / square,
                     sum_bound(reduction_depth(count)));
    return verdict.finish(&bench);
}

Result<Check> check_difference_gradient(gpu::Stream& stream, std::size_t count, bool accumulate,
                                        std::uint32_t seed) {
    Random random(seed);
    const Floats a = random.rectified(count);
    const Floats b = random.rectified(count);
    const Floats before = random.values(count);
    const Floats factors = random.values(4, 0.5f, 1.5f);
    Workbench bench(stream);
    const auto a_slot = bench.input(a);
    const auto b_slot = bench.input(b);
    const auto gradient_slot = accumulate ? bench.in_out(before) : bench.output(count);
    const auto factors_slot = bench.input(factors);
    const auto partials_slot = partials_in(bench);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_difference_gradient(program, bench[a_slot], bench[b_slot], count,
                                       bench[gradient_slot], accumulate, bench[factors_slot], 2,
                                       bench[partials_slot], kAround);
        },
        2));
    const Values d = reference::difference(widen(a), widen(b));
    const double square = reference::dot(d, d);
    const Values want =
        reference::difference_gradient(widen(a), widen(b), static_cast<double>(factors[2]));
    Verdict verdict;
    verdict.relative("gradient", bench.result(gradient_slot),
                     accumulate ? reference::blend(want, widen(before), 1) : want, sum_bound(3));
    const double got = verdict.partial_sum(bench.result(partials_slot));
    verdict.error_of("squared sum", square > 0 ? std::abs(got - square) / square : got,
                     sum_bound(reduction_depth(count)));
    return verdict.finish(&bench);
}

Result<Check> check_total_variation(gpu::Stream& stream, const Shape& shape, Borders borders,
                                    std::uint32_t seed) {
    Random random(seed);
    const Floats x = random.values(shape.size(), 0, 1);
    // Of the size of the gradient that is added to it.
    const float size = 4.0f / static_cast<float>(shape.size());
    const Floats before = random.values(shape.size(), -size, size);
    const Floats weights = random.values(4, 0.5f, 1.5f);
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const auto gradient_slot = bench.in_out(before);
    const auto weights_slot = bench.input(weights);
    const auto partials_slot = partials_in(bench);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_total_variation(program, bench[x_slot], shape, bench[gradient_slot],
                                   bench[weights_slot], 1, bench[partials_slot], kAround, borders);
        },
        2));
    const double tv = reference::total_variation(widen(x), shape, borders);
    const Values gradient = reference::total_variation_gradient(widen(x), shape, borders);
    Verdict verdict;
    verdict.relative("gradient", bench.result(gradient_slot),
                     reference::blend(gradient, widen(before), static_cast<double>(weights[1])),
                     sum_bound(8));
    const double got = verdict.partial_sum(bench.result(partials_slot));
    verdict.error_of("sum", tv > 0 ? std::abs(got - tv) / tv : std::abs(got),
                     sum_bound(2 * reduction_depth(shape.size())));
    return verdict.finish(&bench);
}

Result<Check> check_blend(gpu::Stream& stream, std::size_t count, bool accumulate,
                          std::uint32_t seed) {
    Random random(seed);
    const Floats x = random.values(count);
    const Floats before = random.values(count);
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const auto y_slot = accumulate ? bench.in_out(before) : bench.output(count);
    constexpr float kFactor = 0.3f;
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_blend(program, bench[x_slot], bench[y_slot], count, kFactor, accumulate);
        },
        2));
    Verdict verdict;
    verdict.relative("output", bench.result(y_slot),
                     reference::blend(widen(x), accumulate ? widen(before) : Values{},
                                      static_cast<double>(kFactor)),
                     sum_bound(2));
    return verdict.finish(&bench);
}

Result<Check> check_objective(gpu::Stream& stream, std::uint32_t content_terms,
                              std::uint32_t style_terms, std::size_t count, std::uint32_t seed) {
    constexpr std::size_t kLosses = 6;
    constexpr std::uint32_t kCapacity = 4;
    Random random(seed);
    const ObjectiveLayout layout{content_terms, style_terms};
    Floats factors = random.values(layout.words(), 0.5f, 1.5f);
    if (layout.terms() > 1) {
        factors[layout.loss_factor(1)] = 0;  // recorded all the same
    }
    std::vector<Floats> partials;
    std::vector<Floats> images;
    for (std::size_t i = 0; i < kLosses; ++i) {
        // The fourth is the lowest, the fifth and sixth rise again.
        const float size = i == 3 ? 0.25f : 1.0f + static_cast<float>(i == 0 ? 2 : i) / 8;
        partials.push_back(random.values(layout.partial_words(), 0.9f * size, size));
        images.push_back(random.values(count));
    }
    partials[2][layout.tv_partial() + 5] = std::numeric_limits<float>::quiet_NaN();

    Workbench bench(stream);
    std::vector<Workbench::Slot> partial_slots;
    std::vector<Workbench::Slot> image_slots;
    for (std::size_t i = 0; i < kLosses; ++i) {
        partial_slots.push_back(bench.input(partials[i]));
        image_slots.push_back(bench.input(images[i]));
    }
    const auto factors_slot = bench.input(factors);
    const auto state_slot = bench.in_out(Floats(kObjectiveStateWords, 0.0f));
    const std::size_t words = layout.record_words();
    const auto records_slot = bench.output(kCapacity * words);
    const auto best_slot = bench.output(count);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            for (std::size_t i = 0; i < kLosses; ++i) {
                record_objective(program, layout, bench[partial_slots[i]], bench[factors_slot],
                                 bench[state_slot], bench[records_slot], kCapacity);
                record_keep_best(program, bench[image_slots[i]], bench[best_slot],
                                 bench[state_slot], count);
            }
        },
        2));

    Values want(kCapacity * words);
    Values best;
    reference::KeepBest keep;
    const auto sum_of = [&](std::size_t i, std::size_t first) {
        const Values all = widen(partials[i]);
        double sum = 0;
        for (std::size_t k = 0; k < kReducePartials; ++k) {
            sum += all[first + k];
        }
        return sum;
    };
    const Values wide_factors = widen(factors);
    for (std::size_t i = 0; i < kLosses; ++i) {
        Values terms;
        Values term_factors;
        for (std::uint32_t k = 0; k < layout.terms(); ++k) {
            terms.push_back(sum_of(i, layout.term_partial(k)));
            term_factors.push_back(wide_factors[layout.loss_factor(k)]);
        }
        const reference::Losses losses =
            reference::objective({wide_factors[0], wide_factors[1], wide_factors[2]}, terms,
                                 term_factors, content_terms, sum_of(i, layout.tv_partial()));
        const std::size_t at = i % kCapacity * words;
        want[at] = losses.total;
        want[at + 1] = losses.content;
        want[at + 2] = losses.style;
        want[at + 3] = losses.tv;
        for (std::uint32_t k = 0; k < layout.terms(); ++k) {
            want[at + layout.term_record(k)] = terms[k];
        }
        if (keep.improves(losses.total)) {
            best = widen(images[i]);
        }
    }
    Verdict verdict;
    const Floats& records = bench.result(records_slot);
    // Record 2 is that of the NaN: its total and TV must be NaN, not hidden.
    const std::size_t nan_at = 2 * words;
    verdict.expect(std::isnan(records[nan_at]) && std::isnan(records[nan_at + 3]),
                   "a NaN among the losses was lost");
    for (std::size_t at = 0; at < want.size(); ++at) {
        if (at != nan_at && at != nan_at + 3) {
            verdict.relative("loss", {&records[at], 1}, {want[at]},
                             sum_bound(8 + std::size_t{layout.terms()}));
        }
    }
    verdict.relative("best image", bench.result(best_slot), best, 0);
    return verdict.finish(&bench);
}

Result<Check> check_adam(gpu::Stream& stream, std::size_t count, int steps, std::uint32_t seed) {
    Random random(seed);
    const AdamOptions options;
    const Floats start = random.values(count, 0, 1);
    Workbench bench(stream);
    std::vector<Floats> gradients;
    std::vector<Workbench::Slot> gradient_slots;
    for (int i = 0; i < steps; ++i) {
        gradients.push_back(random.values(count));
        // Far apart, as gradients are, and exactly zero in places.
        for (std::size_t k = 0; k < count; ++k) {
            gradients.back()[k] *= k % 3 == 0 ? 1e-3f : k % 7 == 0 ? 0.0f : 10.0f;
        }
        gradient_slots.push_back(bench.input(gradients.back()));
    }
    const auto x_slot = bench.in_out(start);
    const auto m_slot = bench.in_out(Floats(count, 0.0f));
    const auto v_slot = bench.in_out(Floats(count, 0.0f));
    const auto state_slot = bench.in_out(Floats(1, 0.0f));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            for (const auto slot : gradient_slots) {
                record_adam(program, bench[x_slot], bench[slot], bench[m_slot], bench[v_slot],
                            bench[state_slot], count, options);
            }
        },
        2));
    reference::Adam adam(options);
    Values x = widen(start);
    for (const Floats& gradient : gradients) {
        adam.step(x, widen(gradient));
    }
    Verdict verdict;
    const Values way = reference::difference(x, widen(start));
    const Values got = reference::difference(widen(bench.result(x_slot)), widen(start));
    // The image rounds in each step, by 2^-24 of 1 at most; a step is about the learning rate.
    const double step = static_cast<double>(options.learning_rate);
    verdict.relative("image", bench.result(x_slot), x, sum_bound(static_cast<std::size_t>(steps)));
    verdict.error_of("way of the image", norm(reference::difference(got, way)) / norm(way),
                     sum_bound(static_cast<std::size_t>(steps)) / step);
    return verdict.finish(&bench);
}

}  // namespace impasto::nn
