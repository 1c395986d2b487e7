// A JSON text as a tree. nlohmann's parser reads it; its own tree is not used, because that
// allocates when it is destroyed, which ends a program that has no memory left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace impasto {

class JsonTree {
  public:
    struct Member;
    using List = std::vector<JsonTree>;
    using Object = std::vector<Member>;  // by name; of equal ones the last

    JsonTree() = default;  // null
    explicit JsonTree(bool value) : value_(value) {}
    explicit JsonTree(std::uint64_t value) : value_(value) {}
    explicit JsonTree(double value) : value_(value) {}
    explicit JsonTree(std::string text) : value_(std::make_unique<std::string>(std::move(text))) {}
    explicit JsonTree(List list) : value_(std::make_unique<List>(std::move(list))) {}
    explicit JsonTree(Object object);
    JsonTree(JsonTree&&) noexcept;
    JsonTree& operator=(JsonTree&&) noexcept;
    ~JsonTree();

    // What it is; null for all else.
    const bool* boolean() const { return std::get_if<bool>(&value_); }
    const std::uint64_t* whole() const { return std::get_if<std::uint64_t>(&value_); }
    const std::string* text() const { return pointed<std::string>(); }
    const List* list() const { return pointed<List>(); }
    List* list() { return const_cast<List*>(std::as_const(*this).list()); }
    const Object* object() const { return pointed<Object>(); }
    Object* object() { return const_cast<Object*>(std::as_const(*this).object()); }
    std::optional<double> number() const;  // of any kind
    // Null when this is no object, or has no such member.
    const JsonTree* find(std::string_view name) const;

  private:
    template <typename T>
    const T* pointed() const {
        const auto* found = std::get_if<std::unique_ptr<T>>(&value_);
        return found != nullptr ? found->get() : nullptr;
    }
    // Small, since a file may be one long list.
    std::variant<std::monostate, bool, std::uint64_t, double, std::unique_ptr<std::string>,
                 std::unique_ptr<List>, std::unique_ptr<Object>>
        value_;
};

struct JsonTree::Member {
    std::string name;
    JsonTree value;
};

// Nothing when the text is not valid JSON. What is nested deeper than `depth` is null, so a file
// full of brackets costs no memory. `duplicate` becomes the first name that comes twice in one
// object, where it is asked for.
std::optional<JsonTree> parse_json(std::string_view text, std::size_t depth = 8,
                                   std::optional<std::string>* duplicate = nullptr);

// The text with its quotes and escapes; what is not UTF-8 is replaced.
std::string json_text(std::string_view text);

}  // namespace impasto
