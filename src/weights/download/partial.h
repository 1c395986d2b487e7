// The convolutions alone out of a safetensors file on a server that gives byte ranges.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "weights/catalogue.h"
#include "weights/download/transfer.h"

namespace impasto::download {

// Reads the file's header, checks that it is the VGG19 as published, fetches the bytes of its
// convolutions into `part` (resumed where they were begun), checks that every value is finite and
// writes `destination`, a safetensors file of these tensors with their own bytes. kNetwork and
// kWeights: this source does not serve; kOutput, kCancelled: no other would either.
Result<TransferReport> fetch_convolutions(const CatalogueEntry& entry, const std::string& url,
                                          const std::filesystem::path& part,
                                          const std::filesystem::path& destination,
                                          const Watcher& watcher);

}  // namespace impasto::download
