"""Which elements there are: shapes, ranges, joining, indexing, sorting."""

import numpy as np


def axes_of(axes):
    return tuple(axes)


def pad(x, value, low, high, interior):
    shape = [a + max(0, n + (n - 1) * k) + b for n, a, b, k in zip(x.shape, low, high, interior)]
    out = np.full([max(0, s) for s in shape], value, dtype=x.dtype)
    out[tuple(slice(a, a + n + (n - 1) * k, k + 1) for n, a, k in zip(x.shape, low, interior))] = x
    return out


def take(x, index, axis, batch, origin):
    if batch == 0:
        return np.take(x, index, axis=axis)
    return np.stack([take(a, i, axis - 1, batch - 1, origin) for a, i in zip(x, index)])


def put_add(g, index, axis, batch, size, origin):
    if batch > 0:
        return np.stack([put_add(a, i, axis - 1, batch - 1, size, origin) for a, i in zip(g, index)])
    out = np.zeros([*g.shape[:axis], size, *g.shape[axis + index.ndim :]], dtype=g.dtype)
    for place in np.ndindex(*index.shape):
        lead = (slice(None),) * axis
        out[(*lead, index[place])] += g[(*lead, *place)]
    return out


def last_writer(index, batch, size, origin):
    if batch > 0:
        parts = [last_writer(i, batch - 1, size, origin) for i in index]
        return np.stack([p[0] for p in parts]), np.stack([p[1] for p in parts])
    flat = [i % size for i in index.ravel()]
    writer = [max((k for k, i in enumerate(flat) if i == place), default=0) for place in range(size)]
    return np.array(writer), np.array([place in flat for place in range(size)])


def ravel_index(*index, sizes, axes, op):
    return np.ravel_multi_index([i % n for i, n in zip(index, sizes)], sizes)


def contract(x, y, a, b, out):
    return np.einsum(x, a, y, b, out)


def arg_sort(x, axis, descending=False):
    if descending:  # stable: equal entries stay in order
        return np.lexsort((-np.asarray(x, dtype=np.float64),), axis=axis) if x.size else np.argsort(x, axis=axis)
    return np.argsort(x, axis=axis, kind="stable")


