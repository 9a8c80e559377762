// Signs, fractions and steps: one to four operations each.
import { isNegative, withSignOf } from './bits.ts';
import type { Lanes } from './lanes.ts';

/** -1, 1, or x itself at ±0 and NaN. */
export function sign<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const zero = v.float(0);
  return v.select(v.less(zero, v.abs(x)), withSignOf(v, x, v.float(1)), x);
}

/** x - trunc(x) with the sign of x, also where nothing is left. */
export function frac<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return withSignOf(v, x, v.sub(x, v.trunc(x)));
}

/** 1 for x > 0, else 0. */
export function step<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return v.select(v.less(v.float(0), x), v.float(1), v.float(0));
}

/** 1 for a > b, 1/2 at a tie, else 0. */
export function exceeds<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): F {
  const rest = v.select(v.equal(a, b), v.float(0.5), v.float(0));
  return v.select(v.less(b, a), v.float(1), rest);
}

/** a - b, and 0 between equal infinities. */
export function gap<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): F {
  return v.select(v.equal(a, b), v.float(0), v.sub(a, b));
}

/** |a| with the sign of b; a NaN counts as positive, whatever its sign bit. */
export function copysign<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): F {
  const magnitude = v.abs(a);
  const known = v.and(v.equal(b, b), isNegative(v, v.select(v.equal(b, b), b, v.float(0))));
  return v.select(known, v.neg(magnitude), magnitude);
}

export interface Replacements {
  readonly nan: number;
  readonly posinf: number;
  readonly neginf: number;
}

export function nanToNum<F, I, M>(v: Lanes<F, I, M>, x: F, { nan, posinf, neginf }: Replacements): F {
  const below = v.select(v.equal(x, v.float(-Infinity)), v.float(neginf), x);
  const above = v.select(v.equal(x, v.float(Infinity)), v.float(posinf), below);
  return v.select(v.equal(x, x), above, v.float(nan));
}
