// impasto probe: what the device computes for a picture, to be checked against any other program.
#include "cli/command.h"
#include "cli/exit_codes.h"
#include "cli/open.h"
#include "cli/output.h"
#include "settings/session_view.h"
#include "settings/settings_options.h"

namespace impasto::cli {
namespace {

constexpr const char* kDescription =
    "Evaluates the objective once for IMAGE, at the pictures' own sizes and with zero padding, and "
    "writes what the device computed as safetensors in F32: features.LAYER (C,H,W) of every layer "
    "used and gram.LAYER (C,C) of the style layers, in the weights' own scale; loss (4) = total, "
    "content, style, tv; gradient (3,H,W) = d total / d image in [0,1] RGB. Nothing is resized: "
    "IMAGE and the content must have the same size.";

constexpr const char* kExamples =
    "\nExample:\n"
    "  impasto probe noise.png --content photo.png --style painting.png -o probe.safetensors\n"
    "\n";

class ProbeCommand : public Command {
  public:
    explicit ProbeCommand(CLI::App& program)
        : Command(
              program, "probe",
              "IMAGE --content FILE --style FILE [--style FILE...] -o OUT.safetensors [options]",
              "write features, losses and gradient of one picture, for checking") {
        describe(kDescription, std::string(kExamples) + kExitCodesHelp);
        settings::Options& all = options();
        all.group("Pictures");
        all.positionals(images_);
        all.describe_positional("IMAGE", "the picture to evaluate, JPEG or PNG");
        all.text("--content", "FILE", content_, "the content picture, of the same size");
        all.repeated("--style", "FILE", styles_, "a style picture; several times for several");
        all.text("-o,--output", "FILE", output_, "the safetensors file to write");
        settings::declare_objective(all, settings_);
        settings_.padding = IMPASTO_PADDING_ZERO;
        all.group("Options");
        all.text("--weights", "NAME|FILE", settings_.weights,
                 "the encoder: builtin, a name that 'impasto weights list' shows, or a file");
        all.text("--device", "N|NAME|gpu", computing_.device,
                 "what computes; see 'impasto devices'. Without it: the best there is");
        settings::declare_computing(all, computing_);
        all.flag("-q,--quiet", quiet_, "say nothing but errors");
    }

    Status run() override;

  private:
    Status read();

    settings::Settings settings_;  // of which the objective and the weights count
    std::vector<std::string> images_;
    std::string content_;
    std::vector<std::string> styles_;
    std::string output_;
    settings::Computing computing_;
    bool quiet_ = false;
};

Status ProbeCommand::read() {
    const auto bad = [](const char* message) {
        return Error{ErrorCode::kInvalidArgument, message};
    };
    IMPASTO_TRY(arguments().read());
    if (images_.size() != 1) return bad("one picture to evaluate is needed: impasto probe IMAGE");
    if (content_.empty()) return bad("a content picture is needed: --content FILE");
    if (styles_.empty()) return bad("a style picture is needed: --style FILE");
    if (output_.empty()) return bad("a file to write is needed: -o FILE.safetensors");
    IMPASTO_TRY(settings_.check(styles_.size()));
    std::vector<std::string> inputs = styles_;
    inputs.insert(inputs.end(), {images_.front(), content_, settings_.weights});
    IMPASTO_TRY(check_not_an_input(output_, inputs));
    return check_safetensors_output(output_);
}

Status ProbeCommand::run() {
    IMPASTO_TRY(read());
    const auto image = open_image(images_.front());
    if (!image) return image.error();
    const auto content = open_image(content_);
    if (!content) return content.error();
    std::vector<Image> styles;
    std::vector<const ImpastoImage*> style_handles;
    for (const std::string& path : styles_) {
        auto style = open_image(path);
        if (!style) return style.error();
        styles.push_back(*std::move(style));
        style_handles.push_back(styles.back().get());
    }
    const auto weights = open_weights(settings_.weights);
    if (!weights) return weights.error();
    RunLog log{.quiet = quiet_};
    const auto context = open_run(computing_, weights->get(), log, !quiet_);
    if (!context) return context.error();

    const settings::SessionView view(settings_);
    const ImpastoObjective objective = view.objective();
    ImpastoProbe* handle = nullptr;
    Message message;
    IMPASTO_TRY(message.status(
        impasto_probe_run(context->get(), weights->get(), image->get(), content->get(),
                          style_handles.data(), static_cast<std::uint32_t>(style_handles.size()),
                          &objective, &handle, message.data(), message.size())));
    const Probe probe(handle);
    IMPASTO_TRY(message.status(
        impasto_probe_save(probe.get(), output_.c_str(), message.data(), message.size())));
    if (!quiet_) {
        note("wrote " + output_ + ", " + std::to_string(impasto_probe_count(probe.get())) +
             " tensors");
    }
    return {};
}

}  // namespace

void add_probe(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<ProbeCommand>(program));
}

}  // namespace impasto::cli
