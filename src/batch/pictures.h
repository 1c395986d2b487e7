// What kinds of jobs share: pictures are read, a session is run, and what was made says by whom.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "batch/kinds.h"
#include "impasto/impasto.hpp"

namespace impasto::batch {

// kInput, also for one too small for an encoder.
Result<Impasto::Image> open_picture(const std::string& name, const Tools& tools);
Result<std::vector<Impasto::Image>> open_pictures(const std::vector<std::string>& names,
                                                  const Tools& tools);
// Of any size; null for "".
Result<Impasto::Image> open_mask(const std::string& name, const Tools& tools);

std::vector<const ImpastoImage*> pointers(const std::vector<Impasto::Image>& images);

// Makes a session by `create`, which returns Result<Impasto::Session>, and runs it to its end.
// `made` gets times, iterations, losses and size; the picture is returned. kCancelled where the
// progress said so.
Result<Impasto::Image> run_session(const Tools& tools, Made& made,
                                   const std::function<Result<Impasto::Session>()>& create);

// "Impasto 0.1.0", of the chunk "Software"
std::string software();

}  // namespace impasto::batch
