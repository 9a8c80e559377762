// Reductions that leave out NaNs. A NaN is replaced by a constant before anything else, so its gradient is an exact zero.
import type { Axes } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { div, square, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { greater, isnan, logicalNot } from './comparison.ts';
import { composite } from './composite.ts';
import { floating, onlyTensor } from './operands.ts';
import { sum } from './reduction.ts';
import { checkReduction, countable, type KeepDims } from './rows.ts';
import { where } from './select.ts';
import type { VarianceOptions } from './statistics.ts';

/** `x` with zeros for its NaNs, where it has none, and how many of those there are over the axes. */
function withoutNaN(
  op: string,
  x: Tensor,
  axis: Axes,
  options?: KeepDims,
): [values: Tensor, valid: Tensor, count: Tensor] {
  const v = floating(op, onlyTensor(op, x));
  const valid = logicalNot(isnan(v));
  return [where(valid, v, 0), valid, cast(sum(valid, axis, options), v.dtype)];
}

/** The sum over the axes that leaves out NaNs; 0 where there is nothing else. */
export function nansum(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkReduction('nansum', x, axis, options);
  const v = countable('nansum', x);
  return sum(where(isnan(v), 0, v), axis, options);
}

/** The mean over the axes that leaves out NaNs; NaN where there is nothing else. */
export function nanmean(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkReduction('nanmean', x, axis, options);
  const [values, , count] = withoutNaN('nanmean', x, axis, options);
  return div(sum(values, axis, options), count);
}

/** The variance over the axes that leaves out NaNs, divided by their number − correction (default 1). */
export function nanvar(x: Tensor, axis?: Axes, options: VarianceOptions = {}): Tensor {
  checkReduction('nanvar', x, axis, options, 'correction');
  const { correction = 1, keepdims = false } = options;
  const [values, valid, count] = withoutNaN('nanvar', x, axis, { keepdims: true });
  const center = div(sum(values, axis, { keepdims: true }), count);
  const deviation = where(valid, sub(values, center), 0);
  const freedom = sub(cast(sum(valid, axis, { keepdims }), values.dtype), correction);
  return div(sum(square(deviation), axis, { keepdims }), where(greater(freedom, 0), freedom, Number.NaN));
}

for (const [name, f] of Object.entries({ nansum, nanmean, nanvar })) {
  composite(name, f, [
    { inputs: [{ shape: [5] }] },
    { inputs: [{ shape: [2, 3, 2] }], params: [[0, -1], { keepdims: true }] },
    {
      inputs: [{ shape: [2, 3], values: [1, Number.NaN, 2, -1, 0.5, 3] }],
      params: [1],
    },
  ]);
}
