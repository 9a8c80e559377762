// Cases b, c, g, m: Jacobians and Hessians that have structure, each as the planner computes it and, in a row of its own, as n
// products of a compiled program. Structured results are checked by their product with a vector of ones.
import type { Case } from '../case.ts';
import { type InputSpec, uniform } from '../inputs.ts';
import type { Nabla, NablaInputs, NablaTensor } from '../nabla.ts';

type F = (x: NablaTensor) => NablaTensor;
type Transform = (f: F, options: object) => (x: NablaTensor) => unknown;
type Matrix = InstanceType<Nabla['structured']['StructuredMatrix']>;

interface Problem {
  readonly id: string;
  readonly title: string;
  readonly kind: 'jacobian' | 'hessian';
  /** `x` is the variable. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly f: (nabla: Nabla, x: NablaInputs) => F;
  /** Typed values are timed, not entries. */
  readonly structured?: boolean;
  /** The name of the Python programs; they compute all entries. */
  readonly program?: string;
  /** Also n products, this many at a time. */
  readonly products?: number;
}

const logistic = ({ softplus, matmul, sum }: Nabla, { X, y }: NablaInputs): F => {
  return (w) => sum(softplus(matmul(X!, w).mul(y!).neg()));
};
const residual = ({ matmul, sub }: Nabla, { V, Y }: NablaInputs, U: NablaTensor): NablaTensor =>
  sub(Y!, matmul(U, V!.T));
const factorisation =
  (nabla: Nabla, x: NablaInputs): F =>
  (U) =>
    nabla.sum(nabla.square(residual(nabla, x, U))).mul(0.5);

const logisticInputs = (p: number, d: number) => ({
  X: uniform(1, [p, d]),
  y: uniform(2, [p]),
  x: uniform(3, [d], -0.1, 0.1),
});
const factors = (m: number) => ({ x: uniform(1, [m, 10]), V: uniform(2, [200, 10]), Y: uniform(3, [m, 200]) });
const layer = { x: uniform(1, [64, 10]), H: uniform(2, [512, 64]), T: uniform(3, [512, 10]) };

const problems: readonly Problem[] = [
  {
    id: 'b1 256',
    title: 'Jacobian of w∘x, n = 256, entries',
    kind: 'jacobian',
    inputs: { w: uniform(1, [256]), x: uniform(2, [256]) },
    f:
      (_, { w }) =>
      (x) =>
        w!.mul(x),
    program: 'structured-scale',
  },
  {
    id: 'b1 100000',
    title: 'Jacobian of w∘x, n = 100,000, structured',
    kind: 'jacobian',
    inputs: { w: uniform(1, [100_000]), x: uniform(2, [100_000]) },
    f:
      (_, { w }) =>
      (x) =>
        w!.mul(x),
    structured: true,
  },
  {
    id: 'b2 256',
    title: 'Jacobian of tanh(Wx + b), 256×256, entries',
    kind: 'jacobian',
    inputs: { W: uniform(1, [256, 256], -0.1, 0.1), b: uniform(2, [256]), x: uniform(3, [256]) },
    f:
      ({ tanh, matmul }, { W, b }) =>
      (x) =>
        tanh(matmul(W!, x).add(b!)) as NablaTensor,
    program: 'structured-tanh',
    products: 256,
  },
  ...[
    [1000, 100],
    [2048, 256],
  ].map(
    ([p, d]): Problem => ({
      id: `c ${p}`,
      title: `Hessian of the logistic loss, ${p}×${d}, entries`,
      kind: 'hessian',
      inputs: logisticInputs(p!, d!),
      f: logistic,
      program: 'structured-logistic',
      products: d!,
    }),
  ),
  ...[200, 2000].map(
    (m): Problem => ({
      id: `g ${m}`,
      title: `Hessian of ½|Y − UVᵀ|² in U [${m},10], structured`,
      kind: 'hessian',
      inputs: factors(m),
      f: factorisation,
      structured: true,
      ...(m === 200 ? { program: 'structured-factorisation', products: 100 } : {}),
    }),
  ),
  {
    id: 'm masked',
    title: 'Hessian of the masked factorisation in U [200,10], structured',
    kind: 'hessian',
    inputs: { ...factors(200), M: uniform(4, [200, 200], 0, 1) },
    f: (nabla, x) => (U) => nabla.sum(nabla.square(residual(nabla, x, U)).mul(x.M!)).mul(0.5),
    structured: true,
    program: 'structured-masked',
    products: 100,
  },
  {
    id: 'm output',
    title: 'Hessian of a squared loss in the output layer [64,10], 512 examples, structured',
    kind: 'hessian',
    inputs: layer,
    f:
      ({ mean, square, sub, matmul }, { H, T }) =>
      (W) =>
        mean(square(sub(matmul(H!, W), T!))),
    structured: true,
    program: 'structured-output',
    products: 640,
  },
  {
    id: 'm pairwise',
    title: 'Hessian of a pairwise energy, 150 points in three dimensions, entries',
    kind: 'hessian',
    inputs: { x: uniform(1, [150, 3], -2, 2) },
    f:
      ({ exp, sum, square, expandDims }) =>
      (P) => {
        const d = expandDims(P, 1).sub(expandDims(P, 0)) as NablaTensor;
        return sum(exp(sum(square(d), 2).neg())) as NablaTensor;
      },
    program: 'structured-pairwise',
    products: 50,
  },
  {
    id: 'm softmax',
    title: 'Hessian of softmax regression, weights [64,10], 512 examples, entries',
    kind: 'hessian',
    inputs: layer,
    f:
      ({ mean, sum, logSoftmax, softmax, matmul }, { H, T }) =>
      (W) =>
        mean(sum(softmax(T!, 1).mul(logSoftmax(matmul(H!, W), 1)), 1)).neg(),
    program: 'structured-softmax',
    products: 640,
  },
];

