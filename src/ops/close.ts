// Equality up to rounding, |a - b| <= atol + rtol |b|, as in NumPy. Infinities are close to themselves only.

import { checkNumber, checkOptions } from '../tensor/arguments.ts';
import { floatOf } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { equal, isfinite, isnan, lessEqual, logicalAnd, logicalOr } from './comparison.ts';
import { composite } from './composite.ts';
import { asTensor, promoted, type TensorLike } from './operands.ts';
import { abs } from './rounding.ts';

export interface CloseOptions {
  /** Relative tolerance, default 1e-5. */
  readonly rtol?: number;
  /** Absolute tolerance, default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN, default false. */
  readonly equalNan?: boolean;
}

/** True where `a` and `b` agree within `atol + rtol |b|`. */
export function isclose(a: TensorLike, b: TensorLike, options: CloseOptions = {}): Tensor {
  checkOptions('isclose', options, 'rtol', 'atol', 'equalNan');
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  checkNumber('isclose', 'rtol', rtol);
  checkNumber('isclose', 'atol', atol);
  const [x, y] = promoted('isclose', [a, b]).map((v) => cast(v, floatOf(v.dtype))) as [Tensor, Tensor];
  const within = lessEqual(abs(sub(x, y)), add(mul(abs(y), rtol), atol));
  const close = logicalOr(equal(x, y), logicalAnd(within, isfinite(y)));
  return equalNan ? logicalOr(close, logicalAnd(isnan(x), isnan(y))) : close;
}

composite('isclose', isclose, [
  {
    inputs: [
      { shape: [4], values: [1, 2, Infinity, 0] },
      { shape: [4], values: [1 + 1e-7, 2.1, Infinity, 1e-9] },
    ],
  },
  { inputs: [{ shape: [2, 3] }, { shape: [3] }], params: [{ rtol: 0.5, atol: 0.1 }] },
]);

/** Whether all entries of `a` and `b` agree within `atol + rtol |b|`; reads the values. */
export function allclose(a: TensorLike, b: TensorLike, options: CloseOptions = {}): boolean {
  checkOptions('allclose', options, 'rtol', 'atol', 'equalNan');
  asTensor('allclose', a);
  asTensor('allclose', b);
  return isclose(a, b, options)
    .concrete('allclose')
    .values()
    .every((v) => v !== 0);
}
