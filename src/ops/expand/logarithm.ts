// log x = k ln 2 + log(1 + f) with sqrt(1/2) <= 1 + f < sqrt(2). At 32 bits log(1 + f) = f - f²/2 + f³ p(f); at 64 bits, where p
// would need 20 terms, a division by 2 + f leaves 7:
//   log(1 + f) = f - (f²/2 - s (f²/2 + s² p(s²))),   s = f / (2 + f)   (the form of Sun's fdlibm).
import { carried, formatOf, signOf, smallInteger } from './bits.ts';
import { LN2_PARTS, LOG, LOG_RATIO, LOG2E_PARTS, LOG10_2_PARTS, LOG10E_PARTS } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { twoSum } from './pair.ts';
import { polynomial } from './polynomial.ts';

export interface SplitLogarithm<F, I> {
  /** The integer k as a float. */
  readonly k: F;
  /** k + bias, shifted into the exponent. */
  readonly exponentBits: I;
  /** The mantissa in [sqrt(1/2), sqrt(2)). */
  readonly mantissa: F;
}

/** x = 2^k · mantissa for normal x > 0. */
export function splitLogarithm<F, I, M>(v: Lanes<F, I, M>, x: F): SplitLogarithm<F, I> {
  const { mantissa, bias } = formatOf(v);
  const root = v.bitsOf(v.float(Math.SQRT1_2));
  const moved = v.addInt(v.bitsOf(x), v.subInt(v.bitsOf(v.float(1)), root));
  const fraction = v.andInt(moved, v.int((1n << BigInt(mantissa)) - 1n));
  return {
    k: smallInteger(v, v.shiftRight(moved, mantissa), carried(v, bias)),
    exponentBits: v.subInt(moved, fraction),
    mantissa: v.ofBits(v.addInt(fraction, root)),
  };
}

/** x scaled up where it is subnormal, split. */
export function splitAny<F, I, M>(v: Lanes<F, I, M>, x: F): SplitLogarithm<F, I> {
  const { mantissa, smallestNormal } = formatOf(v);
  const small = v.less(x, v.float(smallestNormal));
  const scaled = v.select(small, v.mul(x, v.float(2 ** mantissa)), x);
  const { k, ...split } = splitLogarithm(v, scaled);
  return { ...split, k: v.sub(k, v.select(small, v.float(mantissa), v.float(0))) };
}

/** log(1 + f) + rest. */
function logNearOne<F, I, M>(v: Lanes<F, I, M>, f: F, rest: F): F {
  const half = v.mul(v.mul(f, v.float(0.5)), f);
  return v.add(f, v.sub(logRemainder(v, f, half, rest), half));
}

/** log(1 + f) - f + half + rest, for half = f²/2. */
function logRemainder<F, I, M>(v: Lanes<F, I, M>, f: F, half: F, rest: F): F {
  if (v.bits === 32) return v.madd(v.mul(v.mul(f, f), f), polynomial(v, f, LOG), rest);
  const s = v.div(f, v.add(f, v.float(2)));
  const z = v.mul(s, s);
  return v.madd(s, v.madd(z, polynomial(v, z, LOG_RATIO), half), rest);
}

/**
 * -Infinity at 0, NaN below, Infinity and NaN as they are, a finite `inside` elsewhere: sqrt x less a large number is below
 * `inside` exactly where x is finite.
 */
export function withEnds<F, I, M>(v: Lanes<F, I, M>, x: F, inside: F): F {
  const infinityAtZero = v.select(v.equal(x, v.float(0)), v.float(Infinity), v.float(0));
  const end = v.sub(v.sqrt(x), v.float(2 ** (formatOf(v).bias / 2 + 2)));
  return v.sub(v.atLeast(end, inside), infinityAtZero);
}

export function log<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { k, mantissa } = splitAny(v, x);
  return withEnds(v, x, logOfSplit(v, k, v.sub(mantissa, v.float(1))));
}

/** log x where x is known not to be below the smallest normal number; it may be Infinity or NaN. */
export function logOfNormal<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { k, mantissa } = splitLogarithm(v, x);
  return v.select(v.less(x, v.float(Infinity)), logOfSplit(v, k, v.sub(mantissa, v.float(1))), x);
}

