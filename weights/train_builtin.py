#!/usr/bin/env python3
"""Trains the built-in encoder: a narrow network with VGG19's topology that imitates VGG19.

The student has VGG19's layers up to conv5_1 with fewer channels. It is meant to be used alone for Gatys-style
transfer, with its own features and Gram matrices, so it learns features whose Gram distances are those of VGG19:

* Each layer of the teacher is rescaled to a mean activation of 1 (exact: ReLU is positively homogeneous).
* At the tapped layers the student's features s approximate p = A^T t, with t the teacher's features and A (teacher
  channels x student channels) of orthonormal columns. So t is approximated by A s, and distances between Gram
  matrices of s are those between Gram matrices of t on the subspace that A spans. A is the polar factor of a
  running mean of t s^T, the best orthonormal read-out for the student as it is (Procrustes).
* Loss per layer: |s - p|^2 / variance of t + w |G(s) - G(p)|^2 / |G(t)|^2.
* The student starts as a pruned teacher: channels by greedy column subset selection, weights by least squares from
  the student's actual inputs to the selected channels' values before the ReLU, layer by layer.
* Inputs are crops of photographs and paintings, noisy and blended pictures, smooth noise, and pictures that are
  being optimised through the student (style transfers, texture syntheses): the optimiser will visit such pictures,
  and exploit whatever the student sees differently from the teacher there.

The teacher runs in a thread of its own, so that runs with the same seed agree closely, not bit for bit.
Needs PyTorch, NumPy and Pillow. Example:

  train_builtin.py --teacher vgg19.safetensors --photos BSDS500/ --paintings paintings/ --out builtin.safetensors
"""

import argparse
import copy
import json
import math
import queue
import random
import threading
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

# torchvision's index of each convolution, VGG19's width, and whether a pool follows
CONVS = [
    ("1_1", 0, 64, False), ("1_2", 2, 64, True),
    ("2_1", 5, 128, False), ("2_2", 7, 128, True),
    ("3_1", 10, 256, False), ("3_2", 12, 256, False), ("3_3", 14, 256, False), ("3_4", 16, 256, True),
    ("4_1", 19, 512, False), ("4_2", 21, 512, False), ("4_3", 23, 512, False), ("4_4", 25, 512, True),
    ("5_1", 28, 512, False),
]  # fmt: skip
TAPS = ("1_1", "2_1", "3_1", "4_1", "4_2", "5_1")
STYLE = ("1_1", "2_1", "3_1", "4_1", "5_1")
CONTENT = "4_2"
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


# ---- files

def read_safetensors(path):
    data = Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    tensors = {}
    for name, info in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__":
            a, b = info["data_offsets"]
            dtype = {"F16": np.float16, "F32": np.float32}[info["dtype"]]
            raw = np.frombuffer(data[8 + size + a : 8 + size + b], dtype)
            tensors[name] = torch.from_numpy(raw.reshape(info["shape"]).astype(np.float32))
    return tensors


def write_safetensors(path, tensors, metadata):
    header, blobs, at = {"__metadata__": metadata}, [], 0
    for name, value in tensors.items():
        blob = value.detach().cpu().numpy().astype(np.float16).tobytes()
        header[name] = {"dtype": "F16", "shape": list(value.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    part = Path(str(path) + ".part")
    part.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blobs))
    part.replace(path)


def load_images(folder, skip=(), longest=1000):
    images = []
    for path in sorted(Path(folder).iterdir()):
        if path.suffix.lower() in (".jpg", ".jpeg", ".png") and path.stem not in skip:
            image = Image.open(path).convert("RGB")
            image.thumbnail((longest, longest), Image.BICUBIC)
            images.append(image)
    return images


# ---- pictures

def crop(image, size, rng, jitter=True):
    """A random crop at a random scale of 0.35 to 1, as [3, size, size] in [0,1]."""
    side = min(size / rng.uniform(0.35, 1.0), *image.size)
    x, y = rng.uniform(0, image.width - side), rng.uniform(0, image.height - side)
    out = image.resize((size, size), Image.BICUBIC, box=(x, y, x + side, y + side))
    t = torch.from_numpy(np.array(out)).permute(2, 0, 1).float() / 255
    if rng.random() < 0.5:
        t = t.flip(2)
    if jitter:
        if rng.random() < 0.2:
            t = t.flip(1)
        gray = t.mean(0, keepdim=True)
        t = gray + (t - gray) * rng.uniform(0.7, 1.4)
        gain = torch.tensor([rng.uniform(0.85, 1.15) for _ in range(3)]).view(3, 1, 1)
        t = ((t - 0.5) * rng.uniform(0.7, 1.2) + 0.5 + rng.uniform(-0.08, 0.08)) * gain
    return t.clamp(0, 1)


