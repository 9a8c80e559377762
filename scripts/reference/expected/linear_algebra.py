"""Linear algebra: numpy.linalg and scipy.linalg; vectors that are unique up to their sign get the library's sign."""

from itertools import permutations

import numpy as np
import scipy.linalg as sl


def each(f, core=2):
    """f of one matrix (or matrices), over the leading axes."""

    def g(*x, **params):
        lead = x[0].shape[:-core]
        if not lead:
            return f(*x, **params)
        n = int(np.prod(lead))
        flat = [v.reshape(n, *v.shape[len(lead) :]) for v in x]
        if n == 0:
            shape = f(*(np.ones((1, *v.shape[1:]))[0] + np.eye(*v.shape[-2:]) for v in flat), **params)
            return np.zeros((*lead, *np.shape(shape)))
        results = [f(*row, **params) for row in zip(*flat)]
        if isinstance(results[0], tuple):
            return tuple(np.stack(r).reshape(*lead, *r[0].shape) for r in zip(*results))
        return np.stack(results).reshape(*lead, *np.shape(results[0]))

    return g


def sign_of_largest(v):
    """+1 if the entry of largest magnitude, the first among equals, is positive."""
    size = np.abs(v)
    leading = v[np.argmax(size >= (1 - 1e-6) * size.max())] if v.size else 1.0
    return -1.0 if leading < 0 else 1.0


def symmetric(a):
    return (a + np.swapaxes(a, -1, -2)) / 2


def eigh(a):
    w, v = np.linalg.eigh(symmetric(a))
    return w, v * np.array([sign_of_largest(c) for c in v.T]) if v.size else v


def svd(a, fullMatrices):
    u, s, vt = np.linalg.svd(a, full_matrices=fullMatrices)
    for i in range(len(s)):
        sign = sign_of_largest(u[:, i] if a.shape[0] < a.shape[1] else vt[i])
        u[:, i] *= sign
        vt[i] *= sign
    return u, s, vt


def qr(a, mode):
    if a.size == 0:
        return np.zeros((0, 0)), np.zeros((0, a.shape[1]))
    return tuple(np.linalg.qr(a, mode=mode))


def lu(a):
    return sl.lu(a) if a.size else (a, a, a)


def minors(a):
    n = len(a)
    keep = [np.delete(np.arange(n), i) for i in range(n)]
    return np.array([[(-1) ** (i + j) * np.linalg.det(a[np.ix_(keep[i], keep[j])]) for j in range(n)] for i in range(n)])


def cofactor(a, *directions):
    """Multilinear in the rows: the derivative is a sum of cofactor matrices with rows exchanged for the directions'."""
    n, k = len(a), len(directions)
    if n == 0:
        return a
    total = np.zeros((n, n))
    for rows in permutations(range(n), k):
        changed = a.copy()
        for d, row in zip(directions, rows):
            changed[row] = d[row]
        part = minors(changed)
        # Row i of the cofactor matrix does not depend on row i of the matrix.
        part[list(rows)] = 0
        total += part
    return total


def along(f):
    """f of a matrix, or its derivative in one direction, read off a block triangular matrix."""

    def g(a, e=None):
        if e is None or a.size == 0:
            return f(a) if a.size else a
        n = len(a)
        return f(np.block([[a, e], [np.zeros((n, n)), a]]))[:n, n:]

    return g


def through_eigenvalues(f):
    def g(a):
        w, v = np.linalg.eigh(symmetric(a))
        return (v * f(w)) @ v.T

    return g


def symmetric_function(a, e=None, f=None):
    scalar = {"exp": np.exp, "sqrt": np.sqrt}[f["function"]]
    if a.size == 0:
        return a
    if e is None:
        return through_eigenvalues(scalar)(a)
    return along({"exp": sl.expm, "sqrt": sl.sqrtm}[f["function"]])(symmetric(a), symmetric(e))


def reciprocal_gaps(w):
    gaps = w[..., None, :] - w[..., :, None]
    return np.divide(1.0, gaps, out=np.zeros_like(gaps), where=gaps != 0)


def solve_triangular(a, b, lower, unit, transpose):
    if a.size == 0:
        return b
    return sl.solve_triangular(a, b, lower=lower, unit_diagonal=unit, trans="T" if transpose else "N")


def slogdet(a):
    return tuple(np.linalg.slogdet(a))


PRIMITIVE = {
    "inv": np.linalg.inv,
    "solve": np.linalg.solve,
    "solveTriangular": each(solve_triangular),
    "cholesky": lambda a: np.linalg.cholesky(symmetric(a)),
    "cofactor": each(cofactor),
    "det": np.linalg.det,
    "slogdet": slogdet,
    "reciprocalGaps": reciprocal_gaps,
    "eigh": each(eigh),
    "lu": each(lu),
    "matrixExp": each(along(sl.expm)),
    "svd": each(svd),
    "pinv": lambda a, rcond=1e-15: np.linalg.pinv(a, rcond) if a.size else np.swapaxes(a, -1, -2),
    "countSingularValues": lambda s, sides, rcond=1e-15: np.sum(s > rcond * s[..., :1], axis=-1),
    "qr": each(qr),
    "symmetricFunction": each(symmetric_function),
}


def solve(a, b, options=None):
    if (options or {}).get("left", True):
        return np.linalg.solve(a, b) if b.ndim == 1 or a.ndim == b.ndim else np.linalg.solve(a, b[None])
    return np.swapaxes(np.linalg.solve(np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2)), -1, -2)


def solve_triangular_options(a, b, options):
    lower, trans = options.get("lower", False), "T" if options.get("transpose") else "N"
    if options.get("left", True):
        return sl.solve_triangular(a, b, lower=lower, trans=trans)
    matrix = a.T if trans == "T" else a
    return np.linalg.solve(matrix.T, b.T).T


def cholesky_solve(factor, b, options=None):
    return sl.cho_solve((factor, not (options or {}).get("upper", False)), b)


def matrix_norm(a, order="fro", options=None):
    options = dict(options or {})
    axis = tuple(options.pop("axis", (-2, -1)))
    return np.linalg.norm(a, order, axis, **options)


def norm(a, order=None, axis=None, options=None):
    if axis is None and order is None:
        return np.linalg.norm(a.ravel())
    return np.linalg.norm(a, order, tuple(axis) if isinstance(axis, list) else axis, **(options or {}))


def upper_cholesky(a, options=None):
    factor = np.linalg.cholesky(symmetric(a))
    return np.swapaxes(factor, -1, -2) if (options or {}).get("upper") else factor


COMPOSITE = {
    "linalg.solve": solve,
    "linalg.solveTriangular": solve_triangular_options,
    "linalg.cholesky": upper_cholesky,
    "linalg.choleskySolve": cholesky_solve,
    "linalg.logdet": lambda a: np.linalg.slogdet(a)[1],
    "linalg.eigvalsh": lambda a: np.linalg.eigvalsh(symmetric(a)),
    "linalg.svdvals": lambda a: np.linalg.svd(a, compute_uv=False),
    "linalg.vectorNorm": lambda x, order=2, axis=None: np.linalg.norm(x, order, axis),
    "linalg.matrixNorm": matrix_norm,
    "linalg.norm": norm,
    "linalg.cond": lambda a, p=2: np.linalg.cond(a, p),
    "linalg.lstsq": lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0],
    "linalg.matrixRank": np.linalg.matrix_rank,
    "linalg.matrixPower": np.linalg.matrix_power,
    "linalg.trace": lambda a: np.trace(a, axis1=-2, axis2=-1),
    "linalg.symmetricFunction": lambda a, f: symmetric_function(a, f=f),
}