const shared = (problem: Problem): Pick<Case, 'inputs' | 'dtype' | 'tolerance'> => ({
  inputs: problem.inputs,
  dtype: 'float32',
  tolerance: 1e-4,
});

function planned(problem: Problem): Case {
  const { id, title, kind, f, structured = false, program = 'none' } = problem;
  return {
    id,
    title,
    group: 'structured',
    ...shared(problem),
    nabla: (nabla, inputs) => {
      const x = inputs.x!;
      const derivative = (nabla[kind] as Transform)(f(nabla, inputs), { structured });
      if (!structured) return () => [derivative(x) as NablaTensor];
      let last: Matrix | undefined;
      const step = (): NablaTensor[] => {
        last = derivative(x) as Matrix;
        return [];
      };
      return Object.assign(step, { canonical: () => [last!.matvec(nabla.onesLike(x))] });
    },
    program,
  };
}

function byProducts(problem: Problem): Case {
  const { id, title, kind, f, structured = false, products } = problem;
  return {
    id: `${id} products`,
    title: `${title.replace(/, (entries|structured)$/, '')}, by products`,
    group: 'structured',
    ...shared(problem),
    nabla: (nabla, inputs) => {
      // All inputs are arguments: a compiled program would keep a Hessian that depends on constants only.
      const transform = nabla[kind] as Transform;
      const compiled = nabla.jit(
        (all: NablaInputs) => transform(f(nabla, all), { chunkSize: products! })(all.x!) as NablaTensor,
      );
      const x = inputs.x!;
      if (!structured) return () => [compiled(inputs)];
      let last: NablaTensor | undefined;
      const step = (): NablaTensor[] => {
        last = compiled(inputs);
        return [];
      };
      const ones = nabla.onesLike(x).reshape([-1]);
      return Object.assign(step, {
        canonical: () => [nabla.matmul(last!.reshape([-1, x.size]), ones).reshape(x.shape)],
      });
    },
    program: 'none',
  };
}

const newton: Case = {
  id: 'g newton',
  title: 'Newton step of ½|Y − UVᵀ|² in U [2000,10]: gradient, structured Hessian, solve',
  group: 'structured',
  inputs: factors(2000),
  dtype: 'float32',
  tolerance: 1e-3,
  nabla: (nabla, inputs) => {
    const f = factorisation(nabla, inputs);
    const gradient = nabla.jit(nabla.grad(f as (x: NablaTensor) => never)) as F;
    const hessian = nabla.hessian(f as (x: NablaTensor) => never, { structured: true }) as (x: NablaTensor) => unknown;
    return () => [(hessian(inputs.x!) as Matrix).solve(gradient(inputs.x!))];
  },
  program: 'none',
};

export const structured: readonly Case[] = [
  ...problems.flatMap((problem) => (problem.products ? [planned(problem), byProducts(problem)] : [planned(problem)])),
  newton,
];