def smooth_noise(size, rng, gen):
    """Random colours at a random mixture of scales."""
    out = torch.zeros(1, 3, size, size)
    for cells in (2, 4, 8, 16, 32, 64, size):
        layer = torch.randn(1, 3, cells, cells, generator=gen)
        out += rng.random() ** 3 * F.interpolate(layer, size=(size, size), mode="bicubic")
    return (0.5 + rng.uniform(0.1, 0.3) * out[0] / out.std()).clamp(0, 1)


def synthetic(a, b, rng, gen):
    """A picture of the kind that an optimiser visits: noisy, blended, or noise alone."""
    kind = rng.randrange(4)
    if kind == 0:
        return (a + rng.uniform(0.03, 0.25) * torch.randn(a.shape, generator=gen)).clamp(0, 1)
    if kind == 1:
        mix = rng.uniform(0.2, 0.8)
        return (mix * a + (1 - mix) * b).clamp(0, 1)
    if kind == 2:
        return smooth_noise(a.shape[-1], rng, gen)
    mix = rng.uniform(0.3, 0.8)
    return (mix * a + (1 - mix) * smooth_noise(a.shape[-1], rng, gen)).clamp(0, 1)


class Source:
    def __init__(self, photos, paintings, size, seed):
        self.photos, self.paintings, self.size = photos, paintings, size
        self.rng, self.gen = random.Random(seed), torch.Generator().manual_seed(seed)

    def photo(self):
        return crop(self.rng.choice(self.photos), self.size, self.rng)

    def painting(self):
        return crop(self.rng.choice(self.paintings), self.size, self.rng)

    def any(self):
        return self.painting() if self.rng.random() < 1 / 3 else self.photo()

    def synthetic(self):
        return synthetic(self.any(), self.painting(), self.rng, self.gen)


# ---- networks

class Encoder(torch.nn.Module):
    """VGG19 up to conv5_1 with any widths; the result is a dict of tapped ReLU features."""

    def __init__(self, widths):
        super().__init__()
        self.widths = list(widths)
        ins = [3, *self.widths[:-1]]
        self.convs = torch.nn.ModuleList(torch.nn.Conv2d(i, o, 3, padding=1) for i, o in zip(ins, self.widths))
        self.to(memory_format=torch.channels_last)

    def forward(self, x, taps=TAPS):
        x = ((x - MEAN) / STD).to(self.convs[0].weight.dtype, memory_format=torch.channels_last)
        out = {}
        for (name, _, _, pool), conv in zip(CONVS, self.convs):
            x = F.relu(conv(x))
            if name in taps:
                out[name] = x
            if pool:
                x = F.max_pool2d(x, 2)
        return out

    def state(self):
        out = {}
        for (_, index, _, _), conv in zip(CONVS, self.convs):
            out[f"features.{index}.weight"] = conv.weight
            out[f"features.{index}.bias"] = conv.bias
        return out

    @torch.no_grad()
    def load(self, tensors):
        for name, value in self.state().items():
            value.copy_(tensors[name])
        return self

    @torch.no_grad()
    def rescale(self, pictures):
        """Gives each ReLU a mean activation of 1 over these pictures, without changing the function otherwise."""
        names = tuple(c[0] for c in CONVS)
        sums = dict.fromkeys(names, 0.0)
        for batch in pictures.split(4):
            for name, value in self(batch, taps=names).items():
                sums[name] += value.float().mean().item() * len(batch) / len(pictures)
        for before, name, conv in zip((None, *names), names, self.convs):
            conv.weight.mul_(sums.get(before, 1.0) / sums[name])
            conv.bias.div_(sums[name])
        return self


def flat(f):
    """[n, positions, channels]; a view where f is in channels_last layout."""
    return f.permute(0, 2, 3, 1).flatten(1, 2)


def gram(x):
    """Gram matrices F F^T / (C HW) of a batch, given flat."""
    return x.mT @ x / (x.shape[1] * x.shape[2])


def moment(x, y):
    """The mean of x y^T over all positions of a batch, given flat."""
    x, y = x.flatten(0, 1), y.flatten(0, 1)
    return (x.t() @ y).float() / len(x)


def polar(m):
    """The orthonormal factor of m (more rows than columns)."""
    values, vectors = torch.linalg.eigh((m.mT @ m).double())
    root = vectors @ torch.diag(values.clamp(min=values[-1] * 1e-9).rsqrt()) @ vectors.mT
    return (m.double() @ root).float()


# ---- initialisation by pruning

