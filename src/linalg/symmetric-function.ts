// f(A) = V f(w) Vᵀ of a symmetric A, with derivatives of every order that never see which eigenvectors were chosen
// (Daleckii & Krein 1965). In the eigenbasis
//   Dᵏf(A)[E₁…E_k]_ab = Σ over orders π and inner indices: f[w_a, w_i₁, …, w_b] · E_π1[a, i₁] E_π2[i₁, i₂] ⋯ E_πk[i_{k−1}, b]
// where f[…] are divided differences, which equal eigenvalues turn into derivatives of f: nothing is divided by a gap of 0.
import { ArgumentError } from '../errors.ts';
import { composite } from '../ops/composite.ts';
import { exp } from '../ops/exponential.ts';
import { sqrt } from '../ops/power.ts';
import { onesLike } from '../tensor/create.ts';
import { apply, rootInterpreter, within } from '../tensor/dispatch.ts';
import { call, name } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, Tensor } from '../tensor/tensor.ts';
import { jvp } from '../transforms/jvp.ts';
import { matrixArgument } from './arrange.ts';
import { symmetrized } from './cholesky.ts';
import { withDifferentials } from './differentials.ts';
import { DividedDifferences, TAYLOR_TERMS } from './divided-differences.ts';
import { eighFactor } from './kernels/index.ts';
import { multiply } from './kernels/matrix-product.ts';
import { transposed } from './kernels/transpose.ts';

/** An elementwise function of tensors. */
export type ScalarFunction = (x: Tensor) => Tensor;

interface FunctionParam {
  readonly f: ScalarFunction;
}

/** f and its derivatives up to `order` at the points w. */
function derivativeTable(f: ScalarFunction, w: Float64Array, order: number): Float64Array[] {
  const x = dense('float64', [w.length], w as Float64Array<ArrayBuffer>);
  const table: Float64Array[] = [];
  let g = f;
  for (let j = 0; j <= order; j++) {
    const before = g;
    const y = before(x);
    if (!(y instanceof Tensor) || y.shape.length !== 1 || y.shape[0] !== w.length) {
      const got = y instanceof Tensor ? showShape(y.shape) : typeof y;
      throw new ArgumentError(`symmetricFunction: f must be elementwise, but gave ${got} for shape [${w.length}].`);
    }
    table.push(Float64Array.from(y.concrete('symmetricFunction').values()));
    g = (v) => (jvp(before, [v], [onesLike(v)]) as [Tensor, Tensor])[1];
  }
  return table;
}

function orders(k: number): number[][] {
  if (k === 0) return [[]];
  return orders(k - 1).flatMap((rest) =>
    Array.from({ length: k }, (_, at) => [...rest.slice(0, at), k - 1, ...rest.slice(at)]),
  );
}

function functionAt(
  a: Float64Array,
  directions: readonly Float64Array[],
  n: number,
  { f }: FunctionParam,
): Float64Array {
  const { w, v } = eighFactor(symmetrized(a, n), n);
  const vt = transposed(v, n, n);
  const k = directions.length;
  const table = within(rootInterpreter(), () => derivativeTable(f, w, k === 0 ? 0 : k + TAYLOR_TERMS));
  const inBasis = new Float64Array(n * n);
  if (k === 0) {
    for (let i = 0; i < n; i++) inBasis[i * n + i] = table[0]![i]!;
  } else {
    const e = directions.map((d) => multiply(vt, multiply(symmetrized(d, n), v, n, n, n), n, n, n));
    const differences = new DividedDifferences(w, table);
    for (const order of orders(k)) {
      for (let i = 0; i < n; i++) addPaths([i], 1, order, e, n, differences, inBasis);
    }
  }
  return multiply(v, multiply(inBasis, vt, n, n, n), n, n, n);
}

/** Extends a path of indices by one matrix after the other; a zero on the way ends it, whatever f is there. */
function addPaths(
  path: readonly number[],
  product: number,
  order: readonly number[],
  e: readonly Float64Array[],
  n: number,
  differences: DividedDifferences,
  out: Float64Array,
): void {
  const step = path.length - 1;
  const here = path[step]!;
  if (step === order.length) {
    out[path[0]! * n + here]! += differences.at(path) * product;
    return;
  }
  const matrix = e[order[step]!]!;
  for (let j = 0; j < n; j++) {
    const next = product * matrix[here * n + j]!;
    if (next !== 0) addPaths([...path, j], next, order, e, n, differences, out);
  }
}

const symmetricFunctionOp: OpRecord<FunctionParam> = withDifferentials<FunctionParam>({
  name: 'symmetricFunction',
  at: functionAt,
  adjoint: 'self',
  formula: (a, { f }) => call('symmetricFunction', a, name(f.name || 'f')),
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'symmetric' }], params: { f: exp } },
    { inputs: [{ shape: [2, 2, 2], kind: 'spd' }], params: { f: sqrt } },
    { inputs: [{ shape: [3, 3], values: [2, 0, 0, 0, 2, 0, 0, 0, 2] }], params: { f: exp } },
    { inputs: [{ shape: [2, 2], kind: 'symmetric' }, { shape: [2, 2] }], params: { f: exp } },
    { inputs: [{ shape: [1, 1] }], params: { f: exp } },
    { inputs: [{ shape: [0, 0] }], params: { f: exp } },
  ],
});

/**
 * The matrix function V f(w) Vᵀ of the symmetric part of A, [..., n, n], for an elementwise f such as `exp` or
 * `x => sqrt(x)`, which is differentiated as often as needed and must not use traced values from outside. Derivatives are
 * right at equal eigenvalues, where those of eigh do not exist.
 */
export function symmetricFunction(A: Tensor, f: ScalarFunction): Tensor {
  const a = matrixArgument('symmetricFunction', A);
  if (typeof f !== 'function') {
    throw new ArgumentError(`symmetricFunction: the second argument must be a function, got ${typeof f}.`);
  }
  return apply(symmetricFunctionOp, [a], { f });
}

composite('linalg.symmetricFunction', symmetricFunction, [
  { inputs: [{ shape: [2, 2], kind: 'symmetric' }], params: [exp] },
]);