def windows(x, axis, size, stride, dilation):
    reach = (size - 1) * dilation + 1
    count = max(0, (x.shape[axis] - reach) // stride + 1)
    places = [[start * stride + k * dilation for k in range(size)] for start in range(count)]
    y = np.take(x, np.array(places, dtype=np.int64).reshape(count, size), axis=axis)
    return np.moveaxis(y, axis + 1, -1)


def overlap_add(g, axis, size, stride, dilation, length):
    g = np.moveaxis(g, (axis, -1), (0, 1))
    out = np.zeros([length, *g.shape[2:]])
    for start in range(g.shape[0]):
        for k in range(size):
            out[start * stride + k * dilation] += g[start, k]
    return np.moveaxis(out, 0, axis)


def place_of_extreme(better):
    def places(x, axis):
        x = np.moveaxis(x, axis, -1)
        out = np.zeros(x.shape, dtype=np.int64)
        for row in np.ndindex(*x.shape[:-1]):
            best = 0
            for i, v in enumerate(x[row]):
                best = i if better(v, x[row][best]) else best
                out[row][i] = best
        return np.moveaxis(out, -1, axis)

    return places


PRIMITIVE = {
    "reshape": lambda x, shape: x.reshape(shape),
    "broadcast": lambda x, shape: np.broadcast_to(x, shape),
    "permute": lambda x, axes: np.transpose(x, axes),
    "slice": lambda x, starts, stops, steps: x[tuple(map(slice, starts, stops, steps))],
    "flip": lambda x, axes: np.flip(x, axes_of(axes)),
    "pad": pad,
    "concat": lambda *x, axis: np.concatenate(x, axis=axis),
    "where": np.where,
    "contract": contract,
    "take": take,
    "putAdd": put_add,
    "lastWriter": last_writer,
    "ravelIndex": ravel_index,
    "argsort": arg_sort,
    "windows": windows,
    "overlapAdd": overlap_add,
    "placeOfCummax": place_of_extreme(lambda v, best: v >= best),
    "placeOfCummin": place_of_extreme(lambda v, best: v <= best),
}


def scatter(x, index, src, axis):
    out = x.copy()
    for place in np.ndindex(*index.shape):
        at = list(place)
        at[axis] = index[place]
        out[tuple(at)] = src[place]
    return out


def scatter_add(x, index, src, axis):
    out = x.copy()
    for place in np.ndindex(*index.shape):
        at = list(place)
        at[axis] = index[place]
        out[tuple(at)] += src[place]
    return out


def gather(x, index, axis):
    out = np.zeros(index.shape)
    for place in np.ndindex(*index.shape):
        at = list(place)
        at[axis] = index[place]
        out[place] = x[tuple(at)]
    return out


def segment_sum(x, segments, count):
    return np.stack([x[segments == k].sum(0) for k in range(count)])


def index_entry(entry):
    if entry == ":":
        return slice(None)
    if entry == "...":
        return Ellipsis
    return slice(*entry) if isinstance(entry, list) else entry


def updated(x, where, v, add=False):
    out = x.copy()
    if add:
        np.add.at(out, where, v)
    else:
        out[where] = v
    return out


def sort(x, axis=-1, options=None):
    y = np.sort(x, axis=axis)
    return np.flip(y, axis) if (options or {}).get("descending") else y


def topk(x, k, axis=-1, options=None):
    order = arg_sort(x, axis, (options or {}).get("largest", True))
    order = np.take(order, np.arange(k), axis=axis)
    return np.take_along_axis(x, order, axis), order


def accumulate_extreme(f):
    return lambda x, axis=None: f.accumulate(x.ravel() if axis is None else x, 0 if axis is None else axis)


def unfold(x, axis, size, stride, options=None):
    return windows(x, axis, size, stride, (options or {}).get("dilation", 1))


every_second = slice(None, None, 2)
COMPOSITE = {
    "transpose": lambda x, *axes: np.swapaxes(x, *axes) if axes else x.T,
    "swapaxes": np.swapaxes,
    "moveaxis": np.moveaxis,
    "flatten": lambda x, start=0: x.reshape(*x.shape[:start], -1),
    "squeeze": np.squeeze,
    "expandDims": lambda x, axis: np.expand_dims(x, tuple(axis) if isinstance(axis, list) else axis),
    "broadcastTo": np.broadcast_to,
    "stack": lambda a, b, axis=0: np.stack([a, b], axis),
    "indexSelect": lambda x, index, axis: np.take(x, index, axis),
    "takeAlongAxis": lambda x, index, axis: np.take_along_axis(x, index, axis),
    "gather": gather,
    "scatter": scatter,
    "scatterAdd": scatter_add,
    "segmentSum": segment_sum,
    "oneHot": lambda index, count, options: np.eye(count)[index],
    "maskedFill": lambda x, mask, v: np.where(mask, v, x),
    "at": lambda x, *index: x[tuple(map(index_entry, index))],
    "atPositions": lambda x, i, j: x[i, :, j],
    "with": lambda x, v: updated(x, (every_second, 1), v),
    "withPositions": lambda x, i, v: updated(x, (slice(None), i), v),
    "addAt": lambda x, v: updated(x, (..., slice(3, None, -1)), v, add=True),
    "addAtPositions": lambda x, i, v: updated(x, (slice(None), i), v, add=True),
    "argsort": lambda x, axis=-1, options=None: arg_sort(x, axis, **(options or {})),
    "sort": sort,
    "topk": topk,
    "cummax": accumulate_extreme(np.maximum),
    "cummin": accumulate_extreme(np.minimum),
    "unfold": unfold,
}
