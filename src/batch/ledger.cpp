#include "batch/ledger.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>
#include <utility>

#include "platform/paths.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// The first line, by which another file that was named by mistake is not written to.
constexpr std::string_view kHead = "{\"impasto\":\"batch ledger\",\"version\":1}\n";

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

// Times as text: JSON's readers may take a number of 64 bits for a double.
Json json_of(const FileState& state) {
    return {{"sha256", state.sha256},
            {"bytes", state.bytes},
            {"modified", std::to_string(state.modified)}};
}

std::optional<FileState> state_of(const Json& json) {
    FileState state;
    state.sha256 = json.at("sha256").get<std::string>();
    state.bytes = json.at("bytes").get<std::uint64_t>();
    const auto text = json.at("modified").get<std::string>();
    const bool negative = text.starts_with('-');
    const std::string digits = text.substr(negative ? 1 : 0);
    constexpr std::size_t kMostDigits = 18;
    const bool number = !digits.empty() && digits.size() <= kMostDigits + 1 &&
                        digits.find_first_not_of("0123456789") == std::string::npos;
    if (!number || state.sha256.size() != 64) return std::nullopt;
    std::uint64_t value = 0;
    for (const char digit : digits) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
    state.modified = static_cast<std::int64_t>(negative ? 0 - value : value);
    return state;
}

std::optional<LedgerEntry> entry_of(const Json& json) {
    LedgerEntry entry;
    entry.output = json.at("output").get<std::string>();
    entry.fingerprint = json.at("fingerprint").get<std::string>();
    const auto state = json.at("state").get<std::string>();
    if (state == "failed") {
        const int code = json.at("code").get<int>();
        if (code < 1 || code > static_cast<int>(ErrorCode::kCancelled)) return std::nullopt;
        entry.error = Error{static_cast<ErrorCode>(code), json.at("message").get<std::string>()};
        return entry;
    }
    const auto made = state_of(json);
    if (state != "done" || !made) return std::nullopt;
    entry.done = true;
    entry.made = *made;
    for (const Json& input : json.at("inputs")) {
        const auto read = state_of(input);
        if (!read) return std::nullopt;
        entry.inputs.push_back({input.at("file").get<std::string>(), *read});
    }
    return entry;
}

// Not mapped: another run may be writing it.
Result<std::string> contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (file.is_open() && !file.bad()) return text;
    return Error{ErrorCode::kInput,
                 "cannot read the ledger '" + platform::path_to_utf8(path) + "'"};
}

// "jobs.json.ledger" and "jobs.json.ledger.2-of-8" of "jobs.json.ledger".
bool is_of(std::string_view name, std::string_view base) {
    if (!name.starts_with(base)) return false;
    const std::string_view rest = name.substr(base.size());
    if (rest.empty()) return true;
    const std::size_t of = rest.find("-of-");
    const auto number = [](std::string_view text) {
        return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return rest.starts_with('.') && of != std::string_view::npos &&
           number(rest.substr(1, of - 1)) && number(rest.substr(of + 4));
}

}  // namespace

std::string ledger_line(const LedgerEntry& entry) {
    Json json{{"output", entry.output}, {"fingerprint", entry.fingerprint}};
    if (entry.done) {
        json["state"] = "done";
        json.update(json_of(entry.made));
        Json inputs = Json::array();
        for (const LedgerInput& input : entry.inputs) {
            Json one{{"file", input.file}};
            one.update(json_of(input.state));
            inputs.push_back(std::move(one));
        }
        json["inputs"] = std::move(inputs);
    } else {
        json["state"] = "failed";
        json["code"] = static_cast<int>(entry.error ? entry.error->code : ErrorCode::kInternal);
        json["message"] = entry.error ? entry.error->message : "";
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<LedgerEntry> parse_ledger_line(std::string_view line) {
    try {
        const Json json = Json::parse(line.begin(), line.end());
        if (!json.is_object()) return std::nullopt;
        return entry_of(json);
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

Status Ledger::read(const fs::path& path) {
    const auto all = contents(path);
    if (!all) return all.error();
    std::string_view text = *all;
    if (!text.starts_with(kHead)) {
        if (kHead.starts_with(text)) return {};  // cut off while it was begun
        return Error{ErrorCode::kInput, "'" + platform::path_to_utf8(path) +
                                            "' is no ledger of a batch; name another file"};
    }
    text.remove_prefix(kHead.size());
    // A failure says nothing of the file that an earlier run made.
    std::map<std::pair<std::string, bool>, LedgerEntry> last;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) break;  // torn
        if (auto entry = parse_ledger_line(text.substr(0, end))) {
            const bool done = entry->done;
            last[{entry->output, done}] = *std::move(entry);
        }
        text.remove_prefix(end + 1);
    }
    for (auto& [key, entry] : last) entries_[key.first].push_back(std::move(entry));
    return {};
}

Status Ledger::read_all(const fs::path& path) {
    const fs::path folder = path.parent_path();
    const std::string base = platform::path_to_utf8(path.filename());
    std::error_code error;
    fs::directory_iterator entry(folder.empty() ? fs::path(".") : folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        if (is_of(platform::path_to_utf8(entry->path().filename()), base)) {
            IMPASTO_TRY(read(entry->path()));
        }
    }
    return {};
}

Result<std::set<std::string>> Ledger::outputs(const fs::path& path) {
    Ledger ledger;
    IMPASTO_TRY(ledger.read_all(path));
    std::set<std::string> outputs;
    for (const auto& [output, entries] : ledger.entries_) {
        if (std::ranges::any_of(entries, &LedgerEntry::done)) outputs.insert(output);
    }
    return outputs;
}

Result<Ledger> Ledger::open(const fs::path& path, const Shard& shard) {
    Ledger ledger;
    fs::path own = path;
    own += shard.suffix();
    // Judged before it is made or written to.
    std::error_code error;
    const bool is_new = !fs::exists(own, error);
    if (!is_new) IMPASTO_TRY(ledger.read(own));
    auto file = platform::PartFile::open(own);
    if (!file) return file.error();
    ledger.entries_.clear();
    IMPASTO_TRY(ledger.read_all(path));
    // A torn line is ended, so that the next one begins on its own.
    if (file->size() < kHead.size()) {
        IMPASTO_TRY(file->truncate(0));
        IMPASTO_TRY(file->append(bytes_of(kHead)));
    } else if (const auto text = contents(own); !text || !text->ends_with('\n')) {
        IMPASTO_TRY(file->append(bytes_of("\n")));
    }
    IMPASTO_TRY(file->sync());
    ledger.file_ = *std::move(file);
    return ledger;
}

const std::vector<LedgerEntry>& Ledger::of(const std::string& output) const {
    static const std::vector<LedgerEntry> none;
    const auto found = entries_.find(output);
    return found != entries_.end() ? found->second : none;
}

Status Ledger::append(const LedgerEntry& entry) {
    if (file_) {
        const std::uint64_t before = file_->size();
        if (Status status = file_->append(bytes_of(ledger_line(entry))); !status) {
            (void)file_->truncate(before);  // a full disk: no half line
            return status;
        }
        IMPASTO_TRY(file_->sync());
    }
    entries_[entry.output].push_back(entry);
    return {};
}

}  // namespace impasto::batch
