// The public headers are C++11 too, in the other order.
#include <impasto/download.h>
#include <impasto/impasto.h>

static_assert(IMPASTO_SUCCESS == 0, "success is 0");
