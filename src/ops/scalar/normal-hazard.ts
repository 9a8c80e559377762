/**
 * h(x) = phi(x)/Phi(x), the derivative of log Phi. On the left h = sqrt(2/pi) / erfcx(t), t = -x/sqrt 2, and
 * x + h = h (1 - t sqrt(pi) erfcx(t)) = -h sqrt(pi)/2 erfcx'(t), which keeps its digits where x + h would cancel.
 */
import { erfcx } from './erf.ts';
import { erfcxDerivative } from './erfcx-derivative.ts';
import { ndtr } from './normal.ts';

const SQRT_2_OVER_PI = 0.7978845608028654;
const HALF_SQRT_PI = 0.886226925452758;

export function hazard(x: number): number {
  if (x > 0) return (SQRT_2_OVER_PI * 0.5 * Math.exp((-x * x) / 2)) / ndtr(x);
  return SQRT_2_OVER_PI / erfcx(-x * Math.SQRT1_2);
}

/** x + h(x). */
export function hazardExcess(x: number): number {
  return x > -1 ? x + hazard(x) : -hazard(x) * HALF_SQRT_PI * erfcxDerivative(1, -x * Math.SQRT1_2);
}
