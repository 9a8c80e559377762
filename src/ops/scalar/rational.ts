/** A fitted quotient of two polynomials, coefficients from the constant term up. */
import { polynomial } from './polynomial.ts';

export interface Rational {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

export function rational(x: number, { numerator, denominator }: Rational): number {
  return polynomial(x, numerator) / polynomial(x, denominator);
}
