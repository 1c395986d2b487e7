// What was done, and from what: an append-only file of JSON lines beside the file of jobs, held by
// one run at a time. A line is written whole, with one call, and is on the disk before the picture
// gets its name. The last line may be torn by a power cut and counts for nothing then.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "batch/file_hashes.h"
#include "batch/shard.h"
#include "platform/part_file.h"

namespace impasto::batch {

struct LedgerInput {
    std::string file;  // as the file of jobs names it
    FileState state;
};

struct LedgerEntry {
    std::string output;       // as the file of jobs names it
    std::string fingerprint;  // of all that the output depends on (fingerprint.h)
    bool done = false;        // else it failed
    std::vector<LedgerInput> inputs;
    FileState made;              // of the output, where it is done
    std::optional<Error> error;  // where it failed
};

// One line with its end, and back; nothing for a line that is none of a ledger's.
std::string ledger_line(const LedgerEntry& entry);
std::optional<LedgerEntry> parse_ledger_line(std::string_view line);

class Ledger {
  public:
    // Nothing is kept.
    Ledger() = default;

    // Takes `path` with the shard's suffix for this run, and reads it and all others of that name,
    // so that a batch may be divided otherwise from run to run. kOutput: another run holds it, or
    // it cannot be written; kInput: the file is something else.
    static Result<Ledger> open(const std::filesystem::path& path, const Shard& shard);

    // The outputs that the ledgers of that name say were made; it is not held. kInput as of open().
    static Result<std::set<std::string>> outputs(const std::filesystem::path& path);

    // What the ledgers say of an output: the last time that it was done and that it failed, of each
    // ledger.
    const std::vector<LedgerEntry>& of(const std::string& output) const;
    std::size_t size() const { return entries_.size(); }  // outputs

    // On the disk when this returns without an error. Later calls of of() know it.
    Status append(const LedgerEntry& entry);

  private:
    Status read(const std::filesystem::path& path);
    Status read_all(const std::filesystem::path& path);

    std::optional<platform::PartFile> file_;
    std::map<std::string, std::vector<LedgerEntry>> entries_;
};

}  // namespace impasto::batch
