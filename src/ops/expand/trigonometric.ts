// Everything from sine and cosine of r = x - nπ/2, |r| <= π/4: sin x is one of the two, up to its sign, cos x = sin(x + π/2), and tan
// their quotient. What two of them share is computed once. π/2 is taken in four parts, of which the first three times n are
// exact (Cody and Waite 1980); the rounding of the third difference is kept. That holds up to `REDUCIBLE`, beyond which the lane
// is left to the scalar function.
import { nearestInteger, negateWhereOdd } from './bits.ts';
import { COS_QUARTER, PI_PARTS, SIN_QUARTER } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { quickTwoSum } from './pair.ts';
import { polynomial } from './polynomial.ts';

/** n stays below 2^12 and 2^20, which the parts of π leave room for. */
const REDUCIBLE = { 32: 6400, 64: 1.6e6 } as const;

interface Quarter<F, I> {
  /** The lowest bits hold n. */
  readonly quadrant: I;
  /** x - nπ/2. */
  readonly r: F;
  readonly lo: F;
  readonly square: F;
  /** sin(r + lo) - r. */
  readonly sineRest: F;
  /** cos(r + lo) - 1 + square/2. */
  readonly flat: F;
}

function reduce<F, I, M>(v: Lanes<F, I, M>, x: F): Quarter<F, I> {
  const { n, bits: quadrant } = nearestInteger(v, x, 2 / Math.PI, 0);
  const [first, second, third, fourth] = PI_PARTS[v.bits].map((part) => v.float(-part / 2)) as [F, F, F, F];
  const coarse = v.madd(n, second, v.madd(n, first, x));
  const [r, lost] = quickTwoSum(v, coarse, v.mul(n, third));
  const lo = v.madd(n, fourth, lost);
  const square = v.mul(r, r);
  return {
    quadrant,
    r,
    lo,
    square,
    sineRest: v.madd(v.mul(r, square), polynomial(v, square, SIN_QUARTER), lo),
    flat: v.sub(v.mul(v.mul(square, square), polynomial(v, square, COS_QUARTER)), v.mul(r, lo)),
  };
}

/** Where the lowest bit of n is set. */
function isOdd<F, I, M>(v: Lanes<F, I, M>, n: I): M {
  return v.less(negateWhereOdd(v, n, v.float(1)), v.float(0));
}

/** sin((n + moved)π/2 + r). */
function wave<F, I, M>(v: Lanes<F, I, M>, x: F, moved: 0 | 1): F {
  const { quadrant, r, square, sineRest, flat } = reduce(v, x);
  const sine = v.add(r, sineRest);
  const cosine = v.add(v.sub(v.float(1), v.mul(square, v.float(0.5))), flat);
  const odd = isOdd(v, quadrant);
  const y = moved === 0 ? v.select(odd, cosine, sine) : v.select(odd, sine, cosine);
  const n = moved === 0 ? quadrant : v.addInt(quadrant, v.int(1n));
  return negateWhereOdd(v, v.shiftRight(n, 1), y);
}

function tooLarge<F, I, M>(v: Lanes<F, I, M>, x: F): M {
  return v.not(v.lessEqual(v.abs(x), v.float(REDUCIBLE[v.bits])));
}

export function sin<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return v.outside(tooLarge(v, x), 'sin', [x], v.select(v.equal(x, v.float(0)), x, wave(v, x, 0)));
}

export function cos<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return v.outside(tooLarge(v, x), 'cos', [x], wave(v, x, 1));
}

export function tan<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { quadrant, r, square, sineRest, flat } = reduce(v, x);
  const [sine, sineLost] = quickTwoSum(v, r, sineRest);
  const [round, lost] = quickTwoSum(v, v.float(1), v.neg(v.mul(square, v.float(0.5))));
  const [cosine, cosineLost] = quickTwoSum(v, round, v.add(lost, flat));
  const odd = isOdd(v, quadrant);
  const divisor = v.select(odd, sine, cosine);
  const quotient = v.div(v.select(odd, v.neg(cosine), sine), divisor);
  const rest = v.madd(quotient, v.neg(v.select(odd, sineLost, cosineLost)), v.select(odd, v.neg(cosineLost), sineLost));
  const y = v.add(quotient, v.div(rest, divisor));
  return v.outside(tooLarge(v, x), 'tan', [x], v.select(v.equal(x, v.float(0)), x, y));
}
