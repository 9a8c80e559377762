// Trace and diagonal of a matrix that is known by its products only, from random signs z (Hutchinson 1990; Bekas, Kokiopoulou
// and Saad 2007):   tr A = E[zᵀ A z],   diag A = E[z ∘ A z].   Only off-diagonal entries make them vary: a diagonal matrix
// is met exactly by one sample.
import { ArgumentError } from '../errors.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { sqrt } from '../ops/power.ts';
import { sumOver } from '../ops/spread.ts';
import { bernoulli } from '../random/discrete.ts';
import { split } from '../random/keys.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { filled, Tensor } from '../tensor/tensor.ts';
import { type Flat, flattenTensors, matching, requireFloat, restore } from '../transforms/call.ts';
import { applied, type LinearOperator } from './operator.ts';

export interface HutchinsonOptions {
  /** The random key that the signs are drawn with. */
  readonly key: Tensor;
  /** How many random vectors, default 32; the error falls with the square root of their number. */
  readonly samples?: number;
}

export interface TraceEstimate {
  readonly estimate: Tensor;
  /** The standard deviation of the estimate, from the samples; NaN for one sample, which cannot tell. */
  readonly standardError: Tensor;
}

/** z and A z for every sample, leaf by leaf. */
function sampled(
  op: string,
  A: LinearOperator,
  like: unknown,
  options: HutchinsonOptions,
): { flat: Flat; pairs: [z: Tensor[], Az: Tensor[]][] } {
  checkOptions(op, options, 'key', 'samples');
  if (!(options?.key instanceof Tensor)) {
    throw new ArgumentError(`${op}: a random key is needed.`, `${op}(A, like, { key: random.key(0) })`);
  }
  const { key, samples = 32 } = options;
  if (!Number.isInteger(samples) || samples < 1) {
    throw new ArgumentError(`${op}: samples must be an integer >= 1, got ${String(samples)}.`);
  }
  const map = applied(op, A);
  const flat = flattenTensors(op, like);
  requireFloat(op, flat.leaves);
  const pairs = split(key, samples).map((one): [Tensor[], Tensor[]] => {
    const keys = split(one, Math.max(1, flat.leaves.length));
    const z = flat.leaves.map((v, i) => sub(mul(cast(bernoulli(keys[i]!, 0.5, v.shape), v.dtype), 2), 1));
    return [z, matching(op, 'the product', map(restore(flat, z)), flat)];
  });
  return { flat, pairs };
}

const total = (x: Tensor): Tensor =>
  sumOver(
    x,
    x.shape.map((_, axis) => axis),
  );

/**
 * An unbiased estimate of tr A, with its standard error, from products with random signs in the shapes of `like`. A is a
 * matrix, an object with `matvec` or a linear function of trees, symmetric or not.
 *
 *     const { estimate } = linalg.hutchinsonTrace((v) => hvp(f, w, v)[1], w, { key: random.key(0) })
 */
export function hutchinsonTrace(A: LinearOperator, like: unknown, options: HutchinsonOptions): TraceEstimate {
  const { pairs } = sampled('linalg.hutchinsonTrace', A, like, options);
  const traces = pairs.map(([z, Az]) =>
    z.map((v, i) => cast(total(mul(v, Az[i]!)), 'float64')).reduce((s, t) => add(s, t), filled([], 0, 'float64')),
  );
  const n = traces.length;
  const estimate = div(
    traces.reduce((s, t) => add(s, t)),
    n,
  );
  const squares = traces.map((t) => mul(sub(t, estimate), sub(t, estimate))).reduce((s, t) => add(s, t));
  return { estimate, standardError: sqrt(div(squares, n * (n - 1))) };
}

/** An unbiased estimate of the diagonal of A, a tree like `like`: the mean of z ∘ A z over random signs z. */
export function hutchinsonDiagonal<T>(A: LinearOperator, like: T, options: HutchinsonOptions): T {
  const { flat, pairs } = sampled('linalg.hutchinsonDiagonal', A, like, options);
  const sums = flat.leaves.map((_, i) => pairs.map(([z, Az]) => mul(z[i]!, Az[i]!)).reduce((s, t) => add(s, t)));
  return restore(
    flat,
    sums.map((s) => div(s, pairs.length)),
  ) as T;
}
