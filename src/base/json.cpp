#include "base/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace impasto {
namespace {

using Json = nlohmann::json;

bool by_name(const JsonTree::Member& a, const JsonTree::Member& b) { return a.name < b.name; }

// Takes the parser's events. `open_` holds the lists and objects that have begun, from the root on:
// only the innermost grows, so the pointers stay. What is nested deeper is counted in `skipped_`
// alone.
class Builder final : public nlohmann::json_sax<Json> {
  public:
    Builder(JsonTree& root, std::size_t depth, std::optional<std::string>* duplicate)
        : root_(root), depth_(depth), duplicate_(duplicate) {}

    bool null() override { return add(JsonTree()); }
    bool boolean(bool value) override { return add(JsonTree(value)); }
    bool number_unsigned(number_unsigned_t value) override {
        return add(JsonTree(static_cast<std::uint64_t>(value)));
    }
    bool number_integer(number_integer_t value) override {
        return add(JsonTree(static_cast<double>(value)));
    }
    bool number_float(number_float_t value, const string_t&) override {
        return add(JsonTree(static_cast<double>(value)));
    }
    bool string(string_t& value) override {
        return skipped_ > 0 || add(JsonTree(std::move(value)));
    }
    bool binary(binary_t&) override { return false; }  // not of a text
    bool start_object(std::size_t) override { return begin(JsonTree(JsonTree::Object())); }
    bool start_array(std::size_t) override { return begin(JsonTree(JsonTree::List())); }
    bool end_object() override {
        if (skipped_ == 0) {
            put_in_order(*open_.back()->object());
        }
        return end();
    }
    bool end_array() override { return end(); }
    bool key(string_t& name) override {
        if (skipped_ == 0) {
            open_.back()->object()->push_back({std::move(name), {}});
        }
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
        return false;
    }

  private:
    bool add(JsonTree tree) {
        if (skipped_ == 0) {
            place() = std::move(tree);
        }
        return true;
    }
    bool begin(JsonTree tree) {
        if (skipped_ > 0 || open_.size() >= depth_) {
            if (skipped_++ == 0) {
                place() = JsonTree();
            }
            return true;
        }
        JsonTree& placed = place();
        placed = std::move(tree);
        open_.push_back(&placed);
        return true;
    }
    bool end() {
        if (skipped_ > 0) {
            --skipped_;
        } else {
            open_.pop_back();
        }
        return true;
    }
    // Where the next value goes: behind the last name, or at a list's end.
    JsonTree& place() {
        if (open_.empty()) {
            return root_;
        }
        JsonTree::List* const list = open_.back()->list();
        return list != nullptr ? list->emplace_back() : open_.back()->object()->back().value;
    }
    void put_in_order(JsonTree::Object& object) {
        std::stable_sort(object.begin(), object.end(), by_name);
        std::size_t kept = 0;
        for (std::size_t i = 0; i < object.size(); ++i) {
            if (i + 1 < object.size() && object[i].name == object[i + 1].name) {
                if (duplicate_ != nullptr && !*duplicate_) {
                    *duplicate_ = object[i].name;
                }
            } else if (kept++ != i) {
                object[kept - 1] = std::move(object[i]);
            }
        }
        object.erase(object.begin() + static_cast<std::ptrdiff_t>(kept), object.end());
    }

    JsonTree& root_;
    std::size_t depth_;
    std::optional<std::string>* duplicate_;
    std::vector<JsonTree*> open_;
    std::size_t skipped_ = 0;
};

}  // namespace

JsonTree::JsonTree(Object object) : value_(std::make_unique<Object>(std::move(object))) {}
JsonTree::JsonTree(JsonTree&&) noexcept = default;
JsonTree& JsonTree::operator=(JsonTree&&) noexcept = default;
JsonTree::~JsonTree() = default;

std::optional<double> JsonTree::number() const {
    if (const std::uint64_t* value = whole()) {
        return static_cast<double>(*value);
    }
    const double* value = std::get_if<double>(&value_);
    return value != nullptr ? std::optional(*value) : std::nullopt;
}

const JsonTree* JsonTree::find(std::string_view name) const {
    const Object* const members = object();
    if (members == nullptr) {
        return nullptr;
    }
    const auto at = std::lower_bound(
        members->begin(), members->end(), name,
        [](const Member& member, std::string_view to) { return member.name < to; });
    return at != members->end() && at->name == name ? &at->value : nullptr;
}

std::optional<JsonTree> parse_json(std::string_view text, std::size_t depth,
                                   std::optional<std::string>* duplicate) {
    JsonTree root;
    Builder builder(root, depth, duplicate);
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
        return std::nullopt;
    }
    return root;
}

std::string json_text(std::string_view text) {
    // A text alone: nothing to take apart when it is destroyed.
    return Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace impasto