def select(second, count):
    """Greedy column subset selection: the channels that best predict all others, by second moments."""
    r, chosen = second.double().clone(), []
    for _ in range(count):
        diagonal = r.diagonal()
        gain = (r * r).sum(0) / diagonal.clamp(min=1e-9)
        gain[diagonal < 1e-6 * second.diagonal().mean()] = -1
        gain[chosen] = -1
        j = int(gain.argmax())
        chosen.append(j)
        r = r - torch.outer(r[:, j], r[:, j]) / r[j, j].clamp(min=1e-9)
    return sorted(chosen)


@torch.no_grad()
def prune(teacher, student, pictures, rows=60000, ridge=1e-4):
    """Sets the student's weights layer by layer; returns the cross moments t s^T of the taps."""
    gen = torch.Generator().manual_seed(1)
    t = s = ((pictures - MEAN) / STD).contiguous(memory_format=torch.channels_last)
    cross = {}
    for (name, _, _, pool), tc, sc in zip(CONVS, teacher.convs, student.convs):
        z = torch.cat([tc(b) for b in t.split(8)])
        n, c, h, w = z.shape
        parts = z.split(8)
        second = sum(moment(f, f) for f in (flat(F.relu(b)) for b in parts)) / len(parts)
        kept = select(second, sc.out_channels)
        count = min(h * w, math.ceil(rows / n))
        k = s.shape[1] * 9 + 1
        xx, xy = torch.zeros(k, k, dtype=torch.double), torch.zeros(k, len(kept), dtype=torch.double)
        for i in range(0, n, 8):
            at = torch.randperm(h * w, generator=gen)[:count]
            x = F.unfold(s[i : i + 8].contiguous(), 3, padding=1)[:, :, at].transpose(0, 1).flatten(1)
            x = torch.cat([x, torch.ones(1, x.shape[1])])
            y = z[i : i + 8, kept].flatten(2)[:, :, at].transpose(0, 1).flatten(1)
            xx += (x @ x.t()).double()
            xy += (x @ y.t()).double()
        xx += torch.eye(k) * ridge * xx.diagonal().mean()
        solution = torch.linalg.solve(xx, xy).t().float()
        sc.weight.copy_(solution[:, :-1].reshape(sc.weight.shape))
        sc.bias.copy_(solution[:, -1])
        t = F.relu(z)
        del z, parts
        s = torch.cat([F.relu(sc(b)) for b in s.split(8)])
        error = ((s - t[:, kept]) ** 2).sum() / (t[:, kept] ** 2).sum()
        print(f"prune conv{name}: {c} -> {len(kept)} channels, relative squared error {error:.4f}", flush=True)
        if name in TAPS:
            cross[name] = sum(moment(flat(a), flat(b)) for a, b in zip(t.split(8), s.split(8))) / math.ceil(n / 8)
        if pool:
            t, s = F.max_pool2d(t, 2), F.max_pool2d(s, 2)
    return cross


# ---- pictures in the making

class Pool:
    """Style transfers and texture syntheses in progress, optimised through the student with Adam."""

    def __init__(self, student, source, count=24, life=40, dtype=None):
        self.student, self.net = student, copy.deepcopy(student)
        self.source, self.life, self.dtype = source, life, dtype
        self.items = [self.new(source.rng.randrange(life)) for _ in range(count)]

    def features(self, x):
        with torch.autocast("cpu", self.dtype, enabled=self.dtype is not None):
            return {k: flat(v) for k, v in self.net(x).items()}

    @torch.no_grad()
    def new(self, age=0):
        rng = self.source.rng
        content, style = self.source.any(), self.source.painting()
        f = self.features(torch.stack([content, style]))
        texture = rng.random() < 0.25
        start = smooth_noise(self.source.size, rng, self.source.gen) if texture else content
        if rng.random() < 0.25:
            start = torch.rand(start.shape, generator=self.source.gen)
        return {
            "x": start.clone(), "m": torch.zeros_like(start), "v": torch.zeros_like(start), "n": 0, "age": age,
            "target": f[CONTENT][0].float(), **{k: gram(f[k][1:])[0].float() for k in STYLE},
            "content": torch.tensor(0.0 if texture else 1.0), "lr": rng.uniform(0.02, 0.05),
            "style": torch.tensor(math.exp(rng.uniform(math.log(5), math.log(200)))),
        }  # fmt: skip

    def advance(self, count, steps):
        """Takes `count` pictures a few steps further; returns them as a batch."""
        self.net.load_state_dict(self.student.state_dict())
        chosen = self.source.rng.sample(range(len(self.items)), count)
        for i in chosen:
            if self.items[i]["age"] >= self.life:
                self.items[i] = self.new()
        items = [self.items[i] for i in chosen]
        names = ("x", "content", "style", "target")
        x, content, style, target = (torch.stack([it[k] for it in items]) for k in names)
        content, style = content / (target**2).sum((1, 2)), style / len(STYLE)
        grams = {k: torch.stack([it[k] for it in items]) for k in STYLE}
        for _ in range(steps):
            x.requires_grad_(True)
            f = self.features(x)
            loss = (content * ((f[CONTENT].float() - target) ** 2).sum((1, 2))).sum()
            for k, g in grams.items():
                loss = loss + (style * ((gram(f[k]).float() - g) ** 2).sum((1, 2)) / (g * g).sum((1, 2))).sum()
            (grad,) = torch.autograd.grad(loss, x)
            x = x.detach()
            for i, it in enumerate(items):
                it["n"] += 1
                it["m"] = 0.9 * it["m"] + 0.1 * grad[i]
                it["v"] = 0.99 * it["v"] + 0.01 * grad[i] ** 2
                m, v = it["m"] / (1 - 0.9 ** it["n"]), it["v"] / (1 - 0.99 ** it["n"])
                x[i] = (x[i] - it["lr"] * m / (v.sqrt() + 1e-12)).clamp(0, 1)
        for i, it in enumerate(items):
            it["x"], it["age"] = x[i].clone(), it["age"] + 1
        return x


