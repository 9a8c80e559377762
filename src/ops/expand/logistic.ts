// The logistic family from E = e^x without overflow: σ = 1/(1 + 1/E), softplus = max(x, 0) + log(1 + e^-|x|). Where x multiplies it
// (silu, mish), the scaling by 2^n comes last, so that the far negative tail keeps its digits.
import { withSignOf } from './bits.ts';
import { exp2Pair, exponentLimits, expPair, joinExp, joinPair, splitExp, splitReciprocal } from './exponential.ts';
import type { Lanes } from './lanes.ts';
import { log1pCore, log2OfPair, logOfPair, splitAny, withEnds } from './logarithm.ts';
import { addToPair, dividePairs, multiplyPairs, quickTwoSum } from './pair.ts';

export function sigmoid<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return gated(v, v.float(1), x);
}

export function softplus<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return v.add(v.select(v.lessEqual(x, v.float(0)), v.float(0), x), log1pCore(v, ...expPair(v, v.neg(v.abs(x)))));
}

export function logSigmoid<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return v.neg(softplus(v, v.neg(x)));
}

/** x σ(u + lo) = 2^n x/(2^n + e^-r), where u follows the sign of x. */
export function gated<F, I, M>(v: Lanes<F, I, M>, x: F, u: F, lo?: F): F {
  const { lost, bottom } = exponentLimits(v);
  const { grown, powers } = splitReciprocal(v, v.atMost(u, v.float(lost)), lo);
  const [a, b] = powers;
  const [sum, left] = quickTwoSum(v, v.float(1), grown);
  const y = v.div(v.atLeast(x, v.float(bottom)), v.add(sum, v.madd(a, b, left)));
  return v.mul(v.mul(y, a), b);
}

export function silu<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  return gated(v, x, x);
}

/** x n/(n + 2) with n = E (E + 2): E times the quotient of x (E + 2) by n + 2, both in pairs. */
export function mish<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { lost, bottom } = exponentLimits(v);
  const bounded = v.atMost(v.atLeast(x, v.float(bottom)), v.float(lost));
  const split = splitExp(v, bounded);
  const two = v.float(2);
  const [e, rest] = joinPair(v, split);
  const more = addToPair(v, two, [e, rest]);
  const below = addToPair(v, two, multiplyPairs(v, [e, rest], more));
  const quotient = dividePairs(v, multiplyPairs(v, [bounded, v.float(0)], more), below);
  return v.select(v.less(v.float(lost), x), x, withSignOf(v, x, joinExp(v, split, ...quotient)));
}

/** |a - b|, and 0 between equal infinities. */
function distance<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): F {
  return v.select(v.equal(a, b), v.float(0), v.abs(v.sub(a, b)));
}

export function logaddexp<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): F {
  return v.add(v.atLeast(a, b), log1pCore(v, ...expPair(v, v.neg(distance(v, a, b)))));
}

export function logaddexp2<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): F {
  const [e, rest] = exp2Pair(v, v.neg(distance(v, a, b)));
  const [sum, lost] = quickTwoSum(v, v.float(1), e);
  return v.add(v.atLeast(a, b), log2OfPair(v, sum, v.add(lost, rest)));
}

/** log q, q = p/(1 - p); about 1/2 from the exact |2p - 1| over the smaller of p and 1 - p, with the sign put back. */
export function logit<F, I, M>(v: Lanes<F, I, M>, p: F): F {
  const [zero, half, one] = [v.float(0), v.float(0.5), v.float(1)];
  const rest = v.sub(one, p);
  const near = v.and(v.less(v.float(0.25), p), v.less(p, v.float(0.75)));
  const turned = v.and(near, v.less(p, half));
  const below = v.select(turned, p, rest);
  const q = v.div(v.select(turned, rest, p), below);
  const excess = v.div(v.abs(v.sub(v.add(p, p), one)), below);
  const lost = v.select(near, v.sub(excess, v.sub(q, one)), zero);
  const y = logOfPair(v, q, lost, splitAny(v, q));
  const inside = v.select(turned, v.neg(y), y);
  return v.select(v.and(v.less(zero, p), v.less(p, one)), inside, withEnds(v, q, q));
}

export function softsign<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const largest = v.float(v.bits === 32 ? 2 ** 127 : 2 ** 1023);
  const bounded = v.atLeast(v.atMost(x, largest), v.neg(largest));
  return v.div(bounded, v.add(v.abs(bounded), v.float(1)));
}
