// PyTorch checkpoints (.pth, .pt): a pickle that describes tensors, and their storages. Two forms:
// an archive (since PyTorch 1.6) and the older one of five pickles and bare storages in a row,
// which torchvision's VGG19 still has. Nothing in a file is executed (pickle.h).
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "weights/tensor_file.h"

namespace impasto {

bool looks_like_pth(std::span<const std::byte> bytes);

// The tensors of a state dictionary (or of its "state_dict" member), by their names; what is no
// tensor in it is left out. The result refers to `bytes`. kWeights for a damaged file or one that
// holds more than tensors, with what is wrong.
Result<TensorFile> read_pth(std::span<const std::byte> bytes);

}  // namespace impasto
