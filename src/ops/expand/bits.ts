// The fields of a float: sign, biased exponent, mantissa. A small integer n is moved between the two readings by adding it
// to 1.5 · 2^mantissa, whose lowest bits then are those of n; a power of two is n + bias shifted into the exponent.
import type { Lanes } from './lanes.ts';

export interface FloatFormat {
  /** Stored bits of the mantissa. */
  readonly mantissa: number;
  readonly bias: number;
  readonly smallestNormal: number;
  /** A bound below which x + 1 is 1. */
  readonly tiny: number;
}

const FORMATS: Readonly<Record<32 | 64, FloatFormat>> = {
  32: { mantissa: 23, bias: 127, smallestNormal: 2 ** -126, tiny: 2 ** -30 },
  64: { mantissa: 52, bias: 1023, smallestNormal: 2 ** -1022, tiny: 2 ** -60 },
};

export function formatOf<F, I, M>(v: Lanes<F, I, M>): FloatFormat {
  return FORMATS[v.bits];
}

/** The bits whose lowest half, or fewer, hold the integer n + offset. */
export function integerBits<F, I, M>(v: Lanes<F, I, M>, n: F, offset = 0): I {
  return v.bitsOf(v.add(n, v.float(1.5 * 2 ** formatOf(v).mantissa + offset)));
}

export interface NearestInteger<F, I> {
  readonly n: F;
  /** The lowest bits hold n + offset. */
  readonly bits: I;
}

/** The integer nearest to rate·x, far from overflow: the sum with 1.5 · 2^mantissa has no room for a fraction. */
export function nearestInteger<F, I, M>(v: Lanes<F, I, M>, x: F, rate: number, offset: number): NearestInteger<F, I> {
  const carrier = v.float(1.5 * 2 ** formatOf(v).mantissa + offset);
  const sum = rate === 1 ? v.add(x, carrier) : v.madd(x, v.float(rate), carrier);
  return { n: v.sub(sum, carrier), bits: v.bitsOf(sum) };
}

/** 2^n from bits at the offset of the bias. */
export function powerOfBits<F, I, M>(v: Lanes<F, I, M>, bits: I): F {
  return v.ofBits(v.shiftLeft(bits, formatOf(v).mantissa));
}

/** 2^n for integers n with 2^n normal, and 0 for n = -bias. */
export function powerOfTwo<F, I, M>(v: Lanes<F, I, M>, n: F): F {
  const { mantissa, bias } = formatOf(v);
  return v.ofBits(v.shiftLeft(integerBits(v, n, bias), mantissa));
}

/**
 * Two normal powers of two with the product 2^n, from bits at the offset of twice the bias, for 2^n anywhere from underflow
 * to overflow: p·a·b rounds once.
 */
export function twoPowersOfBits<F, I, M>(v: Lanes<F, I, M>, bits: I): readonly [F, F] {
  const half = v.shiftRight(bits, 1);
  return [powerOfBits(v, half), powerOfBits(v, v.subInt(bits, half))];
}

/** The integer below 2^(bits/2) held by i, as a float, less `offset`. */
export function smallInteger<F, I, M>(v: Lanes<F, I, M>, i: I, offset: F): F {
  const { mantissa, bias } = formatOf(v);
  const carrier = v.int(BigInt(bias + mantissa) << BigInt(mantissa));
  return v.sub(v.ofBits(v.orInt(i, carrier)), offset);
}

/** The offset for `smallInteger` that makes 0 of `zero`. */
export function carried<F, I, M>(v: Lanes<F, I, M>, zero: number): F {
  return v.float(2 ** formatOf(v).mantissa + zero);
}

/** The sign bit of x alone. */
export function signOf<F, I, M>(v: Lanes<F, I, M>, x: F): I {
  return v.andInt(v.bitsOf(x), v.int(1n << BigInt(v.bits - 1)));
}

/** y >= 0 with the sign of x, -0 included. */
export function withSignOf<F, I, M>(v: Lanes<F, I, M>, x: F, y: F): F {
  return v.ofBits(v.orInt(v.bitsOf(y), signOf(v, x)));
}

/** y with its sign changed where the integer held by n is odd. */
export function negateWhereOdd<F, I, M>(v: Lanes<F, I, M>, n: I, y: F): F {
  return v.ofBits(v.xorInt(v.bitsOf(y), v.shiftLeft(n, v.bits - 1)));
}

/** True where the sign bit of x is set, that of -0 included; x is not NaN. */
export function isNegative<F, I, M>(v: Lanes<F, I, M>, x: F): M {
  return v.less(withSignOf(v, x, v.float(1)), v.float(0));
}
