// e^x = 2^n e^r with n the nearest integer of x / ln 2 and |r| <= ln 2 / 2, ln 2 in two parts (Cody and Waite 1980). The
// first part times n is exact, so `head` = x - n·ln2₁ is exact too; e^r - 1 = head + tail keeps what rounding r would lose.
import { formatOf, nearestInteger, powerOfBits, twoPowersOfBits } from './bits.ts';
import { EXP, EXP2, LN2_PARTS } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { type Pair, quickTwoSum, twoProduct } from './pair.ts';
import { polynomial } from './polynomial.ts';

interface Limits {
  /** From here e^x is Infinity. */
  readonly top: number;
  /** From here down e^x is 0, also times a factor of the size of x. */
  readonly bottom: number;
  /** From here e^-x is lost against 1. */
  readonly lost: number;
}

const LIMITS: Readonly<Record<32 | 64, Limits>> = {
  32: { top: 89, bottom: -130, lost: 18 },
  64: { top: 710, bottom: -800, lost: 38 },
};

export function exponentLimits<F, I, M>(v: Lanes<F, I, M>): Limits {
  return LIMITS[v.bits];
}

interface ReducedExponent<F, I> {
  /** n + offset. */
  readonly bits: I;
  readonly head: F;
  /** e^r - 1 - head. */
  readonly tail: F;
}

/** x + lo for |x| within the limits of exp; `turned`, with -r in place of r. */
function reduceExponent<F, I, M>(
  v: Lanes<F, I, M>,
  x: F,
  offset: number,
  lo?: F,
  turned = false,
): ReducedExponent<F, I> {
  const [first, second] = LN2_PARTS[v.bits].map((part) => v.float(turned ? part : -part)) as [F, F];
  const { n, bits } = nearestInteger(v, x, Math.LOG2E, offset);
  const head = turned ? v.sub(v.mul(n, first), x) : v.madd(n, first, x);
  const rest = lo === undefined ? v.mul(n, second) : v.madd(n, second, turned ? v.neg(lo) : lo);
  const r = v.add(head, rest);
  return { bits, head, tail: v.madd(v.mul(r, r), polynomial(v, r, EXP), rest) };
}

function clampExponent<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { top, bottom } = exponentLimits(v);
  return v.atMost(v.atLeast(x, v.float(bottom)), v.float(top));
}

export interface ScaledExponential<F> {
  /** e^(x + lo) = (1 + grown) · powers; the product by both rounds into the subnormals once. */
  readonly grown: F;
  readonly powers: readonly [F, F];
}

export function splitExp<F, I, M>(v: Lanes<F, I, M>, x: F, lo?: F): ScaledExponential<F> {
  const { bits, head, tail } = reduceExponent(v, clampExponent(v, x), 2 * formatOf(v).bias, lo);
  return { grown: v.add(head, tail), powers: twoPowersOfBits(v, bits) };
}

/** 2^n as the powers, and `grown` of e^-(x + lo) = (1 + grown) / 2^n. */
export function splitReciprocal<F, I, M>(v: Lanes<F, I, M>, x: F, lo?: F): ScaledExponential<F> {
  const { bits, head, tail } = reduceExponent(v, clampExponent(v, x), 2 * formatOf(v).bias, lo, true);
  return { grown: v.add(head, tail), powers: twoPowersOfBits(v, bits) };
}

/** (factor + rest) · e^(x + lo) from the parts. */
export function joinExp<F, I, M>(v: Lanes<F, I, M>, { grown, powers }: ScaledExponential<F>, factor: F, rest?: F): F {
  const more = rest === undefined ? v.mul(factor, grown) : v.madd(factor, grown, v.madd(rest, grown, rest));
  return v.mul(v.mul(v.add(factor, more), powers[0]), powers[1]);
}

export function exp<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { grown, powers } = splitExp(v, x);
  return v.mul(v.mul(v.add(grown, v.float(1)), powers[0]), powers[1]);
}

