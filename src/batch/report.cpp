#include "batch/report.h"

#include <nlohmann/json.hpp>

#include "settings/numbers.h"

namespace impasto::batch {
namespace {

using Json = nlohmann::ordered_json;

std::string one_line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json losses_json(const ImpastoLosses& losses) {
    return {{"total", settings::number_for_json(losses.total)},
            {"content", settings::number_for_json(losses.content)},
            {"style", settings::number_for_json(losses.style)},
            {"tv", settings::number_for_json(losses.tv)}};
}

}  // namespace

const char* state_name(State state) {
    switch (state) {
        case State::kDone:
            return "done";
        case State::kUpToDate:
            return "up_to_date";
        case State::kFailed:
            return "failed";
        case State::kCancelled:
            return "cancelled";
    }
    return "";
}

std::string report_line(const Outcome& outcome) {
    const Job& job = *outcome.job;
    Json json{{"job", job.name},
              {"kind", job.kind->name},
              {"state", state_name(outcome.state)},
              {"output", job.output},
              {"seconds", outcome.seconds}};
    if (outcome.made) {
        const Made& made = *outcome.made;
        json["setup_seconds"] = made.setup_seconds;
        json["setup_host_seconds"] = made.setup_host_seconds;
        json["iterations"] = made.iterations;
        json["width"] = made.width;
        json["height"] = made.height;
        json["losses"] = losses_json(made.losses);
        if (!made.warnings.empty()) json["warnings"] = made.warnings;
    }
    if (outcome.recovered) json["recovered"] = true;
    if (!outcome.sha256.empty()) json["sha256"] = outcome.sha256;
    if (!outcome.inputs.empty()) {
        Json inputs = Json::array();
        for (const LedgerInput& input : outcome.inputs) {
            inputs.push_back({{"file", input.file}, {"sha256", input.state.sha256}});
        }
        json["inputs"] = std::move(inputs);
    }
    if (!outcome.fingerprint.empty()) json["fingerprint"] = outcome.fingerprint;
    if (outcome.error) {
        json["code"] = static_cast<int>(outcome.error->code);
        json["message"] = outcome.error->message;
    }
    return one_line(json);
}

void Summary::add(const Outcome& outcome) {
    switch (outcome.state) {
        case State::kDone:
            ++done;
            break;
        case State::kUpToDate:
            ++up_to_date;
            break;
        case State::kCancelled:
            ++cancelled;
            break;
        case State::kFailed:
            ++failed;
            if (!first_failed || outcome.index < *first_failed) {
                first_failed = outcome.index;
                first_name = outcome.job->name;
                first_error = outcome.error;
            }
            break;
    }
}

}  // namespace impasto::batch
