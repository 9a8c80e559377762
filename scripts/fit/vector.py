"""Writes src/ops/expand/coefficients.ts: minimax polynomials of the vector expansions, one row a width (python vector.py).

Each is a Remez fit in 60-digit arithmetic of g(x) under a weight, the factor that turns an error of g into a relative error
of the function; the degree is the smallest whose weighted error is below the tolerance of the width. A row is empty at a width
that takes another way.
"""

import pathlib

import numpy as np
from mpmath import (asin, atan, atanh, cos, cosh, erf, erfc, exp, expm1, fac, floor, log, log1p, lu_solve, matrix, mp, mpf, pi,
                    polyval, sin, sinh, sqrt, tanh, taylor)

from rational import nodes

mp.dps = 60
TARGET = pathlib.Path(__file__).resolve().parents[2] / "src/ops/expand/coefficients.ts"
TOLERANCE = {32: mpf(2) ** mpf("-26.5"), 64: mpf(2) ** mpf("-55.5")}
ROUND = {32: lambda v: float(np.float32(float(v))), 64: float}


def remez(g, weight, a, b, degree):
    """The polynomial p of this degree with the smallest max |weight (p - g)| on [a, b], and that error."""
    a, b = mpf(a), mpf(b)
    grid = sorted(nodes(a, b, 20 * (degree + 2)) + [a, b])
    gs = [g(x) for x in grid]
    ws = [weight(x) for x in grid]
    points = sorted(nodes(a, b, degree + 2))
    picked = [min(range(len(grid)), key=lambda i: abs(grid[i] - x)) for x in points]
    for _ in range(12):
        rows = [[ws[i] * grid[i] ** j for j in range(degree + 1)] + [(-1) ** k] for k, i in enumerate(picked)]
        c = lu_solve(matrix(rows), matrix([ws[i] * gs[i] for i in picked]))
        c = [c[j] for j in range(degree + 1)]
        e = [w * (polyval(c[::-1], x) - y) for w, x, y in zip(ws, grid, gs)]
        worst = max(map(abs, e))
        runs, start = [], 0
        for i in range(1, len(e) + 1):
            if i == len(e) or (e[i] > 0) != (e[start] > 0):
                runs.append(max(range(start, i), key=lambda k: abs(e[k])))
                start = i
        while len(runs) > degree + 2:
            runs.pop(0 if abs(e[runs[0]]) < abs(e[runs[-1]]) else -1)
        if len(runs) < degree + 2 or runs == picked:
            break
        picked = runs
    return c, worst


def fit(name, g, weight, interval, slack=1, tolerance=None, widths=(32, 64)):
    rows = {32: [], 64: []}
    for bits in widths:
        a, b = interval(bits) if callable(interval) else interval
        for degree in range(1, 40):
            c, worst = remez(g, weight, a, b, degree)
            if worst < (tolerance or TOLERANCE[bits]) * slack:
                break
        print(f"{name} {bits}: degree {degree}, error 2^{float(log(worst, 2)):.1f}", flush=True)
        rows[bits] = [ROUND[bits](v) for v in c]
    return name, rows


def parts(name, value, layout):
    """value as a sum of constants: all but the last have the given number of bits, so that small multiples are exact."""
    rows = {}
    for bits, (size, count) in layout.items():
        rest, row = mpf(value), []
        for _ in range(count - 1):
            unit = mpf(2) ** (int(floor(log(abs(rest), 2))) + 1 - size)
            part = floor(rest / unit) * unit
            row.append(float(part))
            rest -= part
        rows[bits] = row + [ROUND[bits](rest)]
    return name, rows


def series(f, terms):
    """f near 0 as its Taylor series, where the closed form would cancel."""
    def g(z):
        return f(z) if abs(z) > mpf(10) ** -6 else sum(terms(k) * z**k for k in range(12))
    return g


LN2 = log(mpf(2))
TANH_SERIES = taylor(tanh, 0, 30)
EDGE = LN2 / 2 * mpf("1.0001")
LEFT, RIGHT = sqrt(mpf(1) / 2) - 1 - mpf(10) ** -6, sqrt(mpf(2)) - 1 + mpf(10) ** -6


