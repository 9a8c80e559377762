// Piecewise constant and piecewise linear functions of one tensor. Their derivative is zero, one or the sign; at a jump it
// is still reported as zero, and at the kink of |x| as the subgradient of smallest norm.
import { checkNumber, checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { cast } from './cast.ts';
import { isfinite } from './comparison.ts';
import { elementwise } from './elementwise.ts';
import { type None, none } from './linear.ts';
import type { Scalar } from './map.ts';
import { asTensor, type TensorLike } from './operands.ts';
import { roundHalfEven } from './scalar/elementary.ts';
import { constantLike, given, type Unary } from './unary.ts';

/** A function of any number dtype that keeps the dtype. */
function number(op: OpRecord<None>): Unary {
  return (x) => apply(op, [asTensor(op.name, x)], none);
}

/** Integers round to themselves. */
function rounding(name: string, scalar: Scalar): Unary {
  return number(
    elementwise({
      name,
      accepts: 'number',
      scalar,
      int: (x) => x!,
      samples: [
        given([-1.6, -0.3, 0.4, 1.7]),
        { inputs: [{ shape: [2, 3], domain: [1.1, 1.4] }] },
        { inputs: [{ shape: [4], dtype: 'int32', values: [-3, 0, 1, 7] }] },
      ],
    }),
  );
}

/** The largest integer `<= x`. */
export const floor: Unary = rounding('floor', Math.floor);
/** The smallest integer `>= x`. */
export const ceil: Unary = rounding('ceil', Math.ceil);
/** The nearest integer, ties to even. */
export const round: Unary = rounding('round', roundHalfEven);
/** `x` without its fraction. */
export const trunc: Unary = rounding('trunc', Math.trunc);

/** The fraction `x - trunc(x)`, which has the sign of x. */
export const frac: Unary = number(
  elementwise({
    name: 'frac',
    accepts: 'number',
    scalar: (x) => x! % 1,
    int: () => 0,
    partials: ([x]) => [constantLike(x!, 1)],
    samples: [given([-1.6, -0.3, 0.4, 1.7]), { inputs: [{ shape: [3], dtype: 'int32' }] }],
  }),
);

/** -1, 0 or 1; NaN stays NaN. */
export const sign: Unary = number(
  elementwise({
    name: 'sign',
    accepts: 'number',
    scalar: Math.sign,
    samples: [given([-1.6, -0.3, 0.4, 1.7]), { inputs: [{ shape: [3], dtype: 'int32', values: [-2, 0, 5] }] }],
  }),
);

/** 1 where `x > 0`, else 0: the derivative of relu. */
export const step: Unary = number(
  elementwise({
    name: 'step',
    accepts: 'number',
    scalar: (x) => (x! > 0 ? 1 : 0),
    samples: [given([-1.6, -0.3, 0.4, 1.7]), { inputs: [{ shape: [3], dtype: 'int32', values: [-2, 0, 5] }] }],
  }),
);

/** `|x|`; its derivative at 0 is 0. */
export const abs: Unary = number(
  elementwise({
    name: 'abs',
    accepts: 'number',
    scalar: Math.abs,
    partials: ([x]) => [sign(x!)],
    samples: [
      given([-1.6, -0.3, 0.4, 1.7]),
      { inputs: [{ shape: [2, 3], domain: [0.1, 2] }] },
      { inputs: [{ shape: [3], dtype: 'int32', values: [-2, 0, 5] }] },
    ],
  }),
);

interface Replacements {
  readonly nan: number;
  readonly posinf: number;
  readonly neginf: number;
}

const nanToNumOp: OpRecord<Replacements> = elementwise<Replacements>({
  name: 'nanToNum',
  scalar: {
    of:
      ({ nan, posinf, neginf }) =>
      (x) => {
        if (Number.isFinite(x)) return x!;
        if (Number.isNaN(x)) return nan;
        return x! > 0 ? posinf : neginf;
      },
  },
  partials: ([x]) => [cast(isfinite(x!), x!.dtype)],
  formula: ([x]) => call('nanToNum', x!),
  samples: [{ inputs: [{ shape: [2, 3] }], params: { nan: 0, posinf: 1e30, neginf: -1e30 } }],
});

const LARGEST = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const;

export interface NanToNumOptions {
  /** Default 0. */
  readonly nan?: number;
  /** Default the largest finite number of the dtype. */
  readonly posinf?: number;
  /** Default the most negative finite number of the dtype. */
  readonly neginf?: number;
}

/** `x` with NaN and the infinities replaced by finite numbers; the derivative at those is 0. */
export function nanToNum(x: TensorLike, options: NanToNumOptions = {}): Tensor {
  checkOptions('nanToNum', options, 'nan', 'posinf', 'neginf');
  const t = asTensor('nanToNum', x);
  if (!isFloat(t.dtype)) return t;
  const largest = LARGEST[t.dtype];
  const { nan = 0, posinf = largest, neginf = -largest } = options;
  for (const value of [nan, posinf, neginf]) checkNumber('nanToNum', 'a replacement', value);
  return apply(nanToNumOp, [t], { nan, posinf, neginf });
}
