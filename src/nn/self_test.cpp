#include "nn/self_test.h"

#include <span>

#include "nn/checks.h"

namespace impasto::nn {

namespace {

// One comparison of a row, and where it was made.
struct Case {
    std::string where;
    std::function<Result<Check>(gpu::Stream&)> check;
};

struct Row {
    std::string operation;
    std::vector<Case> cases;
};

constexpr Borders kZeros{};
constexpr Borders kEdges{Border::kReplicate, Border::kReplicate};
constexpr Borders kTile{Border::kWrap, Border::kWrap};
constexpr Borders kMixed{Border::kReplicate, Border::kWrap};

struct NamedBorders {
    const char* name;
    Borders borders;
};
constexpr NamedBorders kAllBorders[] = {
    {"zero", kZeros}, {"replicate", kEdges}, {"wrap", kTile}, {"replicate and wrap", kMixed}};

// Odd sides, sides of 1, channels that fill no block.
constexpr Shape kShapes[] = {{3, 13, 9}, {11, 1, 6}, {5, 7, 1}, {17, 18, 35}};
// Where odd sides are dropped, a side of 1 leaves nothing to pool.
constexpr Shape kAreas[] = {kShapes[0], kShapes[3]};
// From one pixel to several groups of each reduction.
constexpr std::size_t kCounts[] = {1, 129, 40003};

std::string at(const Shape& shape) {
    return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" +
           std::to_string(shape.width);
}

// A case for each of `shapes`: f(stream, shape).
template <typename F>
std::vector<Case> over(std::span<const Shape> shapes, F f) {
    std::vector<Case> cases;
    for (const Shape& shape : shapes) {
        cases.push_back({at(shape), [=](gpu::Stream& stream) { return f(stream, shape); }});
    }
    return cases;
}

template <typename F>
std::vector<Case> over_counts(F f) {
    std::vector<Case> cases;
    for (const std::size_t count : kCounts) {
        cases.push_back({std::to_string(count) + " numbers",
                         [=](gpu::Stream& stream) { return f(stream, count); }});
    }
    return cases;
}

// The operations on maps of 16-bit floats.
void add_half(std::vector<Row>& rows, const gpu::Device& device) {
    // The last fills every part of a tile, and another tile.
    static constexpr Shape kMaps[] = {{3, 13, 9}, {40, 17, 18}, {136, 17, 18}};
    for (const ConvVariantRow& row : conv_variants()) {
        const ConvVariant variant = row.variant;
        if (row.precision != Precision::kFp16 || !row.admissible(device, {64, 64})) {
            continue;
        }
        const std::string name = row.name;
        // The tiles are loaded by the same lines in all of them.
        for (const auto& [border, borders] :
             std::span(kAllBorders).subspan(variant == ConvVariant::kHalf ? 0 : 3)) {
            rows.push_back({"conv3x3 " + name + ", " + border,
                            over(kMaps, [=, borders = borders](gpu::Stream& s, const Shape& shape) {
                                return check_half_conv3x3(s, shape, shape.channels + 8, borders,
                                                          variant);
                            })});
            rows.push_back({"conv3x3 " + name + " backward, " + border,
                            over(kMaps, [=, borders = borders](gpu::Stream& s, const Shape& shape) {
                                return check_half_conv3x3_backward(s, shape, shape.channels + 8,
                                                                   borders, true, variant);
                            })});
        }
        rows.push_back(
            {"conv3x3 " + name + ", max pool", over(kMaps, [=](gpu::Stream& s, const Shape& shape) {
                 return check_half_conv3x3_pooled(s, shape, shape.channels + 8, Pooling::kMax, {},
                                                  variant);
             })});
        rows.push_back({"gram " + name, over(kMaps, [=](gpu::Stream& s, const Shape& shape) {
                            return check_half_gram(s, shape, false, variant);
                        })});
        rows.push_back(
            {"gram " + name + " backward", over(kMaps, [=](gpu::Stream& s, const Shape& shape) {
                 return check_half_gram_backward(s, shape, false, true, variant);
             })});
    }
    if (!is_admissible(ConvVariant::kHalf, device, {64, 64})) {
        return;
    }
    rows.push_back({"first layer half", over(kMaps, [](gpu::Stream& s, const Shape& shape) {
                        return check_half_conv3x3_first(s, {3, shape.height, shape.width},
                                                        shape.channels, kMixed);
                    })});
    rows.push_back(
        {"first layer half backward", over(kMaps, [](gpu::Stream& s, const Shape& shape) {
             return check_half_conv3x3_image(s, shape, 3, kMixed);
         })});
    for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
        const std::string name = pooling == Pooling::kMax ? "max pool half" : "average pool half";
        rows.push_back({name, over(kMaps, [=](gpu::Stream& s, const Shape& shape) {
                            return check_half_pool(s, shape, pooling, kMixed);
                        })});
        rows.push_back({name + " backward", over(kMaps, [=](gpu::Stream& s, const Shape& shape) {
                            return check_half_pool_backward(s, shape, pooling, kMixed);
                        })});
    }
    rows.push_back({"difference gradient half", over(kMaps, [](gpu::Stream& s, const Shape& shape) {
                        return check_half_difference_gradient(s, shape, true);
                    })});
}

void add_conv_and_pool(std::vector<Row>& rows) {
    for (const ConvVariantRow& row : conv_variants()) {
        const ConvVariant variant = row.variant;
        if (row.precision != Precision::kFp32) {
            continue;
        }
        const std::string operation =
            variant == ConvVariant::kDirect ? "conv3x3" : std::string("conv3x3 ") + row.name;
        for (const auto& [name, borders] : kAllBorders) {
            const auto forward = [=, borders = borders](gpu::Stream& s, const Shape& shape) {
                return check_conv3x3(s, shape, 10, borders, variant);
            };
            const auto backward = [=, borders = borders](gpu::Stream& s, const Shape& shape) {
                return check_conv3x3_backward(s, shape, 10, borders, true, variant);
            };
            rows.push_back({operation + ", " + name, over(kShapes, forward)});
            rows.push_back({operation + " backward, " + name, over(kShapes, backward)});
        }
    }
    rows.push_back({"fold", over(kShapes, [](gpu::Stream& s, const Shape& shape) {
                        return check_fold(s, shape, kMixed, true);
                    })});
    for (const auto& [name, borders] : kAllBorders) {
        for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
            const std::string operation =
                std::string(pooling == Pooling::kMax ? "max" : "average") + " pool";
            Row forward{operation + ", " + name, {}};
            Row backward{operation + " backward, " + name, {}};
            const auto add = [&, borders = borders](std::span<const Shape> shapes) {
                for (Case& made : over(shapes, [=](gpu::Stream&s, const Shape&shape) {
                         return check_pool(s, shape, pooling, borders);
                     })) {
                    forward.cases.push_back(std::move(made));
                }
                for (Case& made : over(shapes, [=](gpu::Stream&s, const Shape&shape) {
                         return check_pool_backward(s, shape, pooling, borders);
                     })) {
                    backward.cases.push_back(std::move(made));
                }
            };
            if (borders == kZeros) {
                add(kAreas);
            } else {
                add(kShapes);
            }
            rows.push_back(std::move(forward));
            rows.push_back(std::move(backward));
        }
    }
    for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
        rows.push_back(
            {std::string(pooling == Pooling::kMax ? "max" : "average") + " pool and its switches",
             over(kAreas, [=](gpu::Stream& s, const Shape& shape) {
                 return check_pool_switches(s, shape, pooling, kZeros);
             })});
    }
}