# ---- training

@torch.no_grad()
def evaluate(student, pictures, targets, variance):
    """Relative squared errors per tap: features (best orthonormal read-out) and Gram matrices."""
    out = {}
    fs = [student(x) for x in pictures.split(4)]
    for k in TAPS:
        t, s = flat(targets[k]).float(), torch.cat([flat(f[k]) for f in fs])
        a = polar(moment(t, s))
        error = ((t - s @ a.t()) ** 2).sum() / t.shape[:2].numel() / variance[k]
        gt, gs = gram(t) * t.shape[2], a @ gram(s) @ a.mT * s.shape[2]
        out[k] = (error.item(), (((gt - gs) ** 2).sum((1, 2)) / (gt**2).sum((1, 2))).mean().item())
    return out


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--teacher", required=True, help="VGG19 features, safetensors, torchvision names")
    p.add_argument("--photos", required=True)
    p.add_argument("--paintings", required=True)
    p.add_argument("--skip", default="", help="paintings to leave out, comma-separated file names without suffix")
    p.add_argument("--heldout", nargs="*", default=[], help="folders of pictures for evaluation alone")
    p.add_argument("--out", required=True, help="the safetensors file, written at every evaluation")
    p.add_argument("--checkpoint", help="saved at every evaluation; continued from where it exists")
    p.add_argument("--widths", default="32,48,96,192,256", help="channels of the five blocks")
    p.add_argument("--steps", type=int, default=8000)
    p.add_argument("--minutes", type=float, default=1e9, help="end the cosine schedule after this time at the latest")
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gram", type=float, default=3.0, help="weight of the Gram term")
    p.add_argument("--prune-crops", type=int, default=320)
    p.add_argument("--every", type=int, default=200, help="steps between evaluations")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1, help="for each of two: the teacher's thread, the student's")
    p.add_argument("--bf16", action="store_true", help="teacher and student in bfloat16 (weights stay in F32)")
    p.add_argument("--licence", default="CC BY 4.0 (derived from VGG19, Visual Geometry Group, University of Oxford)")
    return p.parse_args()


