#include "batch/jobs.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "batch/choices.h"
#include "batch/parse.h"
#include "batch/placeholders.h"
#include "batch/writers.h"
#include "platform/paths.h"
#include "settings/json_options.h"
#include "settings/preset.h"
#include "settings/suggest.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kMostJobs = 1000000;

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

constexpr const char* kEach = "each-";

// The keys that a job of this kind has besides its options.
std::vector<std::string> keys_of(const Kind& kind) {
    std::vector<std::string> keys{"name", "kind", "output"};
    for (const FileKey& key : kind.files) {
        keys.emplace_back(key.name);
        if (key.use == Use::kTogether) keys.push_back(kEach + std::string(key.name));
    }
    return keys;
}

bool has(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// The options of one kind, with the values that an entry has.
struct Given {
    const Kind* kind = nullptr;
    settings::Options options;
    JobOptions values;
};

std::string effective_text(const Given& given) {
    Json json = Json::object();
    for (const auto& option : given.options.all()) {
        if (!option->name.empty()) json[option->name] = settings::json_of(*option);
    }
    // By what these files hold is judged, not by how they are called.
    json.erase("weights");
    if (!given.values.settings.init_file().empty()) json["init"] = "file";
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

class Reader {
  public:
    Reader(const fs::path& folder, const std::set<std::string>& made, std::vector<Job>& jobs)
        : folder_(folder), jobs_(jobs) {
        for (const std::string& output : made) made_.insert(plain_name(folder, output));
    }

    Status read(const Json& file);

  private:
    Status read_defaults(const Json& defaults);
    Status read_entry(const Json& entry);
    Status set_options(Given& given, const Json& from, const std::string& where) const;
    Result<const Kind*> kind_of(const Json& entry) const;
    Result<std::string> text(const Json& value, const std::string& key) const;
    const Json* find(const Json& entry, const std::string& key) const;
    Result<bool> truth(const Json& entry, const std::string& key) const;
    Result<std::vector<Choice>> choices(const Json& entry, const FileKey& key) const;
    Status add_jobs(const Json& entry, const Job& job, const std::string& output);
    Status add(Job job, const std::string& output, const Choice& subject, const Choice& style,
               std::size_t index, std::size_t count);

    const fs::path& folder_;
    std::vector<Job>& jobs_;
    std::set<std::string> made_;  // by earlier runs, as plain_name makes them
    Json defaults_ = Json::object();
    std::string where_;  // "job 'hills'"
    std::string label_;  // "hills", or "job 3"
    std::string plain_;  // "hills", or "job-3": what {name} is
};

Status Reader::read(const Json& file) {
    if (!file.is_object()) return bad("must be a JSON object, {\"jobs\": [...]}");
    const Json* jobs = nullptr;
    for (const auto& [key, value] : file.items()) {
        if (key == "jobs") {
            jobs = &value;
        } else if (key == "defaults") {
            IMPASTO_TRY(read_defaults(value));
        } else if (key == "$schema") {
            if (!value.is_string()) return bad("'$schema' must be a text in quotes");
        } else {
            return bad("unknown key '" + key.substr(0, 80) + "'" +
                       settings::did_you_mean(key, {"jobs", "defaults", "$schema"}));
        }
    }
    if (jobs == nullptr || !jobs->is_array() || jobs->empty()) {
        return bad("'jobs' must be a list of at least one job");
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < jobs->size(); ++i) {
        const Json& entry = (*jobs)[i];
        where_ = label_ = "job " + std::to_string(i + 1);
        plain_ = "job-" + std::to_string(i + 1);
        if (entry.is_object() && entry.contains("name")) {
            const Json& name = entry.at("name");
            if (!name.is_string() || name.get_ref<const std::string&>().empty()) {
                return bad(where_ + ": 'name' must be a text in quotes, not " +
                           settings::shown(name));
            }
            plain_ = label_ = name.get<std::string>();
            where_ = "job '" + plain_.substr(0, 200) + "'";
            if (!names.insert(plain_).second) return bad("two jobs are called '" + plain_ + "'");
        }
        if (const Status status = read_entry(entry); !status) {
            return bad(where_ + ": " + status.error().message);
        }
    }
    return {};
}

// Every key must be of some kind, and its value one that a kind takes. Each job judges those that
// are for it again.
Status Reader::read_defaults(const Json& defaults) {
    if (!defaults.is_object()) return bad("'defaults' must be an object");
    std::vector<std::string> known;
    std::map<std::string, Status> judged;
    for (const Kind& kind : kinds()) {
        Given given;
        given.kind = &kind;
        kind.declare(given.options, given.values);
        std::vector<std::string> keys = keys_of(kind);
        std::erase(keys, "name");
        for (const std::string& name : given.options.names()) keys.push_back(name);
        for (const std::string& key : keys) {
            const auto value = defaults.find(key);
            if (value == defaults.end()) continue;
            settings::Option* option = given.options.find(key);
            const Status status =
                option != nullptr ? settings::set_from_json(*option, *value) : Status();
            const auto [at, is_new] = judged.try_emplace(key, status);
            if (status) at->second = status;
        }
        known.insert(known.end(), keys.begin(), keys.end());
    }
    for (const auto& [key, value] : defaults.items()) {
        const auto found = judged.find(key);
        if (found == judged.end()) {
            return bad("the defaults: unknown key '" + key.substr(0, 80) + "'" +
                       settings::did_you_mean(key, known));
        }
        if (!found->second) return bad("the defaults: " + found->second.error().message);
    }
    defaults_ = defaults;
    return {};
}

// `where` is empty for an entry, whose keys must all be known.
Status Reader::set_options(Given& given, const Json& from, const std::string& where) const {
    const std::vector<std::string> keys = keys_of(*given.kind);
    for (const auto& [key, value] : from.items()) {
        if (has(keys, key)) continue;
        settings::Option* option = given.options.find(key);
        if (option != nullptr) {
            const Status status = settings::set_from_json(*option, value);
            if (!status) {
                return bad((where.empty() ? "" : where + ": ") + status.error().message);
            }
        } else if (where.empty()) {
            std::vector<std::string> known = keys;
            for (const std::string& name : given.options.names()) known.push_back(name);
            return bad("unknown key '" + key.substr(0, 80) + "'" +
                       settings::did_you_mean(key, known));
        }
    }
    return {};
}

// Of the entry, or else of the defaults; null where neither has it.
const Json* Reader::find(const Json& entry, const std::string& key) const {
    for (const Json* from : {&entry, &defaults_}) {
        const auto found = from->find(key);
        if (found != from->end()) return &*found;
    }
    return nullptr;
}

Result<const Kind*> Reader::kind_of(const Json& entry) const {
    const Json* given = find(entry, "kind");
    if (given == nullptr) return &kinds().front();
    const Kind* kind = given->is_string() ? find_kind(given->get<std::string>()) : nullptr;
    if (kind != nullptr) return kind;
    std::vector<std::string> names;
    for (const Kind& one : kinds()) names.emplace_back(one.name);
    return bad("'kind' must be " + settings::or_list(names) + ", not " + settings::shown(*given));
}

Result<std::string> Reader::text(const Json& value, const std::string& key) const {
    if (value.is_string() && !value.get_ref<const std::string&>().empty()) {
        return value.get<std::string>();
    }
    return bad("'" + key + "' must be a text in quotes, not " + settings::shown(value));
}

Result<bool> Reader::truth(const Json& entry, const std::string& key) const {
    const Json* value = find(entry, key);
    if (value == nullptr) return false;
    if (value->is_boolean()) return value->get<bool>();
    return bad("'" + key + "' must be true or false, not " + settings::shown(*value));
}

Status Reader::read_entry(const Json& entry) {
    if (!entry.is_object()) return bad("must be an object, not " + settings::shown(entry));
    const auto kind = kind_of(entry);
    if (!kind) return kind.error();
    Given given;
    given.kind = *kind;
    (*kind)->declare(given.options, given.values);
    IMPASTO_TRY(set_options(given, defaults_, "the defaults"));
    IMPASTO_TRY(set_options(given, entry, ""));

    Job job;
    job.kind = *kind;
    job.options = std::make_shared<const JobOptions>(given.values);
    job.effective = effective_text(given);
    job.preset = settings::preset_text(given.options);

    const Json* output = find(entry, "output");
    if (output == nullptr) return bad("'output' is missing");
    const auto pattern = text(*output, "output");
    if (!pattern) return pattern.error();
    return add_jobs(entry, job, *pattern);
}

// Each is of a job of its own. None where the key is not needed and not there.
Result<std::vector<Choice>> Reader::choices(const Json& entry, const FileKey& key) const {
    const std::string name = key.name;
    const Json* value = find(entry, name);
    if (key.unless != nullptr && !entry.contains(name) &&
        entry.value(key.unless, Json()) == Json(true)) {
        value = nullptr;
    }
    const auto each = key.use == Use::kTogether
                          ? truth(entry, kEach + name)
                          : Result<bool>(key.use == Use::kEach || key.use == Use::kFolders);
    if (!each) return each.error();
    std::vector<Choice> all;
    if (value == nullptr) {
        if (key.needed) return bad("'" + name + "' is missing");
        return all;
    }
    const auto names = settings::texts_of(*value);
    if (key.use == Use::kMap && !value->is_string()) {
        return bad("'" + name + "' must be a file's name in quotes, not " +
                   settings::shown(*value));
    }
    if (!names) {
        return bad("'" + name + "' must be a " +
                   (key.use == Use::kFolders ? "folder's" : "file's") +
                   " name in quotes or a list of them, not " + settings::shown(*value));
    }
    for (const std::string& one : *names) {
        std::vector<Choice> found = choices_of(key, one, folder_, made_);
        std::move(found.begin(), found.end(), std::back_inserter(all));
    }
    if (*each) return all;
    return std::vector{joined(std::move(all))};
}

// One for each choice of the first key, with each of the second ...
Status Reader::add_jobs(const Json& entry, const Job& job, const std::string& output) {
    const std::span<const FileKey> keys = job.kind->files;
    std::vector<std::vector<Choice>> all;
    std::size_t count = 1;
    for (const FileKey& key : keys) {
        auto found = choices(entry, key);
        if (!found) return found.error();
        if (found->size() > (kMostJobs - jobs_.size()) / count) {
            return bad("there are more than a million jobs");
        }
        count *= std::max<std::size_t>(found->size(), 1);
        all.push_back(*std::move(found));
    }
    for (std::size_t index = 0; index < count; ++index) {
        Job one = job;
        one.name = label_;
        Choice style;
        const Choice* subject = nullptr;
        std::string told;
        std::size_t rest = index;
        std::size_t left = count;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (all[i].empty()) continue;
            left /= all[i].size();
            const Choice& choice = all[i][rest / left];
            rest %= left;
            one.files[keys[i].name] = choice.files;
            if (!one.problem) one.problem = choice.problem;
            if (subject == nullptr) subject = &choice;
            if (keys[i].name == std::string_view("style")) style = choice;
            if (!choice.path.empty()) told += (told.empty() ? ": " : ", ") + choice.path;
        }
        if (count > 1) one.name += told;
        if (!one.problem) IMPASTO_TRY(job.kind->check(one));
        if (subject == nullptr) return bad("'" + std::string(keys.front().name) + "' is missing");
        IMPASTO_TRY(add(std::move(one), output, *subject, style, index + 1, count));
    }
    return {};
}

Status Reader::add(Job job, const std::string& output, const Choice& subject, const Choice& style,
                   std::size_t index, std::size_t count) {
    std::string number = std::to_string(index);
    const std::size_t digits = std::to_string(count).size();
    number.insert(0, digits - number.size(), '0');
    const auto name = fill(output, {{"stem", subject.stem},
                                    {"folder", subject.folder.empty() ? "." : subject.folder},
                                    {"style", style.stem},
                                    {"index", number},
                                    {"name", plain_}});
    if (!name) return bad("'output': " + name.error().message);
    fs::path path = platform::path_from_utf8(*name).lexically_normal();
    if (job.kind->output == Holds::kFolder && !path.has_filename()) path = path.parent_path();
    if (!path.has_filename()) return bad("'output': '" + *name + "' is a folder's name");
    const auto ends = [&](std::string_view one) { return platform::has_extension(path, one); };
    const auto& extensions = job.kind->extensions;
    if (!extensions.empty() && std::ranges::none_of(extensions, ends)) {
        std::string known;
        for (const std::string_view one : extensions) {
            known += (known.empty() ? "" : " or ") + std::string(one);
        }
        return bad("'output': '" + *name + "' must end in " + known);
    }
    const std::u8string plain = path.generic_u8string();
    job.output.assign(plain.begin(), plain.end());
    jobs_.push_back(std::move(job));
    return {};
}

}  // namespace

const std::vector<std::string>& Job::of(const char* key) const {
    static const std::vector<std::string> none;
    const auto found = files.find(key);
    return found != files.end() ? found->second : none;
}

std::vector<std::string> Job::inputs() const {
    std::vector<std::string> all;
    for (const auto& [key, names] : files) {
        std::copy_if(names.begin(), names.end(), std::back_inserter(all),
                     [](const std::string& file) { return !file.empty(); });
    }
    const std::string init = options->settings.init_file();
    if (!init.empty()) all.push_back(init);
    return all;
}

Result<std::vector<Job>> read_jobs(std::string_view text, const fs::path& folder,
                                   const std::string& name, const std::set<std::string>& made) {
    const auto fail = [&](const Error& error) {
        return Error{error.code, "'" + name + "': " + error.message};
    };
    const auto file = parse_strictly(text);
    if (!file) return fail(file.error());
    std::vector<Job> jobs;
    if (const Status status = Reader(folder, made, jobs).read(*file); !status) {
        return fail(status.error());
    }
    if (const Status status = check_names(jobs, folder); !status) return fail(status.error());
    return jobs;
}

}  // namespace impasto::batch
