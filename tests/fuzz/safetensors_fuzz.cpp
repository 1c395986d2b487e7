#include "fuzz.h"
#include "use_tensors.h"
#include "weights/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = impasto::fuzz::as_bytes(data, size);
    impasto::fuzz::use(impasto::read_safetensors(bytes));
    // The header alone, as it comes from a server before its tensors do.
    (void)impasto::parse_safetensors_header(bytes, 1000);
    return 0;
}
