#include "batch/jobs.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <unordered_map>

#include "batch/globs.h"
#include "batch/parse.h"
#include "batch/placeholders.h"
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

std::string stem_of(const std::string& file) {
    return platform::path_to_utf8(platform::path_from_utf8(file).stem());
}

// By which two names of one file are the same, as far as that can be told from the names.
std::string plain_name(const fs::path& folder, const std::string& file) {
    std::error_code error;
    const fs::path path = folder / platform::path_from_utf8(file);
    const fs::path whole = fs::absolute(path, error);
    return platform::path_to_utf8((error ? path : whole).lexically_normal());
}

// The keys that a job of this kind has besides its options.
std::vector<std::string> keys_of(const Kind& kind) {
    std::vector<std::string> keys{"name", "kind", "output"};
    bool together = false;
    for (const FileKey& key : kind.files) {
        keys.emplace_back(key.name);
        together = together || !key.each;
    }
    if (together) keys.emplace_back("each-style");
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

std::string effective_text(const Kind& kind, JobOptions values) {
    // By what these files hold is judged, not by how they are called.
    values.settings.weights.clear();
    if (!values.settings.init_file().empty()) values.settings.init = "file";
    settings::Options options;
    kind.declare(options, values);
    Json json = Json::object();
    for (const auto& option : options.all()) {
        if (option->preset == settings::PresetUse::kPicture && option->get) {
            json[option->name] = option->get();
        }
    }
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

class Reader {
  public:
    Reader(const fs::path& folder, std::vector<Job>& jobs) : folder_(folder), jobs_(jobs) {}

    Status read(const Json& file);

  private:
    Status read_defaults(const Json& defaults);
    Status read_entry(const Json& entry);
    Status set_options(Given& given, const Json& from, const std::string& where) const;
    Result<const Kind*> kind_of(const Json& entry) const;
    Result<std::vector<std::string>> patterns(const Json& value, const std::string& key) const;
    Result<std::string> text(const Json& value, const std::string& key) const;
    const Json* find(const Json& entry, const std::string& key) const;
    Status add_jobs(const Json& entry, const Kind& kind, Job job, const std::string& output,
                    bool each_style);
    Status add(Job job, const std::string& output, const Match& subject, std::size_t index,
               std::size_t count);

    const fs::path& folder_;
    std::vector<Job>& jobs_;
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

// Every key must be of some kind; the values are judged with the jobs that they are for, and here,
// so that the message says where they stand.
Status Reader::read_defaults(const Json& defaults) {
    if (!defaults.is_object()) return bad("'defaults' must be an object");
    std::vector<std::string> known;
    std::set<std::string> used;
    for (const Kind& kind : kinds()) {
        Given given;
        given.kind = &kind;
        kind.declare(given.options, given.values);
        const Status status = set_options(given, defaults, "the defaults");
        if (!status) return status;
        std::vector<std::string> keys = keys_of(kind);
        for (const auto& option : given.options.all()) {
            if (!option->name.empty()) keys.push_back(option->name);
        }
        std::erase(keys, "name");
        for (const std::string& key : keys) {
            if (defaults.contains(key)) used.insert(key);
        }
        known.insert(known.end(), keys.begin(), keys.end());
    }
    for (const auto& [key, value] : defaults.items()) {
        if (!used.contains(key)) {
            return bad("the defaults: unknown key '" + key.substr(0, 80) + "'" +
                       settings::did_you_mean(key, known));
        }
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
        if (option != nullptr && option->set) {
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

// A name, or a list of them.
Result<std::vector<std::string>> Reader::patterns(const Json& value, const std::string& key) const {
    std::vector<std::string> all;
    const auto is_name = [](const Json& one) {
        return one.is_string() && !one.get_ref<const std::string&>().empty();
    };
    if (is_name(value)) return std::vector{value.get<std::string>()};
    if (!value.is_array() || value.empty() || !std::all_of(value.begin(), value.end(), is_name)) {
        return bad("'" + key + "' must be a file's name in quotes or a list of them, not " +
                   settings::shown(value));
    }
    for (const Json& one : value) all.push_back(one.get<std::string>());
    return all;
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
    job.effective = effective_text(**kind, given.values);
    job.preset = settings::preset_text(given.options);

    const Json* output = find(entry, "output");
    if (output == nullptr) return bad("'output' is missing");
    const auto pattern = text(*output, "output");
    if (!pattern) return pattern.error();
    bool each_style = false;
    if (const Json* each = find(entry, "each-style"); each != nullptr) {
        if (!each->is_boolean()) {
            return bad("'each-style' must be true or false, not " + settings::shown(*each));
        }
        each_style = each->get<bool>();
    }
    return add_jobs(entry, **kind, std::move(job), *pattern, each_style);
}

Status Reader::add_jobs(const Json& entry, const Kind& kind, Job job, const std::string& output,
                        bool each_style) {
    std::vector<Match> subjects;
    for (const FileKey& key : kind.files) {
        const Json* value = find(entry, key.name);
        if (value == nullptr) return bad("'" + std::string(key.name) + "' is missing");
        const auto names = patterns(*value, key.name);
        if (!names) return names.error();
        for (const std::string& name : *names) {
            auto found = expand(name, folder_);
            if (!found) {
                if (!job.problem) {
                    job.problem = bad("'" + std::string(key.name) + "': " + found.error().message);
                }
                found = std::vector{Match{name, ""}};
            }
            if (key.each) {
                subjects.insert(subjects.end(), found->begin(), found->end());
                continue;
            }
            for (const Match& match : *found) job.files[key.name].push_back(match.path);
        }
    }
    const std::vector<std::string> styles = job.files["style"];
    const std::size_t count = subjects.size() * (each_style ? styles.size() : 1);
    if (count > kMostJobs - jobs_.size()) return bad("there are more than a million jobs");
    std::size_t index = 0;
    for (const Match& subject : subjects) {
        for (const FileKey& key : kind.files) {
            if (key.each) job.files[key.name] = {subject.path};
        }
        for (std::size_t i = 0; i < (each_style ? styles.size() : 1); ++i) {
            if (each_style) job.files["style"] = {styles[i]};
            if (!job.problem) IMPASTO_TRY(kind.check(job));
            job.name = label_;
            if (count > 1) {
                job.name += ": " + subject.path + (each_style ? ", " + styles[i] : "");
            }
            IMPASTO_TRY(add(job, output, subject, ++index, count));
        }
    }
    return {};
}

Status Reader::add(Job job, const std::string& output, const Match& subject, std::size_t index,
                   std::size_t count) {
    std::string number = std::to_string(index);
    const std::size_t digits = std::to_string(count).size();
    number.insert(0, digits - number.size(), '0');
    std::string styles;
    for (const std::string& style : job.files["style"]) {
        styles += (styles.empty() ? "" : "+") + stem_of(style);
    }
    const auto name = fill(output, {{"stem", stem_of(subject.path)},
                                    {"folder", subject.folder.empty() ? "." : subject.folder},
                                    {"style", styles},
                                    {"index", number},
                                    {"name", plain_}});
    if (!name) return bad("'output': " + name.error().message);
    const fs::path path = platform::path_from_utf8(*name).lexically_normal();
    if (!path.has_filename()) return bad("'output': '" + *name + "' is a folder's name");
    const std::u8string plain = path.generic_u8string();
    job.output.assign(plain.begin(), plain.end());
    jobs_.push_back(std::move(job));
    return {};
}

// No output of two jobs, none that another job reads.
Status check_files(const std::vector<Job>& jobs, const fs::path& folder) {
    std::unordered_map<std::string, const Job*> writers;
    for (const Job& job : jobs) {
        if (job.problem) continue;  // its output may be named after what was not found
        const auto [at, is_new] = writers.try_emplace(plain_name(folder, job.output), &job);
        if (!is_new) {
            return bad("'" + at->second->name + "' and '" + job.name + "' would both write '" +
                       job.output +
                       "'; tell them apart by {stem}, {folder}, {style}, {index} or {name} in "
                       "'output'");
        }
    }
    std::unordered_map<std::string, bool> seen;
    for (const Job& job : jobs) {
        for (const std::string& input : job.inputs()) {
            const auto [at, is_new] = seen.try_emplace(input);
            if (!is_new) continue;
            const auto writer = writers.find(plain_name(folder, input));
            if (writer == writers.end()) continue;
            if (writer->second == &job) {
                return bad("'" + input + "' is read and would be written by '" + job.name +
                           "'; write into another folder");
            }
            return bad("'" + input + "' is read by '" + job.name + "' and written by '" +
                       writer->second->name +
                       "': jobs are done in any order; write into another folder, or put what "
                       "follows into another file of jobs");
        }
    }
    return {};
}

}  // namespace

std::vector<std::string> Job::inputs() const {
    std::vector<std::string> all;
    for (const auto& [key, names] : files) all.insert(all.end(), names.begin(), names.end());
    const std::string init = options->settings.init_file();
    if (!init.empty()) all.push_back(init);
    return all;
}

Result<std::vector<Job>> read_jobs(std::string_view text, const fs::path& folder,
                                   const std::string& name) {
    const auto fail = [&](const Error& error) {
        return Error{error.code, "'" + name + "': " + error.message};
    };
    const auto file = parse_strictly(text);
    if (!file) return fail(file.error());
    std::vector<Job> jobs;
    if (const Status status = Reader(folder, jobs).read(*file); !status) {
        return fail(status.error());
    }
    if (const Status status = check_files(jobs, folder); !status) return fail(status.error());
    return jobs;
}

}  // namespace impasto::batch
