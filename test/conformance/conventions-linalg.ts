// The values chosen where a function of matrices is singular, degenerate or not unique. `behaviour` is the number in the list
// of behaviours that users of PyTorch and JAX rely on; `ours` is what `check` asserts.
import {
  exp,
  grad,
  hessian,
  jacobian,
  linalg,
  matmul,
  mul,
  NotDifferentiableError,
  sum,
  swapaxes,
} from '../../src/index.ts';
import { diagEmbed } from '../../src/ops/diagonals.ts';
import { type Data, tensor } from '../../src/tensor/create.ts';
import type { DenseTensor, Tensor } from '../../src/tensor/tensor.ts';
import type { Convention } from './convention-table.ts';

type ScalarFunction = (x: Tensor) => Tensor;

const point = (values: Data): DenseTensor => tensor(values, { dtype: 'float64' });
const gradient = (f: ScalarFunction, at: Data): number[] => numbers(grad(f)(point(at)) as Tensor);
const numbers = (x: Tensor): number[] => Array.from(x.toTypedArray());
const t = (x: Tensor): Tensor => swapaxes(x, -2, -1);

function expectNear(actual: readonly number[], expected: readonly number[], error = 1e-12): void {
  const near = (x: number, y: number) => Object.is(x, y) || Math.abs(x - y) <= error;
  if (actual.length !== expected.length || !actual.every((x, i) => near(x, expected[i]!))) {
    throw new Error(`[${actual}] is not [${expected}]`);
  }
}

function expectRefusal(f: () => unknown): void {
  try {
    f();
  } catch (error) {
    if (error instanceof NotDifferentiableError) return;
    throw error;
  }
  throw new Error('no NotDifferentiableError was thrown');
}

const identity = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const rankTwo = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];
const rankOne = [
  [1, 2, 3],
  [2, 4, 6],
  [-1, -2, -3],
];

/** ∂²det/∂aᵢⱼ∂aₖₗ of a 3×3 matrix, from the polynomial: ε_ikp ε_jlq a_pq. */
function hessianOfDet(a: readonly (readonly number[])[]): number[] {
  const epsilon = (i: number, j: number, k: number): number => ((j - i) * (k - i) * (k - j)) / 2;
  const axis = [0, 1, 2];
  const entries = axis.flatMap((i) => axis.flatMap((j) => axis.flatMap((k) => axis.map((l) => [i, j, k, l] as const))));
  return entries.map(([i, j, k, l]) =>
    axis.reduce((total, p) => axis.reduce((y, q) => y + epsilon(i, k, p) * epsilon(j, l, q) * a[p]![q]!, total), 0),
  );
}

/** Σ Gᵢⱼ f(A)ᵢⱼ with G not symmetric. */
const weighted = (y: Tensor): Tensor => sum(mul(y, point(rankTwo)));

