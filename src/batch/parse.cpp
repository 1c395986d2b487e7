#include "batch/parse.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace impasto::batch {
namespace {

using Json = nlohmann::ordered_json;

// A list of jobs in an object, with lists of numbers: 4. What a message quotes may be deeper.
constexpr int kDeepest = 16;
// 100,000 jobs of some hundred bytes.
constexpr std::size_t kLongest = std::size_t{64} << 20;

// Thrown out of the parser by what watches it.
struct Refused {
    std::string why;
};

}  // namespace

Result<Json> parse_strictly(std::string_view text) {
    const auto fail = [](std::string message) {
        return Error{ErrorCode::kInput, std::move(message)};
    };
    if (text.size() > kLongest) return fail("is longer than 64 MiB");
    std::vector<std::set<std::string>> names;  // of the objects that have begun
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        switch (event) {
            case Json::parse_event_t::object_start:
            case Json::parse_event_t::array_start:
                if (depth >= kDeepest) throw Refused{"is nested too deeply"};
                if (event == Json::parse_event_t::object_start) names.emplace_back();
                break;
            case Json::parse_event_t::key: {
                const auto& name = parsed.get_ref<const std::string&>();
                if (!names.back().insert(name).second) {
                    throw Refused{"has '" + name.substr(0, 80) + "' twice in one object"};
                }
                break;
            }
            case Json::parse_event_t::object_end:
                names.pop_back();
                break;
            case Json::parse_event_t::value:
                // No file's name has one, and C would take what is before it.
                if (parsed.is_string() &&
                    parsed.get_ref<const std::string&>().find('\0') != std::string::npos) {
                    throw Refused{"has a text with a zero character"};
                }
                break;
            case Json::parse_event_t::array_end:
                break;
        }
        return true;
    };
    try {
        return Json::parse(text.begin(), text.end(), watch);
    } catch (const Refused& refused) {
        return fail(refused.why);
    } catch (const Json::parse_error& error) {
        const std::string_view before = text.substr(0, error.byte);
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        return fail("line " + std::to_string(line) + " is not JSON");
    } catch (const Json::exception&) {
        return fail("holds a number that is too large");
    }
}

}  // namespace impasto::batch
