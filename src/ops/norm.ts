// Vector norms ‖x‖ₚ = (Σ |xₖ|ᵖ)^(1/p), scaled by a power of two so that nothing overflows that need not.
//   dy = Σ rₖ dxₖ,   rₖ = sign(xₖ) |xₖ / y|^(p−1)
// where the norm has a kink, r is the subgradient of least norm: 0 at x = 0 and at the zero entries of a 1-norm; ties of a
// maximum share. Where the slope is infinite (a zero entry, p < 1), r is 0 as well.

import { ArgumentError, ShapeError } from '../errors.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call, number } from '../tensor/formula.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import { type Axes, normalizeAxes, reducedShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { div, mul } from './arithmetic.ts';
import { cast } from './cast.ts';
import { notEqual } from './comparison.ts';
import { composite } from './composite.ts';
import { max, min } from './extremes.ts';
import { floating, onlyTensor } from './operands.ts';
import { pow } from './power.ts';
import { countNonzero } from './reduction.ts';
import { abs, sign } from './rounding.ts';
import { batchOverAxes, checkNotEmpty, type KeepDims, rowsOf, withKeepdims } from './rows.ts';
import { pow as powScalar } from './scalar/pow.ts';
import { where } from './select.ts';
import { type AxesParam, broadcastInto, reshapeTo, sumOver } from './spread.ts';

interface NormParam extends AxesParam {
  /** Finite and not 0. */
  readonly p: number;
}

/** ‖x‖ₚ of one row. The sum is dominated by the largest entry for p > 0, by the smallest for p < 0. */
function rowNorm(x: ArrayLike<number>, start: number, length: number, p: number): number {
  let dominant = p > 0 ? 0 : Infinity;
  for (let k = start; k < start + length; k++) dominant = Math[p > 0 ? 'max' : 'min'](dominant, Math.abs(x[k]!));
  if (dominant === 0 || !Number.isFinite(dominant)) return dominant;
  const scale = 2 ** Math.max(-1022, Math.floor(Math.log2(dominant)));
  let sum = 0;
  for (let k = start; k < start + length; k++) {
    const v = Math.abs(x[k]!) / scale;
    sum += p === 2 ? v * v : p === 1 ? v : powScalar(v, p);
  }
  return scale * (p === 2 ? Math.sqrt(sum) : p === 1 ? sum : powScalar(sum, 1 / p));
}

/** r of the header, an expression in x and y whose own derivatives are exact as far as they exist. */
function direction(x: Tensor, y: Tensor, p: number): Tensor {
  if (p === 1) return sign(x);
  const nonzero = notEqual(y, 0);
  const unit = where(nonzero, div(x, where(nonzero, y, 1)), 0);
  if (p === 2) return unit;
  if (Number.isInteger(p) && p > 2) return p % 2 === 0 ? pow(unit, p - 1) : mul(pow(unit, p - 2), abs(unit));
  const size = abs(unit);
  const positive = notEqual(size, 0);
  return where(positive, mul(sign(unit), pow(where(positive, size, 1), p - 1)), 0);
}

const normOp: OpRecord<NormParam> = register<NormParam>({
  name: 'norm',
  type: ([x], { axes }) => [{ shape: reducedShape(x!.shape, axes, false), dtype: x!.dtype }],
  evaluate: ([x], { p, axes }, [y]) => {
    const { values, count, length } = rowsOf(x!, axes);
    const out = allocate(x!.dtype, count);
    for (let row = 0; row < count; row++) out[row] = rowNorm(values, row * length, length, p);
    return [dense(x!.dtype, y!.shape, out)];
  },
  jvp: ([x], [dx], { p, axes }, y) => {
    if (!dx) return [null];
    const spread = broadcastInto(reshapeTo(y()[0]!, reducedShape(x!.shape, axes, true)), x!.shape);
    return [sumOver(mul(direction(x!, spread, p), dx), axes)];
  },
  batch: batchOverAxes(() => normOp),
  formula: ([x], { p }) => (p === 2 ? call('norm', x!) : call('norm', x!, number(p))),
  samples: [
    { inputs: [{ shape: [3, 4] }], params: { p: 2, axes: [1] } },
    { inputs: [{ shape: [2, 3, 2] }], params: { p: 2, axes: [0, 2] } },
    { inputs: [{ shape: [4], values: [3e15, -4e15, 1e15, 0] }], params: { p: 2, axes: [0] }, exempt: large() },
    { inputs: [{ shape: [4], values: [0.6, 0, -1.2, 0.8] }], params: { p: 4, axes: [0] } },
    { inputs: [{ shape: [3, 2], domain: [0.5, 2] }], params: { p: 1, axes: [0] } },
    { inputs: [{ shape: [3, 2], domain: [-2, -0.5] }], params: { p: 3, axes: [0] } },
    { inputs: [{ shape: [3, 2], domain: [0.5, 2] }], params: { p: 2.5, axes: [0] } },
    { inputs: [{ shape: [3, 2], domain: [0.5, 2] }], params: { p: 0.5, axes: [0] } },
    { inputs: [{ shape: [3, 2], domain: [0.5, 2] }], params: { p: -1, axes: [0] } },
    { inputs: [{ shape: [1], domain: [0.5, 2] }], params: { p: 2, axes: [0] } },
    { inputs: [{ shape: [0, 3] }], params: { p: 2, axes: [1] } },
    { inputs: [{ shape: [2, 0] }], params: { p: 2, axes: [1] } },
  ],
});

function large(): { jvp: string; second: string; third: string } {
  const why = 'finite differences need steps of the size of the entries';
  return { jvp: why, second: why, third: why };
}

/** Which norm: any number, Infinity and −Infinity included, 'fro', which is 2, or 'nuc'. */
export type VectorOrd = number | 'fro' | 'nuc';

type NuclearNorm = (x: Tensor, axes: readonly [number, number], options: KeepDims | undefined) => Tensor;
let nuclearNorm: NuclearNorm | undefined;

/** Gives `norm` the nuclear norm. Singular values are linalg's, which is written with operations like this one. */
export function provideNuclearNorm(f: NuclearNorm): void {
  nuclearNorm = f;
}

/**
 * The vector p-norm over the axes, all by default: `ord` 2 (default) or 'fro', 1, any other number, ±Infinity for the
 * largest and smallest magnitude, 0 for the number of nonzeros; or 'nuc', the sum of the singular values over two axes.
 * The other norms of matrices are in linalg.norm.
 */
export function norm(x: Tensor, ord: VectorOrd = 2, axis?: Axes, options?: KeepDims): Tensor {
  checkOptions('norm', options, 'keepdims');
  const v = floating('norm', onlyTensor('norm', x));
  if (ord === 'nuc' && nuclearNorm) {
    const [rows, columns, ...others] = normalizeAxes('norm', axis, v.shape);
    if (rows === undefined || columns === undefined || others.length > 0) {
      throw new ShapeError(`norm: the nuclear norm is over two axes, got those of shape ${showShape(v.shape)}.`);
    }
    return nuclearNorm(v, [rows, columns], options);
  }
  const p = ord === 'fro' ? 2 : ord;
  if (typeof p !== 'number' || Number.isNaN(p)) {
    throw new ArgumentError(
      `norm: ord must be a number, Infinity, -Infinity, 'fro' or 'nuc', got ${String(ord)}.`,
      'the other norms of matrices are in linalg.norm',
    );
  }
  const axes = normalizeAxes('norm', axis, v.shape);
  if (p === 0) return cast(countNonzero(v, axes, options), v.dtype);
  if (Number.isFinite(p)) return withKeepdims(apply(normOp, [v], { p, axes }), v.shape, axes, options);
  checkNotEmpty('norm', v.shape, axes);
  return p > 0 ? max(abs(v), axes, options) : min(abs(v), axes, options);
}

composite('norm', norm, [
  { inputs: [{ shape: [2, 3] }] },
  { inputs: [{ shape: [2, 3, 2] }], params: ['fro', [0, -1], { keepdims: true }] },
  { inputs: [{ shape: [3], values: [1, -3, 2] }], params: [Number.POSITIVE_INFINITY] },
  { inputs: [{ shape: [3], values: [1, -3, 2] }], params: [Number.NEGATIVE_INFINITY, 0] },
  { inputs: [{ shape: [4], values: [1, 0, -3, 2] }], params: [0] },
  { inputs: [{ shape: [], values: [-2] }] },
]);
