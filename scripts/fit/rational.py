"""Near-minimax rational approximation by interpolation at Chebyshev nodes in 60-digit arithmetic.

`rational(f, a, b)` raises the degree until the largest error on a dense grid is below `tolerance` and no zero of the
denominator comes close (a spurious pole next to a zero amplifies rounding errors). It returns (numerator, denominator) as
lists of mpf, constant term first, denominator[0] = 1.
"""

from mpmath import cos, lu_solve, matrix, mp, mpf, pi, polyval

mp.dps = 60


def nodes(a, b, count):
    return [(a + b) / 2 + (b - a) / 2 * cos(pi * (2 * i + 1) / (2 * count)) for i in range(count)]


def interpolate(f, a, b, m, n):
    xs = nodes(a, b, m + n + 1)
    rows, right = [], []
    for x in xs:
        y = f(x)
        rows.append([x**j for j in range(m + 1)] + [-y * x**j for j in range(1, n + 1)])
        right.append(y)
    solution = lu_solve(matrix(rows), matrix(right))
    c = [solution[i] for i in range(m + n + 1)]
    return c[: m + 1], [mpf(1)] + c[m + 1 :]


def evaluate(fit, x):
    p, q = fit
    return polyval(p[::-1], x) / polyval(q[::-1], x)


def error(fit, grid):
    return max(abs(evaluate(fit, x) - y) for x, y in grid)


def amplification(fit, grid):
    """How much Horner's rule can amplify a rounding error of the denominator: the worst sum |q_j x^j| / |q(x)|."""
    q = fit[1][::-1]
    return max(polyval([abs(c) for c in q], abs(x)) / abs(polyval(q, x)) for x, _ in grid)


def rational(f, a, b, tolerance=mpf(10) ** -18, polynomial=False, start=2, limit=60, label=""):
    a, b = mpf(a), mpf(b)
    grid = [(x, f(x)) for x in nodes(a, b, 83)]
    for degree in range(start, 40):
        n = 0 if polynomial else degree
        fit = interpolate(f, a, b, degree, n)
        worst = error(fit, grid)
        if worst < tolerance and amplification(fit, grid) < limit:
            print(f"{label}: [{a}, {b}] degree {degree}/{n}, error {float(worst):.1e}, amplification {float(amplification(fit, grid)):.1f}", flush=True)
            return fit
    raise ValueError(f"{label}: no fit, last error {float(worst):.1e}")
