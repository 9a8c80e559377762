// Remainders: a - q b is exact for q = trunc(a/b) as long as the product q b is a pair; a quotient that rounded up to the next
// integer is mended by adding b once. Quotients beyond half the digits are left to the scalar function.
import { formatOf, withSignOf } from './bits.ts';
import type { Lanes } from './lanes.ts';
import { twoProduct } from './pair.ts';

/** |a| mod |b| for quotients that are not `beyond`. */
function positiveRemainder<F, I, M>(v: Lanes<F, I, M>, a: F, b: F, quotient: F): F {
  const [hi, lo] = twoProduct(v, v.trunc(quotient), b);
  const r = v.sub(v.sub(a, hi), lo);
  const mended = v.select(v.less(r, v.float(0)), v.add(r, b), r);
  return v.select(v.less(a, b), a, mended);
}

/** Also where the split of b or of the product would leave the normal numbers. */
function beyond<F, I, M>(v: Lanes<F, I, M>, a: F, b: F, quotient: F): M {
  const { mantissa, smallestNormal } = formatOf(v);
  const exact = v.lessEqual(v.float(smallestNormal * 2 ** mantissa), a);
  const ordinary = v.and(v.less(quotient, v.float(2 ** (mantissa / 2))), exact);
  return v.not(v.or(ordinary, v.and(v.less(a, b), v.lessEqual(quotient, v.float(1)))));
}

export function fmod<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): F {
  const [x, y] = [v.abs(a), v.abs(b)];
  const quotient = v.div(x, y);
  const inside = withSignOf(v, a, positiveRemainder(v, x, y, quotient));
  return v.outside(beyond(v, x, y, quotient), 'fmod', [a, b], inside);
}

/** The remainder with the sign of b. */
export function remainder<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): F {
  const [x, y, zero] = [v.abs(a), v.abs(b), v.float(0)];
  const quotient = v.div(x, y);
  const r = withSignOf(v, a, positiveRemainder(v, x, y, quotient));
  const opposite = v.or(v.and(v.less(r, zero), v.less(zero, b)), v.and(v.less(zero, r), v.less(b, zero)));
  const signed = v.select(opposite, v.add(r, b), r);
  const inside = v.select(v.equal(r, zero), withSignOf(v, b, zero), signed);
  return v.outside(beyond(v, x, y, quotient), 'remainder', [a, b], inside);
}
