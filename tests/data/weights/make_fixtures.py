#!/usr/bin/env python3
"""Makes the small weights files beside it. Needs PyTorch (any version since 1.6):

    python3 make_fixtures.py

Every file holds the first three convolutions of a VGG19 with 2, 3 and 4 channels, and mostly a
classifier that readers ignore. Element i of the tensor number t is ((7 i + 3 t) mod 31 - 15) / 8,
which every floating-point type holds exactly; tests/weights/fixtures.h knows the same formula.
"""
import collections
import io
import json
import os
import pickle
import struct
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = collections.OrderedDict([
    ("features.0.weight", (2, 3, 3, 3)), ("features.0.bias", (2,)),
    ("features.2.weight", (3, 2, 3, 3)), ("features.2.bias", (3,)),
    ("features.5.weight", (4, 3, 3, 3)), ("features.5.bias", (4,)),
])


def values(number, shape, dtype=torch.float32):
    count = 1
    for size in shape:
        count *= size
    i = torch.arange(count, dtype=torch.int64)
    return (((7 * i + 3 * number) % 31 - 15).to(torch.float64) / 8).to(dtype).reshape(shape)


def state(dtype=torch.float32, classifier=True):
    tensors = collections.OrderedDict(
        (name, values(t, shape, dtype)) for t, (name, shape) in enumerate(SHAPES.items()))
    if classifier:
        tensors["classifier.0.weight"] = values(6, (5, 4), dtype)
        tensors["classifier.0.bias"] = values(7, (5,), dtype)
    # What Module.state_dict() attaches.
    tensors._metadata = collections.OrderedDict([("", {"version": 1})])
    return tensors


def save(name, obj, legacy=False):
    torch.save(obj, os.path.join(HERE, name), _use_new_zipfile_serialization=not legacy)


class OldPickler(pickle.Pickler):
    """Writes tensors as PyTorch 0.1 did in the year of torchvision's VGG19: _rebuild_tensor, and
    storages with a sixth field."""

    def __init__(self, file, storages):
        super().__init__(file, protocol=2)
        self.storages = storages

    def persistent_id(self, obj):
        if isinstance(obj, OldStorage):
            self.storages[obj.key] = obj
            return ("storage", torch.FloatStorage, obj.key, "cpu", obj.tensor.numel(), None)
        return None


class OldStorage:
    def __init__(self, tensor, key):
        self.tensor, self.key = tensor, key


class OldTensor:
    def __init__(self, tensor, key):
        self.tensor, self.storage = tensor, OldStorage(tensor, key)

    def __reduce__(self):
        return (torch._utils._rebuild_tensor,
                (self.storage, 0, tuple(self.tensor.size()), tuple(self.tensor.stride())))


def save_old(name):
    storages = {}
    with open(os.path.join(HERE, name), "wb") as file:
        pickle.dump(0x1950A86A20F9469CFC6C, file, protocol=2)
        pickle.dump(1001, file, protocol=2)
        pickle.dump({"protocol_version": 1001, "little_endian": True,
                     "type_sizes": {"short": 2, "int": 4, "long": 4}}, file, protocol=2)
        tensors = collections.OrderedDict((key, OldTensor(value, str(94000000000000 + 64 * i)))
                                          for i, (key, value) in enumerate(state().items()))
        described = io.BytesIO()
        OldPickler(described, storages).dump(tensors)
        file.write(described.getvalue())
        keys = sorted(storages)
        pickle.dump(keys, file, protocol=2)
        for key in keys:
            tensor = storages[key].tensor
            file.write(struct.pack("<q", tensor.numel()))
            file.write(tensor.numpy().tobytes())


class Evil:
    def __reduce__(self):
        return (os.system, ("echo executed > executed.txt",))


def save_safetensors(name, tag, dtype, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for key, value in state(dtype).items():
        raw = value.contiguous().view(torch.uint8).numpy().tobytes()
        header[key] = {"dtype": tag, "shape": list(value.shape),
                       "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    save("zip_f32.pth", state())
    save("legacy_f32.pth", state(), legacy=True)
    save_old("legacy_2017.pth")
    save("zip_f16.pth", state(torch.float16))
    save("zip_bf16.pth", state(torch.bfloat16))
    save("legacy_f64.pth", state(torch.float64), legacy=True)
    save("zip_nested.pth", {"epoch": 3, "loss": 0.5, "state_dict": state()})
    save("zip_parameters.pth", collections.OrderedDict(
        (key, torch.nn.Parameter(value)) for key, value in state().items()))

    strided = state(classifier=False)
    for key, value in strided.items():
        if value.dim() == 4:  # the same values in channels-last order in memory
            strided[key] = value.to(memory_format=torch.channels_last)
    save("zip_strided.pth", strided)
    together = torch.cat([value.flatten() for value in state(classifier=False).values()])
    shared, at = collections.OrderedDict(), 0
    for key, shape in SHAPES.items():
        count = torch.Size(shape).numel()
        shared[key] = together[at:at + count].reshape(shape)
        at += count
    save("legacy_shared.pth", shared, legacy=True)

    poisoned = state(classifier=False)
    poisoned["features.2.weight"][1, 0, 2, 2] = float("nan")
    save("zip_nan.pth", poisoned)
    save("zip_evil.pth", {"features.0.weight": Evil()})
    save("legacy_evil.pth", {"features.0.weight": Evil()}, legacy=True)
    save("zip_module.pth", torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3)))

    save_safetensors("f32.safetensors", "F32", torch.float32, {"format": "pt"})
    save_safetensors("f16.safetensors", "F16", torch.float16)
    save_safetensors("bf16.safetensors", "BF16", torch.bfloat16)


if __name__ == "__main__":
    main()
