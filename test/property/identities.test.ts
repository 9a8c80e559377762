// Identities of calculus that need no other library: section N of the behaviours, each test named by its number. (191 is
// also checked for every operation in test/conformance, 200 there by checkViews.)
import fc from 'fast-check';
import { describe, test } from 'vitest';
import {
  add,
  div,
  exp,
  grad,
  hessian,
  jacobian,
  jvp,
  linalg,
  log,
  logsumexp,
  matmul,
  mul,
  norm,
  outer,
  permute,
  pow,
  reshape,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  swapaxes,
  type Tensor,
  take,
  tanh,
  tensor,
  vjp,
  vmap,
} from '../../src/index.ts';
import { type DenseTensor, dense, filled } from '../../src/tensor/tensor.ts';
import { expectClose, expectNumbers, inner, numbers } from '../conformance/compare.ts';
import { runs } from '../share.ts';
import { programs, scalarFunction, vector } from './program.ts';

type Scalar = (x: Tensor) => Tensor;

const numRuns = runs(30);

/** A float64 tensor with entries in [-1, 1] times `scale`. */
function random(shape: readonly number[], scale = 1): fc.Arbitrary<DenseTensor> {
  const size = shape.reduce((n, m) => n * m, 1);
  return fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size, maxLength: size }).map((values) =>
    dense(
      'float64',
      shape,
      Float64Array.from(values, (v) => scale * (Math.round(v * 4096) / 4096)),
    ),
  );
}

/** Distances of at least 0.4 between neighbours: positive numbers, or points that keep apart. */
function positive(n: number): fc.Arbitrary<DenseTensor> {
  return random([n]).map((x) =>
    dense('float64', [n], x.values().map((v, i) => 1 + 0.6 * i + 0.1 * v) as Float64Array<ArrayBuffer>),
  );
}

const t = (A: Tensor): Tensor => swapaxes(A, -1, -2);
const identity = (n: number): Tensor =>
  dense(
    'float64',
    [n, n],
    Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
  );
/** Far from singular. */
const invertible = (n: number): fc.Arbitrary<Tensor> => random([n, n]).map((A) => add(A, mul(identity(n), n)));
const spd = (n: number): fc.Arbitrary<Tensor> => random([n, n]).map((A) => add(matmul(A, t(A)), identity(n)));

const gradient = (f: Scalar, x: Tensor): Tensor => grad(f)(x) as Tensor;
const near = (what: string, actual: Tensor, expected: Tensor, relative = 1e-11): void =>
  expectClose(what, [actual], [expected], relative);
const dot = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b));

function holds<T extends unknown[]>(
  ...args: [...{ [K in keyof T]: fc.Arbitrary<T[K]> }, (...x: T) => void]
): () => void {
  return () => {
    const check = args.pop() as (...x: T) => void;
    fc.assert(
      fc.property(fc.tuple(...(args as unknown as fc.Arbitrary<unknown>[])), (x) => check(...(x as T))),
      { numRuns },
    );
  };
}

