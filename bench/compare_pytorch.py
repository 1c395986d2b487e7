#!/usr/bin/env python3
"""One iteration of the same optimisation in Impasto and in PyTorch, in turns, and the ratio.

  bench/compare_pytorch.py build/release/impasto [--size 256 512] [--precision fp32 fp16] [--rounds 3]

Same objective (relu4_2 content, five Gram layers, total variation, relative terms), VGG19's shape with
random weights, the same picture size, L-BFGS with 10 pairs or Adam. PyTorch runs in this interpreter, on
CUDA when it is there and Impasto's device is not a CPU, otherwise on the CPU with all cores. fp32: TF32 off.
fp16: autocast. On CUDA each is tried eager, channels last, compiled and as a CUDA graph, and the fastest
counts. Prints the medians over all rounds, time of PyTorch / time of Impasto (above 1 Impasto is faster),
and on CUDA the peak of device memory of both (PyTorch's eager one, alone).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import torch

CHANNELS = (64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512)
POOL_AFTER = {1, 3, 7, 11}
STYLE_LAYERS = (0, 2, 4, 8, 12)
CONTENT_LAYER = 9


class Objective:
    """Impasto's default objective; pictures (1, 3, H, W)."""

    def __init__(self, size, device, memory_format):
        generator = torch.Generator().manual_seed(1)
        self.memory_format = memory_format
        self.layers = []
        inputs = 3
        for outputs in CHANNELS:
            weight = torch.randn(outputs, inputs, 3, 3, generator=generator) * (2 / (9 * inputs))**0.5
            self.layers.append((weight.to(device, memory_format=memory_format),
                                torch.zeros(outputs, device=device)))
            inputs = outputs
        picture = lambda: torch.rand(1, 3, size, size, generator=generator).to(device)
        self.start = picture()
        with torch.no_grad():
            self.content = self.features(picture())[CONTENT_LAYER]
            style = self.features(picture())
            self.grams = [self.gram(style[i]) for i in STYLE_LAYERS]

    def features(self, x):
        maps = []
        x = x.contiguous(memory_format=self.memory_format)
        for i, (weight, bias) in enumerate(self.layers):
            x = torch.relu(torch.nn.functional.conv2d(x, weight, bias, padding=1))
            maps.append(x)
            if i in POOL_AFTER:
                x = torch.nn.functional.max_pool2d(x, 2)
        return maps

    @staticmethod
    def gram(f):
        # Scaled first: in fp16 the sum over the pixels would overflow.
        flat = f[0].flatten(1) * (f.shape[2] * f.shape[3])**-0.5
        return (flat @ flat.T).float() / f.shape[1]

    def __call__(self, image):
        maps = self.features(image)
        difference = maps[CONTENT_LAYER] - self.content
        loss = (difference**2).sum() / (self.content**2).sum()
        for i, target in zip(STYLE_LAYERS, self.grams):
            loss = loss + 3 * ((self.gram(maps[i]) - target)**2).sum() / (target**2).sum()
        down = image[:, :, 1:] - image[:, :, :-1]
        right = image[:, :, :, 1:] - image[:, :, :, :-1]
        return loss + 10 * ((down**2).mean() + (right**2).mean())


class Peer:
    """PyTorch in one way of running; step() is one iteration, synchronised."""

    def __init__(self, way, size, optimizer, device, precision):
        memory_format = torch.channels_last if "channels_last" in way else torch.contiguous_format
        objective = Objective(size, device, memory_format)
        self.image = objective.start.clone().requires_grad_()
        if precision == "fp16":
            objective = torch.autocast(device, torch.float16)(objective)
        if optimizer == "lbfgs":
            self.optimizer = torch.optim.LBFGS([self.image], lr=1, history_size=10, max_iter=1)
        else:
            self.optimizer = torch.optim.Adam([self.image], lr=0.02)
        self.evaluate = torch.compile(objective) if "compile" in way else objective
        self.device = device
        self.graph = None
        if "graph" in way:
            self.capture()

    def capture(self):
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self.image.grad = None
                self.evaluate(self.image).backward()
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        self.image.grad = None
        with torch.cuda.graph(self.graph):
            self.loss = self.evaluate(self.image)
            self.loss.backward()

    def closure(self):
        if self.graph is not None:
            self.graph.replay()
            return self.loss
        self.optimizer.zero_grad()
        loss = self.evaluate(self.image)
        loss.backward()
        return loss

    def step(self):
        start = time.perf_counter()
        self.optimizer.step(self.closure)
        if self.device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - start


def bench(program, size, iterations, options):
    command = [program, "bench", "--size", str(size), "--iterations", str(iterations), "--json",
               *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak_of_pytorch(arguments, size, precision):
    """Bytes of the eager run by itself, before any other way has left something behind."""
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    peer = Peer("eager", size, arguments.optimizer, "cuda", precision)
    for _ in range(3):
        peer.step()
    return torch.cuda.max_memory_allocated()


def compare(arguments, size, precision):
    options = [*arguments.options, "--precision", precision]
    ours = bench(arguments.program, size, 1, options)
    device = "cuda" if torch.cuda.is_available() and "llvmpipe" not in ours["device"] else "cpu"
    ways = (["eager", "channels_last", "compile", "channels_last compile", "graph",
             "channels_last graph"] if device == "cuda" else ["eager", "channels_last"])
    peak = peak_of_pytorch(arguments, size, precision) if device == "cuda" else None
    peers = {}
    for way in ways:
        try:
            peers[way] = Peer(way, size, arguments.optimizer, device, precision)
            peers[way].step()
        except Exception as error:  # a way that this PyTorch cannot go
            print(f"  PyTorch, {way}: {type(error).__name__}: {str(error)[:100]}; left out", file=sys.stderr)
            peers.pop(way, None)
    times = {way: [] for way in peers}
    mine = []
    for _ in range(arguments.rounds):
        for way, peer in peers.items():
            peer.step()
            times[way] += [peer.step() for _ in range(arguments.iterations)]
        ours = bench(arguments.program, size, arguments.iterations, options)
        mine.append(ours["seconds_per_iteration"]["median"])
    medians = {way: statistics.median(values) for way, values in times.items()}
    best = min(medians, key=medians.get)
    impasto = statistics.median(mine)
    print(f"{size}x{size}, {precision}: Impasto {impasto:.4f} s ({ours['driver']}), "
          f"PyTorch {torch.__version__} {medians[best]:.4f} s ({device}, {best}); "
          f"PyTorch / Impasto = {medians[best] / impasto:.2f}")
    for way, seconds in medians.items():
        print(f"    PyTorch, {way}: {seconds:.4f} s")
    if peak is not None:
        bytes_of_ours = ours["device_bytes_peak"]
        print(f"    device memory: Impasto {bytes_of_ours / 2**20:.0f} MiB, PyTorch {peak / 2**20:.0f} MiB; "
              f"Impasto / PyTorch = {bytes_of_ours / peak:.2f}")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--size", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--precision", choices=("fp32", "fp16"), nargs="+", default=["fp32"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=4, help="a round")
    parser.add_argument("--optimizer", choices=("lbfgs", "adam"), default="lbfgs")
    parser.add_argument("--options", action="append", default=[],
                        help="a word more for impasto bench; may be repeated")
    arguments = parser.parse_args()
    arguments.options += ["--optimizer", arguments.optimizer]
    torch.set_num_threads(os.cpu_count() or 1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    for precision in arguments.precision:
        for size in arguments.size:
            compare(arguments, size, precision)


if __name__ == "__main__":
    main()
