"""Values of reductions, running reductions and order statistics from NumPy and SciPy.

    python3 scripts/reference/reductions.py > test/ops/fixtures/reductions.json
"""
import json

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

random = np.random.default_rng(20240611)
cases = []


def plain(v):
    v = float(v)
    return v if np.isfinite(v) else ("NaN" if np.isnan(v) else "Infinity" if v > 0 else "-Infinity")


def stored(a, dtype=None):
    a = np.asarray(a)
    kind = {"b": "bool", "i": "int32", "f": "float64"}[a.dtype.kind]
    return {"shape": list(a.shape), "dtype": dtype or kind, "values": [plain(v) for v in a.ravel()]}


def case(f, x, args, y):
    tensors = x if isinstance(x, list) else [x]
    with np.errstate(all="ignore"):
        value = y(*tensors)
    cases.append({"f": f, "x": [stored(t) for t in tensors], "args": args, "y": stored(value)})


def axes_of(axis):
    return tuple(axis) if isinstance(axis, list) else axis


floats = random.normal(size=(2, 3, 4)).round(3)
integers = random.integers(-4, 5, size=(3, 4)).astype(np.int32)
flags = random.integers(0, 2, size=(3, 4)).astype(bool)
vector = random.normal(size=7).round(3)
gaps = floats.copy()
gaps[0, 1, 2] = gaps[1, 2, 0] = np.nan
edge = np.array([[1.0, -np.inf, 2.0], [-np.inf, -np.inf, -np.inf], [3.0, 4.0, np.nan]])

simple = {
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min, "any": np.any, "all": np.all,
    "median": np.median, "logsumexp": logsumexp, "nansum": np.nansum, "nanmean": np.nanmean, "countNonzero": np.count_nonzero,
}
for name, f in simple.items():
    for x in (floats, gaps) if name != "logsumexp" else (floats,):
        for axis in (None, 0, -1, [0, 2]):
            for keepdims in (False, True):
                case(name, x, [axis, {"keepdims": keepdims}], lambda v: f(v, axis=axes_of(axis), keepdims=keepdims))
for name in ("sum", "prod", "max", "min"):
    case(name, integers, [0], lambda v: np.asarray(simple[name](v, axis=0)).astype(np.int32))
for name in ("sum", "any", "all", "countNonzero"):
    case(name, flags, [1], lambda v: simple[name](v, axis=1))
for name in ("sum", "prod", "any", "all", "mean", "logsumexp"):
    case(name, np.zeros((2, 0)), [1], lambda v: simple[name](v, axis=1))
case("logsumexp", edge, [1], lambda v: logsumexp(v, axis=1))
case("softmax", edge[[0, 2]], [1], lambda v: softmax(v, axis=1))
case("softmax", floats, [1], lambda v: softmax(v, axis=1))
case("logSoftmax", floats, [-1], lambda v: log_softmax(v, axis=-1))
case("logSoftmax", np.array([1000.0, 0.0, -1000.0]), [], lambda v: log_softmax(v))
case("logsumexp", np.array([1000.0, 999.5]), [], logsumexp)

for name, f in {"var": np.var, "std": np.std, "nanvar": np.nanvar}.items():
    for x in (floats, gaps):
        for axis in (None, 1, [0, 2]):
            for correction in (0, 1):
                case(name, x, [axis, {"correction": correction}], lambda v: f(v, axis=axes_of(axis), ddof=correction))

for name, f in {"argmax": np.argmax, "argmin": np.argmin}.items():
    for x in (floats, gaps, integers):
        for axis in (None, 0, -1):
            case(name, x, [axis], lambda v: f(v, axis=axis))

running = {
    "cumsum": np.cumsum, "cumprod": np.cumprod, "cummax": np.maximum.accumulate, "cummin": np.minimum.accumulate,
    "logcumsumexp": np.logaddexp.accumulate,
}
for name, f in running.items():
    for x in (floats, gaps, integers):
        if x is integers and name == "logcumsumexp":
            continue
        for axis in (0, -1):
            case(name, x, [axis], lambda v: f(v, axis=axis).astype(v.dtype))
case("cumsum", floats, [], np.cumsum)
case("cumprod", flags, [1], lambda v: np.cumprod(v, axis=1).astype(np.int32))
case("logcumsumexp", np.array([-np.inf, -np.inf, 800.0, 801.0, -np.inf]), [0], lambda v: np.logaddexp.accumulate(v))

for x in (floats, gaps, integers):
    for axis in (0, -1):
        case("sort", x, [axis], lambda v: np.sort(v, axis=axis, kind="stable"))
        case("argsort", x, [axis], lambda v: np.argsort(v, axis=axis, kind="stable"))
for q in (0.0, 0.3, 0.5, 1.0):
    for axis in (None, 1, [0, 2]):
        case("quantile", floats, [q, axis], lambda v: np.quantile(v, q, axis=axes_of(axis)))
case("quantile", gaps, [0.25, -1], lambda v: np.quantile(v, 0.25, axis=-1))
case("quantile", [floats, np.array([0.1, 0.75])], [1, {"keepdims": True}], lambda v, q: np.quantile(v, q, axis=1, keepdims=True))
case("quantile", [floats, np.array([[0.2], [1.0]])], [[0, 1]], lambda v, q: np.quantile(v, q, axis=(0, 1)))
case("median", np.array([1.0, 2.0, np.inf, np.inf]), [], np.median)
case("median", np.array([np.inf, np.inf]), [], np.median)

for p in (0, 1, 2, 3, 4, 0.5, 2.5, -1, -2):
    for axis in (None, 1):
        case("norm", floats, [p, axis], lambda v: np.linalg.norm(v if axis is not None else v.ravel(), p, axis=axis))
for name, p in (("Infinity", np.inf), ("-Infinity", -np.inf)):
    case("norm", floats, [name, 1], lambda v: np.linalg.norm(v, p, axis=1))
case("norm", floats, ["fro", [0, 2], {"keepdims": True}], lambda v: np.linalg.norm(v, "fro", axis=(0, 2), keepdims=True))
case("norm", np.array([3.0, 0.0, -4.0]), [-1], lambda v: np.linalg.norm(v, -1))

for n in (0, 1, 2, 4):
    for axis in (0, -1):
        case("diff", floats, [n, axis], lambda v: np.diff(v, n, axis=axis))
case("diff", integers, [1, 1], lambda v: np.diff(v, 1, axis=1))
matrix = random.normal(size=(3, 5)).round(3)
case("cov", matrix, [], np.cov)
case("cov", matrix, [{"rowvar": False, "correction": 0}], lambda v: np.cov(v, rowvar=False, ddof=0))
case("cov", [vector, vector**2], [], np.cov)
case("cov", vector, [], np.cov)
case("corrcoef", matrix, [], np.corrcoef)
case("corrcoef", [vector, vector**2], [], np.corrcoef)
case("corrcoef", vector, [], np.corrcoef)

print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
