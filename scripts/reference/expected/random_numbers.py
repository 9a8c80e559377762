"""Threefry-2x32-20 written from the paper (Salmon et al., SC 2011), and distributions by their quantile functions."""

import numpy as np
import scipy.special as sp

MASK = 0xFFFFFFFF
ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24]


def threefry(key, counter):
    schedule = [key[0], key[1], 0x1BD11BDA ^ key[0] ^ key[1]]
    a, b = (counter[0] + schedule[0]) & MASK, (counter[1] + schedule[1]) & MASK
    for r in range(20):
        a = (a + b) & MASK
        by = ROTATIONS[r % 8]
        b = ((b << by) | (b >> (32 - by))) & MASK
        b ^= a
        if r % 4 == 3:
            s = r // 4 + 1
            a = (a + schedule[s % 3]) & MASK
            b = (b + schedule[(s + 1) % 3] + s) & MASK
    return a, b


def signed(word):
    return word - 2**32 if word >= 2**31 else word


def words(key, count):
    key = [int(k) & MASK for k in key]
    return [threefry(key, (i >> 32, i & MASK)) for i in range(count)]


DRAWS = {
    "bits": lambda a, b: signed(a ^ b),
    "words": lambda a, b: (signed(a), signed(b)),
    "float32": lambda a, b: ((a ^ b) >> 9) * 2.0**-23,
    "float64": lambda a, b: (((a << 32) | b) >> 12) * 2.0**-52,
}


def random_bits(key, shape, draw):
    lead = key.shape[:-1]
    drawn = [[DRAWS[draw](a, b) for a, b in words(k, int(np.prod(shape)))] for k in key.reshape(-1, 2)]
    tail = [2] if draw == "words" else []
    dtype = np.float64 if draw.startswith("float") else np.int64
    return np.array(drawn, dtype=dtype).reshape([*lead, *shape, *tail])


def fold_in(key, data):
    folded = [threefry([int(k) & MASK for k in one], (0, int(d) & MASK)) for one, d in zip(key.reshape(-1, 2), data.ravel())]
    return np.array([[signed(a), signed(b)] for a, b in folded], dtype=np.int64).reshape(key.shape)


def unit(*shape):
    """Uniform numbers under random.key(42)."""
    return random_bits(np.array([0, 42]), shape, "float64")


def truncated(low, high):
    return sp.ndtri(sp.ndtr(low) + unit(3) * (sp.ndtr(high) - sp.ndtr(low)))


PRIMITIVE = {
    "randomBits": random_bits,
    "foldIn": fold_in,
}
COMPOSITE = {
    "random.uniform": lambda low, high: low + (high - low) * unit(3),
    "random.normal": lambda loc, scale: loc + scale * sp.ndtri(unit(2, 3) + 2.0**-54),
    "random.exponential": lambda scale: -scale * np.log1p(-unit(3)),
    "random.truncatedNormal": truncated,
}
