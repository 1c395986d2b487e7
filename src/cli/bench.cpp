// impasto bench: how long an iteration takes on this device.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/command.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "cli/run_report.h"

namespace impasto::cli {
namespace {

constexpr const char* kDescription =
    "Measures whole iterations (forward, losses, backward, optimiser step) of a square picture at "
    "one size, with pictures and, unless --encoder builtin, weights of random numbers: nothing is "
    "read, downloaded or written. The first iterations are not counted. FLOP count as if every "
    "convolution and Gram matrix were computed directly.";

// Iterations before the measured ones: what a driver does lazily, the first, which is waited for,
// and those kept in flight.
constexpr std::uint32_t kWarmUp = 4;

// Waves of many lengths, so that no map is flat.
Result<Image> test_picture(std::uint32_t size, double phase) {
    std::vector<float> rgb(std::size_t{3} * size * size);
    std::size_t at = 0;
    for (int channel = 0; channel < 3; ++channel) {
        for (std::uint32_t y = 0; y < size; ++y) {
            for (std::uint32_t x = 0; x < size; ++x, ++at) {
                const double wave = std::sin(0.9 * x + phase) * std::cos(0.37 * y + channel) +
                                    std::sin(0.05 * (x + y) * (phase + 1));
                rgb[at] = static_cast<float>(0.5 + 0.2 * wave);
            }
        }
    }
    ImpastoImage* image = nullptr;
    Message message;
    const int side = static_cast<int>(size);
    IMPASTO_TRY(message.status(impasto_image_create(side, side, rgb.data(), nullptr, &image,
                                                    message.data(), message.size())));
    return Image(image);
}

class Bench : public Command {
  public:
    explicit Bench(CLI::App& program)
        : Command(program, "bench", "[options]", "measure iterations on this device") {
        describe(kDescription, "");
        options().integer("--size", "N", {16, 16384}, size_, "the picture's side in pixels");
        options().integer("--iterations", "N", {1, 100000}, iterations_, "measured");
        options().choice<ImpastoOptimizer>("--optimizer",
                                           {{"lbfgs", IMPASTO_LBFGS}, {"adam", IMPASTO_ADAM}},
                                           optimizer_, "what steps");
        options().text("--encoder", "vgg19-shaped|builtin|FILE", encoder_,
                       "vgg19-shaped is VGG19 with random numbers: as fast as the real one");
        options().text("--device", "N|NAME|gpu", computing_.device,
                       "what to measure; see 'impasto devices'. Without it: the best there is");
        settings::declare_computing(options(), computing_);
        options().flag("--profile", profile_,
                       "also print where the time went; iterations then run one at a time");
        options().flag("--json", json_, "print one JSON object and nothing else");
    }

    Status run() override;

  private:
    Status create_session();
    Status measure();
    Status report();

    std::uint32_t size_ = 256;
    std::uint32_t iterations_ = 10;
    ImpastoOptimizer optimizer_ = IMPASTO_LBFGS;
    std::string encoder_ = "vgg19-shaped";
    settings::Computing computing_;
    bool profile_ = false;
    bool json_ = false;

