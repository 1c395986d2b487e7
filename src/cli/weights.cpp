// impasto weights list | info | import: the encoders' files. Fetching them is in weights_fetch.cpp.
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/weights_fetch.h"

namespace impasto::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

class List : public Command {
  public:
    explicit List(CLI::App& weights)
        : Command(weights, "list", "[--json]", "the encoders that are known by name") {
        options().flag("--json", json_, "as one JSON object on the standard output");
    }

    Status run() override {
        const auto listed = list_known_weights();
        if (!listed) return listed.error();
        return print(json_ ? as_json(*listed) : as_text(*listed));
    }

  private:
    static std::string as_json(const std::vector<ImpastoListedWeights>& listed);
    static std::string as_text(const std::vector<ImpastoListedWeights>& listed);
    bool json_ = false;
};

std::string List::as_json(const std::vector<ImpastoListedWeights>& listed) {
    Json all = Json::array();
    for (const ImpastoListedWeights& one : listed) {
        all.push_back({{"name", std::string(one.name)},
                       {"title", std::string(one.title)},
                       {"licence", std::string(one.licence)},
                       {"available", one.available != 0},
                       {"path", std::string(one.path)},
                       {"bytes", one.bytes}});
    }
    return dump(Json{{"weights", all}});
}

std::string List::as_text(const std::vector<ImpastoListedWeights>& listed) {
    std::vector<TableRow> rows{{"name", "here", "size", "what it is"}};
    std::string details;
    for (const ImpastoListedWeights& one : listed) {
        rows.push_back({one.name, one.available != 0 ? "yes" : "no",
                        one.bytes > 0 ? bytes_text(one.bytes) : "?", one.title});
        details += std::string(one.name) + "\n  licence: " + one.licence + "\n";
        if (one.path[0] != '\0') details += std::string("  file: ") + one.path + "\n";
    }
    return table(rows) + "\n" + details +
           "\nWhat is not here is fetched by 'impasto weights fetch NAME'. Any other VGG19 is "
           "given "
           "as a\nfile: --weights FILE.safetensors or FILE.pth\n";
}

// --convention and the weights options made from it.
class Convention {
  public:
    void declare(settings::Options& options) {
        options.choice<ImpastoConvention>("--convention",
                                          {{"auto", IMPASTO_CONVENTION_AUTO},
                                           {"torchvision", IMPASTO_CONVENTION_TORCHVISION},
                                           {"caffe", IMPASTO_CONVENTION_CAFFE}},
                                          value_,
                                          "the input that the network was trained with: RGB in "
                                          "[0,1] (torchvision), BGR in 0..255 (caffe), or what the "
                                          "file says of itself (auto)");
    }
    ImpastoWeightsOptions options() const {
        ImpastoWeightsOptions options{};
        options.struct_size = sizeof options;
        options.convention = value_;
        return options;
    }

  private:
    ImpastoConvention value_ = IMPASTO_CONVENTION_AUTO;
};

Result<Json> describe_weights(const std::string& source, const ImpastoWeightsOptions& options) {
    char* handle = nullptr;
    Message message;
    IMPASTO_TRY(message.status(impasto_weights_describe(source.c_str(), &options, &handle,
                                                        message.data(), message.size())));
    const Text text(handle);
    return Json::parse(text.get());
}

std::string shape_text(const Json& shape) {
    std::string text;
    for (const Json& side : shape) {
        text += (text.empty() ? "" : "x") + std::to_string(side.get<std::uint64_t>());
    }
    return text;
}

