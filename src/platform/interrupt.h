// Ctrl-C as a flag: the first one (or a SIGTERM) asks the program to finish tidily, the second ends
// it at once.
#pragma once

namespace impasto::platform {

// From now on interrupts are noted instead of ending the process. For programs only: a library
// leaves signals to its host. A second call does nothing.
void catch_interrupts();

// Whether one came since catch_interrupts().
bool interrupted();
// Whether that was a SIGTERM: another program's wish, not a Ctrl-C.
bool terminated();

}  // namespace impasto::platform
