// The public headers are C++11 too, in the other order.
#include <impasto/impasto_batch.h>

#include <impasto/impasto.hpp>
// clang-format off
#include <impasto/download.h>
#include <impasto/impasto_vulkan.h>
#include <impasto/impasto.h>
// clang-format on

static_assert(IMPASTO_SUCCESS == 0, "success is 0");

// Handles that are empty make a failure, and no crash.
extern "C" int impasto_header_test_cpp(void) {
    Impasto::Failure failure;
    const Impasto::Session session =
        Impasto::create_session(nullptr, nullptr, nullptr, {}, Impasto::session_options(), failure);
    const Impasto::Image image = Impasto::load_image("/no/such/picture.png", failure);
    return session == nullptr && image == nullptr &&
                   failure.result == IMPASTO_ERROR_INVALID_ARGUMENT && !failure.message.empty()
               ? 0
               : 1;
}
