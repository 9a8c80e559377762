"""Activations: PyTorch in float64."""

import numpy as np
import torch
import torch.nn.functional as F


def of_torch(f):
    return lambda x, **params: f(torch.tensor(x), **params).numpy()


def clip(x, lo=None, hi=None):
    return np.clip(x, lo, hi)


PRIMITIVE = {
    "relu": of_torch(F.relu),
    "relu6": of_torch(F.relu6),
    "hardsigmoid": of_torch(F.hardsigmoid),
    "hardswish": of_torch(F.hardswish),
    "hardtanh": of_torch(lambda x, lo, hi: F.hardtanh(x, lo, hi)),
    "leakyRelu": of_torch(lambda x, slope: F.leaky_relu(x, slope)),
    "elu": of_torch(F.elu),
    "celu": of_torch(F.celu),
    "selu": of_torch(F.selu),
    "prelu": lambda x, weight: np.where(x > 0, x, weight * x),
    "softsign": of_torch(F.softsign),
    "silu": of_torch(F.silu),
    "mish": of_torch(F.mish),
    "gelu": of_torch(F.gelu),
    "geluTanh": of_torch(lambda x: F.gelu(x, approximate="tanh")),
    "clip": clip,
}
COMPOSITE = {
    "glu": lambda x, axis=-1: F.glu(torch.tensor(x), axis).numpy(),
    "clip": clip,
}
