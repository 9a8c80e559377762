// Activations with a kink, and clipping: comparisons and a product.
import { SELU_LEFT_PARTS } from './coefficients.ts';
import { scaledExpm1 } from './exponential.ts';
import type { Lanes } from './lanes.ts';

const SELU_SCALE = 1.0507009873554805;

export function clip<F, I, M>(v: Lanes<F, I, M>, x: F, lo: number, hi: number): F {
  return v.min(v.max(x, v.float(lo)), v.float(hi));
}

/** `left` where x <= 0 or NaN, else x. */
function rectified<F, I, M>(v: Lanes<F, I, M>, x: F, left: F): F {
  return v.select(v.less(v.float(0), x), x, left);
}

export function leakyRelu<F, I, M>(v: Lanes<F, I, M>, x: F, slope: F): F {
  return rectified(v, x, v.mul(x, slope));
}

export function hardsigmoid<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return v.div(clip(v, v.add(x, v.float(3)), 0, 6), v.float(6));
}

export function hardswish<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const three = v.float(3);
  const middle = v.div(v.mul(x, v.add(x, three)), v.float(6));
  const right = v.select(v.lessEqual(three, x), x, middle);
  return v.select(v.lessEqual(x, v.neg(three)), v.float(0), right);
}

export function elu<F, I, M>(v: Lanes<F, I, M>, x: F, alpha: number): F {
  return rectified(v, x, scaledExpm1(v, x, alpha));
}

export function celu<F, I, M>(v: Lanes<F, I, M>, x: F, alpha: number): F {
  return rectified(v, x, scaledExpm1(v, v.div(x, v.float(alpha)), alpha));
}

/** The left slope in two parts, because its rounding and that of the product would add up. */
export function selu<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const [slope, rest] = SELU_LEFT_PARTS[v.bits] as [number, number];
  const left = scaledExpm1(v, x, slope, rest);
  return v.select(v.less(v.float(0), x), v.mul(v.float(SELU_SCALE), x), left);
}

/** a + t (b - a), from the nearer end. */
export function lerp<F, I, M>(v: Lanes<F, I, M>, a: F, b: F, t: F): F {
  const span = v.sub(b, a);
  const fromA = v.add(a, v.mul(t, span));
  const fromB = v.sub(b, v.mul(v.sub(v.float(1), t), span));
  return v.select(v.less(t, v.float(0.5)), fromA, fromB);
}