    RunLog log_;
    Context context_;  // after the log, to which it writes
    Weights weights_;
    Session session_;
    std::vector<double> seconds_;  // of each iteration, sorted
    std::uint64_t bytes_peak_ = 0;
};

Status Bench::create_session() {
    auto weights = open_weights(encoder_);
    if (!weights) return weights.error();
    weights_ = *std::move(weights);
    auto context = open_context(computing_, &log_);
    if (!context) return context.error();
    context_ = *std::move(context);
    auto content = test_picture(size_, 0.0);
    if (!content) return content.error();
    auto style = test_picture(size_, 1.0);
    if (!style) return style.error();
    ImpastoSessionOptions options{};
    options.struct_size = sizeof options;
    impasto_session_options_default(&options);
    const std::uint32_t iterations = iterations_ + kWarmUp;
    options.size = size_;
    options.first_size = size_;
    options.iterations = &iterations;
    options.iterations_count = 1;
    options.optimizer = optimizer_;
    options.init = IMPASTO_INIT_NOISE;
    options.profile = profile_ ? 1 : 0;
    const ImpastoImage* styles[] = {style->get()};
    ImpastoSession* session = nullptr;
    Message message;
    IMPASTO_TRY(message.status(impasto_session_create(context_.get(), weights_.get(),
                                                      content->get(), styles, 1, &options, &session,
                                                      message.data(), message.size())));
    session_.reset(session);
    return {};
}

// An advance() returns when the iteration two before it is done, so that the time between two
// returns is that of one iteration with the device kept busy.
Status Bench::measure() {
    using Clock = std::chrono::steady_clock;
    auto last = Clock::now();
    for (std::uint32_t i = 0; i + 1 < iterations_ + kWarmUp; ++i) {
        const ImpastoResult result = impasto_session_advance(session_.get(), 1, nullptr);
        IMPASTO_TRY(to_status(result, impasto_session_message(session_.get())));
        const auto now = Clock::now();
        if (i + 1 >= kWarmUp) seconds_.push_back(std::chrono::duration<double>(now - last).count());
        last = now;
    }
    std::sort(seconds_.begin(), seconds_.end());
    // Here, since measuring what the device reaches at most takes memory too.
    bytes_peak_ = impasto_context_bytes_peak(context_.get());
    return {};
}

Status Bench::report() {
    const auto layers = layers_of(session_.get());
    if (!layers) return layers.error();
    const auto peak = measured_peak(context_.get());
    if (!peak) return peak.error();
    double flops = 0;
    for (const ImpastoLayer& layer : *layers) flops += 2 * layer.flops;
    const double median = seconds_[seconds_.size() / 2];
    const double gflops = flops / median / 1e9;
    // Where matrix units compute layers they are what the peak is of.
    const bool matrix = std::any_of(layers->begin(), layers->end(), [](const ImpastoLayer& layer) {
        return layer.matrix_units != 0;
    });
    const double peak_flops = matrix ? peak->matrix_flops_per_second : peak->flops_per_second;
    const double percent = 100 * flops / median / peak_flops;
    const ImpastoDeviceInfo info = device_info(context_.get());
    if (json_) {
        using Json = nlohmann::ordered_json;
        const Json json{{"device", std::string(info.name)},
                        {"driver", std::string(info.driver)},
                        {"encoder", impasto_weights_name(weights_.get())},
                        {"size", size_},
                        {"iterations", seconds_.size()},
                        {"optimizer", optimizer_ == IMPASTO_ADAM ? "adam" : "lbfgs"},
                        {"precision", std::string(layers->back().precision)},
                        {"variants", variants_json(*layers)},
                        {"seconds_per_iteration",
                         {{"min", seconds_.front()}, {"median", median}, {"max", seconds_.back()}}},
                        {"gflops", gflops},
                        {"percent_of_peak", percent},
                        {"peak_gflops", peak_flops / 1e9},
                        {"peak_of", matrix ? "matrix units, fp16" : "multiply-adds, fp32"},
                        {"device_bytes_planned", impasto_session_bytes_planned(session_.get())},
                        {"device_bytes_peak", bytes_peak_}};
        return print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    }
    const auto ms = [](double seconds) { return std::to_string(std::lround(1e3 * seconds)); };
    return print(std::string(info.name) + ", " + info.driver + "\n" +
                 impasto_weights_name(weights_.get()) + ", " + std::to_string(size_) + "x" +
                 std::to_string(size_) + ", " + std::to_string(seconds_.size()) +
                 " iterations: median " + ms(median) + " ms (" + ms(seconds_.front()) + " to " +
                 ms(seconds_.back()) + "), " + std::to_string(std::lround(gflops)) +
                 " GFLOP/s counted directly, " + std::to_string(std::lround(percent)) +
                 " % of the device's " + std::to_string(std::lround(peak_flops / 1e9)) +
                 (matrix ? " GFLOP/s by matrix units, " : " GFLOP/s, ") + bytes_text(bytes_peak_) +
                 " of device memory\n");
}

Status Bench::run() {
    IMPASTO_TRY(arguments().read());
    IMPASTO_TRY(create_session());
    IMPASTO_TRY(measure());
    if (profile_) {
        const auto operations = operations_of(session_.get());
        if (!operations) return operations.error();
        const auto peak = measured_peak(context_.get());
        if (!peak) return peak.error();
        note(profile_text(*operations, *peak));
    }
    return report();
}

}  // namespace

void add_bench(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<Bench>(program));
}

}  // namespace impasto::cli
