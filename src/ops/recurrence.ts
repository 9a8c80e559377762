// First-order linear recurrences yᵢ = aᵢ yᵢ₋₁ + bᵢ, which is what the derivative of every running product or running
// log-sum is. They are closed under differentiation, and the transpose runs from the other end:
//   dyᵢ = aᵢ dyᵢ₋₁ + (yᵢ₋₁ daᵢ + dbᵢ),     gbᵢ = aᵢ₊₁ gbᵢ₊₁ + gyᵢ
// so every order costs one pass, without a division.
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { accumulate, chainOp } from './addition.ts';
import { sliceAxis } from './joining.ts';
import { none } from './linear.ts';
import { elementwiseType } from './map.ts';
import { padWith } from './movement.ts';
import { type AxisParam, fromRows, rowsOf } from './rows.ts';
import { allBatched } from './spread.ts';

interface RecurrenceParam extends AxisParam {
  /** Runs from the last element to the first. */
  readonly reverse: boolean;
}

/** Every element moved one place up the axis, or down with `reverse`; `fill` comes in at the end that is left. */
export function shiftAlong(x: Tensor, axis: number, fill: number, reverse = false): Tensor {
  const n = x.shape[axis]!;
  const kept = reverse ? sliceAxis(x, axis, Math.min(1, n), n) : sliceAxis(x, axis, 0, Math.max(0, n - 1));
  const border = x.shape.map((_, i) => (i === axis ? Math.min(1, n) : 0));
  const nothing = border.map(() => 0);
  return reverse ? padWith(kept, fill, nothing, border) : padWith(kept, fill, border, nothing);
}

/** Nonlinear in a and linear in b: the transpose is with respect to b. */
const recurrenceOp: OpRecord<RecurrenceParam> = register<RecurrenceParam>({
  name: 'recurrence',
  type: (x) => [elementwiseType('recurrence', x, 'float')],
  evaluate: ([a, b], { axis, reverse }) => {
    const { values: scale, count, length } = rowsOf(a!, [axis]);
    const { values: offset } = rowsOf(b!, [axis]);
    const out = allocate(b!.dtype, b!.size);
    for (let row = 0; row < count; row++) {
      let y = 0;
      for (let k = 0; k < length; k++) {
        const at = row * length + (reverse ? length - 1 - k : k);
        y = (y === 0 ? 0 : scale[at]! * y) + offset[at]!; // an exact zero stays zero, as in chain
        out[at] = y;
      }
    }
    return [fromRows(out, b!.dtype, b!.shape, [axis])];
  },
  jvp: ([a], [da, db], p, y) => {
    const moved = da ? apply(chainOp, [shiftAlong(y()[0]!, p.axis, 0, p.reverse), da], none) : null;
    const offset = accumulate(moved, db ?? null);
    return [offset && apply(recurrenceOp, [a!, offset], p)];
  },
  transpose: ([gy], [a], { axis, reverse }) => [
    undefined,
    gy && apply(recurrenceOp, [shiftAlong(a!, axis, 0, !reverse), gy], { axis, reverse: !reverse }),
  ],
  batch: (x, batched, size, { axis, reverse }) => ({
    outs: [apply(recurrenceOp, allBatched(x, batched, size), { axis: axis + 1, reverse })],
    batched: [true],
  }),
  formula: ([a, b]) => call('recurrence', a!, b!),
  samples: [
    { inputs: [{ shape: [3, 4] }, { shape: [3, 4] }], params: { axis: 1, reverse: false } },
    { inputs: [{ shape: [5, 2] }, { shape: [5, 2] }], params: { axis: 0, reverse: true } },
    { inputs: [{ shape: [1] }, { shape: [1] }], params: { axis: 0, reverse: false } },
    { inputs: [{ shape: [2, 0] }, { shape: [2, 0] }], params: { axis: 1, reverse: false } },
  ],
});

/** The y with yᵢ = aᵢ yᵢ₋₁ + bᵢ along the axis, y₋₁ = 0. */
export function recurrence(a: Tensor, b: Tensor, axis: number): Tensor {
  return apply(recurrenceOp, [a, b], { axis, reverse: false });
}
