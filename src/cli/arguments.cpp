#include "cli/arguments.h"

#include <CLI/CLI.hpp>

namespace impasto::cli {

void Arguments::expect(const settings::Options& options, CLI::App& app) {
    for (const auto& option : options.all()) {
        if (option->flag != nullptr) app.add_flag(option->names, *option->flag);
        if (option->values != nullptr) {
            app.add_option(option->names, *option->values)->allow_extra_args(false);
        }
        if (!option->set) continue;
        auto given = std::make_unique<Given>();
        given->option = option.get();
        // Given twice, the last one counts: a script can append to a command line.
        given->parsed = app.add_option(option->names, given->text)->take_last();
        given_.push_back(std::move(given));
    }
    positionals_ = options.positionals();
    if (positionals_ != nullptr) app.add_option("arguments", *positionals_);
}

Status Arguments::append_positionals(const std::vector<std::string>& more) {
    if (more.empty()) return {};
    if (positionals_ == nullptr) {
        return Error{ErrorCode::kInvalidArgument, "unexpected argument '" + more.front() + "'"};
    }
    positionals_->insert(positionals_->end(), more.begin(), more.end());
    return {};
}

Status Arguments::read() const {
    for (const auto& given : given_) {
        if (given->parsed->count() == 0) continue;
        if (const Status status = given->option->set(given->text); !status) {
            return Error{status.error().code,
                         "--" + given->option->name + ": " + status.error().message};
        }
    }
    return {};
}

}  // namespace impasto::cli