/** k ln 2 + log(1 + f) + more. */
function logOfSplit<F, I, M>(v: Lanes<F, I, M>, k: F, f: F, more?: F): F {
  const [first, second] = LN2_PARTS[v.bits].map((part) => v.float(part)) as [F, F];
  const rest = more === undefined ? v.mul(k, second) : v.madd(k, second, more);
  return v.madd(k, first, logNearOne(v, f, rest));
}

interface Base {
  /** The logarithm of 2, in two parts. */
  readonly unit: readonly number[];
  /** That of e. */
  readonly factor: readonly number[];
}

/** k·unit + factor·log(1 + f), the products by factor in two parts so that one rounding of size f is left. */
function logToBase<F, I, M>(v: Lanes<F, I, M>, k: F, f: F, { unit, factor }: Base, more = v.float(0)): F {
  const half = v.mul(v.mul(f, v.float(0.5)), f);
  const curved = v.sub(logRemainder(v, f, half, more), half);
  const low = v.madd(f, v.float(factor[1]!), v.mul(k, v.float(unit[1]!)));
  const inside = v.madd(f, v.float(factor[0]!), v.madd(curved, v.float(factor[0]!), low));
  return v.madd(k, v.float(unit[0]!), inside);
}

function base2<F, I, M>(v: Lanes<F, I, M>): Base {
  return { unit: [1, 0], factor: LOG2E_PARTS[v.bits] };
}

export function log2<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { k, mantissa } = splitAny(v, x);
  return withEnds(v, x, logToBase(v, k, v.sub(mantissa, v.float(1)), base2(v)));
}

export function log10<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { k, mantissa } = splitAny(v, x);
  const base = { unit: LOG10_2_PARTS[v.bits], factor: LOG10E_PARTS[v.bits] };
  return withEnds(v, x, logToBase(v, k, v.sub(mantissa, v.float(1)), base));
}

/** log(1 + x + lo) for finite x > -1. */
export function log1pCore<F, I, M>(v: Lanes<F, I, M>, x: F, lo?: F): F {
  const one = v.float(1);
  const u = v.add(one, x);
  const lost = v.select(v.less(one, x), v.sub(one, v.sub(u, x)), v.sub(x, v.sub(u, one)));
  return logOfPair(v, u, lo === undefined ? lost : v.add(lost, lo));
}

interface SplitPair<F> {
  readonly k: F;
  readonly f: F;
  /** log(1 + f + rest) - log(1 + f) for the rest that f has no room for. */
  readonly more: F;
}

/** u + lost = 2^k (1 + f + rest) for normal u > 0: the small part is scaled by 2^-k in two steps, as k may be 2^7 or 2^10. */
function splitPair<F, I, M>(
  v: Lanes<F, I, M>,
  lost: F,
  { k, exponentBits, mantissa }: SplitLogarithm<F, I>,
): SplitPair<F> {
  const { mantissa: digits, bias } = formatOf(v);
  const doubled = v.ofBits(v.subInt(v.int(BigInt(2 * bias + 1) << BigInt(digits)), exponentBits));
  const small = v.mul(v.mul(lost, doubled), v.float(0.5));
  const [f, rest] = twoSum(v, v.sub(mantissa, v.float(1)), small);
  return { k, f, more: v.mul(rest, v.sub(v.float(1), f)) };
}

/** log(u + lost) for normal u > 0, or any with splitAny where lost is 0. */
export function logOfPair<F, I, M>(
  v: Lanes<F, I, M>,
  u: F,
  lost: F,
  split: SplitLogarithm<F, I> = splitLogarithm(v, u),
): F {
  const { k, f, more } = splitPair(v, lost, split);
  return logOfSplit(v, k, f, more);
}

export function log2OfPair<F, I, M>(v: Lanes<F, I, M>, u: F, lost: F): F {
  const { k, f, more } = splitPair(v, lost, splitLogarithm(v, u));
  return logToBase(v, k, f, base2(v), more);
}

export function log1p<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const y = withEnds(v, v.add(x, v.float(1)), log1pCore(v, x));
  return v.ofBits(v.orInt(v.bitsOf(y), signOf(v, x)));
}
