// Sorting: a permutation found by comparing (argsort), applied by reading (takeAlongAxis). The permutation is constant
// near a point without ties, so tangents are permuted along; ties follow the stable permutation. NaN comes last, in either
// direction.

import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { takeAlongAxis } from './indexing.ts';
import { sliceAxis } from './joining.ts';
import { onlyTensor } from './operands.ts';
import { radixArgsort } from './radix.ts';
import { type AxisParam, batchOverAxis, fromRows, rowsOf } from './rows.ts';

interface ArgsortParam extends AxisParam {
  readonly descending: boolean;
}

/** Orders numbers, with every NaN behind all of them. */
function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** From here on counting digits is faster than comparing. */
const LONG = 512;

const argsortOp: OpRecord<ArgsortParam> = register<ArgsortParam>({
  name: 'argsort',
  type: ([x]) => [{ shape: x!.shape, dtype: 'int32' }],
  evaluate: ([x], { axis, descending }) => {
    const { values, count, length } = rowsOf(x!, [axis]);
    const out = allocate('int32', x!.size);
    for (let row = 0; row < count; row++) {
      const start = row * length;
      const places = out.subarray(start, start + length) as Int32Array;
      if (length >= LONG) {
        radixArgsort(values, start, descending, places);
        continue;
      }
      for (let k = 0; k < length; k++) places[k] = k;
      places.sort((i, j) => {
        const [a, b] = [values[start + i]!, values[start + j]!];
        return descending && !Number.isNaN(a) && !Number.isNaN(b) ? compare(b, a) : compare(a, b);
      });
    }
    return [fromRows(out, 'int32', x!.shape, [axis])];
  },
  jvp: () => [null],
  batch: batchOverAxis(() => argsortOp),
  formula: ([x]) => call('argsort', x!),
  samples: [
    { inputs: [{ shape: [3, 4] }], params: { axis: 1, descending: false } },
    { inputs: [{ shape: [6, 2], dtype: 'int32' }], params: { axis: 0, descending: true } },
    { inputs: [{ shape: [1] }], params: { axis: 0, descending: false } },
    { inputs: [{ shape: [2, 0] }], params: { axis: 1, descending: false } },
  ],
});

export interface SortOptions {
  readonly descending?: boolean;
}

/** The positions that sort `x` along the axis, as int32; equal elements keep their order and NaN comes last. */
export function argsort(x: Tensor, axis = -1, options: SortOptions = {}): Tensor {
  checkOptions('argsort', options, 'descending');
  const at = normalizeAxis('argsort', axis, onlyTensor('argsort', x).shape);
  return apply(argsortOp, [x], { axis: at, descending: options.descending ?? false });
}

/** `x` sorted along the axis, ascending unless told otherwise; equal elements keep their order and NaN comes last. */
export function sort(x: Tensor, axis = -1, options: SortOptions = {}): Tensor {
  checkOptions('sort', options, 'descending');
  const at = normalizeAxis('sort', axis, onlyTensor('sort', x).shape);
  return takeAlongAxis(x, argsort(x, at, options), at);
}

export interface TopkOptions {
  /** False for the smallest. */
  readonly largest?: boolean;
}

/**
 * The `k` largest elements along the axis in descending order, and their positions as int32: `[values, indices]`. With
 * `largest: false` the smallest in ascending order. Of equal elements the first are taken.
 */
export function topk(x: Tensor, k: number, axis = -1, options: TopkOptions = {}): [values: Tensor, indices: Tensor] {
  checkOptions('topk', options, 'largest');
  const at = normalizeAxis('topk', axis, onlyTensor('topk', x).shape);
  const n = x.shape[at]!;
  if (!Number.isInteger(k) || k < 0 || k > n) {
    throw new ArgumentError(`topk: k must be an integer from 0 to ${n}, the size of axis ${at}, got ${String(k)}.`);
  }
  const indices = sliceAxis(argsort(x, at, { descending: options.largest ?? true }), at, 0, k);
  return [takeAlongAxis(x, indices, at), indices];
}

composite('argsort', argsort, [
  { inputs: [{ shape: [3, 4] }] },
  { inputs: [{ shape: [3, 4], dtype: 'int32' }], params: [0, { descending: true }] },
]);
composite('sort', sort, [
  { inputs: [{ shape: [3, 4], kind: 'distinct' }] },
  { inputs: [{ shape: [4, 2], kind: 'distinct' }], params: [0, { descending: true }] },
  { inputs: [{ shape: [2, 0] }] },
  { inputs: [{ shape: [1] }] },
]);
composite('topk', topk, [
  { inputs: [{ shape: [3, 4], kind: 'distinct' }], params: [2] },
  { inputs: [{ shape: [4, 2], kind: 'distinct' }], params: [3, 0, { largest: false }] },
  { inputs: [{ shape: [3], kind: 'distinct' }], params: [0] },
]);