export const rows: readonly Convention[] = [
  {
    behaviour: 178,
    at: 'det at rank n−1',
    ours: 'the cofactor matrix; second derivatives exact',
    why: 'det is a polynomial, and its derivatives are computed without dividing by it',
    check: () => {
      expectNear(gradient(linalg.det, rankTwo), [-3, 6, -3, 6, -12, 6, -3, 6, -3], 1e-12);
      expectNear(
        gradient(linalg.det, [
          [0, 0, 0],
          [0, 2, 0],
          [0, 0, 3],
        ]),
        [6, 0, 0, 0, 0, 0, 0, 0, 0],
      );
      expectNear(numbers(hessian(linalg.det)(point(rankTwo)) as Tensor), hessianOfDet(rankTwo), 1e-12);
    },
  },
  {
    behaviour: 179,
    at: 'det at rank ≤ n−2',
    ours: '0; second and third derivatives exact',
    why: 'as above',
    check: () => {
      expectNear(gradient(linalg.det, rankOne), new Array<number>(9).fill(0), 1e-13);
      expectNear(numbers(hessian(linalg.det)(point(rankOne)) as Tensor), hessianOfDet(rankOne), 1e-12);
      const zero = identity.map((row) => row.map(() => 0));
      const third = numbers(jacobian(hessian(linalg.det))(point(zero)) as Tensor);
      const unit = (p: number, q: number) => zero.map((row, i) => row.map((_, j) => (i === p && j === q ? 1 : 0)));
      const columns = [0, 1, 2].flatMap((p) => [0, 1, 2].map((q) => hessianOfDet(unit(p, q))));
      expectNear(
        third,
        columns[0]!.flatMap((_, k) => columns.map((column) => column[k]!)),
      );
    },
  },
  {
    behaviour: 180,
    at: 'eigenvalues of I, sum of w²',
    ours: '2I',
    why: 'the derivative of eigenvalues needs no gap between them',
    check: () => {
      const expected = identity.flat().map((v) => 2 * v);
      expectNear(
        gradient((x) => sum(linalg.eigvalsh(x).square()), identity),
        expected,
      );
      expectNear(
        gradient((x) => sum(linalg.eigh(x)[0].square()), identity),
        expected,
      );
    },
  },
  {
    behaviour: 181,
    at: 'V f(w) Vᵀ at equal w: linalg.symmetricFunction',
    ours: 'exact at every order',
    why: 'Daleckii–Krein: divided differences of f become its derivatives where eigenvalues meet',
    check: () => {
      const G = rankTwo.map((row, i) => row.map((v, j) => (Math.E * (v + rankTwo[j]![i]!)) / 2));
      expectNear(
        gradient((x) => weighted(linalg.symmetricFunction(x, exp)), identity),
        G.flat(),
      );
      const spread = (x: Tensor) => sum(linalg.symmetricFunction(x, (w) => w.square()).mul(point(identity)));
      const second = (i: number, j: number) => (Math.floor(i / 3) === Math.floor(j / 3) && i % 3 === j % 3 ? 1 : 0);
      const swapped = (i: number, j: number) => (Math.floor(i / 3) === j % 3 && i % 3 === Math.floor(j / 3) ? 1 : 0);
      const places = Array.from({ length: 81 }, (_, k) => [Math.floor(k / 9), k % 9] as const);
      expectNear(
        numbers(hessian(spread)(point(identity)) as Tensor),
        places.map(([i, j]) => second(i, j) + swapped(i, j)),
      );
    },
  },
  {
    behaviour: 181,
    at: 'V f(w) Vᵀ at equal w, written out with eigh',
    ours: 'NaN in their eigenspace',
    why: 'w and V at one point do not hold f′, so no rule for eigh can know it; a finite number would be a wrong one',
    check: () => {
      const f = (x: Tensor) => {
        const [w, V] = linalg.eigh(x);
        return weighted(matmul(V, matmul(diagEmbed(exp(w)), t(V))));
      };
      const g = gradient(f, identity);
      if (g.some((v) => Number.isFinite(v))) throw new Error(`[${g}] is not all NaN`);
    },
  },
  {
    behaviour: 181,
    at: 'a simple eigenvalue and its vector, others equal',
    ours: 'exact to first order; beyond, NaN where the vectors of the others turn',
    why: 'a vector depends on its own gaps only; symmetricFunction has all orders',
    check: () => {
      const f = (x: Tensor) => {
        const v = linalg.eigh(x)[1].at(':', 0);
        return matmul(v, matmul(point(rankTwo), v));
      };
      // A = diag(0, 2, 2): dv = −½ (dA₁₀, dA₂₀), so d(vᵀGv) = −½ Σ (G + Gᵀ)ₖ₀ dA_k0, spread over both triangles.
      expectNear(
        gradient(f, [
          [0, 0, 0],
          [0, 2, 0],
          [0, 0, 2],
        ]),
        [0, -1.5, -2.5, -1.5, 0, 0, -2.5, 0, 0],
      );
      const lowest = (x: Tensor) => linalg.eigvalsh(x).at(0);
      expectNear(
        gradient(lowest, [
          [0, 0, 0],
          [0, 2, 0],
          [0, 0, 2],
        ]),
        [1, 0, 0, 0, 0, 0, 0, 0, 0],
      );
    },
  },
  {
    behaviour: 181,
    at: 'second derivative of sum of w², w the eigenvalues of I',
    ours: 'NaN with eigvalsh; exact with trace(symmetricFunction(A, square))',
    why: 'the gradient is V diag(2w) Vᵀ, which falls under the row above',
    check: () => {
      const h = numbers(hessian((x: Tensor) => sum(linalg.eigvalsh(x).square()))(point(identity)) as Tensor);
      if (h.every((v) => Number.isFinite(v))) throw new Error(`[${h}] is finite`);
    },
  },
  {
    behaviour: 185,
    at: 'cholesky, eigh, symmetricFunction of a matrix that is not symmetric',
    ours: 'its symmetric part counts; gradients are symmetric',
    why: 'the gradient does not depend on which triangle an implementation reads',
    check: () => {
      const A = [
        [4, 1],
        [3, 5],
      ];
      const symmetric = [
        [4, 2],
        [2, 5],
      ];
      for (const f of [linalg.cholesky, (x: Tensor) => linalg.eigh(x)[1], linalg.eigvalsh]) {
        expectNear(numbers(f(point(A))), numbers(f(point(symmetric))));
        const y = f(point(symmetric));
        const G = point(numbers(y).map((_, i) => i + 1)).reshape(y.shape);
        const g = gradient((x) => sum(mul(f(x), G)), symmetric);
        expectNear([g[1]!], [g[2]!]);
      }
    },
  },
  {
    behaviour: 186,
    at: 'signs of eigenvectors and singular vectors',
    ours: 'the largest entry is positive (of the shorter vector of a singular pair)',
    why: 'the sign is fixed near the point, so the derivative of one chosen vector exists',
    check: () => {
      const h = Math.SQRT1_2;
      expectNear(
        numbers(
          linalg.eigh(
            point([
              [2, 1],
              [1, 2],
            ]),
          )[1],
        ),
        [h, h, -h, h],
      );
    },
  },
  {
    behaviour: 187,
    at: 'svd with fullMatrices, qr complete, of a matrix that is not square',
    ours: 'NotDifferentiableError',
    why: 'the extra vectors are any basis of what is left',
    check: () => {
      const tall = [
        [1, 2],
        [3, 4],
        [5, 7],
      ];
      expectRefusal(() => gradient((x) => sum(linalg.svd(x, { fullMatrices: true })[0]), tall));
      expectRefusal(() => gradient((x) => sum(linalg.qr(x, { mode: 'complete' })[0]), tall));
    },
  },
  {
    behaviour: 187,
    at: 'equal or zero singular values',
    ours: 'symmetric functions of them have their derivative; their vectors have none (NaN)',
    why: 'as for eigenvalues',
    check: () => {
      expectNear(
        gradient((x) => sum(linalg.svdvals(x).square()), identity),
        identity.flat().map((v) => 2 * v),
      );
      expectNear(
        gradient((x) => sum(linalg.svdvals(x).square()), rankOne),
        rankOne.flat().map((v) => 2 * v),
        1e-12,
      );
      const g = gradient((x) => weighted(linalg.svd(x)[0]), identity);
      if (g.every((v) => Number.isFinite(v))) throw new Error(`[${g}] is finite`);
    },
  },
  {
    behaviour: 0,
    at: 'nuclear norm of a matrix without full rank',
    ours: 'U_r V_rᵀ over the nonzero singular values; 0 at 0',
    why: 'the subgradient of least norm',
    check: () => {
      const size = Math.sqrt(14) * Math.sqrt(6);
      expectNear(
        gradient((x) => linalg.norm(x, 'nuc'), rankOne),
        rankOne.flat().map((v) => v / size),
        1e-12,
      );
      expectNear(
        gradient(
          (x) => linalg.norm(x, 'nuc'),
          [
            [0, 0],
            [0, 0],
          ],
        ),
        [0, 0, 0, 0],
      );
      expectNear(
        gradient(
          (x) => linalg.norm(x, 2),
          [
            [0, 0],
            [0, 0],
          ],
        ),
        [0, 0, 0, 0],
      );
      expectNear(
        gradient(
          (x) => linalg.norm(x, 'fro'),
          [
            [0, 0],
            [0, 0],
          ],
        ),
        [0, 0, 0, 0],
      );
    },
  },
  {
    behaviour: 0,
    at: 'pinv and lstsq of a matrix without full rank',
    ours: 'the derivative among matrices of the same rank',
    why: 'pinv jumps to infinity when the rank grows',
    check: () => {
      expectNear(
        gradient(
          (x) => sum(linalg.pinv(x)),
          [
            [2, 0],
            [0, 0],
          ],
        ),
        [-0.25, 0.25, 0.25, 0],
      );
    },
  },
];
