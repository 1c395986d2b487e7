#include "settings/options.h"

namespace impasto::settings {
namespace {

// "-o,--output" -> "output"
std::string long_name(const std::string& names) { return names.substr(names.rfind("--") + 2); }

}  // namespace

std::string or_list(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    }
    return text;
}

Option& Options::append(const std::string& names, const std::string& placeholder,
                        std::string help) {
    auto option = std::make_unique<Option>();
    option->names = names;
    option->name = long_name(names);
    option->left = names;
    if (const std::size_t comma = names.find(','); comma != std::string::npos) {
        option->left.insert(comma + 1, " ");
    }
    option->left += placeholder.empty() ? "" : " " + placeholder;
    option->group = group_;
    option->help = std::move(help);
    options_.push_back(std::move(option));
    return *options_.back();
}

Option& Options::add(const std::string& names, const std::string& placeholder, ValueKind kind,
                     std::string help, std::function<Status(std::string_view)> set,
                     std::function<std::string()> get) {
    Option& option = append(names, placeholder, std::move(help));
    option.kind = kind;
    option.set = std::move(set);
    option.get = std::move(get);
    option.initial = option.get();
    return option;
}

Option& Options::number(const std::string& names, const std::string& placeholder, NumberRange range,
                        float& value, std::string help) {
    return add(
        names, placeholder, ValueKind::kNumber, std::move(help),
        [&value, range](std::string_view given) -> Status {
            const auto number = parse_number(given, range);
            if (!number) return number.error();
            value = *number;
            return {};
        },
        [&value] { return number_text(value); });
}

Option& Options::text(const std::string& names, const std::string& placeholder, std::string& value,
                      std::string help) {
    return add(
        names, placeholder, ValueKind::kText, std::move(help),
        [&value](std::string_view given) -> Status {
            if (given.empty()) return Error{ErrorCode::kInvalidArgument, "is empty"};
            if (given.find('\0') != std::string_view::npos) {
                return Error{ErrorCode::kInvalidArgument, "holds a zero byte"};
            }
            value = given;
            return {};
        },
        [&value] { return value; });
}

void Options::flag(const std::string& names, bool& value, std::string help) {
    append(names, "", std::move(help)).flag = &value;
}

void Options::repeated(const std::string& names, const std::string& placeholder,
                       std::vector<std::string>& values, std::string help) {
    append(names, placeholder, std::move(help)).values = &values;
}

void Options::describe_positional(std::string left, std::string help) {
    append("--", "", std::move(help)).left = std::move(left);
}

Option* Options::find(std::string_view name) const {
    for (const auto& option : options_) {
        if (!name.empty() && option->name == name) return option.get();
    }
    return nullptr;
}

std::vector<std::string> Options::names() const {
    std::vector<std::string> names;
    for (const auto& option : options_) {
        if (!option->name.empty()) names.push_back(option->name);
    }
    return names;
}

}  // namespace impasto::settings