std::string description_text(const Json& json) {
    const auto text = [&](const char* key) { return json.value(key, std::string("?")); };
    const auto number = [&](const char* key) { return json.value(key, std::uint64_t{0}); };
    std::string all = "name        " + text("name") + "\nformat      " + text("format") +
                      "\nsize        " + bytes_text(number("bytes")) + "\nsha256      " +
                      text("sha256") + "\ninput       " + text("input") + "\nparameters  " +
                      std::to_string(number("parameters")) + "\n";
    if (const std::uint64_t ignored = number("ignored_tensors"); ignored > 0) {
        all += "ignored     " + std::to_string(ignored) + " tensors of the classifier\n";
    }
    const Json metadata = json.value("metadata", Json::object());
    for (const auto& [key, value] : metadata.items()) {
        all += "metadata    " + key + ": " +
               (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
    }
    std::vector<TableRow> rows{{"layer", "tensor", "shape", "type", "parameters"}};
    const Json layers = json.value("layers", Json::array());
    for (const Json& layer : layers) {
        rows.push_back({layer.value("name", std::string()), layer.value("tensor", std::string()),
                        shape_text(layer.value("shape", Json::array())),
                        layer.value("dtype", std::string()),
                        std::to_string(layer.value("parameters", std::uint64_t{0}))});
    }
    return all + "\n" + table(rows);
}

class Info : public Command {
  public:
    explicit Info(CLI::App& weights)
        : Command(weights, "info", "NAME|FILE [--json]", "what a weights file holds") {
        describe(
            "Reads and checks a whole weights file and says what it holds. Nothing in a file is "
            "ever executed.",
            "");
        options().positionals(sources_);
        options().describe_positional("NAME|FILE",
                                      "builtin, a fetched name, or a safetensors or .pth file");
        convention_.declare(options());
        options().flag("--json", json_, "as one JSON object on the standard output");
    }

    Status run() override {
        IMPASTO_TRY(arguments().read());
        if (sources_.size() != 1) {
            return Error{ErrorCode::kInvalidArgument,
                         "one file is needed: impasto weights info FILE"};
        }
        const auto json = describe_weights(sources_.front(), convention_.options());
        if (!json) return json.error();
        return print(json_ ? dump(*json) : description_text(*json));
    }

  private:
    Convention convention_;
    std::vector<std::string> sources_;
    bool json_ = false;
};

class Import : public Command {
  public:
    explicit Import(CLI::App& weights)
        : Command(weights, "import", "FILE -o OUT.safetensors [options]",
                  "convert a weights file to a small safetensors one") {
        describe(
            "Writes the convolutions of any readable weights file, and its input convention, as "
            "safetensors: 575 MB of VGG19 become 40.",
            "\nExample:\n"
            "  impasto weights import vgg19-dcbb9e9d.pth -o vgg19.safetensors\n");
        options().positionals(sources_);
        options().describe_positional("FILE", "safetensors or .pth");
        options().text("-o,--output", "FILE", output_, "the safetensors file to write");
        options().flag("--f32", full_precision_, "keep 32 bit numbers (the default is 16 bit)");
        convention_.declare(options());
    }

    Status run() override {
        IMPASTO_TRY(arguments().read());
        if (sources_.size() != 1 || output_.empty()) {
            return Error{ErrorCode::kInvalidArgument,
                         "a file to read and one to write are needed: impasto weights import FILE "
                         "-o OUT.safetensors"};
        }
        IMPASTO_TRY(check_not_an_input(output_, sources_));
        IMPASTO_TRY(check_safetensors_output(output_));
        const ImpastoWeightsOptions how = convention_.options();
        Message message;
        IMPASTO_TRY(message.status(impasto_weights_import(sources_.front().c_str(), &how,
                                                          output_.c_str(), full_precision_ ? 1 : 0,
                                                          message.data(), message.size())));
        note("wrote " + output_);
        return {};
    }

  private:
    Convention convention_;
    std::vector<std::string> sources_;
    std::string output_;
    bool full_precision_ = false;
};

}  // namespace

void add_weights(CLI::App& weights, Commands& commands) {
    commands.push_back(std::make_unique<List>(weights));
    commands.push_back(std::make_unique<Info>(weights));
    add_weights_fetch(weights, commands);
    commands.push_back(std::make_unique<Import>(weights));
}

}  // namespace impasto::cli
