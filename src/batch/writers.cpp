#include "batch/writers.h"

#include <map>
#include <set>
#include <system_error>
#include <unordered_map>

#include "platform/paths.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

// Who writes what, by names as plain_name makes them.
class Writers {
  public:
    // The job that has this output already; null: none, and `job` has it now.
    const Job* take(const std::string& plain, const Job& job) {
        const auto [at, is_new] = outputs_.try_emplace(plain, &job);
        folders_ = folders_ || job.kind->output == Holds::kFolder;
        return is_new ? nullptr : at->second;
    }
    // The job that writes this file, by itself or with its folder.
    const Job* of(const std::string& plain) const {
        const auto found = outputs_.find(plain);
        return found != outputs_.end() ? found->second : above(plain);
    }
    // The job that writes a folder that this is in.
    const Job* above(const std::string& plain) const {
        if (!folders_) return nullptr;
        const fs::path path = platform::path_from_utf8(plain);
        for (fs::path at = path.parent_path(); at.has_relative_path(); at = at.parent_path()) {
            const auto found = outputs_.find(platform::path_to_utf8(at));
            if (found != outputs_.end() && found->second->kind->output == Holds::kFolder)
                return found->second;
        }
        return nullptr;
    }

  private:
    std::unordered_map<std::string, const Job*> outputs_;
    bool folders_ = false;  // there is a job that writes one
};

Error both_write(const Job& one, const Job& other) {
    return bad("'" + one.name + "' and '" + other.name + "' would both write '" + other.output +
               "'; tell them apart by {stem}, {folder}, {style}, {index} or {name} in "
               "'output'");
}

}  // namespace

std::string plain_name(const fs::path& folder, const std::string& file) {
    std::error_code error;
    const fs::path path = folder / platform::path_from_utf8(file);
    const fs::path whole = fs::absolute(path, error);
    return platform::path_to_utf8((error ? path : whole).lexically_normal());
}

Status check_names(const std::vector<Job>& jobs, const fs::path& folder) {
    Writers writers;
    for (const Job& job : jobs) {
        if (job.problem) continue;  // its output may be named after what was not found
        const Job* other = writers.take(plain_name(folder, job.output), job);
        if (other != nullptr) return both_write(*other, job);
    }
    for (const Job& job : jobs) {
        if (job.problem) continue;
        const Job* other = writers.above(plain_name(folder, job.output));
        if (other != nullptr) return both_write(*other, job);
    }
    std::set<std::string> seen;
    for (const Job& job : jobs) {
        for (const std::string& input : job.inputs()) {
            if (!seen.insert(input).second) continue;
            const Job* writer = writers.of(plain_name(folder, input));
            if (writer == nullptr) continue;
            if (writer == &job) {
                return bad("'" + input + "' is read and would be written by '" + job.name +
                           "'; write into another folder");
            }
            return bad("'" + input + "' is read by '" + job.name + "' and written by '" +
                       writer->name +
                       "': jobs are done in any order; write into another folder, or put what "
                       "follows into another file of jobs");
        }
    }
    return {};
}

namespace {

// Paths without links, of which each folder is looked up once.
class RealPaths {
  public:
    explicit RealPaths(const fs::path& folder) : folder_(folder) {}

    fs::path of(const std::string& file) { return of(folder_ / platform::path_from_utf8(file)); }
    fs::path of(const fs::path& path) {
        const auto [at, is_new] = folders_.try_emplace(path.parent_path());
        if (is_new) {
            std::error_code error;
            const fs::path from = at->first.empty() ? fs::path(".") : at->first;
            at->second = fs::weakly_canonical(from, error);
            if (error) at->second = from.lexically_normal();
        }
        return at->second / path.filename();
    }

  private:
    const fs::path& folder_;
    std::map<fs::path, fs::path> folders_;
};

// What the models of a job name: loaded only where something is written in or below their folder.
Status check_beside(const Job& job, const fs::path& folder, RealPaths& real,
                    const std::map<fs::path, const Job*>& writers) {
    const fs::path home = real.of(job.files.at(job.kind->files.front().name).front()).parent_path();
    const auto first = writers.lower_bound(home);
    if (first == writers.end() || *first->first.lexically_relative(home).begin() == "..") {
        return {};
    }
    const auto files = job.kind->beside(
        job, [&](const std::string& file) { return folder / platform::path_from_utf8(file); });
    if (!files) return {};  // the job's own problem
    for (const std::string& file : *files) {
        const fs::path path = real.of(file);
        auto writer = writers.find(path);
        // Or with a folder that it is in.
        for (fs::path at = path; writer == writers.end() && at != home && at.has_relative_path();) {
            at = at.parent_path();
            writer = writers.find(at);
        }
        if (writer == writers.end() || writer->second == &job) continue;
        return bad("'" + file + "', which the model of '" + job.name + "' names, is written by '" +
                   writer->second->name +
                   "': jobs are done in any order; write into another folder");
    }
    return {};
}

}  // namespace

Status check_disk(const std::vector<Job>& jobs, const fs::path& folder) {
    RealPaths real(folder);
    std::map<fs::path, const Job*> writers;
    for (const Job& job : jobs) {
        if (job.problem) continue;
        const auto followed = platform::follow_links(folder / platform::path_from_utf8(job.output));
        if (!followed) continue;  // the job's own problem
        const auto [at, is_new] = writers.emplace(real.of(*followed), &job);
        if (!is_new) return both_write(*at->second, job);
    }
    for (const Job& job : jobs) {
        if (job.problem || job.kind->beside == nullptr) continue;
        IMPASTO_TRY(check_beside(job, folder, real, writers));
    }
    return {};
}

}  // namespace impasto::batch
