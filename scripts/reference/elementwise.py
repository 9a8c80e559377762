"""Values of elementwise and special functions from NumPy and SciPy, those of activations and of the derivatives of function
families from the definition in mpmath with 60 digits.

    python3 scripts/reference/elementwise.py > test/ops/fixtures/elementwise.json
"""
import json

import mpmath as mp
import numpy as np
import scipy.special as sp

mp.mp.dps = 60
values = {}
families = {}


def value(name, function, *columns):
    values[name] = [[*map(float, row), float(function(*row))] for row in zip(*columns)]


def family(name, function, points):
    families[name] = [[*map(float, row), float(function(*map(mp.mpf, row)))] for row in points]


REAL = [-1.7, -0.3, 0.4, 2.6]
POSITIVE = [0.05, 0.4, 1.0, 2.6, 11.0]
UNIT = [-0.9, -0.2, 0.3, 0.75]
PROBABILITY = [0.01, 0.3, 0.9]

real = {
    "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "sign": np.sign, "abs": np.abs, "exp": np.exp,
    "exp2": np.exp2, "expm1": np.expm1, "sin": np.sin, "cos": np.cos, "tan": np.tan, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "cbrt": np.cbrt, "sinc": np.sinc,
    "sigmoid": sp.expit, "logSigmoid": sp.log_expit, "erf": sp.erf, "erfc": sp.erfc, "erfcx": sp.erfcx,
    "ndtr": sp.ndtr, "logNdtr": sp.log_ndtr, "lgamma": sp.gammaln, "digamma": sp.digamma, "i0": sp.i0,
    "i0e": sp.i0e, "i1": sp.i1, "i1e": sp.i1e, "j0": sp.j0, "j1": sp.j1,
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "mish": lambda x: x * mp.tanh(mp.log(1 + mp.exp(x))),
    "gelu": lambda x: x * mp.ncdf(x),
    "softsign": lambda x: x / (1 + abs(x)),
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "selu": lambda x: mp.mpf("1.0507009873554805") * (x if x > 0 else mp.mpf("1.6732632423543772") * mp.expm1(x)),
}
positive = {
    "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "sqrt": np.sqrt, "y0": sp.y0, "y1": sp.y1,
    "entr": sp.entr, "rsqrt": lambda x: 1 / np.sqrt(x), "polygamma1": lambda x: sp.polygamma(1, x),
    "polygamma3": lambda x: sp.polygamma(3, x),
}
for name, function in real.items():
    value(name, function, REAL)
for name, function in positive.items():
    value(name, function, POSITIVE)
for name, function in {"asin": np.arcsin, "acos": np.arccos, "atanh": np.arctanh, "erfinv": sp.erfinv}.items():
    value(name, function, UNIT)
value("round", np.rint, [-2.5, -0.5, 1.5, 2.4])
value("acosh", np.arccosh, [1.0, 1.5, 30.0])
value("logit", sp.logit, PROBABILITY)
value("ndtri", sp.ndtri, PROBABILITY)
value("multigammaln3", lambda x: sp.multigammaln(x, 3), [1.5, 4.0, 20.0])

pairs = {
    "maximum": np.maximum, "minimum": np.minimum, "fmod": np.fmod, "remainder": np.remainder,
    "floorDivide": np.floor_divide, "hypot": np.hypot, "atan2": np.arctan2, "copysign": np.copysign,
    "logaddexp": np.logaddexp, "logaddexp2": np.logaddexp2,
}
for name, function in pairs.items():
    value(name, function, [-5.3, 5.3, 1.0, -7.0], [2.0, -2.0, 0.1, 7.0])
value("pow", np.power, [0.5, 2.0, -2.0, 3.0], [-1.3, 0.5, 3.0, 0.0])
value("xlogy", sp.xlogy, [0.0, 1.5, -2.0], [0.0, 0.3, 4.0])
value("xlog1py", sp.xlog1py, [0.0, 1.5, -2.0], [-1.0, 0.3, 4.0])
value("gammainc", sp.gammainc, [0.3, 2.0, 30.0], [0.1, 3.0, 25.0])
value("gammaincc", sp.gammaincc, [0.3, 2.0, 30.0], [0.1, 3.0, 25.0])
value("betainc", sp.betainc, [0.3, 2.0, 30.0], [2.0, 5.0, 20.0], [0.1, 0.4, 0.55])
value("zeta", sp.zeta, [1.5, 2.0, 8.0], [1.0, 0.3, 4.0])


def lower_gamma(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def lower_beta(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


for n in (1, 2, 3):
    family(
        f"gammainc/a{n}",
        lambda a, x: mp.diff(lambda t: lower_gamma(t, x), a, n),
        [("0.3", "0.1"), ("2", "3"), ("30", "25"), ("30", "36")],
    )
    family(
        f"zeta/s{n}", lambda s, q: mp.diff(lambda t: mp.zeta(t, q), s, n), [("1.5", "1"), ("2", "0.3"), ("8", "4")]
    )
    family(f"sinc/{n}", lambda x: mp.diff(mp.sincpi, x, n), [("1e-7",), ("0.3",), ("1",), ("-7.5",)])
    family(
        f"erfcx/{n}",
        lambda x: mp.diff(lambda t: mp.exp(t * t) * mp.erfc(t), x, n),
        [("-1.5",), ("0.4",), ("0.99",), ("1.01",), ("30",)],
    )
    family(
        f"logNdtr/{n}",
        lambda x: mp.diff(lambda t: mp.log(mp.erfc(-t / mp.sqrt(2)) / 2), x, n),
        [("-30",), ("-5",), ("-1",), ("0.5",), ("4",)],
    )
for m, n in ((1, 0), (0, 1), (1, 1), (2, 0)):
    family(
        f"betainc/{m}{n}",
        lambda a, b, x: mp.diff(lambda s, t: lower_beta(s, t, x), (a, b), (m, n)),
        [("0.3", "2", "0.1"), ("2", "5", "0.4"), ("30", "20", "0.55"), ("30", "20", "0.7")],
    )
for n in (2, 3, 5):
    family(f"besselJ/{n}", lambda x: mp.besselj(n, x), [("1e-5",), ("0.5",), ("3",), ("-12.5",)])
    family(f"besselY/{n}", lambda x: mp.bessely(n, x), [("0.5",), ("3",), ("12.5",)])
    family(
        f"besselIe/{n}",
        lambda x: mp.besseli(n, x) * mp.exp(-abs(x)),
        [("1e-5",), ("0.5",), ("3",), ("-12.5",), ("400",)],
    )

print(json.dumps({"values": values, "families": families}))
