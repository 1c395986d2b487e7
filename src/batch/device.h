// What the jobs of a run share: the device and the encoders.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/result.h"
#include "impasto/impasto.hpp"

namespace impasto::batch {

// Thread-safe.
class SharedDevice {
  public:
    // `options` and what it points to must outlive this. Relative names of weights files count
    // from `folder`.
    SharedDevice(const ImpastoContextOptions& options, std::filesystem::path folder);

    // The context, made the first time; another one after lost(). Errors as of
    // impasto_context_create.
    Result<std::shared_ptr<ImpastoContext>> context();
    // The driver gave this one up.
    void lost(const std::shared_ptr<ImpastoContext>& context);
    // What of the device its bytes depend on.
    Result<std::string> tier();

    // By the name in a job: read once.
    Result<std::shared_ptr<const ImpastoWeights>> weights(const std::string& name);

  private:
    struct Opened {
        std::shared_ptr<const ImpastoWeights> weights;
        Error error;  // where there are none
    };
    Result<std::string> source(const std::string& name);

    ImpastoContextOptions options_;
    std::filesystem::path folder_;
    std::mutex mutex_;
    std::shared_ptr<ImpastoContext> context_;
    std::map<std::string, Opened> weights_;
};

}  // namespace impasto::batch
