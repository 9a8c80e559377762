"""Special functions: scipy.special, and mpmath (30 digits, derivatives included) where SciPy has no counterpart."""

import mpmath as mp
import numpy as np
import scipy.special as sp

mp.mp.dps = 30


def entrywise(f):
    """f of mpmath numbers, applied entry by entry."""

    def g(*x, **params):
        x = np.broadcast_arrays(*x)
        values = [float(f(*map(mp.mpf, map(float, row)), **params)) for row in zip(*(v.ravel() for v in x))]
        return np.array(values).reshape(x[0].shape)

    return g


def sinc(x, order):
    # The integral of cos(πxt) over [0, 1], differentiated under the integral sign.
    return mp.quad(lambda t: (mp.pi * t) ** order * mp.cos(mp.pi * x * t + order * mp.pi / 2), mp.linspace(0, 1, 9))


def erfcx(x, order):
    return mp.diff(lambda t: mp.exp(t * t) * mp.erfc(t), x, order)


def normal_hazard(x):
    return mp.npdf(x) / (mp.erfc(-x / mp.sqrt(2)) / 2)


def gamma_density(a, x, n):
    return mp.diff(lambda s: x ** (s - 1) * mp.exp(-x) / mp.gamma(s), a, n)


def gammainc(a, x, n):
    return mp.diff(lambda s: mp.gammainc(s, 0, x, regularized=True), a, n)


def beta_density(a, b, x, m, n):
    return mp.diff(lambda s, t: x ** (s - 1) * (1 - x) ** (t - 1) / mp.beta(s, t), (a, b), (m, n))


def betainc(a, b, x, m, n):
    return mp.diff(lambda s, t: mp.betainc(s, t, 0, x, regularized=True), (a, b), (m, n))


def zeta(s, q, order):
    return mp.diff(lambda t: mp.zeta(t, q), s, order)


def multigammaln(a, p):
    return np.vectorize(lambda v: sp.multigammaln(v, p))(a)


PRIMITIVE = {
    **{name: getattr(sp, name) for name in "ndtr ndtri erf erfc erfinv digamma entr xlog1py gammaincc".split()},
    "lgamma": sp.gammaln,
    "polygamma": lambda x, order: sp.polygamma(order, x),
    "logNdtr": entrywise(lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)),
    "normalHazard": entrywise(normal_hazard),
    "normalHazardExcess": entrywise(lambda x: x + normal_hazard(x)),
    "logaddexp2": np.logaddexp2,
    "erfcx": entrywise(erfcx),
    "sinc": entrywise(sinc),
    "besselJ": lambda x, n: sp.jv(n, x),
    "besselY": lambda x, n: sp.yv(n, x),
    "besselI": lambda x, n: sp.iv(n, x),
    "besselIe": lambda x, n: sp.ive(n, x),
    "gammaDensity": entrywise(gamma_density),
    "gammainc": entrywise(gammainc),
    "betaDensity": entrywise(beta_density),
    "betainc": entrywise(betainc),
    "zeta": entrywise(zeta),
}
COMPOSITE = {
    "multigammaln": multigammaln,
}
