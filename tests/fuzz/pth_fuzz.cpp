#include "fuzz.h"
#include "use_tensors.h"
#include "weights/pickle.h"
#include "weights/pth.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = impasto::fuzz::as_bytes(data, size);
    impasto::fuzz::use(impasto::read_pth(bytes));
    (void)impasto::read_pickle(bytes);
    return 0;
}
