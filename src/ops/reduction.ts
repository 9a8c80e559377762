// Sums and products over axes, and what counts with them.
//   y = Π xₖ   ⇒   dy = Σ (Π_{j<k} xⱼ)(Π_{j>k} xⱼ) dxₖ,
// the last tangent of the running product: no division, so it is exact with zeros, at every order.
import { checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate, isFloat } from '../tensor/dtype.ts';
import { call, number } from '../tensor/formula.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import { type Axes, normalizeAxes, reducedShape } from '../tensor/shape.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { div } from './arithmetic.ts';
import { cast } from './cast.ts';
import { composite } from './composite.ts';
import { cumprodOp, cumprodTangent } from './cumulative.ts';
import { sliceAxis } from './joining.ts';
import { floating, onlyTensor } from './operands.ts';
import {
  type AxisParam,
  batchOverAxis,
  checkReduction,
  countable,
  joinAxes,
  type KeepDims,
  rowsOf,
  withKeepdims,
} from './rows.ts';
import { reshapeTo, sumOver } from './spread.ts';

/**
 * The sum over the axes, all by default: a number, a list, or undefined. The sum over nothing is 0; bool counts as int32.
 * float32 is accumulated in float64.
 */
export function sum(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkOptions('sum', options, 'keepdims');
  const v = countable('sum', x);
  const axes = normalizeAxes('sum', axis, v.shape);
  return withKeepdims(sumOver(v, axes), v.shape, axes, options);
}

/** The arithmetic mean over the axes, all by default. Integers give floats; the mean of nothing is NaN. */
export function mean(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkOptions('mean', options, 'keepdims');
  const v = floating('mean', onlyTensor('mean', x));
  const axes = normalizeAxes('mean', axis, v.shape);
  const count = sizeOf(axes.map((i) => v.shape[i]!));
  return withKeepdims(div(sumOver(v, axes), count), v.shape, axes, options);
}

const prodOp: OpRecord<AxisParam> = register<AxisParam>({
  name: 'prod',
  type: ([x], { axis }) => [{ shape: reducedShape(x!.shape, [axis], false), dtype: x!.dtype }],
  evaluate: ([x], { axis }, [y]) => {
    const { values, count, length } = rowsOf(x!, [axis]);
    const times = isFloat(x!.dtype) ? (a: number, b: number) => a * b : Math.imul;
    const out = allocate(x!.dtype, count);
    for (let row = 0; row < count; row++) {
      let product = 1;
      for (let k = row * length; k < (row + 1) * length; k++) product = times(product, values[k]!);
      out[row] = product;
    }
    return [dense(x!.dtype, y!.shape, out)];
  },
  jvp: ([x], [dx], { axis }, y) => {
    const n = x!.shape[axis]!;
    if (!dx || n === 0) return [null];
    const all = cumprodTangent(x!, dx, apply(cumprodOp, [x!], { axis }), axis);
    return [reshapeTo(sliceAxis(all, axis, n - 1, n), y()[0]!.shape)];
  },
  batch: batchOverAxis(() => prodOp),
  formula: ([x], { axis }) => call('prod', x!, number(axis)),
  samples: [
    { inputs: [{ shape: [3, 4] }], params: { axis: 1 } },
    { inputs: [{ shape: [5, 2] }], params: { axis: 0 } },
    { inputs: [{ shape: [4], values: [2, 0, -1.5, 3] }], params: { axis: 0 } },
    { inputs: [{ shape: [4], values: [2, 0, 0, 3] }], params: { axis: 0 } },
    { inputs: [{ shape: [1] }], params: { axis: 0 } },
    { inputs: [{ shape: [2, 0] }], params: { axis: 1 } },
  ],
});

/** The product over the axes, all by default. The product over nothing is 1; bool counts as int32. */
export function prod(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkOptions('prod', options, 'keepdims');
  const v = countable('prod', x);
  const axes = normalizeAxes('prod', axis, v.shape);
  const joined = joinAxes(v, axes);
  return withKeepdims(apply(prodOp, [joined], { axis: joined.ndim - 1 }), v.shape, axes, options);
}

/** How many elements over the axes are not zero, as int32. */
export function countNonzero(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkReduction('countNonzero', x, axis, options);
  return sum(cast(x, 'bool'), axis, options);
}

/** Whether any element over the axes is not zero; false for nothing. */
export function any(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkReduction('any', x, axis, options);
  return cast(countNonzero(x, axis, options), 'bool');
}

/** Whether every element over the axes is not zero; true for nothing. */
export function all(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkReduction('all', x, axis, options);
  return cast(prod(cast(x, 'bool'), axis, options), 'bool');
}

const keep: KeepDims = { keepdims: true };

composite('sum', sum, [
  { inputs: [{ shape: [2, 3] }] },
  { inputs: [{ shape: [2, 3, 4] }], params: [[0, -1], keep] },
  { inputs: [{ shape: [3, 0] }], params: [1] },
  { inputs: [{ shape: [2, 3], dtype: 'bool' }], params: [0] },
]);
composite('mean', mean, [
  { inputs: [{ shape: [2, 3] }] },
  { inputs: [{ shape: [2, 3, 4] }], params: [[0, -1], keep] },
  { inputs: [{ shape: [] }] },
  { inputs: [{ shape: [3, 1] }], params: [1] },
  { inputs: [{ shape: [2, 3], dtype: 'int32' }], params: [0] },
]);
composite('prod', prod, [
  { inputs: [{ shape: [2, 3] }] },
  { inputs: [{ shape: [2, 3, 4] }], params: [[0, -1], keep] },
  { inputs: [{ shape: [] }] },
  { inputs: [{ shape: [3, 0] }], params: [1] },
  { inputs: [{ shape: [2, 3], dtype: 'int32' }], params: [0] },
]);
composite('countNonzero', countNonzero, [{ inputs: [{ shape: [2, 3] }], params: [1] }]);
composite('any', any, [
  { inputs: [{ shape: [2, 3], dtype: 'bool' }], params: [1] },
  { inputs: [{ shape: [0], dtype: 'bool' }] },
]);
composite('all', all, [
  { inputs: [{ shape: [2, 3], dtype: 'bool' }], params: [1, keep] },
  { inputs: [{ shape: [0], dtype: 'bool' }] },
]);
