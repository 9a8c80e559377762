/**
 * Double-double arithmetic: a value is the unevaluated sum hi + lo of two doubles, |lo| <= ulp(hi)/2, about 32 digits.
 * It carries exponents such as y log x, whose absolute error becomes a relative error once they are exponentiated.
 * Error-free sums and products after Knuth and Dekker (T. J. Dekker, Numer. Math. 18, 1971).
 */
export type DoubleDouble = readonly [hi: number, lo: number];

/** a + b exactly. */
export function twoSum(a: number, b: number): DoubleDouble {
  const sum = a + b;
  const shadow = sum - a;
  return [sum, a - (sum - shadow) + (b - shadow)];
}

/** a + b exactly when |a| >= |b|. */
export function quickTwoSum(a: number, b: number): DoubleDouble {
  const sum = a + b;
  return [sum, b - (sum - a)];
}

/** a * b exactly, barring underflow; operands above 2^970 are scaled so that the splitting does not overflow. */
export function twoProduct(a: number, b: number): DoubleDouble {
  if (Math.abs(a) > 2 ** 970) {
    const [hi, lo] = twoProduct(a * 2 ** -100, b);
    return [hi * 2 ** 100, lo * 2 ** 100];
  }
  if (Math.abs(b) > 2 ** 970) return twoProduct(b, a);
  const product = a * b;
  const aBig = 134217729 * a;
  const aHigh = aBig - (aBig - a);
  const aLow = a - aHigh;
  const bBig = 134217729 * b;
  const bHigh = bBig - (bBig - b);
  const bLow = b - bHigh;
  return [product, aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow];
}

export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [sum, error] = twoSum(a[0], b[0]);
  const [low, lowError] = twoSum(a[1], b[1]);
  const [hi, lo] = quickTwoSum(sum, error + low);
  return quickTwoSum(hi, lo + lowError);
}

export function negate(a: DoubleDouble): DoubleDouble {
  return [-a[0], -a[1]];
}

export function subtract(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  return add(a, negate(b));
}

export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [product, error] = twoProduct(a[0], b[0]);
  return quickTwoSum(product, error + (a[0] * b[1] + a[1] * b[0]));
}

export function divide(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a[0] / b[0];
  const rest = subtract(a, multiply(b, [first, 0]));
  const second = rest[0] / b[0];
  const last = subtract(rest, multiply(b, [second, 0]))[0] / b[0];
  const [hi, lo] = quickTwoSum(first, second);
  return quickTwoSum(hi, lo + last);
}

/** a times a power of two. */
export function scale(a: DoubleDouble, power: number): DoubleDouble {
  return [a[0] * power, a[1] * power];
}
