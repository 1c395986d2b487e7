// How long a thread has computed, whatever else the machine does.
#pragma once

namespace impasto::platform {

// Processor time in seconds that the calling thread has used; waiting takes none. 0 where the
// system does not tell.
double thread_seconds();

}  // namespace impasto::platform
