/**
 * The logistic family and the activations of neural networks. Where exp(x) multiplies a factor (silu, mish, gelu), the two
 * are joined before rounding, so that the far negative tail keeps its digits until the product itself underflows.
 */
import type { DoubleDouble } from './double-double.ts';
import { add, multiply, twoProduct } from './double-double.ts';
import { expDoubleDouble } from './exp-log.ts';
import { lowerTail, ndtr } from './normal.ts';

/** 1/(1 + e^-x). */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** log(1 + e^x). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function logSigmoid(x: number): number {
  return -softplus(-x);
}

/** log(p/(1 - p)); next to 1/2 through the exact difference 2p - 1. */
export function logit(p: number): number {
  if (p >= 0.25 && p <= 0.75) return Math.log1p((2 * p - 1) / (1 - p));
  return p < 0.25 ? Math.log(p) - Math.log1p(-p) : Math.log(p / (1 - p));
}

export function softsign(x: number): number {
  return Math.abs(x) === Infinity ? Math.sign(x) : x / (1 + Math.abs(x));
}

/** x sigmoid(x). */
export function silu(x: number): number {
  if (x >= 0) return x / (1 + Math.exp(-x));
  return x < -1000 ? -0 : expDoubleDouble([x, 0], x / (1 + Math.exp(x)));
}

/** x tanh(softplus(x)) = x n/(n + 2) with n = e^x (e^x + 2). */
export function mish(x: number): number {
  if (x > 20) return x;
  if (x < -1000) return -0;
  const e = Math.exp(x);
  return expDoubleDouble([x, 0], (x * (e + 2)) / (e * (e + 2) + 2));
}

/** x ndtr(x). */
export function gelu(x: number): number {
  if (x < -100) return -0;
  return x < 0 ? lowerTail(x, x) : x * ndtr(x);
}

/** 2 sqrt(2/pi) and the same times 0.044715. */
const LINEAR: DoubleDouble = [1.5957691216057308, -9.96930880911092e-17];
const CUBIC: DoubleDouble = [0.07135481627260025, -6.175149918155315e-19];

/** x/2 (1 + tanh u) = x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3). */
export function geluTanh(x: number): number {
  if (x < -100) return -0;
  if (x > 100) return x;
  const exponent = multiply([x, 0], add(LINEAR, multiply(twoProduct(x, x), CUBIC)));
  if (x > 0) return x / (1 + Math.exp(-exponent[0]));
  return expDoubleDouble(exponent, x / (1 + Math.exp(exponent[0])));
}

export function elu(x: number, alpha = 1): number {
  return x > 0 ? x : alpha * Math.expm1(x);
}

/** elu(x/alpha) alpha, whose slope is continuous at 0 for every alpha. */
export function celu(x: number, alpha = 1): number {
  return x > 0 ? x : alpha * Math.expm1(x / alpha);
}

/** The self-normalising elu (Klambauer et al. 2017). */
export function selu(x: number): number {
  const scale = 1.0507009873554805;
  return x > 0 ? scale * x : scale * 1.6732632423543772 * Math.expm1(x);
}
