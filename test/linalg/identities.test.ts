// Identities of matrix calculus and of the factorisations, on random matrices.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  grad,
  hessian,
  linalg,
  matmul,
  mul,
  neg,
  sub,
  sum,
  swapaxes,
  type Tensor,
  vmap,
} from '../../src/index.ts';
import { diagEmbed } from '../../src/ops/diagonals.ts';
import { dense } from '../../src/tensor/tensor.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import { invertible, matrices, numbers } from './matrices.ts';

const t = (x: Tensor): Tensor => swapaxes(x, -2, -1);
const pushforward = (f: (x: Tensor) => Tensor, x: Tensor, dx: Tensor): Tensor => jvp(f, [x], [dx])[1] as Tensor;
const runs = { numRuns: 25 };

function expectNear(actual: Tensor, expected: Tensor, relative = 1e-11): void {
  expect(actual.shape).toEqual(expected.shape);
  const [a, e] = [numbers(actual), numbers(expected)];
  const size = Math.max(1, ...e.map(Math.abs));
  a.forEach((v, i) => {
    expect(Math.abs(v - e[i]!), `${v} is not ${e[i]} at ${i}`).toBeLessThanOrEqual(relative * size);
  });
}

describe('[196] identities of matrix calculus', () => {
  test('d log|det A| = A⁻ᵀ', () => {
    fc.assert(
      fc.property(invertible(4), (A) => {
        expectNear(grad((x: Tensor) => linalg.slogdet(x)[1])(A) as Tensor, t(linalg.inv(A)));
      }),
      runs,
    );
  });
  test('d det A = det(A) A⁻ᵀ', () => {
    fc.assert(
      fc.property(invertible(4), (A) => {
        expectNear(grad(linalg.det)(A) as Tensor, mul(linalg.det(A), t(linalg.inv(A))));
      }),
      runs,
    );
  });
  test('d inv = −A⁻¹ dA A⁻¹', () => {
    fc.assert(
      fc.property(invertible(3), matrices(3, 3), (A, dA) => {
        const Y = linalg.inv(A);
        expectNear(pushforward(linalg.inv, A, dA), neg(matmul(Y, matmul(dA, Y))));
      }),
      runs,
    );
  });
  test('d exp(A) along a matrix that commutes with A is exp(A) times it', () => {
    fc.assert(
      fc.property(matrices(3, 3), (A) => {
        const E = sub(matmul(A, A), mul(A, 2));
        expectNear(pushforward(linalg.matrixExp, A, E), matmul(linalg.matrixExp(A), E), 1e-10);
      }),
      runs,
    );
  });
  test('the gradient of trace(A B) in A is Bᵀ', () => {
    fc.assert(
      fc.property(matrices(2, 3), matrices(3, 2), (A, B) => {
        expectNear(grad((x: Tensor) => linalg.trace(matmul(x, B)))(A) as Tensor, t(B));
      }),
      runs,
    );
  });
  test('the Hessian of log|det A| is −A⁻ᵀ dA ᵀ A⁻ᵀ', () => {
    fc.assert(
      fc.property(invertible(3), matrices(3, 3), (A, dA) => {
        const Y = t(linalg.inv(A));
        const H = hessian((x: Tensor) => linalg.slogdet(x)[1])(A) as Tensor;
        const along = matmul(H.reshape([9, 9]), dA.reshape([9])).reshape([3, 3]);
        expectNear(along, neg(matmul(Y, matmul(t(dA), Y))));
      }),
      runs,
    );
  });
});

describe('factorisations put the matrix together again', () => {
  test.each([
    [3, 3],
    [4, 2],
    [2, 4],
    [1, 1],
    [3, 0],
    [0, 2],
  ])('%i×%i in a batch of [2]', (m, n) => {
    fc.assert(
      fc.property(matrices(2, m, n), (A) => {
        const [Q, R] = linalg.qr(A);
        expectNear(matmul(Q, R), A);
        const [P, L, U] = linalg.lu(A);
        expectNear(matmul(P, matmul(L, U)), A);
        const [left, s, Vt] = linalg.svd(A);
        expectNear(matmul(left, matmul(diagEmbed(s), Vt)), A);
        expectNear(matmul(A, matmul(linalg.pinv(A), A)), A, 1e-8);
        if (m !== n) return;
        const spd = add(matmul(A, t(A)), diagEmbed(dense('float64', [2, m], new Float64Array(2 * m).fill(1))));
        const lower = linalg.cholesky(spd);
        expectNear(matmul(lower, t(lower)), spd);
        const [w, V] = linalg.eigh(spd);
        expectNear(matmul(V, matmul(diagEmbed(w), t(V))), spd);
      }),
      runs,
    );
  });
});

describe('gradients through factorisations equal gradients of what they compute', () => {
  test('log det by cholesky, by eigenvalues and by slogdet', () => {
    fc.assert(
      fc.property(matrices(3, 3), (A) => {
        const spd = (x: Tensor) => add(matmul(x, t(x)), diagEmbed(dense('float64', [3], Float64Array.of(1, 2, 3))));
        const g = grad((x: Tensor) => linalg.logdet(spd(x)))(A) as Tensor;
        const byCholesky = (x: Tensor) => mul(sum(linalg.cholesky(spd(x)).diagonal().log()), 2);
        expectNear(grad(byCholesky)(A) as Tensor, g, 1e-10);
        expectNear(grad((x: Tensor) => sum(linalg.eigvalsh(spd(x)).log()))(A) as Tensor, g, 1e-10);
        expectNear(
          grad((x: Tensor) => linalg.trace(linalg.symmetricFunction(spd(x), (w) => w.log())))(A) as Tensor,
          g,
          1e-10,
        );
      }),
      runs,
    );
  });
  test('solve, inv and lstsq of a square system', () => {
    fc.assert(
      fc.property(invertible(3), matrices(3, 2), (A, B) => {
        const gy = matmul(B, t(B));
        const pull = (f: (a: Tensor, b: Tensor) => Tensor) =>
          vjp((a: Tensor, b: Tensor) => f(a, b), A, B)[1](matmul(gy, B)) as Tensor[];
        const expected = pull((a, b) => linalg.solve(a, b));
        for (const other of [pull((a, b) => matmul(linalg.inv(a), b)), pull((a, b) => linalg.lstsq(a, b))]) {
          expectNear(other[0]!, expected[0]!);
          expectNear(other[1]!, expected[1]!);
        }
      }),
      runs,
    );
  });
});

test('vmap over right-hand sides alone factors the matrix once and gives the stacked solutions', () => {
  fc.assert(
    fc.property(invertible(3), matrices(5, 3), (A, b) => {
      expectNear(vmap((v: Tensor) => linalg.solve(A, v))(b) as Tensor, t(linalg.solve(A, t(b))));
    }),
    runs,
  );
});

describe('close eigenvalues', () => {
  test.each([0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.1])('derivatives of exp of a symmetric matrix, gap %d', (gap) => {
    const A = dense('float64', [2, 2], Float64Array.of(1, 0, 0, 1 + gap));
    const E = dense('float64', [2, 2], Float64Array.of(0.5, -1, -1, 2));
    const f = (x: Tensor) => linalg.symmetricFunction(x, (w) => w.exp());
    const along = (g: (x: Tensor) => Tensor) => (x: Tensor) => pushforward(g, x, E);
    expectNear(along(f)(A), along(linalg.matrixExp)(A), 1e-13);
    expectNear(along(along(f))(A), along(along(linalg.matrixExp))(A), 1e-11);
    expectNear(along(along(along(f)))(A), along(along(along(linalg.matrixExp)))(A), 1e-10);
  });
});
