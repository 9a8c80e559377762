"""Values of the linear-algebra operations from NumPy and SciPy: writes test/linalg/fixtures/reference.json.

Run once: python3 scripts/reference/linalg-operations.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
import scipy.linalg as sl

rng = np.random.default_rng(7)


def draw(*shape):
    return np.round(rng.uniform(-2, 2, shape), 3)


A = draw(4, 4) + np.diag([3, -3, 3, 4])
B = draw(4, 2)
b = draw(4)
T = np.tril(draw(4, 4)) + 3 * np.eye(4)
S = draw(4, 4)
S = (S + S.T) / 2
P = draw(4, 4)
P = np.round(P @ P.T + np.eye(4), 3)
M, W = draw(5, 3), draw(3, 5)
D = np.outer(draw(5), draw(3)) + np.outer(draw(5), draw(3))  # rank 2
batch = draw(2, 3, 3) + 4 * np.eye(3)
c = draw(5)

inputs = dict(A=A, B=B, b=b, T=T, S=S, P=P, M=M, W=W, D=D, batch=batch, c=c)
values = {}


def add(name, value):
    values[name] = np.asarray(value).tolist()


sign, log = np.linalg.slogdet(A)
add('inv(A)', np.linalg.inv(A))
add('inv(batch)', np.linalg.inv(batch))
add('det(A)', np.linalg.det(A))
add('det(batch)', np.linalg.det(batch))
add('slogdet(A)', [sign, log])
add('logdet(P)', np.linalg.slogdet(P)[1])
add('solve(A,B)', np.linalg.solve(A, B))
add('solve(A,b)', np.linalg.solve(A, b))
add('solve from the right', np.linalg.solve(A.T, B).T)
for lower in (True, False):
    for unit in (True, False):
        for transpose in (True, False):
            triangle = T if lower else T.T
            name = f'solveTriangular({lower},{unit},{transpose})'.lower()
            x = sl.solve_triangular(triangle, B, lower=lower, unit_diagonal=unit, trans=int(transpose))
            add(name.replace('solvetriangular', 'solveTriangular'), x)
add('cholesky(P)', np.linalg.cholesky(P))
add('choleskySolve(P,B)', sl.cho_solve(sl.cho_factor(P, lower=True), B))
for name, matrix in (('M', M), ('W', W)):
    q, r = np.linalg.qr(matrix)
    add(f'qr({name}).Q', q)
    add(f'qr({name}).R', r)
    _, l, u = sl.lu(matrix)
    add(f'lu({name}).L', l)
    add(f'lu({name}).U', u)
    add(f'svdvals({name})', np.linalg.svd(matrix, compute_uv=False))
    add(f'pinv({name})', np.linalg.pinv(matrix))
p, l, u = sl.lu(A)
add('lu(A).P', p)
add('lu(A).L', l)
add('lu(A).U', u)
add('eigvalsh(S)', np.linalg.eigvalsh(S))
add('pinv(D)', np.linalg.pinv(D, rcond=1e-12))
add('lstsq(M,c)', np.linalg.lstsq(M, c, rcond=None)[0])
add('lstsq(D,c)', np.linalg.lstsq(D, c, rcond=1e-12)[0])
add('lstsq(W,c)', np.linalg.lstsq(W, c[:3], rcond=None)[0])
add('matrixExp(A)', sl.expm(A))
add('matrixExp(batch)', [sl.expm(x) for x in batch])
add('Frechet derivative of exp at A along S', sl.expm_frechet(A, S, compute_expm=False))
for n in (0, 1, 2, 3, 7, -1, -2, -5):
    add(f'matrixPower(A,{n})', np.linalg.matrix_power(A, n))
for ord in ('fro', 'nuc', 1, -1, 2, -2, np.inf, -np.inf):
    add(f'norm(M,{ord})', np.linalg.norm(M, ord))
    add(f'cond(A,{ord})', np.linalg.cond(A, ord))
for ord in (0, 1, 2, 3, 0.5, -1, np.inf, -np.inf):
    add(f'norm(b,{ord})', np.linalg.norm(b, ord))
add('norm(batch)', np.linalg.norm(batch))
add('norm(batch,nuc,[1,2])', np.linalg.norm(batch, 'nuc', axis=(1, 2)))
add('norm(batch,1,[0,2])', np.linalg.norm(batch, 1, axis=(0, 2)))
add('matrixRank(D)', np.linalg.matrix_rank(D))
add('matrixRank(batch)', np.linalg.matrix_rank(batch))
add('trace(M)', np.trace(M))
add('sqrt(P)', sl.sqrtm(P).real)
add('log(P)', sl.logm(P).real)
add('exp(S)', sl.expm(S))

fixture = {
    'made with': f'numpy {np.__version__}, scipy {scipy.__version__}',
    'inputs': {name: x.tolist() for name, x in inputs.items()},
    'values': values,
}
path = Path(__file__).parents[2] / 'test/linalg/fixtures/reference.json'
path.write_text(json.dumps(fixture, separators=(',', ':')) + '\n')
