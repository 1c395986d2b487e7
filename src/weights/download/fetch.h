// One entry of the catalogue from its sources into the cache: what impasto_fetch_weights does, for
// any entry.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "weights/catalogue.h"
#include "weights/download/transfer.h"

namespace impasto::download {

struct Fetch {
    const CatalogueEntry* entry = nullptr;
    std::filesystem::path destination;  // its folder exists; parts lie beside it
    Watcher watcher;
    bool require_checksum = false;  // only sources with a whole published sum
};

struct Fetched {
    TransferReport transfer;
    bool checksum_checked = false;
};

// Tries the sources in order: another one where the network, the server or the file's content is to
// blame (kNetwork, kWeights), none where the disk is or the user stopped (kOutput, kCancelled).
// kNetwork or kWeights with all the reasons where none served.
Result<Fetched> fetch_entry(const Fetch& fetch);

}  // namespace impasto::download
