"""Values of the second-order toolbox from SciPy, for test/structured: python3 scripts/reference/toolbox.py"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares
from scipy.sparse.linalg import cg, eigsh

here = Path(__file__).resolve().parent
target = here.parent.parent / 'test' / 'structured' / 'fixtures' / 'toolbox.json'
random = np.random.default_rng(4)


def conjugate_gradients():
    n = 20
    B = random.normal(size=(n, n)).round(6)
    A = (B @ B.T / n + np.eye(n)).round(8)
    b = random.normal(size=n).round(6)
    count = 0

    def step(_):
        nonlocal count
        count += 1

    x, info = cg(A, b, rtol=1e-8, callback=step)
    assert info == 0
    return {'A': A.tolist(), 'b': b.tolist(), 'x': x.tolist(), 'iterations': count}


def lanczos():
    n = 60
    B = random.normal(size=(n, n)).round(6)
    A = ((B + B.T) / 2).round(8)
    v = random.normal(size=n).round(6)
    ends = eigsh(A, k=2, which='BE', tol=1e-13, return_eigenvectors=False)
    return {'A': A.tolist(), 'v': v.tolist(), 'smallest': min(ends), 'largest': max(ends), 'steps': 45}


# Problems of More, Garbow and Hillstrom (1981), and fits; the same functions stand in test/structured/toolbox-least-squares.test.ts.
def rosenbrock(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def powell_singular(x):
    return np.array([
        x[0] + 10 * x[1], np.sqrt(5) * (x[2] - x[3]), (x[1] - 2 * x[2]) ** 2, np.sqrt(10) * (x[0] - x[3]) ** 2,
    ])


BARD = np.array([0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39])


def bard(x):
    u = np.arange(1, 16)
    v = 16 - u
    return BARD - (x[0] + u / (v * x[1] + np.minimum(u, v) * x[2]))


def freudenstein_roth(x):
    return np.array([
        -13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1], -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1],
    ])


def problems():
    table = {
        'rosenbrock': (rosenbrock, [-1.2, 1.0]),
        'powellSingular': (powell_singular, [3.0, -1.0, 0.0, 1.0]),
        'bard': (bard, [1.0, 1.0, 1.0]),
        'freudensteinRoth': (freudenstein_roth, [0.5, -2.0]),
    }
    out = {}
    for name, (f, start) in table.items():
        found = least_squares(f, start, method='lm', xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=4000)
        out[name] = {'start': start, 'x': found.x.tolist(), 'cost': found.cost}
    return out


target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps({'cg': conjugate_gradients(), 'lanczos': lanczos(), 'leastSquares': problems()}) + '\n')
