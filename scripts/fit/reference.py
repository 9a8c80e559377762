"""Writes test/scalar/fixtures/*.json: values of the scalar functions at exact doubles, correctly rounded (mpmath).

Each value is computed at growing precision until two precisions agree to 30 digits. A row is [...arguments, value] or
[...arguments, value, scale], where scale is the size the error is measured against next to a zero of the function.
"""

import json
import math
import pathlib
import random
import sys

import mpmath as m
from mpmath import mp, mpf

TARGET = pathlib.Path(__file__).resolve().parents[2] / "test/scalar/fixtures"
INF, NAN = math.inf, math.nan
TINY, MAX = 5e-324, sys.float_info.max
rng = random.Random(20240229)


def precise(f, args, start=60):
    values = [mpf(a) for a in args]
    last = None
    for dps in (start, 2 * start, 3 * start, 6 * start, 12 * start):
        mp.dps = dps
        value = f(*values)
        if isinstance(value, mp.mpc):
            return NAN
        if last is not None and abs(value - last) <= abs(value) * mpf(10) ** -30:
            return value
        last = value
    raise ValueError(f"no convergence at {args}: {m.nstr(last, 20)}")


def number(v):
    v = float(v)
    if math.isnan(v):
        return "NaN"
    if math.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return "-0" if v == 0 and math.copysign(1, v) < 0 else v


def row(args, value, scale=None):
    tail = [] if scale is None else [float(m.nstr(scale, 4))]
    return [number(a) for a in args] + [number(value)] + tail


def uniform(a, b, n):
    return [rng.uniform(a, b) for _ in range(n)]


def geometric(a, b, n):
    """n numbers spread evenly in log scale, a > 0."""
    return [math.exp(rng.uniform(math.log(a), math.log(b))) for _ in range(n)]


