// Spread, from deviations: c = x − mean(x), var = Σ c² / (n − correction). The standard deviation is a Euclidean norm of c,
// so that a constant, where it has a kink, gets the gradient 0.
import { checkNumber } from '../tensor/arguments.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type Axes, normalizeAxes } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { div, square, sub } from './arithmetic.ts';
import { composite } from './composite.ts';
import { norm } from './norm.ts';
import { floating, onlyTensor } from './operands.ts';
import { mean, sum } from './reduction.ts';
import type { KeepDims } from './rows.ts';
import { checkReduction } from './rows.ts';

export interface VarianceOptions extends KeepDims {
  /** What is subtracted from the number of elements; default 1 (Bessel), 0 for the maximum-likelihood estimate. */
  readonly correction?: number;
}

/** Deviations from the mean over the axes, and the denominator of the variance. */
function deviations(op: string, x: Tensor, axis: Axes, correction: number): [deviation: Tensor, freedom: number] {
  const v = floating(op, onlyTensor(op, x));
  const count = sizeOf(normalizeAxes(op, axis, v.shape).map((i) => v.shape[i]!));
  return [sub(v, mean(v, axis, { keepdims: true })), Math.max(0, count - correction)];
}

/**
 * The variance over the axes, all by default, divided by n − correction (default 1). NaN where that is not positive.
 * Exported to users as `var`, which is no name for a declaration.
 */
export function variance(x: Tensor, axis?: Axes, options: VarianceOptions = {}): Tensor {
  checkReduction('var', x, axis, options, 'correction');
  const { correction = 1, keepdims = false } = options;
  checkNumber('var', 'correction', correction);
  const [deviation, freedom] = deviations('var', x, axis, correction);
  return div(sum(square(deviation), axis, { keepdims }), freedom);
}

/** The standard deviation over the axes, all by default, with n − correction (default 1). A constant has gradient 0. */
export function std(x: Tensor, axis?: Axes, options: VarianceOptions = {}): Tensor {
  checkReduction('std', x, axis, options, 'correction');
  const { correction = 1, keepdims = false } = options;
  checkNumber('std', 'correction', correction);
  const [deviation, freedom] = deviations('std', x, axis, correction);
  return div(norm(deviation, 2, axis, { keepdims }), Math.sqrt(freedom));
}

for (const [name, f] of Object.entries({ var: variance, std })) {
  composite(name, f, [
    { inputs: [{ shape: [5] }] },
    { inputs: [{ shape: [2, 3, 2] }], params: [[0, -1], { keepdims: true, correction: 0 }] },
    { inputs: [{ shape: [3, 2], dtype: 'int32' }], params: [0] },
  ]);
}
