#include "cli/run_report.h"

#include <nlohmann/json.hpp>

#include "settings/numbers.h"

namespace impasto::cli {
namespace {

using Json = nlohmann::ordered_json;

Json losses_json(const ImpastoLosses& losses) {
    return {{"total", settings::number_for_json(losses.total)},
            {"content", settings::number_for_json(losses.content)},
            {"style", settings::number_for_json(losses.style)},
            {"tv", settings::number_for_json(losses.tv)}};
}

}  // namespace

Json variants_json(const std::vector<ImpastoLayer>& layers) {
    Json json = Json::object();
    for (const ImpastoLayer& layer : layers) json[layer.name] = std::string(layer.variant);
    return json;
}

std::string json_text(const RunReport& report) {
    Json scales = Json::array();
    for (const ImpastoScale& scale : report.scales) {
        scales.push_back(
            {{"width", scale.width}, {"height", scale.height}, {"iterations", scale.iterations}});
    }
    const Json json{{"device", std::string(report.device.name)},
                    {"driver", std::string(report.device.driver)},
                    {"weights", {{"name", report.weights_name}, {"sha256", report.weights_sha256}}},
                    {"width", report.width},
                    {"height", report.height},
                    {"scales", scales},
                    {"interrupted", report.interrupted},
                    {"iterations", report.iterations},
                    {"loss_first", losses_json(report.loss_first)},
                    {"loss_last", losses_json(report.loss_last)},
                    {"seconds", report.seconds},
                    {"seconds_per_iteration", report.seconds_per_iteration},
                    {"device_bytes_planned", report.device_bytes_planned},
                    {"device_bytes_peak", report.device_bytes_peak},
                    {"restarts", report.restarts},
                    {"variants", variants_json(report.layers)},
                    {"output", report.output}};
    // A name that is no UTF-8 must not end the program with an exception.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace impasto::cli
