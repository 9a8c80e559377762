// The elementwise operations that have an expansion, by the name of their record. What is not here (lgamma, erfinv, Bessel
// functions, …) or not covered at some parameters is left to the scalar function of the record.
import type { Params } from '../../tensor/op.ts';
import { entr, sinc, xlog1py, xlogy } from './entropy.ts';
import { erf, erfc, gelu, geluTanh, ndtr } from './error-function.ts';
import { exp, exp2, expm1 } from './exponential.ts';
import { cosh, sinh, tanh } from './hyperbolic.ts';
import { acosh, asinh, atanh } from './inverse-hyperbolic.ts';
import { acos, asin, atan, atan2 } from './inverse-trigonometric.ts';
import type { Lanes } from './lanes.ts';
import { log, log1p, log2, log10, logOfNormal } from './logarithm.ts';
import { logaddexp, logaddexp2, logit, logSigmoid, mish, sigmoid, silu, softplus, softsign } from './logistic.ts';
import { pow, powConstant } from './power.ts';
import { celu, clip, elu, hardsigmoid, hardswish, leakyRelu, lerp, selu } from './rectifier.ts';
import { fmod, remainder } from './remainder.ts';
import { cbrt, hypot, rsqrt } from './roots.ts';
import { copysign, exceeds, frac, gap, nanToNum, sign, step } from './rounding.ts';
import { cos, sin, tan } from './trigonometric.ts';

interface Ulps {
  readonly 32: number;
  readonly 64: number;
}

export interface Expansion {
  /** How many tensors it takes. */
  readonly arity: number;
  /** The largest error, in units in the last place of the width, that the tests allow. */
  readonly ulps: Ulps;
  /** False for static parameters it does not cover; left out where it covers all. */
  readonly covers?: (p: Params) => boolean;
  /** The value of every lane of x at the static parameters p of the record. */
  readonly expand: <F, I, M>(v: Lanes<F, I, M>, x: readonly F[], p: Params) => F;
  /** The same in fewer steps where the operand is known not to be below the smallest normal number; it may be NaN. */
  readonly ofNormal?: OfOne;
}

type OfOne = <F, I, M>(v: Lanes<F, I, M>, x: F, p: Params) => F;
type OfTwo = <F, I, M>(v: Lanes<F, I, M>, a: F, b: F) => F;
type OfThree = <F, I, M>(v: Lanes<F, I, M>, a: F, b: F, c: F) => F;

const ofOne: Record<string, OfOne> = {
  neg: (v, x) => v.neg(x),
  abs: (v, x) => v.abs(x),
  sqrt: (v, x) => v.sqrt(x),
  floor: (v, x) => v.floor(x),
  ceil: (v, x) => v.ceil(x),
  trunc: (v, x) => v.trunc(x),
  round: (v, x) => v.nearest(x),
  square: (v, x) => v.mul(x, x),
  reciprocal: (v, x) => v.div(v.float(1), x),
  relu: (v, x) => v.select(v.lessEqual(x, v.float(0)), v.float(0), x),
  relu6: (v, x) => clip(v, x, 0, 6),
  hardtanh: (v, x, { lo, hi }) => clip(v, x, lo, hi),
  clip: (v, x, { lo, hi }) => clip(v, x, lo, hi),
  leakyRelu: (v, x, { slope }) => leakyRelu(v, x, v.float(slope)),
  elu: (v, x, { alpha }) => elu(v, x, alpha),
  celu: (v, x, { alpha }) => celu(v, x, alpha),
  powConstant: (v, x, { exponent }) => powConstant(v, x, exponent),
  nanToNum,
  selu,
  hardsigmoid,
  hardswish,
  sign,
  frac,
  step,
  rsqrt,
  cbrt,
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  sigmoid,
  softplus,
  logSigmoid,
  logit,
  silu,
  mish,
  softsign,
  erf,
  erfc,
  ndtr,
  gelu,
  geluTanh,
  entr,
  sinc,
};

const ofTwo: Record<string, OfTwo> = {
  add: (v, a, b) => v.add(a, b),
  sub: (v, a, b) => v.sub(a, b),
  mul: (v, a, b) => v.mul(a, b),
  div: (v, a, b) => v.div(a, b),
  chain: (v, rate, d) => v.select(v.notEqual(d, v.float(0)), v.mul(rate, d), v.float(0)),
  maximum: (v, a, b) => v.max(a, b),
  minimum: (v, a, b) => v.min(a, b),
  prelu: (v, x, slope) => leakyRelu(v, x, slope),
  atan2,
  copysign,
  exceeds,
  fmod,
  gap,
  hypot,
  logaddexp,
  logaddexp2,
  pow,
  remainder,
  xlog1py,
  xlogy,
};

const ofThree: Record<string, OfThree> = { lerp };

const ofNormal: Record<string, OfOne> = { log: logOfNormal };

/** Families whose other members have no expansion. */
const covered: Record<string, (p: Params) => boolean> = {
  pow: ({ logs }) => logs === 0,
  sinc: ({ order }) => order === 0,
};

const usual: Ulps = { 32: 2, 64: 4 };

/** A sum of two terms that nearly cancel, measured against the larger of its arguments. */
const looser: Record<string, Ulps> = { logaddexp: { 32: 2.1, 64: 4 } };

function table(): Map<string, Expansion> {
  const result = new Map<string, Expansion>();
  const enter = (name: string, arity: number, expand: Expansion['expand']): void => {
    const [covers, normal] = [covered[name], ofNormal[name]];
    const ulps = looser[name] ?? usual;
    result.set(name, { arity, ulps, expand, ...(covers && { covers }), ...(normal && { ofNormal: normal }) });
  };
  for (const [name, f] of Object.entries(ofOne)) enter(name, 1, (v, x, p) => f(v, x[0]!, p));
  for (const [name, f] of Object.entries(ofTwo)) enter(name, 2, (v, x) => f(v, x[0]!, x[1]!));
  for (const [name, f] of Object.entries(ofThree)) enter(name, 3, (v, x) => f(v, x[0]!, x[1]!, x[2]!));
  return result;
}

export const expansions: ReadonlyMap<string, Expansion> = table();