describe('linearity and symmetry', () => {
  test(
    '[192] of random programs, jvp and vjp are linear, and a zero (co)tangent gives exactly zero',
    holds(programs, (program) => {
      const f = scalarFunction(program);
      const x = vector(program.point);
      const [u, v] = [vector(program.directions[0]!), vector(program.directions[1]!)];
      const push = (d: Tensor): Tensor => jvp(f, x, d)[1] as Tensor;
      const [y, pullback] = vjp(f, x) as [Tensor, (gy: Tensor) => Tensor[]];
      const pull = (g: number): Tensor => pullback(filled([], g, y.dtype))[0]!;
      const parts = add(mul(push(u), 3), mul(push(v), -2));
      const { size } = inner([pull(1)], [add(mul(u, 3), mul(v, 2))]);
      const gap = Math.abs(Number(sub(push(add(mul(u, 3), mul(v, -2))), parts).item()));
      if (!(gap <= 1e-12 * size)) throw new Error(`jvp is not linear: off by ${gap}`);
      near('vjp', pull(-2.5), mul(pull(1), -2.5), 1e-13);
      near('jvp of zero', push(mul(u, 0)), mul(y, 0), 0);
      near('vjp of zero', pull(0), mul(x, 0), 0);
    }),
  );

  test(
    '[193] the gradient of a sum over a batch is the sum of the gradients of the examples',
    holds(random([5, 3]), random([3, 2]), (x, w) => {
      const loss = (weights: Tensor, example: Tensor): Tensor => logsumexp(tanh(matmul(example, weights)));
      const total = gradient((weights) => sum(vmap((e: Tensor) => loss(weights, e))(x) as Tensor), w);
      const each = vmap(grad(loss), { inAxes: [null, 0] })(w, x) as Tensor;
      near('sum of gradients', total, sum(each, 0));
      near(
        'without vmap',
        total,
        gradient((weights) => sum(logsumexp(tanh(matmul(x, weights)), 1)), w),
      );
    }),
  );

  test(
    '[194] the gradient of f∘permute is the permuted gradient, and adding 0 changes nothing',
    holds(random([6]), (x) => {
      const order = tensor([3, 0, 5, 1, 4, 2], { dtype: 'int32' });
      const f: Scalar = (v) => sum(mul(softmax(v), square(v)));
      near(
        'symmetric f',
        gradient((v) => f(take(v, order, 0)), x),
        gradient(f, x),
      );
      near('gradient at the permuted point', gradient(f, take(x, order, 0)), take(gradient(f, x), order, 0));
      near(
        'f(x + 0)',
        gradient((v) => f(add(v, 0)), x),
        gradient(f, x),
        0,
      );
      const matrix = reshape(x, [2, 3]);
      const g: Scalar = (v) => sum(tanh(matmul(v, t(v))));
      near(
        'transposed',
        gradient((v) => g(permute(v, [1, 0])), t(matrix)),
        t(gradient(g, matrix)),
      );
    }),
  );
});

describe('[195] Euler: ∇f·x = k f for f homogeneous of degree k', () => {
  const shifted = (x: Tensor): Tensor => take(x, tensor([1, 2, 3, 0], { dtype: 'int32' }), 0);
  const cases: readonly [string, number, Scalar][] = [
    ['norm', 1, (x) => norm(x)],
    ['norm of order 3', 1, (x) => norm(x, 3)],
    ['sum of cubes', 3, (x) => sum(pow(x, 3))],
    ['Rayleigh quotient', 0, (x) => div(dot(x, shifted(x)), dot(x, x))],
    ['geometric mean', 1, (x) => exp(mul(sum(log(x)), 0.25))],
    ['determinant of [2,2]', 2, (x) => linalg.det(reshape(x, [2, 2]))],
    ['sum of roots', 0.5, (x) => sum(sqrt(x))],
  ];
  const equal = (what: string, actual: Tensor, expected: Tensor, scale: number): void =>
    expectNumbers(what, numbers([actual]), numbers([expected]), () => 1e-11 * scale);
  test.each(cases)('%s, k = %s', (_name, k, f) =>
    holds(positive(4), (x) => {
      const [g, H] = [gradient(f, x), hessian(f)(x) as Tensor];
      const size = Number(mul(norm(x), add(norm(g), mul(norm(H), norm(x)))).item());
      equal('∇f·x', dot(g, x), mul(f(x), k), size);
      // The gradient is homogeneous of degree k - 1.
      equal('∇²f x', matmul(H, x), mul(g, k - 1), size);
    })(),
  );
});