void add_losses(std::vector<Row>& rows) {
    static constexpr Shape kMaps[] = {{3, 13, 9}, {17, 1, 6}, {19, 67, 65}};
    for (const bool weighted : {false, true}) {
        const std::string name = weighted ? ", weighted" : "";
        rows.push_back({"gram" + name, over(kMaps, [=](gpu::Stream& s, const Shape& shape) {
                            return check_gram(s, shape, weighted);
                        })});
        rows.push_back(
            {"gram backward" + name, over(kMaps, [=](gpu::Stream& s, const Shape& shape) {
                 return check_gram_backward(s, shape, weighted, weighted);
             })});
    }
    rows.push_back({"autocovariance", over(kMaps, [](gpu::Stream& s, const Shape& shape) {
                        return check_autocovariance(s, shape, MapKind::kFloat,
                                                    {Border::kWrap, Border::kZero}, true);
                    })});
    rows.push_back({"autocovariance half", over(kMaps, [](gpu::Stream& s, const Shape& shape) {
                        return check_autocovariance(s, shape, MapKind::kHalf,
                                                    {Border::kWrap, Border::kZero}, true);
                    })});
    rows.push_back({"dot", over_counts([](gpu::Stream& s, std::size_t count) {
                        return check_dot(s, count);
                    })});
    rows.push_back({"difference", over_counts([](gpu::Stream& s, std::size_t count) {
                        return check_difference(s, count);
                    })});
    rows.push_back({"difference gradient", over_counts([](gpu::Stream& s, std::size_t count) {
                        return check_difference_gradient(s, count, count % 2 == 0);
                    })});
    for (const auto& [name, borders] : kAllBorders) {
        rows.push_back({std::string("total variation, ") + name,
                        over(kShapes, [borders = borders](gpu::Stream& s, const Shape& shape) {
                            return check_total_variation(s, shape, borders);
                        })});
    }
    rows.push_back({"objective, keep best", over_counts([](gpu::Stream& s, std::size_t count) {
                        return check_objective(s, 1, 5, count);
                    })});
}

