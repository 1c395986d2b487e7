/* The public headers are C99 and need nothing before them; this program is a user of them in C. */
#include <impasto/download.h>
#include <impasto/impasto.h>
#include <impasto/impasto_batch.h>
#include <impasto/impasto_gltf.h>
#include <impasto/impasto_material.h>
#include <impasto/impasto_vulkan.h>

int impasto_header_test_cpp(void);

int main(void) {
    ImpastoSlice slice = {.struct_size = sizeof slice};
    ImpastoDeviceInfo device = {.struct_size = sizeof device};
    ImpastoContextOptions context = {.struct_size = sizeof context};
    ImpastoFetchOptions fetch = {.struct_size = sizeof fetch};
    ImpastoGltfOptions gltf = {.struct_size = sizeof gltf};
    const uint32_t version = (uint32_t)IMPASTO_VERSION_MAJOR << 22 |
                             (uint32_t)IMPASTO_VERSION_MINOR << 12 | IMPASTO_VERSION_PATCH;
    impasto_gltf_options_default(&gltf);
    if (gltf.struct_size == 0 || device.struct_size == 0 || context.struct_size == 0 ||
        fetch.struct_size == 0 || slice.struct_size == 0 || impasto_header_test_cpp() != 0) {
        return 2;
    }
    return impasto_version() == version ? 0 : 1;
}
