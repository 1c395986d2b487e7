// What a hosted session tells of its work: the losses of layers, and the times of operations.
#include <cmath>
#include <cstring>
#include <string>
#include <tuple>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;

struct Operation {
    std::string kernel;
    std::string label;
    double begin = 0;
    double seconds = 0;
    double flops = 0;
    double bytes = 0;
    int matrix_units = 0;

    auto what() const { return std::tie(kernel, label, flops, bytes, matrix_units); }
};

std::vector<Operation> operations(ImpastoSession* session) {
    std::vector<Operation> all;
    const auto add = [](void* user, const ImpastoOperation* o) {
        EXPECT_EQ(o->struct_size, sizeof *o);
        static_cast<std::vector<Operation>*>(user)->push_back(
            {o->kernel, o->label, o->begin, o->seconds, o->flops, o->bytes, o->matrix_units});
    };
    EXPECT_EQ(impasto_session_operations(session, add, &all), IMPASTO_SUCCESS)
        << impasto_session_message(session);
    return all;
}

std::vector<ImpastoLayerLoss> layer_losses(ImpastoSession* session) {
    std::vector<ImpastoLayerLoss> losses(40);
    auto count = static_cast<std::uint32_t>(losses.size());
    EXPECT_EQ(impasto_session_layer_losses(session, losses.data(), &count), IMPASTO_SUCCESS);
    losses.resize(count);
    return losses;
}

class HostedMeasureTest : public HostedTest {
  protected:
    ImpastoProgress progress(ImpastoSession* session) {
        ImpastoProgress now{};
        now.struct_size = sizeof now;
        EXPECT_EQ(impasto_session_progress(session, &now), IMPASTO_SUCCESS);
        return now;
    }

    // The terms of a session, with their names, against the losses of the iteration.
    void expect_terms(const std::vector<ImpastoLayerLoss>& terms, const ImpastoLosses& losses) {
        const char* const names[] = {"relu4_2", "relu1_1", "relu2_1", "relu3_1", "relu4_1"};
        const float weights[] = {1, 1, 0, 2, 1};
        ASSERT_EQ(terms.size(), 5u);
        double style = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            EXPECT_STREQ(terms[i].layer, names[i]);
            EXPECT_EQ(terms[i].style, i == 0 ? 0 : 1);
            EXPECT_GT(terms[i].loss, 0.0f);  // that without a weight, too
            style +=
                i == 0 ? 0.0 : static_cast<double>(weights[i]) * static_cast<double>(terms[i].loss);
        }
        EXPECT_NEAR(terms[0].loss / losses.content, 1, 1e-6);
        EXPECT_NEAR(style / 4 / static_cast<double>(losses.style), 1, 1e-6);
    }

    void SetUp() override {
        HostedTest::SetUp();
        options_.objective.style_layers = style_layers_;
        options_.objective.style_layer_count = 4;
    }

    const ImpastoLayerWeight style_layers_[4] = {
        {"relu1_1", 1}, {"relu2_1", 0}, {"relu3_1", 2}, {"relu4_1", 1}};
};

TEST_F(HostedMeasureTest, BothKindsOfSessionsTellTheLossesOfTheirLayers) {
    ImpastoContextOptions direct{};
    direct.struct_size = sizeof direct;
    direct.tier = "direct";
    ImpastoContext* own_context = nullptr;
    ASSERT_EQ(impasto_context_create(&direct, &own_context, message_, sizeof message_),
              IMPASTO_SUCCESS);
    ImpastoSession* own = nullptr;
    ASSERT_EQ(create(own_context, &own), IMPASTO_SUCCESS) << message_;
    EXPECT_TRUE(layer_losses(own).empty());
    ASSERT_EQ(impasto_session_run(own, nullptr, nullptr), IMPASTO_SUCCESS);
    const auto expected = layer_losses(own);
    expect_terms(expected, progress(own).losses);
    // As many as there is room for.
    ImpastoLayerLoss two[3] = {};
    std::uint32_t count = 2;
    EXPECT_EQ(impasto_session_layer_losses(own, two, &count), IMPASTO_SUCCESS);
    EXPECT_EQ(count, 5u);
    EXPECT_STREQ(two[1].layer, "relu1_1");
    EXPECT_STREQ(two[2].layer, "");
    impasto_session_destroy(own);
    impasto_context_destroy(own_context);

    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* hosted = nullptr;
    ASSERT_EQ(create_hosted(context, &hosted), IMPASTO_SUCCESS) << message_;
    EXPECT_TRUE(layer_losses(hosted).empty());
    ASSERT_TRUE(frames(loop, hosted, 2, [&](const ImpastoSliceReport&) {
        return progress(hosted).total_iterations > 0;
    }));
    EXPECT_EQ(layer_losses(hosted).size(), 5u);
    ASSERT_TRUE(to_the_end(loop, hosted, 5));
    const auto found = layer_losses(hosted);
    expect_terms(found, progress(hosted).losses);
    for (std::size_t i = 0; i < expected.size() && i < found.size(); ++i) {
        EXPECT_EQ(found[i].loss, expected[i].loss);
    }
    loop.wait_idle();
    impasto_session_destroy(hosted);
    impasto_context_destroy(context);
}

