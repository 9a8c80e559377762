// max, min and where they are. The differential of a maximum is a mean over the places where it is attained:
//   dy = Σ wₖ dxₖ,  wₖ = [xₖ = y] / count      the subgradient of least norm; ties share equally
// A NaN anywhere in a row is its maximum and its minimum.
import { checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { type OpRecord, register, type Sample } from '../tensor/op.ts';
import { type Axes, normalizeAxes, normalizeAxis, reducedShape } from '../tensor/shape.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { mul } from './arithmetic.ts';
import { composite } from './composite.ts';
import { onlyTensor } from './operands.ts';
import {
  type AxisParam,
  batchOverAxes,
  batchOverAxis,
  checkNotEmpty,
  fromRows,
  type KeepDims,
  rowsOf,
  withKeepdims,
} from './rows.ts';
import { type AxesParam, reshapeTo, sumOver } from './spread.ts';

type Extreme = 'max' | 'min';

const names = {
  max: { share: 'maxShare', index: 'argmax' },
  min: { share: 'minShare', index: 'argmin' },
} as const;

/** The place of the first extreme element of a row; a NaN, the first of them, wins. */
function firstExtreme(x: ArrayLike<number>, start: number, length: number, sign: 1 | -1): number {
  let best = start;
  for (let k = start; k < start + length; k++) {
    const v = x[k]!;
    if (Number.isNaN(v)) return k;
    if (v * sign > x[best]! * sign) best = k;
  }
  return best;
}

interface ExtremeRecords {
  readonly value: OpRecord<AxesParam>;
  readonly index: OpRecord<AxisParam>;
}

function extremeRecords(extreme: Extreme): ExtremeRecords {
  const sign = extreme === 'max' ? 1 : -1;
  const samples: readonly Sample<AxesParam>[] = [
    { inputs: [{ shape: [3, 4], kind: 'distinct' }], params: { axes: [1] } },
    { inputs: [{ shape: [2, 3, 2], kind: 'distinct' }], params: { axes: [0, 2] } },
    { inputs: [{ shape: [1, 3] }], params: { axes: [0] } },
    { inputs: [{ shape: [] }], params: { axes: [] } },
    { inputs: [{ shape: [0, 3] }], params: { axes: [1] } },
    { inputs: [{ shape: [2, 3], dtype: 'int32' }], params: { axes: [0] } },
  ];

  const share: OpRecord<AxesParam> = register<AxesParam>({
    name: names[extreme].share,
    type: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
    evaluate: ([x], { axes }) => {
      const { values, count, length } = rowsOf(x!, axes);
      const out = allocate(x!.dtype, x!.size);
      for (let row = 0; row < count && length > 0; row++) {
        const start = row * length;
        const best = values[firstExtreme(values, start, length, sign)]!;
        const attained = (k: number) => values[k] === best || (Number.isNaN(best) && Number.isNaN(values[k]));
        let ties = 0;
        for (let k = start; k < start + length; k++) if (attained(k)) ties++;
        for (let k = start; k < start + length; k++) if (attained(k)) out[k] = 1 / ties;
      }
      return [fromRows(out, x!.dtype, x!.shape, axes)];
    },
    jvp: () => [null],
    batch: batchOverAxes(() => share),
    formula: ([x]) => call(names[extreme].share, x!),
    samples: samples.filter(({ inputs }) => inputs[0]!.dtype !== 'int32'),
  });

  const value: OpRecord<AxesParam> = register<AxesParam>({
    name: extreme,
    type: ([x], { axes }) => {
      checkNotEmpty(extreme, x!.shape, axes);
      return [{ shape: reducedShape(x!.shape, axes, false), dtype: x!.dtype }];
    },
    evaluate: ([x], { axes }, [y]) => {
      const { values, count, length } = rowsOf(x!, axes);
      const out = allocate(x!.dtype, count);
      for (let row = 0; row < count; row++) out[row] = values[firstExtreme(values, row * length, length, sign)]!;
      return [dense(x!.dtype, y!.shape, out)];
    },
    jvp: ([x], [dx], p) => [dx ? sumOver(mul(apply(share, [x!], p), dx), p.axes) : null],
    batch: batchOverAxes(() => value),
    formula: ([x]) => call(extreme, x!),
    samples,
  });

  const index: OpRecord<AxisParam> = register<AxisParam>({
    name: names[extreme].index,
    type: ([x], { axis }) => {
      checkNotEmpty(names[extreme].index, x!.shape, [axis]);
      return [{ shape: reducedShape(x!.shape, [axis], false), dtype: 'int32' }];
    },
    evaluate: ([x], { axis }, [y]) => {
      const { values, count, length } = rowsOf(x!, [axis]);
      const out = allocate('int32', count);
      for (let row = 0; row < count; row++) {
        out[row] = firstExtreme(values, row * length, length, sign) - row * length;
      }
      return [dense('int32', y!.shape, out)];
    },
    jvp: () => [null],
    batch: batchOverAxis(() => index),
    formula: ([x]) => call(names[extreme].index, x!),
    samples: [
      { inputs: [{ shape: [3, 4] }], params: { axis: 1 } },
      { inputs: [{ shape: [3, 4], dtype: 'int32' }], params: { axis: 0 } },
      { inputs: [{ shape: [3, 1] }], params: { axis: 1 } },
    ],
  });

  return { value, index };
}

const { value: maxOp, index: argmaxOp } = extremeRecords('max');
const { value: minOp, index: argminOp } = extremeRecords('min');

function extremeOver(op: OpRecord<AxesParam>, x: Tensor, axis: Axes, options: KeepDims | undefined): Tensor {
  const axes = normalizeAxes(op.name, axis, onlyTensor(op.name, x).shape);
  checkOptions(op.name, options, 'keepdims');
  return withKeepdims(apply(op, [x], { axes }), x.shape, axes, options);
}

/** The largest element over the axes, all by default (also amax); ties share the gradient, a NaN is the maximum. */
export function max(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  return extremeOver(maxOp, x, axis, options);
}

/** The smallest element over the axes, all by default (also amin); ties share the gradient, a NaN is the minimum. */
export function min(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  return extremeOver(minOp, x, axis, options);
}

function placeOver(
  op: OpRecord<AxisParam>,
  x: Tensor,
  axis: number | undefined,
  options: KeepDims | undefined,
): Tensor {
  const { shape } = onlyTensor(op.name, x) as { shape: readonly number[] };
  checkOptions(op.name, options, 'keepdims');
  if (axis === undefined) {
    const place = apply(op, [reshapeTo(x, [x.size])], { axis: 0 });
    return withKeepdims(
      place,
      shape,
      shape.map((_, i) => i),
      options,
    );
  }
  const at = normalizeAxis(op.name, axis, shape);
  return withKeepdims(apply(op, [x], { axis: at }), shape, [at], options);
}

/** Where the largest element is along an axis, as int32: the first of several. Without an axis, in row-major order. */
export function argmax(x: Tensor, axis?: number, options?: KeepDims): Tensor {
  return placeOver(argmaxOp, x, axis, options);
}

/** Where the smallest element is along an axis, as int32: the first of several. Without an axis, in row-major order. */
export function argmin(x: Tensor, axis?: number, options?: KeepDims): Tensor {
  return placeOver(argminOp, x, axis, options);
}

for (const [name, f] of Object.entries({ max, min })) {
  composite(name, f, [
    { inputs: [{ shape: [2, 3], kind: 'distinct' }] },
    { inputs: [{ shape: [2, 3, 2], kind: 'distinct' }], params: [[0, -1], { keepdims: true }] },
    { inputs: [{ shape: [] }] },
  ]);
}
for (const [name, f] of Object.entries({ argmax, argmin })) {
  composite(name, f, [
    { inputs: [{ shape: [2, 3] }] },
    { inputs: [{ shape: [2, 3] }], params: [-1, { keepdims: true }] },
    { inputs: [{ shape: [] }] },
  ]);
}