def main():
    args = parse()
    torch.manual_seed(args.seed)
    blocks = [int(w) for w in args.widths.split(",")]
    widths = [blocks[int(c[0][0]) - 1] for c in CONVS]
    photos, paintings = load_images(args.photos), load_images(args.paintings, args.skip.split(","))
    source = Source(photos, paintings, args.size, args.seed)
    dtype = torch.bfloat16 if args.bf16 else None
    teacher = Encoder([c[2] for c in CONVS]).load(read_safetensors(args.teacher)).requires_grad_(False)
    calibration = torch.stack([source.photo() for _ in range(64)])
    teacher.rescale(calibration)
    student = Encoder(widths)

    eval_rng = random.Random(7)
    heldout = [crop(i, args.size, eval_rng, False) for d in args.heldout for i in load_images(d) for _ in range(2)]
    heldout = torch.stack(heldout or [source.any() for _ in range(16)])
    with torch.no_grad():
        parts = [teacher(x) for x in heldout.split(4)]
        targets = {k: torch.cat([p[k] for p in parts]) for k in TAPS}
        parts = [teacher(x) for x in calibration.split(4)]
        variance = {k: torch.cat([p[k] for p in parts]).var((0, 2, 3)).sum().item() for k in TAPS}

    started, done, seen = time.time(), 0, 0
    saved = torch.load(args.checkpoint) if args.checkpoint and Path(args.checkpoint).exists() else None
    if saved is None:
        cross = prune(teacher, student, torch.stack([source.any() for _ in range(args.prune_crops)]))
    else:
        student.load_state_dict(saved["student"])
        cross, seen = saved["cross"], saved["seen"]
        source.rng.seed(args.seed + seen)
        source.gen.manual_seed(args.seed + seen)
    read = {k: polar(v) for k, v in cross.items()}
    ema = Encoder(widths).requires_grad_(False)
    ema.load_state_dict(saved["ema"] if saved else student.state_dict())
    optimiser = torch.optim.Adam(student.parameters(), lr=args.lr, betas=(0.9, 0.99))
    if args.bf16:
        teacher.to(torch.bfloat16)
    pool = Pool(ema, source, dtype=dtype)
    batches = queue.Queue(2)

    def produce():
        quarter = args.batch // 4
        while True:
            x = [source.any() for _ in range(args.batch - 2 * quarter + quarter // 2)]
            x += [source.synthetic() for _ in range(quarter - quarter // 2)]
            x = torch.cat([torch.stack(x), pool.advance(quarter, 2)])
            with torch.no_grad():
                batches.put((x, {k: flat(v) for k, v in teacher(x).items()}))

    def save():
        final = Encoder(widths).requires_grad_(False)
        final.load_state_dict(ema.state_dict())
        final.rescale(calibration)
        metadata = {
            "architecture": "VGG19 topology, conv1_1 to conv5_1, widths " + args.widths.replace(",", "-"),
            "input": "RGB in [0,1] minus (0.485, 0.456, 0.406) over (0.229, 0.224, 0.225); zero padding, max pool",
            "trained_on": f"features of VGG19 on {len(photos)} BSDS500 photographs and {len(paintings)} paintings",
            "crops": str(seen), "licence": args.licence,
        }  # fmt: skip
        write_safetensors(args.out, final.state(), metadata)
        if args.checkpoint:
            state = {"student": student.state_dict(), "ema": ema.state_dict(), "cross": cross, "seen": seen}
            torch.save(state, args.checkpoint + ".part")
            Path(args.checkpoint + ".part").replace(args.checkpoint)

    def report(loss):
        e = evaluate(ema, heldout, targets, variance)
        lines = " ".join(f"{k} {e[k][0]:.3f}/{e[k][1]:.4f}" for k in TAPS)
        print(f"step {done} crops {seen} {time.time() - started:.0f}s loss {loss:.4f} | {lines}", flush=True)

    report(float("nan"))
    save()
    running = None
    torch.set_num_threads(args.threads)
    threading.Thread(target=produce, daemon=True).start()
    while done < args.steps:
        progress = max(done / args.steps, (time.time() - started) / 60 / args.minutes)
        if progress >= 1:
            break
        cosine = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress))
        optimiser.param_groups[0]["lr"] = args.lr * min(1.0, (done + 1) / 50) * cosine
        x, t = batches.get()
        with torch.autocast("cpu", dtype, enabled=dtype is not None):
            s = {k: flat(v) for k, v in student(x).items()}
        loss = 0.0
        for k in TAPS:
            with torch.no_grad():
                p = t[k] @ read[k].to(t[k].dtype)
                cross[k].lerp_(moment(t[k], s[k].to(t[k].dtype)), 0.01)
            d = s[k] - p
            loss = loss + (d * d).sum(dtype=torch.float) / d.shape[:2].numel() / variance[k]
            if k in STYLE:
                power = ((gram(t[k]).float() * t[k].shape[2]) ** 2).sum((1, 2))
                power = power + 0.2 * power.mean()  # so that flat pictures do not dominate
                d = (((gram(s[k]).float() - gram(p).float()) * d.shape[2]) ** 2).sum((1, 2))
                loss = loss + args.gram * (d / power).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 2.0)
        optimiser.step()
        with torch.no_grad():
            decay = min(0.998, (done + 1) / (done + 10))
            for a, b in zip(ema.parameters(), student.parameters()):
                a.lerp_(b, 1 - decay)
        if done % 4 == 0:
            read = {k: polar(v) for k, v in cross.items()}
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        done, seen = done + 1, seen + x.shape[0]
        if done % args.every == 0:
            report(running)
            save()
    report(running or float("nan"))
    save()


if __name__ == "__main__":
    main()
