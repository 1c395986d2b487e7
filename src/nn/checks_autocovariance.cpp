// The check of the autocovariances and their gradient, of both kinds of maps.
#include "nn/autocovariance.h"
#include "nn/check_half_tools.h"

namespace impasto::nn {

using namespace check_tools;

Result<Check> check_autocovariance(gpu::Stream& stream, const Shape& shape, MapKind kind,
                                   Borders borders, bool accumulate, std::uint32_t seed) {
    Random random(seed);
    const bool half = kind == MapKind::kHalf;
    const auto stored = [&](Floats values) { return half ? rounded(std::move(values)) : values; };
    const auto words = [&](const Floats& values) {
        return half ? to_words(values, shape) : values;
    };
    const Floats features = stored(random.rectified(shape.size()));
    const Floats means = random.values(shape.channels, 0, 0.5f);
    const Floats factors = random.values(4, 0.5f, 1.5f);
    const Floats before = stored(random.values(shape.size()));
    // As far as the sides let them, in all directions; more than a workgroup takes.
    const auto height = static_cast<std::int32_t>(shape.height);
    const auto width = static_cast<std::int32_t>(shape.width);
    std::vector<Shift> shifts;
    for (const std::int32_t dy : {0, 1, height / 2, height - 1}) {
        for (const std::int32_t dx : {0, 1, -(width / 3), width - 1, 1 - width}) {
            if (dy < height && std::abs(dx) < width) {
                shifts.push_back({dy, dx});
            }
        }
    }
    const auto count = static_cast<std::uint32_t>(shifts.size());
    const Floats differences = random.values(shape.channels * shifts.size());
    Workbench bench(stream);
    const auto features_slot = bench.input(words(features));
    const auto shifts_slot = bench.input(shift_words(shifts));
    const auto means_slot = bench.input(means);
    const auto differences_slot = bench.input(differences);
    const auto factors_slot = bench.input(factors);
    const auto result_slot = bench.output(differences.size());
    const auto gradient_slot =
        accumulate ? bench.in_out(words(before)) : bench.output(map_size(kind, shape));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_autocovariance(program, kind, bench[features_slot], shape, bench[shifts_slot],
                                  count, bench[means_slot], bench[result_slot], borders);
            record_autocovariance_backward(program, kind, bench[features_slot], shape,
                                           bench[shifts_slot], count, bench[means_slot],
                                           bench[differences_slot], bench[factors_slot], 1,
                                           bench[gradient_slot], accumulate, borders);
        },
        2));
    const Values want =
        reference::autocovariance(widen(features), shape, shifts, widen(means), borders);
    const Values gradient = reference::autocovariance_backward(
        widen(features), shape, shifts, widen(means), widen(differences),
        static_cast<double>(factors[1]), borders);
    Verdict verdict;
    // Terms cancel about the mean: values of up to 1 make products of up to 1.
    const Floats& got = bench.result(result_slot);
    for (std::size_t i = 0; i < want.size(); ++i) {
        verdict.error_of("autocovariance", std::abs(static_cast<double>(got[i]) - want[i]),
                         sum_bound(shape.plane() / 64 + 68));
    }
    const Floats& stored_gradient = bench.result(gradient_slot);
    verdict.relative("gradient",
                     half ? from_words(stored_gradient, shape, verdict) : stored_gradient,
                     accumulate ? reference::blend(gradient, widen(before), 1) : gradient,
                     half ? half_bound(2 * shifts.size()) : 4 * sum_bound(2 * shifts.size()));
    return verdict.finish(&bench);
}

}  // namespace impasto::nn
