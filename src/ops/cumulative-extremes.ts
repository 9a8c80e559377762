// Running maximum and minimum: each element of the result is the latest of the largest (smallest) elements so far, and
// its tangent is the tangent of that one. A NaN stays the extreme from where it appears.
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { takeAlongAxis } from './indexing.ts';
import { onlyTensor } from './operands.ts';
import { type AxisParam, batchOverAxis, fromRows, rowsOf } from './rows.ts';
import { reshapeTo } from './spread.ts';

/** Where the running extreme is attained: its latest place, as int32. */
function placeRecord(name: string, sign: 1 | -1): OpRecord<AxisParam> {
  const record: OpRecord<AxisParam> = register<AxisParam>({
    name,
    type: ([x]) => [{ shape: x!.shape, dtype: 'int32' }],
    evaluate: ([x], { axis }) => {
      const { values, count, length } = rowsOf(x!, [axis]);
      const out = allocate('int32', x!.size);
      for (let row = 0; row < count; row++) {
        const start = row * length;
        let best = start;
        for (let k = start; k < start + length; k++) {
          const v = values[k]!;
          if (Number.isNaN(v) || v * sign >= values[best]! * sign) best = k;
          out[k] = best - start;
        }
      }
      return [fromRows(out, 'int32', x!.shape, [axis])];
    },
    jvp: () => [null],
    batch: batchOverAxis(() => record),
    formula: ([x]) => call(name, x!),
    samples: [
      { inputs: [{ shape: [3, 4] }], params: { axis: 1 } },
      { inputs: [{ shape: [4, 2], dtype: 'int32' }], params: { axis: 0 } },
      { inputs: [{ shape: [2, 0] }], params: { axis: 1 } },
    ],
  });
  return record;
}

const placeOfCummaxOp = placeRecord('placeOfCummax', 1);
const placeOfCumminOp = placeRecord('placeOfCummin', -1);

function runningExtreme(name: string, op: OpRecord<AxisParam>, x: Tensor, axis: number | undefined): Tensor {
  const v = axis === undefined ? reshapeTo(onlyTensor(name, x), [x.size]) : onlyTensor(name, x);
  const at = normalizeAxis(name, axis ?? 0, v.shape);
  return takeAlongAxis(v, apply(op, [v], { axis: at }), at);
}

/**
 * The largest element so far along an axis; without one, of all elements in order. Same shape and dtype as `x`. Of equal
 * elements the latest gets the gradient, as in PyTorch.
 */
export function cummax(x: Tensor, axis?: number): Tensor {
  return runningExtreme('cummax', placeOfCummaxOp, x, axis);
}

/** The smallest element so far along an axis; ties and NaN as in cummax. */
export function cummin(x: Tensor, axis?: number): Tensor {
  return runningExtreme('cummin', placeOfCumminOp, x, axis);
}

for (const [name, f] of Object.entries({ cummax, cummin })) {
  composite(name, f, [
    { inputs: [{ shape: [3, 4], kind: 'distinct' }], params: [1] },
    { inputs: [{ shape: [4, 2], kind: 'distinct' }], params: [0] },
    { inputs: [{ shape: [2, 3], kind: 'distinct' }] },
    { inputs: [{ shape: [2, 0] }], params: [1] },
    { inputs: [{ shape: [1] }], params: [0] },
  ]);
}
