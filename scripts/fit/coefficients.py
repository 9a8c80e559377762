"""Writes src/ops/scalar/*-coefficients.ts: the fitted constants of the special functions (python coefficients.py)."""

import pathlib
import sys

from mpmath import (besseli, besselj, bessely, digamma, erf, erfc, erfinv, exp, findroot, gamma, log, loggamma, mp, mpf,
                    pi, polygamma, sqrt, taylor)

from rational import rational

ROOT = pathlib.Path(__file__).resolve().parents[2] / "src/ops/scalar"


def array(values):
    return "[" + ", ".join(repr(float(v)) for v in values) + "]"


def fitted(name, fit):
    p, q = fit
    if len(q) == 1:
        return f"export const {name}: readonly number[] = {array(p)};\n"
    return f"export const {name}: Rational = {{ numerator: {array(p)}, denominator: {array(q)} }};\n"


def split(name, value):
    hi = float(value)
    return f"export const {name}: readonly [hi: number, lo: number] = [{hi!r}, {float(value - mpf(hi))!r}];\n"


def write(family, idea, lines):
    body = "".join(lines)
    uses = "import type { Rational } from './rational.ts';\n\n" if ": Rational" in body else "\n"
    text = f"/** {idea} Fitted by scripts/fit/coefficients.py. */\n" + uses + body
    (ROOT / f"{family}-coefficients.ts").write_text(text.replace("*/\n\n\n", "*/\n\n"))


def slope(f, at, value=None):
    """(f(at + t) - f(at)) / t, by its Taylor series next to t = 0."""
    value = f(at) if value is None else value
    series = taylor(f, at, 14)

    def g(t):
        if abs(t) < mpf(10) ** -4:
            return sum(c * t**k for k, c in enumerate(series[1:]))
        return (f(at + t) - value) / t

    return g


def erf_family():
    erfcx = lambda x: exp(x * x) * erfc(x)
    centre = mpf(9) / 8
    tail = lambda z: (erfcx(1 / sqrt(z)) / sqrt(z) - 1 / sqrt(pi)) / z
    core = lambda z: erf(sqrt(z)) / sqrt(z) - 1
    inverse = lambda s: erfinv_tail(s)

    def erfinv_tail(s):
        q = exp(-s * s)
        y = s
        for _ in range(60):
            value = erfcx(y)
            step = (log(value) - y * y + s * s) / (-2 / sqrt(pi) / value)
            y -= step
            if abs(step) < mpf(10) ** -40:
                break
        return y

    write("erf", "erf(x)/x - 1 in x^2; erfcx about 9/8 and as 1/x + ...; starting values of the inverses.", [
        fitted("ERF_CORE", rational(core, mpf(10) ** -20, 1, mpf(10) ** -19, polynomial=True, label="erf")),
        f"export const ERFCX_CENTRE = {float(centre)!r};\n",
        f"export const ERFCX_AT_CENTRE = {float(erfcx(centre))!r};\n",
        fitted("ERFCX_MIDDLE", rational(slope(erfcx, centre), mpf(1) / 2 - centre, 2 - centre, mpf(10) ** -18, label="erfcx")),
        fitted("ERFCX_TAIL", rational(tail, mpf(10) ** -12, mpf(1) / 4, mpf(10) ** -17, label="erfcx tail")),
        fitted("ERFINV_START", rational(lambda z: erfinv(sqrt(z)) / sqrt(z), mpf(10) ** -12, mpf(1) / 4, mpf(10) ** -7, label="erfinv")),
        fitted("ERFCINV_START", rational(inverse, mpf("0.83"), mpf("27.3"), mpf(10) ** -6, label="erfcinv")),
    ])


def gamma_family():
    root = findroot(digamma, mpf("1.4616321449683623"))
    quotient = slope(digamma, root, mpf(0))
    write("gamma", "Gamma(1 + t), log Gamma about its zeros 1 and 2, digamma about its zero.", [
        fitted("GAMMA_SLOPE", rational(slope(gamma, mpf(1)), 0, 1, mpf(10) ** -18, label="gamma")),
        fitted("LGAMMA_AT_ONE", rational(slope(loggamma, mpf(1), mpf(0)), -0.35, 0.65, mpf(10) ** -18, label="lgamma 1")),
        fitted("LGAMMA_AT_TWO", rational(slope(loggamma, mpf(2), mpf(0)), -0.35, 1, mpf(10) ** -18, label="lgamma 2")),
        split("DIGAMMA_ROOT", root),
        fitted("DIGAMMA_QUOTIENT", rational(lambda t: quotient(1 + t - root), 0, 1, mpf(10) ** -18, label="digamma")),
    ])


