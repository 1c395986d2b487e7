#include "cli/profile.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/output.h"
#include "platform/atomic_file.h"
#include "platform/paths.h"

namespace impasto::cli {
namespace {

std::string fixed(double value, int digits) {
    std::array<char, 48> text{};
    (void)std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

struct Sum {
    std::string name;
    int calls = 0;
    double seconds = 0;
    double flops = 0;
    double bytes = 0;
    double least_seconds = 0;  // what the operations would take at the device's peak
};

// Sums by `name`, the longest first.
template <typename Name>
std::vector<Sum> sums(const std::vector<Operation>& operations, const ImpastoPeak& peak,
                      Name name) {
    std::map<std::string, Sum> by_name;
    for (const Operation& operation : operations) {
        Sum& sum = by_name[name(operation)];
        ++sum.calls;
        sum.seconds += operation.seconds;
        sum.flops += operation.flops;
        sum.bytes += operation.bytes;
        const double flops_peak =
            operation.matrix_units ? peak.matrix_flops_per_second : peak.flops_per_second;
        sum.least_seconds +=
            std::max(operation.flops / flops_peak, operation.bytes / peak.bytes_per_second);
    }
    std::vector<Sum> sorted;
    for (auto& [key, sum] : by_name) {
        sum.name = key;
        sorted.push_back(sum);
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const Sum& a, const Sum& b) { return a.seconds > b.seconds; });
    return sorted;
}

// Of the peak that limits each operation, arithmetic or memory.
std::string percent_of_peak(const Sum& sum) {
    if (sum.seconds <= 0 || sum.least_seconds <= 0) return "";
    return fixed(100 * sum.least_seconds / sum.seconds, 0);
}

std::string sums_table(const std::string& heading, const std::vector<Sum>& sums) {
    double total = 0;
    for (const Sum& sum : sums) total += sum.seconds;
    std::vector<TableRow> rows{{heading, "calls", "ms", "share %", "GFLOP/s", "GB/s", "% of peak"}};
    for (const Sum& sum : sums) {
        const double seconds = std::max(sum.seconds, 1e-9);
        rows.push_back({sum.name, std::to_string(sum.calls), fixed(1e3 * sum.seconds, 2),
                        fixed(100 * sum.seconds / std::max(total, 1e-9), 1),
                        sum.flops > 0 ? fixed(sum.flops / seconds / 1e9, 1) : "",
                        sum.bytes > 0 ? fixed(sum.bytes / seconds / 1e9, 1) : "",
                        percent_of_peak(sum)});
    }
    return table(rows);
}

}  // namespace

Result<std::vector<Operation>> operations_of(ImpastoSession* session) {
    struct Collected {
        std::vector<Operation> operations;
        std::exception_ptr thrown;  // no exception may cross C
    } collected;
    const auto callback = [](void* user, const ImpastoOperation* from) {
        auto* to = static_cast<Collected*>(user);
        try {
            to->operations.push_back({from->kernel, from->label, from->begin, from->seconds,
                                      from->flops, from->bytes, from->matrix_units != 0});
        } catch (...) {
            to->thrown = std::current_exception();
        }
    };
    const ImpastoResult result = impasto_session_operations(session, callback, &collected);
    if (collected.thrown) std::rethrow_exception(collected.thrown);
    IMPASTO_TRY(to_status(result, impasto_session_message(session)));
    return std::move(collected.operations);
}

Result<std::vector<ImpastoLayer>> layers_of(ImpastoSession* session) {
    std::uint32_t count = 0;
    const auto failed = [session](ImpastoResult result) {
        return to_status(result, impasto_session_message(session));
    };
    IMPASTO_TRY(failed(impasto_session_layers(session, nullptr, &count)));
    std::vector<ImpastoLayer> layers(count);
    IMPASTO_TRY(failed(impasto_session_layers(session, layers.data(), &count)));
    return layers;
}

Result<ImpastoPeak> measured_peak(ImpastoContext* context) {
    ImpastoPeak peak{};
    peak.struct_size = sizeof peak;
    const ImpastoResult result = impasto_measure_peak(context, &peak);
    IMPASTO_TRY(to_status(result, impasto_context_message(context)));
    return peak;
}

std::string profile_text(const std::vector<Operation>& operations, const ImpastoPeak& peak) {
    if (operations.empty()) return "the device has no clock: there is no profile\n";
    double total = 0;
    for (const Operation& operation : operations) total += operation.seconds;
    return "one iteration on the device: " + fixed(1e3 * total, 2) +
           " ms; the device's peak: " + fixed(peak.flops_per_second / 1e9, 1) + " GFLOP/s, " +
           (peak.matrix_flops_per_second > 0
                ? fixed(peak.matrix_flops_per_second / 1e9, 1) + " GFLOP/s by matrix units, "
                : "") +
           fixed(peak.bytes_per_second / 1e9, 1) + " GB/s\n\n" +
           sums_table("kernel",
                      sums(operations, peak, [](const Operation& o) { return o.kernel; })) +
           "\n" + sums_table("part of", sums(operations, peak, [](const Operation& o) {
                                 return o.label.empty() ? "other" : o.label;
                             }));
}

Status write_chrome_trace(const std::string& path, const std::vector<Operation>& operations) {
    nlohmann::json events = nlohmann::json::array();
    for (const Operation& operation : operations) {
        events.push_back({{"name", operation.kernel},
                          {"cat", operation.label},
                          {"ph", "X"},
                          {"ts", 1e6 * operation.begin},
                          {"dur", 1e6 * operation.seconds},
                          {"pid", 1},
                          {"tid", 1},
                          {"args",
                           {{"part of", operation.label},
                            {"flops", operation.flops},
                            {"bytes", operation.bytes}}}});
    }
    const std::string text =
        nlohmann::json{{"traceEvents", std::move(events)}, {"displayTimeUnit", "ms"}}.dump();
    return platform::write_file(platform::path_from_utf8(path),
                                std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace impasto::cli
