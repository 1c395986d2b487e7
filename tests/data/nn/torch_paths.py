#!/usr/bin/env python3
"""The paths that PyTorch's optimisers take on two functions, in float64: torch_paths.csv, against
which the tests hold nn/reference.h and the kernels. Run in this folder; the file is of
PyTorch 2.14."""
import torch

COUNT = 12
STEPS = 30


def quadratic(x):
    i = torch.arange(COUNT, dtype=torch.float64)
    a = 10 ** (-1 + 2 * i / (COUNT - 1))
    return (a * (x - torch.cos(i)) ** 2).sum() / 2


def rosenbrock(x):
    even, odd = x[0::2], x[1::2]
    return (5 * (odd - even**2) ** 2 + (1 - even) ** 2).sum()


def start(k):
    i = torch.arange(COUNT, dtype=torch.float64)
    return (0.5 + 0.4 * torch.sin(i + k)).requires_grad_()


def path(name, function, x, optimizer, clamp):
    for step in range(STEPS):

        def closure():
            optimizer.zero_grad()
            loss = function(x)
            loss.backward()
            return loss

        before = x.detach().clone()
        loss = optimizer.step(closure)
        if clamp:
            with torch.no_grad():
                x.clamp_(0, 1)
        assert step > 20 or not torch.equal(before, x.detach()), (name, step)
        numbers = [loss.item()] + x.tolist()
        yield ",".join([name, str(step)] + [repr(v) for v in numbers])


with open("torch_paths.csv", "w") as out:
    out.write("path,step,loss before the step,the point after it\n")
    for k, function in enumerate((quadratic, rosenbrock)):
        x = start(k)
        lbfgs = torch.optim.LBFGS([x], lr=1, history_size=10, max_iter=1)
        for line in path("lbfgs " + function.__name__, function, x, lbfgs, False):
            out.write(line + "\n")
        x = start(k)
        adam = torch.optim.Adam([x], lr=0.02, betas=(0.9, 0.99), eps=1e-8)
        for line in path("adam " + function.__name__, function, x, adam, True):
            out.write(line + "\n")