TEST_F(HostedMeasureTest, OperationsAreThoseOfAProfiledSessionAndAddUp) {
    const std::uint32_t iterations[] = {12};
    options_.first_size = options_.size;
    options_.iterations = iterations;
    options_.iterations_count = 1;
    ImpastoContextOptions direct{};
    direct.struct_size = sizeof direct;
    direct.tier = "direct";
    ImpastoContext* own_context = nullptr;
    ASSERT_EQ(impasto_context_create(&direct, &own_context, message_, sizeof message_),
              IMPASTO_SUCCESS);
    ImpastoSession* own = nullptr;
    options_.profile = 1;
    ASSERT_EQ(create(own_context, &own), IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(impasto_session_advance(own, 2, nullptr), IMPASTO_SUCCESS);
    const std::vector<Operation> expected = operations(own);
    impasto_session_destroy(own);
    impasto_context_destroy(own_context);
    ASSERT_GT(expected.size(), 20u);

    options_.profile = 0;
    // Operations divided into many parts, and whole; not so many iterations in a slice that the
    // first ones, which compile, can't be told apart.
    for (const double budget_ms : {0.3, 4.0}) {
        SCOPED_TRACE(budget_ms);
        FrameLoop loop;
        ASSERT_TRUE(loop.open(true));
        ImpastoContext* context = lend(loop.lent());
        ImpastoSession* session = nullptr;
        ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
        EXPECT_TRUE(operations(session).empty());
        // What slices took from the third iteration on.
        std::uint64_t last_frame = 0;
        std::uint32_t begin = 0;
        double measured_ms = 0;
        ASSERT_TRUE(frames(loop, session, budget_ms, [&](const ImpastoSliceReport& report) {
            const std::uint32_t now = progress(session).total_iterations;
            if (report.measured_frame != last_frame) {
                last_frame = report.measured_frame;
                begin = begin == 0 && now > 2 ? now : begin;
                measured_ms += begin > 0 ? report.measured_ms : 0;
            }
            return report.state == IMPASTO_STATE_DONE;
        }));
        ASSERT_GT(begin, 0u);
        const std::vector<Operation> found = operations(session);
        ASSERT_EQ(found.size(), expected.size());
        double sum = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_EQ(found[i].what(), expected[i].what()) << i;
            EXPECT_NEAR(found[i].begin, sum, 1e-9);
            EXPECT_GE(found[i].seconds, 0.0);
            sum += found[i].seconds;
        }
        // Slices have the pictures' copies too, and the gaps between operations; both waver with
        // what else the machine does.
        const double iteration_ms = measured_ms / (12 - begin + 1);
        EXPECT_LT(1000 * sum, 5 * iteration_ms);
        EXPECT_GT(1000 * sum, iteration_ms / 5);
        loop.wait_idle();
        impasto_session_destroy(session);
        impasto_context_destroy(context);
    }
}

// Of a scale that was entered, not of the one before.
TEST_F(HostedMeasureTest, OperationsAreOfTheCurrentScale) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    const auto flops = [](const std::vector<Operation>& all) {
        double sum = 0;
        for (const Operation& operation : all) {
            sum += operation.flops;
        }
        return sum;
    };
    ASSERT_TRUE(frames(loop, session, 5,
                       [&](const ImpastoSliceReport&) { return !operations(session).empty(); }));
    EXPECT_EQ(progress(session).scale, 0u);
    const double first = flops(operations(session));
    ASSERT_TRUE(to_the_end(loop, session, 5));
    EXPECT_GT(flops(operations(session)), 2.5 * first);  // 60x44 pixels after 30x22
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

}  // namespace