void add_images_and_steps(std::vector<Row>& rows) {
    // From RGB in [0, 1] to BGR in 0..255 about a mean.
    const ChannelMap map{{2, 0, 1}, {255, 1 / 0.224, 4.5}, {-103.939, -0.456 / 0.224, 0.5}};
    for (const bool backward : {false, true}) {
        rows.push_back({backward ? "normalize backward" : "normalize",
                        over_counts([=](gpu::Stream& s, std::size_t count) {
                            return check_normalize(s, count, map, backward);
                        })});
    }
    for (const auto& [name, borders] : kAllBorders) {
        rows.push_back({std::string("resize, ") + name,
                        over(kShapes, [borders = borders](gpu::Stream& s, const Shape& shape) {
                            return check_resize(s, shape, {shape.channels, 5, 23}, borders);
                        })});
    }
    rows.push_back({"widen", over_counts([](gpu::Stream& s, std::size_t count) {
                        return check_widen(s, count);
                    })});
    rows.push_back({"blend", over_counts([](gpu::Stream& s, std::size_t count) {
                        return check_blend(s, count, count > 1);
                    })});
    rows.push_back({"adam", over_counts([](gpu::Stream& s, std::size_t count) {
                        return check_adam(s, count, 3);
                    })});
    rows.push_back({"lbfgs", {{"300 numbers, 7 steps, history 3", [](gpu::Stream& s) {
                                   return check_lbfgs(s, 300, 3, 7);
                               }}}});
}

}  // namespace

Result<std::vector<SelfTestRow>> run_self_test(
    gpu::Device& device, const std::function<void(const SelfTestRow&)>& on_row) {
    auto stream = gpu::Stream::create(device);
    if (!stream) {
        return stream.error();
    }
    std::vector<Row> rows;
    add_conv_and_pool(rows);
    add_losses(rows);
    add_images_and_steps(rows);
    add_half(rows, device);

    std::vector<SelfTestRow> results;
    for (const Row& row : rows) {
        SelfTestRow result{row.operation, 0, 0, true, ""};
        bool first = true;
        for (const Case& one : row.cases) {
            auto check = one.check(**stream);
            if (!check) {
                return check.error();
            }
            if (first || check->error * result.bound > result.error * check->bound) {
                result.error = check->error;
                result.bound = check->bound;
                first = false;
            }
            if (!check->passed() && result.passed) {
                result.passed = false;
                result.message = one.where + ": " + check->message;
            }
        }
        if (on_row) {
            on_row(result);
        }
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace impasto::nn