describe('[196] matrix identities', () => {
  test(
    'd log det A = A⁻ᵀ',
    holds(spd(4), (A) =>
      near(
        'gradient',
        gradient((M) => linalg.logdet(M), A),
        t(linalg.inv(A)),
        1e-10,
      ),
    ),
  );

  test(
    'd det A = det(A) A⁻ᵀ',
    holds(invertible(3), (A) =>
      near(
        'gradient',
        gradient((M) => linalg.det(M), A),
        mul(t(linalg.inv(A)), linalg.det(A)),
        1e-10,
      ),
    ),
  );

  test(
    'd A⁻¹ = -A⁻¹ dA A⁻¹, and its second differential is 2 A⁻¹ dA A⁻¹ dA A⁻¹',
    holds(invertible(3), random([3, 3]), (A, E) => {
      const along =
        (f: Scalar): Scalar =>
        (M) =>
          jvp(f, M, E)[1] as Tensor;
      const P = linalg.inv(A);
      const first = matmul(P, matmul(E, P));
      near('first', along(linalg.inv)(A), mul(first, -1), 1e-10);
      near('second', along(along(linalg.inv))(A), mul(matmul(first, matmul(E, P)), 2), 1e-10);
    }),
  );

  test(
    'd exp(A) in a direction that commutes with A is exp(A) dA',
    holds(random([3, 3]), (A) => {
      const E = add(matmul(A, A), mul(A, 0.5));
      near('direction', jvp(linalg.matrixExp, A, E)[1] as Tensor, matmul(linalg.matrixExp(A), E), 1e-10);
    }),
  );

  test(
    'd trace(AB)/dA = Bᵀ, d trace(AB)/dB = Aᵀ',
    holds(random([3, 4]), random([4, 3]), (A, B) => {
      near(
        'A',
        gradient((M) => linalg.trace(matmul(M, B)), A),
        t(B),
        1e-14,
      );
      near(
        'B',
        gradient((M) => linalg.trace(matmul(A, M)), B),
        t(A),
        1e-14,
      );
    }),
  );
});

describe('[197] closed forms', () => {
  test(
    'the Hessian of logsumexp is diag(p) - p pᵀ',
    holds(random([5], 4), (x) => {
      const p = softmax(x);
      near('Hessian', hessian((v: Tensor) => logsumexp(v))(x) as Tensor, sub(mul(identity(5), p), outer(p, p)));
    }),
  );

  test(
    'the gradient and Hessian of the Rosenbrock function',
    holds(random([2], 2), (x) => {
      const f: Scalar = (v) => {
        const [a, b] = [v.at(0), v.at(1)];
        return add(square(sub(1, a)), mul(square(sub(b, square(a))), 100));
      };
      const [a, b] = x.values() as unknown as [number, number];
      const slope = [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)];
      const curvature = [
        [2 - 400 * (b - 3 * a * a), -400 * a],
        [-400 * a, 200],
      ];
      near('gradient', gradient(f, x), tensor(slope, { dtype: 'float64' }));
      near('Hessian', hessian(f)(x) as Tensor, tensor(curvature, { dtype: 'float64' }));
    }),
  );

  test(
    'the forces of a Lennard-Jones cluster sum to zero, and so do their moments',
    holds(random([5, 3], 0.3), (jitter) => {
      const corners = [0, 0, 0, 1.2, 0, 0, 0, 1.2, 0, 0, 0, 1.2, 1.2, 1.2, 1.2];
      const x = add(jitter, dense('float64', [5, 3], Float64Array.from(corners)));
      const pairs = Array.from({ length: 5 }, (_, i) => Array.from({ length: i }, (_j, j) => [i, j])).flat();
      const ends = [0, 1].map((end) =>
        tensor(
          pairs.map((pair) => pair[end]!),
          { dtype: 'int32' },
        ),
      );
      const energy: Scalar = (points) => {
        const apart = sub(take(points, ends[0]!, 0), take(points, ends[1]!, 0));
        const sixth = pow(sum(square(apart), 1), -3);
        return mul(sum(sub(square(sixth), sixth)), 4);
      };
      const forces = gradient(energy, x);
      const size = Number(sum(norm(forces, 2, 1)).item());
      const moments = sub(matmul(t(x), forces), matmul(t(forces), x));
      for (const total of [sum(forces, 0), moments]) {
        const largest = Number(norm(total).item());
        if (!(largest <= 1e-12 * size)) throw new Error(`forces of size ${size} leave ${largest}`);
      }
    }),
  );
});

test(
  '[198] at zero residual the Gauss-Newton matrix JᵀJ is the Hessian of ½‖r‖²',
  holds(random([4]), random([6, 4]), (x, A) => {
    const model: Scalar = (v) => tanh(matmul(A, v));
    const data = model(x);
    const residual: Scalar = (v) => sub(model(v), data);
    const J = jacobian(residual)(x) as Tensor;
    near('JᵀJ', hessian((v: Tensor) => mul(sum(square(residual(v))), 0.5))(x) as Tensor, matmul(t(J), J));
  }),
);
