// Clipping to an interval, and its open twin. clip passes the derivative on the closed interval, so that a parameter at a
// bound can still move inside; the activations made of it take the subgradient of smallest norm, 0 at the bounds.
import { apply } from '../tensor/dispatch.ts';
import { dtypeOfScalar, isFloat } from '../tensor/dtype.ts';
import { call, name, number } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import { Tensor } from '../tensor/tensor.ts';
import { cast } from './cast.ts';
import { greater, greaterEqual, less, lessEqual, logicalAnd } from './comparison.ts';
import { composite } from './composite.ts';
import { elementwise } from './elementwise.ts';
import { asTensor, type TensorLike } from './operands.ts';
import { where } from './select.ts';
import { drawn, given } from './unary.ts';

interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

const clipOp: OpRecord<Bounds> = elementwise<Bounds>({
  name: 'clip',
  accepts: 'number',
  scalar: {
    of:
      ({ lo, hi }) =>
      (x) =>
        Math.min(Math.max(x!, lo), hi),
  },
  partials: ([x], _y, { lo, hi }) => [within(x!, lo, hi)],
  formula: ([x], { lo, hi }) => call('clip', x!, number(lo), number(hi)),
  samples: [
    { ...drawn([-0.5, 0.5]), params: { lo: -1, hi: 1 } },
    { ...given([-2, -0.9, 0.5, 3]), params: { lo: -1, hi: 1 } },
    { ...given([-2, -0.9, 0.5, 3]), params: { lo: Number.NEGATIVE_INFINITY, hi: 0 } },
    { inputs: [{ shape: [4], dtype: 'int32', values: [-7, 0, 2, 9] }], params: { lo: 0, hi: 5 } },
  ],
});

/** 1 where `lo <= x <= hi`, else 0. */
function within(x: Tensor, lo: number, hi: number): Tensor {
  return cast(logicalAnd(greaterEqual(x, lo), lessEqual(x, hi)), x.dtype);
}

/** 1 where `lo < x < hi`, else 0. */
export function strictlyWithin(x: Tensor, lo: number, hi: number): Tensor {
  return cast(logicalAnd(greater(x, lo), less(x, hi)), x.dtype);
}

function clipToTensors(x: Tensor, lo: TensorLike | undefined, hi: TensorLike | undefined): Tensor {
  const above = lo === undefined ? x : where(less(x, lo), lo, x);
  return hi === undefined ? above : where(greater(above, hi), hi, above);
}

/**
 * `x` moved into [lo, hi], either of which may be left out; numbers or tensors that broadcast. Where they cross, `hi` wins.
 * The derivative in x is 1 on the closed interval; a bound gets it where it is what comes out.
 */
export function clip(x: TensorLike, lo?: TensorLike, hi?: TensorLike): Tensor {
  for (const bound of [lo, hi]) if (bound !== undefined) asTensor('clip', bound);
  const t = asTensor('clip', x);
  if (lo instanceof Tensor || hi instanceof Tensor || t.dtype === 'bool') return clipToTensors(t, lo, hi);
  const bounds = { lo: Number(lo ?? Number.NEGATIVE_INFINITY), hi: Number(hi ?? Number.POSITIVE_INFINITY) };
  if (isFloat(t.dtype)) return apply(clipOp, [t], bounds);
  const given = [lo, hi].filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  const dtype = given.map((v) => dtypeOfScalar(v, t.dtype)).find(isFloat) ?? t.dtype;
  return apply(clipOp, [cast(t, dtype)], bounds);
}

composite(
  'clip',
  clip,
  [
    {
      inputs: [
        { shape: [4], values: [-2, -0.9, 0.5, 3] },
        { shape: [4], values: [-1, -1, 0.7, 0] },
        { shape: [4], values: [1, 0, 2, 2.5] },
      ],
    },
    { inputs: [{ shape: [2, 3], domain: [0.5, 1] }], params: [0, 2] },
  ],
  (x) => call('clip', ...(x.length > 1 ? x : [x[0]!, name('lo'), name('hi')])),
);
