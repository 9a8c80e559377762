// sin x = (-1)^n sin r with r = x - nπ, |r| <= π/2; cos x the same with half-integers n, as sin(x + π/2); tan from both, mod π/2.
// π is taken in four parts, of which the first three times n are exact (Cody and Waite 1980); the rounding of the third
// difference is kept. That holds up to `REDUCIBLE`, beyond which the lane is left to the scalar function.
import { integerBits, negateWhereOdd } from './bits.ts';
import { COS_QUARTER, PI_PARTS, SIN, SIN_QUARTER } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { type Pair, quickTwoSum } from './pair.ts';
import { polynomial } from './polynomial.ts';

/** 2n stays below 2^12 and 2^20, which the parts of π leave room for. */
const REDUCIBLE = { 32: 6400, 64: 1.6e6 } as const;

/** x - nπ as a pair. */
function reduce<F, I, M>(v: Lanes<F, I, M>, x: F, n: F): Pair<F> {
  const [first, second, third, fourth] = PI_PARTS[v.bits].map((part) => v.float(-part)) as [F, F, F, F];
  const coarse = v.madd(n, second, v.madd(n, first, x));
  const [r, lost] = quickTwoSum(v, coarse, v.mul(n, third));
  return [r, v.madd(n, fourth, lost)];
}

/** sin(r + lo) for |r| <= π/2, with cos r = 1 - (2r/π)² for the small part; not above 1 in magnitude. */
function sinReduced<F, I, M>(v: Lanes<F, I, M>, [r, lo]: Pair<F>): F {
  const one = v.float(1);
  const z = v.mul(r, r);
  const small = v.mul(lo, v.madd(z, v.float(-4 / Math.PI ** 2), one));
  const y = v.add(r, v.madd(v.mul(r, z), polynomial(v, z, SIN), small));
  return v.atLeast(v.atMost(y, one), v.neg(one));
}

function tooLarge<F, I, M>(v: Lanes<F, I, M>, x: F): M {
  return v.not(v.lessEqual(v.abs(x), v.float(REDUCIBLE[v.bits])));
}

export function sin<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const n = v.nearest(v.mul(x, v.float(1 / Math.PI)));
  const y = negateWhereOdd(v, integerBits(v, n), sinReduced(v, reduce(v, x, n)));
  return v.outside(tooLarge(v, x), 'sin', [x], v.select(v.equal(x, v.float(0)), x, y));
}

export function cos<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const above = v.nearest(v.madd(x, v.float(1 / Math.PI), v.float(0.5)));
  const n = v.sub(above, v.float(0.5));
  const y = negateWhereOdd(v, integerBits(v, above), sinReduced(v, reduce(v, x, n)));
  return v.outside(tooLarge(v, x), 'cos', [x], y);
}

export function tan<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const doubled = v.nearest(v.mul(x, v.float(2 / Math.PI)));
  const [r, lo] = reduce(v, x, v.mul(doubled, v.float(0.5)));
  const z = v.mul(r, r);
  const [sine, sineRest] = quickTwoSum(v, r, v.madd(v.mul(r, z), polynomial(v, z, SIN_QUARTER), lo));
  const flat = v.madd(v.mul(z, z), polynomial(v, z, COS_QUARTER), v.neg(v.mul(r, lo)));
  const half = v.mul(z, v.float(0.5));
  const [round, lost] = quickTwoSum(v, v.float(1), v.neg(half));
  const [cosine, cosineRest] = quickTwoSum(v, round, v.add(lost, flat));
  const n = integerBits(v, doubled);
  const odd = v.less(negateWhereOdd(v, n, v.float(1)), v.float(0));
  const divisor = v.select(odd, sine, cosine);
  const quotient = v.div(v.select(odd, v.neg(cosine), sine), divisor);
  const rest = v.madd(quotient, v.neg(v.select(odd, sineRest, cosineRest)), v.select(odd, v.neg(cosineRest), sineRest));
  const y = v.add(quotient, v.div(rest, divisor));
  return v.outside(tooLarge(v, x), 'tan', [x], v.select(v.equal(x, v.float(0)), x, y));
}
