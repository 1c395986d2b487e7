#include "nn/pack_weights.h"

#include "nn/conv3x3.h"
#include "nn/workbench.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

class PackWeights : public testing::GpuFormTest {
  protected:
    // OIHW with every input channel `copies` times.
    static std::vector<float> repeated(const std::vector<float>& oihw, std::uint32_t in_channels,
                                       std::uint32_t copies) {
        std::vector<float> all;
        const auto filter = static_cast<std::ptrdiff_t>(9 * in_channels);
        for (auto at = oihw.begin(); at != oihw.end(); at += filter) {
            for (std::uint32_t k = 0; k < copies; ++k) {
                all.insert(all.end(), at, at + filter);
            }
        }
        return all;
    }
};

// The bytes of the host's packing, for channels that fill blocks and such that don't.
TEST_P(PackWeights, EqualsTheHosts) {
    struct Case {
        std::uint32_t out;
        std::uint32_t in;
        std::uint32_t copies;
    };
    for (const Case& c : {Case{1, 1, 1}, Case{8, 3, 2}, Case{13, 5, 1}, Case{16, 24, 1},
                          Case{5, 11, 3}, Case{130, 70, 1}}) {
        SCOPED_TRACE(std::to_string(c.out) + " from " + std::to_string(c.in));
        constexpr float kScale = 0.25f;  // exact
        testing::Numbers numbers(c.out);
        const auto oihw = numbers.floats(std::size_t{9} * c.out * c.in);
        Workbench bench(stream());
        const auto source = bench.input(oihw);
        const auto forward = bench.output(packed_size(c.out, c.copies * c.in));
        const auto backward = bench.output(packed_size(c.in, c.out));
        const Status ran = bench.run(
            [&](gpu::Program& program) {
                record_pack_forward(program, bench[source], c.out, c.in, c.copies, kScale,
                                    bench[forward]);
                record_pack_backward(program, bench[source], c.out, c.in, bench[backward]);
            },
            2);
        ASSERT_TRUE(ran) << ran.error().message;
        EXPECT_EQ(bench.complaint(), "");
        auto scaled = repeated(oihw, c.in, c.copies);
        for (float& value : scaled) {
            value *= kScale;
        }
        EXPECT_EQ(bench.result(forward), pack_forward(scaled, c.out, c.copies * c.in));
        EXPECT_EQ(bench.result(backward), pack_backward(oihw, c.out, c.in));
    }
}

IMPASTO_BOTH_FORMS(PackWeights);

}  // namespace
}  // namespace impasto::nn