def near(c, n, widest=0.1):
    return [c + s * d for d in geometric(1e-16 * max(1, abs(c)), widest, n // 2) for s in (-1, 1)]


def signed(xs):
    return [s * x for x in xs for s in (-1, 1)]


def ulps(c, n):
    xs = [c]
    for _ in range(n):
        xs = [math.nextafter(xs[0], -INF)] + xs + [math.nextafter(xs[-1], INF)]
    return xs


def table(f, points, specials=(), scale=None, start=60):
    rows = [row(args, value) for args, value in ((s[:-1], s[-1]) for s in specials)]
    for point in points:
        args = point if isinstance(point, tuple) else (point,)
        value = precise(f, args, start)
        rows.append(row(args, value, None if scale is None else scale(*args, value)))
    return rows


def write(name, tables):
    TARGET.mkdir(parents=True, exist_ok=True)
    body = ",\n".join(
        f'"{key}": [\n' + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]" for key, rows in tables.items())
    (TARGET / f"{name}.json").write_text("{\n" + body + "\n}\n")
    print(name, {key: len(rows) for key, rows in tables.items()}, flush=True)


def elementary():
    tiny = geometric(TINY, 1e-300, 6) + geometric(1e-300, 1e-10, 10) + geometric(1e-10, 1, 60)
    all_positive = tiny + geometric(1, 1e6, 30) + geometric(1e6, MAX / 2, 30) + [MAX, TINY, 2.2250738585072014e-308]
    every = signed(all_positive)
    angles = every + [1e22, 1e300, MAX, 6381956970095103 * 2.0**797] + [k * math.pi / 2 for k in range(1, 60)]
    unit = signed(tiny + uniform(0, 1, 30) + [1 - d for d in geometric(1e-16, 0.1, 15)])
    exponents = signed(tiny) + uniform(-745, 709.7, 120)
    ones = near(1, 40)
    t = {}
    odd = [(0.0, 0.0), (-0.0, -0.0), (NAN, NAN)]
    both = lambda at: odd + [(INF, at), (-INF, -at)]
    t["exp"] = table(m.exp, exponents, [(INF, INF), (-INF, 0), (NAN, NAN), (0, 1), (710, INF), (-746, 0)])
    t["exp2"] = table(lambda x: mpf(2) ** x, signed(tiny) + uniform(-1074, 1023.9, 120), [(INF, INF), (-INF, 0), (10, 1024)])
    t["expm1"] = table(lambda x: m.exp(x) - 1 if abs(x) > 1e-4 else m.expm1(x), exponents, odd + [(INF, INF), (-INF, -1)])
    for name, f in (("log", m.log), ("log2", lambda x: m.log(x) / m.log(2)), ("log10", lambda x: m.log(x) / m.log(10))):
        t[name] = table(f, all_positive + ones, [(0.0, -INF), (-1, NAN), (INF, INF), (1, 0.0)])
    t["log1p"] = table(lambda x: m.log1p(x), all_positive + [-x for x in tiny if x < 1] + [d - 1 for d in geometric(1e-15, 0.5, 20)],
                       odd + [(-1, -INF), (-2, NAN), (INF, INF)])
    t["sqrt"] = table(m.sqrt, all_positive, [(-1, NAN), (INF, INF), (0.0, 0.0), (-0.0, -0.0)])
    t["rsqrt"] = table(lambda x: 1 / m.sqrt(x), all_positive, [(-1, NAN), (INF, 0), (0.0, INF)])
    t["cbrt"] = table(lambda x: m.sign(x) * m.cbrt(abs(x)), every, both(INF))
    t["reciprocal"] = table(lambda x: 1 / x, every, [(INF, 0), (-INF, -0.0), (0.0, INF), (-0.0, -INF)])
    for name in ("sin", "cos", "tan"):
        t[name] = table(getattr(m, name), angles, [(INF, NAN), (NAN, NAN)], start=400)
    t["asin"], t["acos"] = table(m.asin, unit, odd + [(2, NAN)]), table(m.acos, unit, [(1, 0.0), (2, NAN)])
    t["atan"] = table(m.atan, every, both(math.pi / 2))
    t["sinh"] = table(m.sinh, signed(tiny) + uniform(-710.4, 710.4, 80), both(INF))
    t["cosh"] = table(m.cosh, signed(tiny) + uniform(-710.4, 710.4, 80), [(INF, INF), (-INF, INF), (NAN, NAN)])
    t["tanh"] = table(m.tanh, signed(tiny) + uniform(-30, 30, 80), both(1))
    t["asinh"] = table(m.asinh, every, both(INF))
    t["acosh"] = table(m.acosh, [x for x in all_positive + ones if x > 1], [(1, 0.0), (0.5, NAN), (INF, INF)])
    t["atanh"] = table(m.atanh, unit, odd + [(1, INF), (-1, -INF), (2, NAN)])
    powers = []
    while len(powers) < 400:
        x = rng.choice([1 + rng.choice((-1, 1)) * geometric(1e-12, 0.1, 1)[0], geometric(TINY, MAX, 1)[0], rng.uniform(0, 10)])
        y = rng.choice([rng.uniform(-745, 709) / (math.log(x) or 1), rng.choice([2, 3, 0.5, -1, -0.5, 1 / 3, 4, 10, -2, 1.5])])
        if abs(y) < 1e300 and -744 < y * math.log(x) < 709.7:
            powers.append((x, y))
    powers += [(-2.5, 3.0), (-2.5, -4.0), (-1.0, 1e15 + 1), (10.0, -308.0), (10.0, 22.0), (3.0, 33.0), (-7.0, 11.0)]
    t["pow"] = table(lambda x, y: x**y, powers, [
        (1, NAN, 1), (NAN, 0, 1), (-1, INF, 1), (-1, -INF, 1), (0.0, -1, INF), (-0.0, -3, -INF), (-0.0, 3, -0.0), (-0.0, 2, 0.0),
        (0.5, INF, 0), (2, INF, INF), (2, -INF, 0), (-8, 1 / 3, NAN), (-INF, 3, -INF), (-INF, 2, INF), (INF, -1, 0), (10, 400, INF),
        (10, -400, 0), (-10, 401, -INF), (0.0, 0.5, 0.0), (INF, 0.5, INF), (2, NAN, NAN)])
    pairs = [(y, x) for y, x in zip(every, rng.sample(every, len(every)))] + list(zip(uniform(-1, 1, 60), uniform(-1, 1, 60)))
    t["atan2"] = table(lambda y, x: m.atan2(y, x), [(y, x) for y, x in pairs if x > 0 or abs(y) > 1e-200 or True and x != 0],
                       [(0.0, 1, 0.0), (-0.0, 1, -0.0), (0.0, -1, math.pi), (-0.0, -1, -math.pi), (INF, INF, math.pi / 4)])
    t["hypot"] = table(m.hypot, [(a, b) for a, b in pairs if max(abs(a), abs(b)) < 1e308],
                       [(INF, NAN, INF), (3, 4, 5), (0.0, 0.0, 0.0), (-INF, 1, INF)])
    write("elementary", t)


def logistic():
    mp.dps = 60
    tail = signed(geometric(1e-20, 1, 40)) + uniform(-30, 30, 120) + uniform(-744, 700, 60) + signed(geometric(30, 700, 20))
    sig = lambda x: 1 / (1 + m.exp(-x))
    plus = lambda x: m.log1p(m.exp(x))
    phi = lambda x: m.erfc(-x / m.sqrt(2)) / 2
    t = {}
    t["sigmoid"] = table(sig, tail, [(INF, 1), (-INF, 0), (NAN, NAN)], start=400)
    t["softplus"] = table(plus, tail, [(INF, INF), (-INF, 0), (1000, 1000)])
    t["logSigmoid"] = table(lambda x: -plus(-x), tail, [(-INF, -INF), (INF, -0.0), (-1000, -1000)])
    t["logit"] = table(lambda p: m.log(p / (1 - p)), geometric(TINY, 0.3, 60) + uniform(0.2, 1, 80) + near(0.5, 40) + [1 - d for d in geometric(2e-16, 0.1, 20)],
                       [(0, -INF), (1, INF), (0.5, 0.0), (-1, NAN), (2, NAN)])
    t["softsign"] = table(lambda x: x / (1 + abs(x)), tail + signed(geometric(1e3, MAX, 20)), [(INF, 1), (-INF, -1), (NAN, NAN)])
    t["sinc"] = table(lambda x: m.sinpi(x) / (m.pi * x), [x for x in signed(geometric(1e-300, 1, 30)) + uniform(-40, 40, 100) + near(3, 30) + uniform(1e6, 1e9, 20) if x != int(x)],
                      [(0.0, 1), (INF, 0), (1, 0), (2, 0), (NAN, NAN)])
    t["silu"] = table(lambda x: x * sig(x), tail + uniform(-751, -740, 20), [(INF, INF), (-INF, -0.0)], start=400)
    t["mish"] = table(lambda x: x * m.tanh(plus(x)), tail + uniform(-751, -740, 20), [(INF, INF), (-INF, -0.0)], start=400)
    cubic = mpf("0.044715")

    def gelu_tanh(x):
        u = m.sqrt(2 / m.pi) * (x + mpf("0.044715") * x**3)
        return x / (1 + m.exp(-2 * u))

    wide = signed(geometric(1e-20, 1, 30)) + uniform(-39, 12, 150)
    t["gelu"] = table(lambda x: x * phi(x), wide, [(INF, INF), (-INF, -0.0), (-50, -0.0)])
    t["geluTanh"] = table(gelu_tanh, [x for x in wide if x > -21.5], [(INF, INF), (-INF, -0.0)])
    t["elu"] = table(lambda x: x if x > 0 else m.expm1(x), tail, [(-INF, -1), (INF, INF)])
    t["celu"] = table(lambda x, a: x if x > 0 else a * m.expm1(x / a), [(x, a) for x, a in zip(tail, geometric(0.1, 10, len(tail)))])
    lam, alpha = mpf("1.0507009873554804934193349852946"), mpf("1.6732632423543772848170429916717")
    t["selu"] = table(lambda x: lam * x if x > 0 else lam * alpha * m.expm1(x), tail)
    pairs = list(zip(uniform(-50, 50, 100), uniform(-50, 50, 100))) + [(x, x + d) for x, d in zip(uniform(-2, 2, 60), uniform(-1, 1, 60))] \
        + [(x, x) for x in uniform(1, 3, 10)] + list(zip(signed(geometric(1, 1e300, 20)), signed(geometric(1, 1e300, 20))))
    ends = [(-INF, -INF, -INF), (INF, INF, INF), (INF, -INF, INF), (-INF, 3, 3), (NAN, 1, NAN)]
    top = lambda x, y, v: max(abs(x), abs(y), 1e-300)
    bound = lambda f: table(lambda x, y: f(x, y), pairs, ends, scale=top)
    t["logaddexp"] = bound(lambda x, y: max(x, y) + m.log1p(m.exp(-abs(x - y)) if abs(x - y) < 1e4 else 0))
    t["logaddexp2"] = bound(lambda x, y: max(x, y) + m.log1p(mpf(2) ** -abs(x - y) if abs(x - y) < 1e4 else 0) / m.log(2))
    xs = list(zip(uniform(-5, 5, 60), geometric(1e-300, 1e300, 60))) + list(zip(uniform(-5, 5, 30), near(1, 30)))
    t["xlogy"] = table(lambda x, y: x * m.log(y), xs, [(0, 0, 0), (0, -1, 0), (0, INF, 0), (0, NAN, NAN), (1, 0, -INF), (2, -1, NAN)])
    t["xlog1py"] = table(lambda x, y: x * m.log1p(y), [(x, y - 1 if y > 2 else y) for x, y in xs], [(0, -1, 0), (0, NAN, NAN), (1, -1, -INF)])
    t["entr"] = table(lambda x: -x * m.log(x), geometric(TINY, 1e300, 80) + near(1, 40), [(0, 0), (-1, -INF), (NAN, NAN), (INF, -INF)])
    write("logistic", t)


def newton_inverse(f, df, start, q):
    y = start
    for _ in range(200):
        step = (f(y) - q) / df(y)
        y -= step
        if abs(step) <= abs(y) * mpf(10) ** (-mp.dps + 8):
            return y
    raise ValueError("no root")


def erfcinv(q):
    """Newton on log erfc, which is concave."""
    if q > 1:
        return -erfcinv(2 - q)
    if q == 1:
        return mpf(0)
    y = m.sqrt(-m.log(q)) if q < 0.1 else mpf(0.5)
    for _ in range(300):
        e = m.erfc(y)
        step = (m.log(e) - m.log(q)) * e * m.exp(y * y) * m.sqrt(m.pi) / -2
        y -= step
        if abs(step) <= abs(y) * mpf(10) ** (-mp.dps + 12):
            return y
    raise ValueError("no root")


def normal():
    small = signed(geometric(1e-300, 1e-10, 10) + geometric(1e-10, 1, 40)) + [TINY, -TINY]
    t = {}
    phi = lambda x: m.erfc(-x / m.sqrt(2)) / 2
    t["erf"] = table(m.erf, small + uniform(-6, 6, 150), [(INF, 1), (-INF, -1), (0.0, 0.0), (-0.0, -0.0), (NAN, NAN), (1e300, 1)])
    t["erfc"] = table(m.erfc, small + uniform(-6, 6, 100) + uniform(6, 27.22, 100), [(INF, 0), (-INF, 2), (NAN, NAN), (1e300, 0)])
    t["erfcx"] = table(lambda x: m.exp(x * x) * m.erfc(x) if x < 1e5 else (1 - 1 / (2 * x * x)) / (x * m.sqrt(m.pi)),
                       small + uniform(-26.6, 5, 150) + uniform(0, 3, 80) + geometric(3, 1e4, 60) + geometric(1e16, 1e300, 20),
                       [(INF, 0), (-INF, INF), (NAN, NAN)])
    central = small + uniform(-1, 1, 120) + [1 - d for d in geometric(2e-16, 0.4, 40)]
    t["erfinv"] = table(lambda x: erfcinv(1 - x) if abs(x) > 1e-5 else m.erfinv(x), [x for x in central if abs(x) < 1 and abs(x) > 1e-200],
                        [(1, INF), (-1, -INF), (0.0, 0.0), (2, NAN), (TINY, TINY)])
    lower = geometric(TINY, 1e-3, 80) + geometric(1e-3, 0.5, 80)
    t["erfcinv"] = table(lambda q: erfcinv(q), lower + [2 * x for x in uniform(0.25, 1, 100) if x != 0.5] + near(1, 30, 0.3), [(0, INF), (2, -INF), (1, 0.0), (3, NAN)])
    t["ndtr"] = table(phi, small + uniform(-6, 9, 120) + uniform(-38.4, -6, 80), [(INF, 1), (-INF, 0), (NAN, NAN)])
    t["logNdtr"] = table(lambda x: m.log(phi(x)) if x < 0 else m.log1p(-phi(-x)), small + uniform(-10, 37, 150) + [-x for x in geometric(5, 1e4, 40)],
                         [(-INF, -INF), (INF, -0.0), (NAN, NAN)])
    t["ndtri"] = table(lambda p: -m.sqrt(2) * erfcinv(2 * p), lower + uniform(0.2, 1, 100) + near(0.5, 30, 0.3), [(0, -INF), (1, INF), (0.5, 0.0), (2, NAN)])
    write("normal", t)


def gammas():
    small = signed(geometric(1e-300, 1e-10, 6) + geometric(1e-10, 1, 40))
    negative = uniform(-8, 0, 80) + uniform(-40, -8, 40)
    t = {}
    t["gamma"] = table(m.gamma, small + negative + uniform(0, 171.62, 150) + uniform(-180, -40, 40) + [float(k) for k in range(1, 24)],
                       [(0.0, INF), (-0.0, -INF), (-3, NAN), (INF, INF), (NAN, NAN), (180, INF)])
    lg = lambda x: m.log(abs(m.gamma(x))) if abs(x) < 1e4 else m.loggamma(x)
    about = near(1, 40, 0.5) + near(2, 40, 0.5)
    t["lgamma"] = table(lg, [x for x in small if x > 0] + about + uniform(0, 10, 150) + geometric(10, 2.5e305, 60),
                        [(0.0, INF), (-2, INF), (INF, INF), (1, 0.0), (2, 0.0), (NAN, NAN), (3e305, INF)])
    below = lambda x, v: max(1, abs(v))
    t["lgammaNegative"] = table(lg, [x for x in small if x < 0] + negative + uniform(-200, -40, 30), scale=below)
    root = 1.4616321449683623
    t["digamma"] = table(m.digamma, [x for x in small if x > 0] + uniform(0, 12, 150) + near(root, 60, 0.4) + ulps(root, 4) + geometric(10, 1e300, 40),
                         [(0.0, -INF), (-1, NAN), (INF, INF), (NAN, NAN)])
    t["digammaNegative"] = table(m.digamma, [x for x in small if x < 0] + negative,
                                 scale=lambda x, v: max(abs(m.pi * m.cot(m.pi * x)), 1, abs(v)))
    psi = lambda n, x: (-1) ** (int(n) + 1) * m.factorial(n) * m.zeta(n + 1, x)
    t["trigamma"] = table(lambda x: m.zeta(2, x), [x for x in small if abs(x) > 1e-150] + negative + uniform(0, 20, 60) + geometric(20, 1e15, 30), [(0.0, INF), (-1, INF), (INF, 0)])
    orders = [(n, x) for n in (2, 3, 4, 5, 8, 13, 20, 50) for x in uniform(0, 3, 8) + geometric(3, 1e4, 8)]
    t["polygamma"] = table(psi, orders + [(170, 300.0), (200, 300.5), (100, 40.25), (160, 1.5)])

    def shifted_psi(n, x):
        value, z = mpf(0), x
        while z < 1:
            value += z ** -(n + 1)
            z += 1
        return (-1) ** (int(n) + 1) * m.factorial(n) * (value + m.zeta(n + 1, z))

    def psi_scale(n, x, v):
        t0 = abs(x - round(x))
        return max(abs(v), m.factorial(n) * mpf(t0) ** -(n + 1) / 8)

    t["polygammaNegative"] = table(shifted_psi, [(n, x) for n in (2, 3, 4, 5, 8) for x in uniform(-6, 0, 10) + uniform(-100, -6, 4)], scale=psi_scale)

    def hurwitz(s, q):
        return m.zeta(s, q)

    t["zeta"] = table(hurwitz, [(1 + d, q) for d, q in zip(geometric(1e-8, 10, 60), geometric(1e-3, 1e4, 60))]
                      + list(zip(uniform(1.1, 60, 80), geometric(0.05, 300, 80))) + list(zip(uniform(1.1, 30, 40), [1.0] * 40)),
                      [(1, 2, INF), (0.5, 2, NAN), (2, 0, INF), (2, INF, 0), (2.5, -1.5, NAN), (3, -2, INF)])
    write("gamma", t)


def lower_gamma(a, x):
    term = total = mpf(1)
    k = 0
    while term > total * mpf(10) ** (-mp.dps - 2):
        k += 1
        term *= x / (a + k)
        total += term
    return m.exp(a * m.log(x) - x - m.loggamma(a + 1)) * total


def lower_beta(a, b, x, y=None):
    y = 1 - x if y is None else y
    if x > 0.5:
        return 1 - lower_beta(b, a, y, x)
    if x > (a + 1) / (a + b + 2) and a * b < 1e6:
        return 1 - upper_beta(a, b, x, y)
    term = total = mpf(1)
    k = 0
    while term > total * mpf(10) ** (-mp.dps - 2):
        term *= (a + b + k) / (a + 1 + k) * x
        k += 1
        total += term
    return m.exp(a * m.log(x) + b * m.log(y) - m.log(a) - m.loggamma(a) - m.loggamma(b) + m.loggamma(a + b)) * total


def upper_beta(a, b, x, y):
    total, term, k = mpf(1), mpf(1), 0
    while term > total * mpf(10) ** (-mp.dps - 2):
        term *= (a + b + k) / (b + 1 + k) * y
        k += 1
        total += term
    return m.exp(a * m.log(x) + b * m.log(y) - m.log(b) - m.loggamma(a) - m.loggamma(b) + m.loggamma(a + b)) * total


def centred(f, which):
    def g(*args):
        args = list(args)
        mp.dps *= 2
        h = args[which] * mpf(10) ** (-mp.dps // 4)
        up, down = list(args), list(args)
        up[which] += h
        down[which] -= h
        value = (f(*up) - f(*down)) / (2 * h)
        mp.dps //= 2
        return +value
    return g


def incomplete():
    points = list(zip(geometric(1e-10, 1, 40), geometric(1e-10, 1.2, 40))) + list(zip(geometric(1e-3, 30, 80), geometric(1e-3, 60, 80)))
    for a in geometric(1, 3000, 60):
        points.append((a, max(1e-5, a + rng.uniform(-6, 6) * math.sqrt(a))))
    points += list(zip(geometric(20, 500, 30), geometric(5, 700, 30)))
    points += [(a, a + k * math.sqrt(a)) for a in (1e4, 1e5, 1e6) for k in (-5.5, -1, 0, 0.3, 6)]
    points = [p for p in points if precise(lower_gamma, p, 40) > 1e-307]
    upper = lambda a, x: 1 - lower_gamma(a, x)
    t = {}
    t["gammainc"] = table(lower_gamma, points, [(1, 0, 0), (0, 1, 1), (1, INF, 1), (INF, 1, 0), (-1, 1, NAN), (0, 0, NAN)], start=40)
    t["gammaincc"] = table(upper, [p for p in points if precise(upper, p, 200) > 1e-307], [(1, 0, 1), (0, 1, 0), (1, INF, 0), (-1, 1, NAN)], start=200)
    few = [p for p in points if p[0] < 300][::2]
    t["dGammaincDa"] = table(centred(lower_gamma, 0), few, [(1, 0, 0), (1, INF, 0)], start=200)
    beta = []
    while len(beta) < 260:
        kind = rng.random()
        a, b = (geometric(1e-6, 50, 2) if kind < 0.5 else geometric(0.5, 1000, 2))
        x = rng.random() if kind < 0.3 else a / (a + b) + rng.uniform(-4, 4) * math.sqrt(a * b / (a + b) ** 2 / (a + b + 1))
        if kind > 0.9:
            x = geometric(1e-12, 1, 1)[0]
        if 0 < x < 1 and not (b < 0.01 and x > 0.999):
            beta.append((a, b, x))
    beta += [(2e4, 3e4, 0.401), (1e4, 1e4, 0.5), (2.0, 1e8, 1e-8)]
    whole = lambda a, b, x: lower_beta(a, b, x)
    t["betainc"] = table(whole, [p for p in beta if precise(whole, p, 60) > 1e-307],
                         [(1, 1, 0, 0), (1, 1, 1, 1), (0, 1, 0.5, 1), (1, 0, 0.5, 0), (-1, 1, 0.5, NAN), (2, 3, 2, NAN)], start=60)
    few = [p for p in beta if p[0] < 300 and p[1] < 300][::3]
    t["dBetaincDa"] = table(centred(whole, 0), few, [(1, 1, 0, 0)], start=60)
    t["dBetaincDb"] = table(centred(whole, 1), few, [(1, 1, 1, 0)], start=60)
    write("incomplete", t)


def bessel():
    t = {}
    small = geometric(1e-300, 1e-10, 6) + geometric(1e-10, 1, 40)
    both = signed(small + uniform(0, 40, 80) + geometric(30, 1e15, 30))
    rising = signed(small + uniform(0, 40, 60) + uniform(40, 709, 30)) + [712.5]
    for n in (0, 1):
        t[f"i{n}"] = table(lambda x: m.besseli(n, x), rising, [(0, 1 - n), (INF, INF), (NAN, NAN)])
        t[f"i{n}e"] = table(lambda x: m.besseli(n, x) * m.exp(-abs(x)), rising + geometric(700, 1e6, 20), [(0, 1 - n), (INF, 0), (NAN, NAN)])
        envelope = lambda x, v: max(abs(v), m.sqrt(2 / (m.pi * abs(x))) if abs(x) > 8 else 0)
        t[f"j{n}"] = table(lambda x: m.besselj(n, x), both + [y for k in (1, 2) for y in near(float(m.besseljzero(n, k)), 20)],
                           [(0, 1 - n), (INF, 0), (-INF, 0), (NAN, NAN)], scale=envelope)
        t[f"y{n}"] = table(lambda x: m.bessely(n, x), [x for x in both if x > 0] + [y for k in (1, 2, 3) for y in near(float(m.besselyzero(n, k)), 20)],
                           [(0, -INF), (-1, NAN), (INF, 0), (NAN, NAN)], scale=envelope)
    write("bessel", t)


FAMILIES = {f.__name__: f for f in (elementary, logistic, normal, gammas, incomplete, bessel)}

if __name__ == "__main__":
    for name in sys.argv[1:] or FAMILIES:
        rng.seed(name)
        mp.dps = 60
        FAMILIES[name]()