/** 2^x in the same parts. */
function splitExp2<F, I, M>(v: Lanes<F, I, M>, x: F): ScaledExponential<F> {
  const { bias, mantissa } = formatOf(v);
  const clamped = v.atMost(v.atLeast(x, v.float(-bias - mantissa - 2)), v.float(bias + 2));
  const { n, bits } = nearestInteger(v, clamped, 1, 2 * bias);
  const r = v.sub(clamped, n);
  return { grown: v.mul(r, polynomial(v, r, EXP2)), powers: twoPowersOfBits(v, bits) };
}

export function exp2<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { grown, powers } = splitExp2(v, x);
  return v.mul(v.mul(v.add(grown, v.float(1)), powers[0]), powers[1]);
}

/** The exponential from its parts as a pair. */
export function joinPair<F, I, M>(v: Lanes<F, I, M>, { grown, powers }: ScaledExponential<F>): Pair<F> {
  const [hi, lo] = quickTwoSum(v, v.float(1), grown);
  return [v.mul(v.mul(hi, powers[0]), powers[1]), v.mul(v.mul(lo, powers[0]), powers[1])];
}

export function expPair<F, I, M>(v: Lanes<F, I, M>, x: F): Pair<F> {
  return joinPair(v, splitExp(v, x));
}

export function exp2Pair<F, I, M>(v: Lanes<F, I, M>, x: F): Pair<F> {
  return joinPair(v, splitExp2(v, x));
}

/** e^(2a) = scale (1 + grown) with the scale a power of 2, for 0 <= a below overflow. */
export function growth<F, I, M>(v: Lanes<F, I, M>, a: F): { readonly scale: F; readonly grown: F } {
  const { bits, head, tail } = reduceExponent(v, v.add(a, a), formatOf(v).bias);
  return { scale: powerOfBits(v, bits), grown: v.add(head, tail) };
}

interface HalfExpm1<F> {
  readonly scale: F;
  /** (e^x - 1)/2 = coarse + lost + scale · tail. */
  readonly coarse: F;
  readonly lost: F;
  readonly tail: F;
}

/** In halves because 2^n overflows before e^x does; `lost` holds for x <= 0. */
function halfExpm1<F, I, M>(v: Lanes<F, I, M>, x: F): HalfExpm1<F> {
  const { top, lost } = exponentLimits(v);
  const bounded = v.atMost(v.atLeast(x, v.float(-lost)), v.float(top));
  const { bits, head, tail } = reduceExponent(v, bounded, formatOf(v).bias - 1);
  const scale = powerOfBits(v, bits);
  const [coarse, rest] = quickTwoSum(v, v.sub(scale, v.float(0.5)), v.mul(scale, head));
  return { scale, coarse, lost: rest, tail };
}

/** Twice `half`, or `small` next to 0, where halves would lose subnormals and the sign of 0. */
function doubledUnlessTiny<F, I, M>(v: Lanes<F, I, M>, x: F, half: F, small: F): F {
  return v.select(v.less(v.abs(x), v.float(formatOf(v).tiny)), small, v.add(half, half));
}

export function expm1<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { scale, coarse, tail } = halfExpm1(v, x);
  return doubledUnlessTiny(v, x, v.madd(scale, tail, coarse), x);
}

/** (factor + rest)(e^x - 1), without the rounding of e^x - 1 in between, and of the product where that is not exact anyway. */
export function scaledExpm1<F, I, M>(v: Lanes<F, I, M>, x: F, factor: number, rest = 0): F {
  const { scale, coarse, lost, tail } = halfExpm1(v, x);
  const [main, little] = [v.float(factor), v.float(rest)];
  const fine = v.mul(v.madd(scale, tail, lost), main);
  if (Number.isInteger(Math.log2(Math.abs(factor)))) {
    return doubledUnlessTiny(v, x, v.madd(coarse, main, fine), v.mul(x, main));
  }
  const [product, low] = twoProduct(v, coarse, main);
  const half = v.add(product, v.add(fine, v.madd(coarse, little, low)));
  return doubledUnlessTiny(v, x, half, v.mul(x, main));
}