def temme_family():
    """c_k(eta) of DLMF 8.12.8 as power series: c_0 = 1/mu - 1/eta, c_k = c_{k-1}'/eta + (-1)^k g_k/mu."""
    orders, terms = 10, 60
    # mu as a series of eta from eta^2/2 = mu - log(1 + mu): mu' mu = eta (1 + mu).
    mu = [mpf(0), mpf(1)]
    for n in range(2, terms):
        known = sum(mu[i] * mu[n + 1 - i] * (n + 1 - i) for i in range(2, n))
        mu.append((mu[n - 1] - known) / (n + 1))
    shifted = mu[1:]
    inverse = [mpf(1)]
    for n in range(1, len(shifted)):
        inverse.append(-sum(shifted[i] * inverse[n - i] for i in range(1, n + 1)))
    bernoulli_log = [mp.bernoulli(k + 1) / (k * (k + 1)) for k in range(1, 2 * orders)]
    star = [mpf(1)]
    for n in range(1, orders + 1):
        star.append(sum(k * bernoulli_log[k - 1] * star[n - k] for k in range(1, n + 1)) / n)
    rows = [inverse[1:]]
    for k in range(1, orders):
        previous = rows[-1]
        sign = (-1) ** k * star[k]
        pole = previous[1] + sign
        assert abs(pole) < mpf(10) ** -30, pole
        rows.append([(i + 2) * previous[i + 2] + sign * inverse[i + 1] for i in range(len(previous) - 2)])
    lengths = [26 - 2 * k for k in range(orders)]
    body = ",\n".join(array(row[: max(length, 6)]) for row, length in zip(rows, lengths))
    write("temme", "Power series in eta of the c_k of DLMF 8.12.8, one row a k.", [
        f"export const TEMME: readonly (readonly number[])[] = [\n{body},\n];\n"
    ])


def bessel_family():
    lines = []
    for order in (0, 1):
        first = 1 / sqrt(2 * pi)
        f = lambda z: (besseli(order, 1 / z) * exp(-1 / z) / sqrt(z) - first) / z
        lines.append(fitted(f"I{order}_TAIL", rational(f, mpf(10) ** -9, mpf(1) / 15, mpf(10) ** -17, limit=1000, label=f"i{order}")))

        def modulus(x, part):
            angle = x - (2 * order + 1) * pi / 4
            j, y = besselj(order, x), bessely(order, x)
            c, s = mp.cos(angle), mp.sin(angle)
            return sqrt(pi * x / 2) * ((j * c + y * s) if part == 0 else (y * c - j * s))

        even = lambda z: (modulus(1 / sqrt(z), 0) - 1) / z
        odd = lambda z: modulus(1 / sqrt(z), 1) / sqrt(z)
        low = mpf(10) ** -8
        lines.append(fitted(f"P{order}", rational(even, low, mpf(1) / 64, mpf(10) ** -17, label=f"P{order}")))
        lines.append(fitted(f"Q{order}", rational(odd, low, mpf(1) / 64, mpf(10) ** -17, label=f"Q{order}")))
        roots = [mp.besseljzero(order, k + 1) for k in range(2)]
        first = 1.2 if order == 0 else 2.4
        ends = [first, float((roots[0] + roots[1]) / 2), 8]
        pieces = []
        for k, root in enumerate(roots):
            fit = rational(slope(lambda x: besselj(order, x), root, mpf(0)), ends[k] - root, ends[k + 1] - root,
                           mpf(10) ** -18, polynomial=True, start=10, label=f"J{order} piece {k}")
            pieces.append((ends[k + 1], root, fit[0]))
        lines.append(table(f"J{order}_PIECES", pieces))

        roots = [mp.besselyzero(order, k + 1) for k in range(3 if order == 0 else 2)]
        root = roots[0]
        smooth_j = lambda x: besselj(order, x)

        def regular(z):
            x = sqrt(z)
            part = bessely(order, x) - 2 / pi * log(x / root) * smooth_j(x)
            return part / (z - root**2) * (x if order == 1 else 1)

        top = float((roots[0] + roots[1]) / 2)
        # The quotient is entire; a few digits are lost at the zero itself, which no node hits.
        lines.append(split(f"Y{order}_ROOT", root))
        lines.append(f"export const Y{order}_SERIES_END = {top!r};\n")
        lines.append(fitted(f"Y{order}_REGULAR", rational(regular, mpf(10) ** -20, mpf(top) ** 2, mpf(10) ** -18,
                                                          polynomial=True, start=8, label=f"Y{order}")))
        ends = [top] + [float((a + b) / 2) for a, b in zip(roots[1:], roots[2:])] + [8]
        pieces = []
        for k, root_k in enumerate(roots[1:]):
            fit = rational(slope(lambda x: bessely(order, x), root_k, mpf(0)), ends[k] - root_k, ends[k + 1] - root_k,
                           mpf(10) ** -18, polynomial=True, start=10, label=f"Y{order} piece {k}")
            pieces.append((ends[k + 1], root_k, fit[0]))
        lines.append(table(f"Y{order}_PIECES", pieces))
    write("bessel", "Bessel functions about their zeros below 8, Hankel's P - 1 and Q in 1/x^2 above, sqrt(x) e^-x I in 1/x.", [
        "import type { RootPiece } from './root-piece.ts';\n", *lines])


def table(name, pieces):
    rows = ",\n".join(
        f"{{ end: {end!r}, root: [{float(root)!r}, {float(root - mpf(float(root)))!r}], quotient: {array(fit)} }}"
        for end, root, fit in pieces)
    return f"export const {name}: readonly RootPiece[] = [\n{rows},\n];\n"


FAMILIES = {"erf": erf_family, "gamma": gamma_family, "temme": temme_family, "bessel": bessel_family}

if __name__ == "__main__":
    for family in sys.argv[1:] or FAMILIES:
        FAMILIES[family]()
