// The public headers are C++11 too, in the other order.
#include <impasto/impasto_batch.h>

#include <cstddef>
#include <impasto/impasto.hpp>
// clang-format off
#include <impasto/impasto_gltf.h>
#include <impasto/download.h>
#include <impasto/impasto_material.h>
#include <impasto/impasto_vulkan.h>
#include <impasto/impasto.h>
// clang-format on

static_assert(IMPASTO_SUCCESS == 0, "success is 0");

// What is given to Impasto ends with its last field: one that took the place of padding would leave
// struct_size as it was, and older callers would not have set it.
#define ENDS_WITH(Struct, last)                                                    \
    static_assert(offsetof(Struct, last) + sizeof(Struct::last) == sizeof(Struct), \
                  #Struct " ends in padding: put a reserved word behind its last field")
ENDS_WITH(ImpastoContextOptions, reserved);
ENDS_WITH(ImpastoWeightsOptions, cache_dir);
ENDS_WITH(ImpastoSessionOptions, blend_mask);
ENDS_WITH(ImpastoObjective, reserved_words);
ENDS_WITH(ImpastoVulkanDevice, reserved);
ENDS_WITH(ImpastoVulkanImage, layout);
ENDS_WITH(ImpastoSource, vulkan_image);
ENDS_WITH(ImpastoHosting, reserved);
ENDS_WITH(ImpastoSlice, budget_ms);
ENDS_WITH(ImpastoMemory, user);
ENDS_WITH(ImpastoFetchOptions, again);
ENDS_WITH(ImpastoSaveOptions, text_count);
ENDS_WITH(ImpastoMaterialFile, reserved);
ENDS_WITH(ImpastoMaterialOptions, tile);
ENDS_WITH(ImpastoMaterialMap, image);
ENDS_WITH(ImpastoGltfOptions, reserved);
// It lies in ImpastoSessionOptions by value.
static_assert(sizeof(void*) != 8 || sizeof(ImpastoObjective) == 144,
              "ImpastoObjective never grows: take of what is reserved");

// Handles that are empty make a failure, and no crash; the first one stays.
extern "C" int impasto_header_test_cpp(void) {
    Impasto::Failure failure;
    const Impasto::Session session =
        Impasto::create_session(nullptr, nullptr, nullptr, {}, Impasto::session_options(), failure);
    const Impasto::Image image = Impasto::load_image("/no/such/picture.png", failure);
    const Impasto::Weights weights = Impasto::load_weights("builtin", failure);
    return session == nullptr && image == nullptr && weights == nullptr &&
                   failure.result == IMPASTO_ERROR_INVALID_ARGUMENT && !failure.message.empty()
               ? 0
               : 1;
}
