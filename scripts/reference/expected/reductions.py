"""Many elements to one, and running totals: NumPy and scipy.special."""

import numpy as np
import scipy.special as sp


def over(f):
    """A primitive reduction over a list of axes."""
    return lambda x, axes: f(x, axis=tuple(axes))


def along(f):
    return lambda x, axis: f(x, axis=axis)


def share(extreme):
    """One over the number of ties at the extreme, 0 elsewhere."""

    def f(x, axes):
        if x.size == 0:
            return x.copy()
        hit = x == extreme(x, axis=tuple(axes), keepdims=True)
        return hit / hit.sum(axis=tuple(axes), keepdims=True)

    return f


def softmax(x, axes=()):
    return sp.softmax(x, axis=tuple(axes)) if x.size else x


def log_softmax(x, axes=()):
    if not x.size:
        return x
    return sp.log_softmax(x, axis=tuple(axes))


def logsumexp(x, axes=()):
    if x.size == 0:
        return np.full(np.sum(x, axis=tuple(axes)).shape, -np.inf)
    return sp.logsumexp(x, axis=tuple(axes)) if axes else x


def cumsum(x, axis, reverse=False):
    return np.flip(np.cumsum(np.flip(x, axis), axis), axis) if reverse else np.cumsum(x, axis)


def norm(x, p, axes):
    terms = np.abs(x) ** p
    return terms.sum(axis=tuple(axes)) ** (1 / p)


def recurrence(a, b, axis, reverse=False):
    """y_k = a_k y_(k-1) + b_k."""
    a, b = np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0)
    y = np.zeros_like(b)
    last = np.zeros(b.shape[1:])
    for k in range(len(b))[:: -1 if reverse else 1]:
        last = y[k] = a[k] * last + b[k]
    return np.moveaxis(y, 0, axis)


PRIMITIVE = {
    "recurrence": recurrence,
    "sum": over(np.sum),
    "max": over(lambda x, axis: np.max(x, axis=axis) if x.size else np.zeros(np.sum(x, axis=axis).shape)),
    "min": over(lambda x, axis: np.min(x, axis=axis) if x.size else np.zeros(np.sum(x, axis=axis).shape)),
    "maxShare": share(np.max),
    "minShare": share(np.min),
    "argmax": along(np.argmax),
    "argmin": along(np.argmin),
    "softmax": softmax,
    "logSoftmax": log_softmax,
    "logsumexp": logsumexp,
    "cumsum": cumsum,
    "cumprod": along(np.cumprod),
    "logcumsumexp": along(np.logaddexp.accumulate),
    "prod": along(np.prod),
    "norm": norm,
}


def options_of(axis, options):
    axis = tuple(axis) if isinstance(axis, list) else axis
    options = {k: v for k, v in (options or {}).items()}
    return axis, options


def reduction(f, **rename):
    def g(x, axis=None, options=None):
        axis, options = options_of(axis, options)
        return f(x, axis=axis, **{rename.get(k, k): v for k, v in options.items()})

    return g


def index_reduction(f):
    def g(x, axis=None, options=None):
        return f(x, axis=axis, keepdims=(options or {}).get("keepdims", False))

    return g


def over_axis(f):
    """softmax(x, axis = -1), a scalar being one element."""
    return lambda x, axis=-1: f(x.reshape(-1), axis=0).reshape(x.shape) if x.ndim == 0 else f(x, axis=axis)


def running(f):
    return lambda x, axis=None: f(x.ravel() if axis is None else x, axis=0 if axis is None else axis)


def variance(f):
    return lambda x, axis=None, options=None: f(x, axis, {"correction": 1, **(options or {})})


def vector_norm(x, order=None, axis=None, options=None):
    axis, options = options_of(axis, options)
    if order == "fro":
        return np.linalg.norm(x, "fro", axis, **options)
    if axis is None:
        return np.linalg.norm(x.ravel(), order)
    return np.linalg.norm(x, order, axis, **options)


def covariance(f):
    def g(*args):
        tensors = [a for a in args if isinstance(a, np.ndarray)]
        options = next((a for a in args if isinstance(a, dict)), {})
        return f(*tensors, **({"rowvar": options["rowvar"]} if "rowvar" in options else {}), **ddof(f, options))

    return g


def ddof(f, options):
    return {"ddof": options["correction"]} if "correction" in options and f is np.cov else {}


def quantile(x, *rest):
    q, axis, options = ([*rest, None, None])[:3]
    axis, options = options_of(axis, options)
    return np.quantile(x, q, axis=axis, **options)


COMPOSITE = {
    "sum": reduction(np.sum),
    "mean": reduction(np.mean),
    "prod": reduction(np.prod),
    "max": reduction(np.max),
    "min": reduction(np.min),
    "any": reduction(np.any),
    "all": reduction(np.all),
    "countNonzero": reduction(np.count_nonzero),
    "nansum": reduction(np.nansum),
    "nanmean": reduction(np.nanmean),
    "nanvar": variance(reduction(np.nanvar)),
    "var": variance(reduction(np.var)),
    "std": variance(reduction(np.std)),
    "argmax": index_reduction(np.argmax),
    "argmin": index_reduction(np.argmin),
    "softmax": over_axis(sp.softmax),
    "logSoftmax": over_axis(sp.log_softmax),
    "logsumexp": reduction(sp.logsumexp),
    "diff": lambda x, n=1, axis=-1: np.diff(x, n, axis),
    "cumsum": running(np.cumsum),
    "cumprod": running(np.cumprod),
    "logcumsumexp": running(lambda x, axis: np.logaddexp.accumulate(x.astype(np.float64), axis)),
    "norm": vector_norm,
    "median": reduction(np.median),
    "quantile": quantile,
    "cov": covariance(np.cov),
    "corrcoef": covariance(np.corrcoef),
}