def families():
    yield fit("EXP", series(lambda r: (expm1(r) - r) / r**2, lambda k: 1 / fac(k + 2)), abs, (-EDGE, EDGE), mpf("1.3"))
    yield fit("EXP2", series(lambda r: (mpf(2) ** r - 1) / r, lambda k: LN2 ** (k + 1) / fac(k + 1)), abs, (mpf("-0.5001"), mpf("0.5001")))
    cube = series(lambda f: (log1p(f) - f + f**2 / 2) / f**3, lambda k: (-1) ** k / mpf(k + 3))
    yield fit("LOG", cube, lambda f: f**2, (LEFT, RIGHT), widths=(32,))
    yield fit("LOG_RATIO", series(lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z, lambda k: mpf(2) / (2 * k + 3)), abs, (0, mpf("0.02945")), widths=(64,))
    yield fit("LOG_PAIR", series(lambda z: (atanh(sqrt(z)) / sqrt(z) - 1 - z / 3) / z**2, lambda k: 1 / mpf(2 * k + 5)),
              lambda z: z**2, (0, mpf("0.02945")), mpf(2) ** -11)
    odd = lambda f, terms: series(lambda z: (f(sqrt(z)) / sqrt(z) - 1) / z, terms)
    yield fit("SIN_QUARTER", odd(sin, lambda k: (-1) ** (k + 1) / fac(2 * k + 3)), abs, (0, (pi / 4) ** 2 * mpf("1.001")))
    yield fit("COS_QUARTER", series(lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda k: (-1) ** k / fac(2 * k + 4)), lambda z: z**2,
              (0, (pi / 4) ** 2 * mpf("1.001")))
    yield fit("SINC", series(lambda z: (sin(pi * sqrt(z)) / (pi * sqrt(z)) - 1) / z, lambda k: (-1) ** (k + 1) * pi ** (2 * k + 2) / fac(2 * k + 3)),
              abs, (0, mpf("0.1116")))
    yield fit("COS_PI", series(lambda z: (cos(pi * sqrt(z)) - 1) / (pi * z), lambda k: (-1) ** (k + 1) * pi ** (2 * k + 1) / fac(2 * k + 2)),
              lambda z: z, (0, mpf("0.0279")), mpf("0.2"))
    yield fit("SINH", odd(sinh, lambda k: 1 / fac(2 * k + 3)), abs, (0, EDGE**2))
    yield fit("COSH", series(lambda z: (cosh(sqrt(z)) - 1) / z, lambda k: 1 / fac(2 * k + 2)), abs, (0, EDGE**2))
    yield fit("TANH", odd(tanh, lambda k: TANH_SERIES[2 * k + 3]), abs, (0, mpf("0.65") ** 2), widths=(32,))
    yield fit("ASIN", odd(asin, lambda k: fac(2 * k + 2) / (4 ** (k + 1) * fac(k + 1) ** 2 * (2 * k + 3))), abs, (0, mpf("0.2501")))
    yield fit("ATAN", odd(atan, lambda k: (-1) ** (k + 1) / mpf(2 * k + 3)), abs, (0, 1))
    yield fit("ATANH", odd(atanh, lambda k: 1 / mpf(2 * k + 3)), abs, (0, mpf("0.2501")))
    slope = 2 / sqrt(pi)
    yield fit("ERF", series(lambda z: erf(sqrt(z)) / sqrt(z) - 1, lambda k: slope * (-1) ** k / (fac(k) * (2 * k + 1)) - (k == 0)), lambda z: mpf(1), (0, 1))
    yield fit("NDTR", series(lambda z: erf(sqrt(z / 2)) / sqrt(z) / 2, lambda k: slope / 2 * (-1) ** k / (fac(k) * (2 * k + 1)) / sqrt(mpf(2)) / 2**k),
              lambda z: mpf(1), (0, mpf(1) / 4))
    for name, near_one, ends in (
        ("ERFC_TAIL", lambda a: (1 + 2 * a) * exp(a * a) * erfc(a), {32: mpf("10.3"), 64: mpf("27.5")}),
        ("NDTR_TAIL", lambda a: (1 + a) * exp(a * a / 2) * erfc(a / sqrt(mpf(2))), {32: mpf("14.6"), 64: mpf("39")}),
    ):
        place = lambda a: (a - 4) / (a + 4)
        yield fit(name, lambda t: near_one(4 * (1 + t) / (1 - t)) - 1, lambda t: mpf(1),
                  lambda bits: (place(mpf("0.49")), place(ends[bits])), mpf("0.7"))
    yield fit("CBRT", lambda m: m ** (-mpf(1) / 3), lambda m: m ** (mpf(1) / 3), (1, 2), tolerance=mpf(2) ** mpf("-14.5"))
    yield parts("LN2_PARTS", LN2, {32: (16, 2), 64: (41, 2)})
    yield parts("LOG10_2_PARTS", log(mpf(2), 10), {32: (15, 2), 64: (41, 2)})
    yield parts("LOG2E_PARTS", 1 / LN2, {32: (24, 2), 64: (53, 2)})
    yield parts("LOG10E_PARTS", 1 / log(mpf(10)), {32: (24, 2), 64: (53, 2)})
    yield parts("PI_PARTS", pi, {32: (12, 4), 64: (33, 4)})
    yield parts("INVERSE_PI_PARTS", 1 / pi, {32: (24, 2), 64: (53, 2)})
    yield parts("HALF_PI_PARTS", pi / 2, {32: (24, 2), 64: (53, 2)})
    yield parts("GELU_LINEAR_PARTS", 2 * sqrt(2 / pi), {32: (24, 2), 64: (53, 2)})
    yield parts("GELU_CUBIC_PARTS", 2 * sqrt(2 / pi) * mpf("0.044715"), {32: (24, 2), 64: (53, 2)})
    yield parts("SELU_LEFT_PARTS", mpf("1.0507009873554804934193349852946") * mpf("1.6732632423543772848170429916717"), {32: (24, 2), 64: (53, 2)})
    yield parts("THIRD_PARTS", mpf(1) / 3, {32: (24, 2), 64: (53, 2)})


if __name__ == "__main__":
    lines = [
        "// Minimax polynomials and constants in parts of the vector expansions, constant term first. Fitted by scripts/fit/vector.py.\n",
        "// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: parts of constants, rounded as each width needs\n",
        "import type { ByWidth } from './lanes.ts';\n\n",
    ]
    for name, rows in families():
        lines.append(f"export const {name}: ByWidth = {{ 32: {rows[32]!r}, 64: {rows[64]!r} }};\n")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("".join(lines))
