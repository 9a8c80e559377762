/**
 * x^y = exp(y log x) with the exponent in double-double: within 0.7 ulp, and exact where the power is representable.
 * Math.pow is hundreds of ulp off in V8 for x next to 1 and large y.
 */
import { twoProduct, twoSum } from './double-double.ts';
import { expDoubleDouble, logDoubleDouble } from './exp-log.ts';

/** x to the power y, with the special cases of C (and of NumPy): 1^y = x^0 = 1, also for NaN. */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === -1) return 1 / x;
  if (y === 0.5 && x > 0) return Math.sqrt(x);
  const magnitude = Math.abs(x);
  if (!(magnitude > 0 && magnitude < Infinity) || !Number.isFinite(y)) {
    return magnitude === 1 && !Number.isNaN(y) ? 1 : x ** y;
  }
  const odd = Math.abs(y % 2) === 1;
  if (x < 0 && !odd && y % 1 !== 0) return NaN;
  const sign = x < 0 && odd ? -1 : 1;
  if (Math.abs(y * Math.log(magnitude)) > 800) return sign * (y > 0 === magnitude > 1 ? Infinity : 0);
  const log = logDoubleDouble([magnitude, 0]);
  const [hi, lo] = twoProduct(log[0], y);
  return sign * expDoubleDouble(twoSum(hi, lo + log[1] * y));
}
