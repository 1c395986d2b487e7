"""The objective of Impasto in PyTorch, in any precision: the second opinion of the tests.

VGG19 by torchvision's names from a safetensors file, content and style terms relative to the
target's own squares, total variation. Nothing is resized; zero padding.
"""

import json
import struct

import numpy
import torch
from PIL import Image

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
NAMES = [f"relu{b}_{i}" for b, n in enumerate((2, 2, 4, 4, 4), 1) for i in range(1, n + 1)]
POOL_AFTER = {"relu1_2", "relu2_2", "relu3_4", "relu4_4"}
DTYPES = {"F16": numpy.float16, "F32": numpy.float32}


def read_safetensors(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[begin:end], dtype=DTYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def read_image(path, dtype):
    pixels = numpy.asarray(Image.open(path).convert("RGB"), dtype=numpy.float32) / numpy.float32(255)
    return torch.from_numpy(pixels).permute(2, 0, 1).to(dtype).contiguous()


class Encoder:
    def __init__(self, path, dtype):
        tensors = read_safetensors(path)
        places = sorted(int(name.split(".")[1]) for name in tensors if name.endswith(".weight"))
        self.convolutions = [
            (tensors[f"features.{p}.weight"].to(dtype), tensors[f"features.{p}.bias"].to(dtype))
            for p in places
        ]
        self.mean = torch.tensor(MEAN, dtype=torch.float32).to(dtype).view(3, 1, 1)
        self.std = torch.tensor(STD, dtype=torch.float32).to(dtype).view(3, 1, 1)

    def features(self, image, layers, pooling="max", decisions=None):
        """{name: (C, H, W)} of the layers asked for.

        decisions: {name: (C, H, W)}, maps that another program computed. Where a layer's is given,
        its ReLU passes what is positive there, and the max pool after it chooses the pixel that is
        the largest there.
        """
        x = ((image - self.mean) / self.std)[None]
        found = {}
        for name, (weight, bias) in zip(NAMES, self.convolutions):
            x = torch.nn.functional.conv2d(x, weight, bias, padding=1)
            decided = (decisions or {}).get(name)
            x = torch.relu(x) if decided is None else x * (decided > 0)
            if name in layers:
                found[name] = x[0]
            if len(found) == len(layers):
                break
            if name in POOL_AFTER:
                x = pooled(x, pooling, decided)
        return found


def pooled(x, pooling, decided):
    if pooling == "avg":
        return torch.nn.functional.avg_pool2d(x, 2)
    if decided is None:
        return torch.nn.functional.max_pool2d(x, 2)
    _, chosen = torch.nn.functional.max_pool2d(decided[None], 2, return_indices=True)
    return x.flatten(2).gather(2, chosen.flatten(2)).view(chosen.shape)


def gram(features):
    flat = features.flatten(1)
    return flat @ flat.T / features.numel()


def total_variation(image):
    down = image[:, 1:] - image[:, :-1]
    right = image[:, :, 1:] - image[:, :, :-1]
    return (down**2).mean() + (right**2).mean()


class Objective:
    """content_layers and style_layers: {name: weight}; styles: [(image, blend weight)]."""

    def __init__(self, encoder, content, styles, content_layers, style_layers, content_weight,
                 style_weight, tv_weight, pooling="max"):
        self.encoder = encoder
        self.pooling = pooling
        self.content_layers = content_layers
        self.style_layers = style_layers
        self.weights = (content_weight, style_weight, tv_weight)
        with torch.no_grad():
            self.content = encoder.features(content, content_layers, pooling)
            blend = sum(weight for _, weight in styles)
            self.grams = {}
            for image, weight in styles:
                for name, f in encoder.features(image, style_layers, pooling).items():
                    self.grams[name] = self.grams.get(name, 0) + weight / blend * gram(f)

    def __call__(self, image, decisions=None):
        """(total, content, style, tv), and the features and Gram matrices behind them."""
        layers = {**self.content_layers, **self.style_layers}
        features = self.encoder.features(image, layers, self.pooling, decisions)
        grams = {name: gram(features[name]) for name in self.style_layers}
        content = sum(
            w * ((features[n] - self.content[n]) ** 2).sum() / (self.content[n] ** 2).sum()
            for n, w in self.content_layers.items()) / sum(self.content_layers.values())
        style = sum(
            w * ((grams[n] - self.grams[n]) ** 2).sum() / (self.grams[n] ** 2).sum()
            for n, w in self.style_layers.items()) / sum(self.style_layers.values())
        tv = total_variation(image)
        total = self.weights[0] * content + self.weights[1] * style + self.weights[2] * tv
        return (total, content, style, tv), features, grams
