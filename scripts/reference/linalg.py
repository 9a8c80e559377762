"""Reference values for the dense linear-algebra kernels, from NumPy, SciPy and (where those are not accurate) mpmath.

    python3 scripts/reference/linalg.py && npx biome format --write test/linalg-kernels/reference.json

Matrices are flattened row-major. Vectors of eigh and svd are signed so that the entry of largest magnitude (of v, and of
vt or, for a wide matrix, of u) is positive.
"""

import json
from pathlib import Path

import mpmath
import numpy as np
import scipy.linalg

OUTPUT = Path(__file__).resolve().parents[2] / "test" / "linalg-kernels" / "reference.json"
mpmath.mp.dps = 120
rng = np.random.default_rng(20250117)


def flat(a):
    return np.asarray(a, dtype=float).ravel().tolist()


def hilbert(n):
    return np.array([[1 / (i + j + 1) for j in range(n)] for i in range(n)])


def exact(a):
    """The mpmath matrix with exactly the float64 entries of a."""
    return mpmath.matrix([[mpmath.mpf(float(x)) for x in row] for row in a])


def floats(a):
    return [float(x) for x in a]


def lu_case(name, a):
    rows, lower, upper = scipy.linalg.lu(a, p_indices=True)  # a == lower[rows] @ upper
    return {
        "name": name,
        "m": a.shape[0],
        "n": a.shape[1],
        "a": flat(a),
        "pivots": np.argsort(rows).tolist(),
        "l": flat(lower),
        "u": flat(upper),
    }


def cholesky_case(name, a):
    return {"name": name, "n": len(a), "a": flat(a), "l": flat(np.linalg.cholesky(a))}


def triangular_case(t, b, lower, unit, transpose):
    x = scipy.linalg.solve_triangular(t, b, lower=lower, unit_diagonal=unit, trans=1 if transpose else 0)
    form = {"lower": lower, "unit": unit, "transpose": transpose}
    return {"n": len(t), "k": b.shape[1], "t": flat(t), "b": flat(b), "form": form, "x": flat(x)}


def qr_case(name, a):
    q, r = np.linalg.qr(a, mode="complete")
    return {"name": name, "m": a.shape[0], "n": a.shape[1], "a": flat(a), "q": flat(q), "r": flat(r)}


def eigh_case(name, a):
    w, v = np.linalg.eigh(a)
    v = v * np.sign(v[np.argmax(np.abs(v), axis=0), np.arange(len(a))])
    return {"name": name, "n": len(a), "a": flat(a), "w": flat(w), "v": flat(v)}


def eigenvalue_case(name, a):
    w = sorted(floats(mpmath.eigsy(exact(a), eigvals_only=True)))
    return {"name": name, "n": len(a), "a": flat(a), "w": w}


def svd_case(name, a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    shorter = vt.T if a.shape[0] >= a.shape[1] else u
    signs = np.sign(shorter[np.argmax(np.abs(shorter), axis=0), np.arange(len(s))])
    return {
        "name": name,
        "m": a.shape[0],
        "n": a.shape[1],
        "a": flat(a),
        "u": flat(u * signs),
        "s": flat(s),
        "vt": flat(signs[:, None] * vt),
    }


def singular_value_case(name, a):
    s = sorted(floats(mpmath.svd_r(exact(a), compute_uv=False)), reverse=True)
    return {"name": name, "m": a.shape[0], "n": a.shape[1], "a": flat(a), "s": s}


def expm_case(name, a):
    a = np.asarray(a, dtype=float)
    e = mpmath.expm(exact(a), method="taylor")
    return {"name": name, "n": len(a), "a": flat(a), "e": floats(e)}


def symmetric(a):
    return (a + a.T) / 2


square = rng.standard_normal((5, 5))
tall = rng.standard_normal((6, 3))
wide = rng.standard_normal((3, 5))
spd = tall.T @ tall + np.eye(3)
rank_one = np.outer([1.0, -2.0, 2.0, 0.5], [3.0, 1.0, -1.0])
triangle = rng.standard_normal((4, 4)) + 4 * np.eye(4)
right_sides = rng.standard_normal((4, 2))
skew = rng.standard_normal((4, 4))
skew = skew - skew.T

reference = {
    "lu": [lu_case("square", square), lu_case("tall", tall), lu_case("wide", wide), lu_case("Hilbert", hilbert(6))],
    "cholesky": [cholesky_case("random", spd), cholesky_case("Hilbert", hilbert(5))],
    "triangular": [
        triangular_case(triangle, right_sides, lower, unit, transpose)
        for lower in (False, True)
        for unit in (False, True)
        for transpose in (False, True)
    ],
    "qr": [qr_case("square", square), qr_case("tall", tall), qr_case("wide", wide), qr_case("triangular", np.triu(square))],
    "eigh": [eigh_case("random", symmetric(square)), eigh_case("Gram matrix", spd)],
    "eigenvalues": [
        eigenvalue_case("Hilbert", hilbert(8)),
        eigenvalue_case("Wilkinson W7+", np.diag([3.0, 2, 1, 0, 1, 2, 3]) + np.eye(7, k=1) + np.eye(7, k=-1)),
        eigenvalue_case("all ones", np.ones((5, 5))),
    ],
    "svd": [svd_case("square", square), svd_case("tall", tall), svd_case("wide", wide)],
    "singularValues": [
        singular_value_case("Hilbert", hilbert(8)),
        singular_value_case("rank one", rank_one),
        singular_value_case("Jordan block", 0.5 * np.eye(6) + np.eye(6, k=1)),
    ],
    "expm": [
        expm_case("small norm", 1e-3 * square),
        expm_case("random", square),
        expm_case("norm 100", -20 * (square @ square.T)),
        expm_case("rotation by large angles", 30 * skew),
        expm_case("nilpotent", np.triu(10 * square, 1)),
        expm_case("nonnormal", [[1, 1e6], [0, -1]]),
        expm_case("defective", [[2, 1, 0], [0, 2, 1], [0, 0, 2]]),
        expm_case("mixed scales", [[-500, 1], [0, -1]]),
    ],
}

OUTPUT.write_text(json.dumps(reference, indent=2) + "\n")
