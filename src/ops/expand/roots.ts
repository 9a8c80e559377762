// Roots and lengths. The cube root: m^(-1/3) by Newton's r ← r + r (1 - m r³)/3 without a division, then one step on y = m r².
import { carried, formatOf, powerOfTwo, smallInteger, withSignOf } from './bits.ts';
import { CBRT } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { polynomial } from './polynomial.ts';

export function rsqrt<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return v.div(v.float(1), v.sqrt(x));
}

/** a = w 8^k with 1 <= w < 8. */
function cbrtPositive<F, I, M>(v: Lanes<F, I, M>, a: F): F {
  const { mantissa, bias, smallestNormal } = formatOf(v);
  const shift = 3 * Math.ceil(mantissa / 3);
  const small = v.less(a, v.float(smallestNormal));
  const normal = v.select(small, v.mul(a, v.float(2 ** shift)), a);
  const bits = v.bitsOf(normal);
  const e = smallInteger(v, v.shiftRight(bits, mantissa), v.select(small, carried(v, bias + shift), carried(v, bias)));
  const k = v.floor(v.mul(v.add(e, v.float(0.5)), v.float(1 / 3)));
  const j = v.madd(k, v.float(-3), e);
  const one = v.float(1);
  const fraction = v.andInt(bits, v.int((1n << BigInt(mantissa)) - 1n));
  const m = v.ofBits(v.orInt(fraction, v.bitsOf(one)));
  const pick = (c: readonly [number, number, number]): F =>
    v.select(v.equal(j, v.float(0)), v.float(c[0]), v.select(v.equal(j, one), v.float(c[1]), v.float(c[2])));
  const w = v.mul(m, pick([1, 2, 4]));
  let r = v.mul(polynomial(v, m, CBRT), pick([1, 2 ** (-1 / 3), 2 ** (-2 / 3)]));
  const third = v.float(1 / 3);
  for (let step = 0; step < v.bits / 32; step++) {
    const miss = v.sub(one, v.mul(v.mul(v.mul(w, r), r), r));
    r = v.madd(v.mul(r, third), miss, r);
  }
  const square = v.mul(r, r);
  const y = v.mul(w, square);
  const root = v.madd(v.mul(square, third), v.sub(w, v.mul(v.mul(y, y), y)), y);
  return v.mul(root, powerOfTwo(v, k));
}

export function cbrt<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const ordinary = v.and(v.less(v.float(0), a), v.less(a, v.float(Infinity)));
  return v.select(ordinary, withSignOf(v, x, cbrtPositive(v, a)), x);
}

/** far sqrt(1 + (near/far)²); Infinity where either is, even beside NaN. */
export function hypot<F, I, M>(v: Lanes<F, I, M>, x: F, y: F): F {
  const [ax, ay, infinity] = [v.abs(x), v.abs(y), v.float(Infinity)];
  const [near, far] = [v.min(ax, ay), v.max(ax, ay)];
  const ratio = v.div(near, far);
  const length = v.mul(far, v.sqrt(v.madd(ratio, ratio, v.float(1))));
  const finite = v.select(v.equal(far, v.float(0)), far, length);
  return v.select(v.or(v.equal(ax, infinity), v.equal(ay, infinity)), infinity, finite);
}
