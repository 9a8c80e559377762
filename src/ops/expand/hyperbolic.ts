// With e^x = 2^n e^r: sinh and cosh from the even and the odd part of e^r and the exact 2^n ± 2^-n, without a division and
// without cancellation next to 0; tanh x = t / (t + 2), t = e^(2x) - 1, or 1 - 2 / (e^(2x) + 1), which rounds less, where there is
// a polynomial for small x.
import { formatOf, powerOfTwo, withSignOf } from './bits.ts';
import { COSH, LN2_PARTS, SINH, TANH } from './coefficients.ts';
import { growth } from './exponential.ts';
import type { Lanes } from './lanes.ts';
import { oddPolynomial, polynomial } from './polynomial.ts';

/** Here sinh and cosh are Infinity, and (2^n + 2^-n)/4 is not yet. */
const OVERFLOW = { 32: 89.5, 64: 710.7 } as const;
/** Above this tanh is 1. */
const SATURATED = { 32: 9.1, 64: 19.1 } as const;

interface Parts<F> {
  /** (2^n + 2^-n)/4 and (2^n - 2^-n)/4. */
  readonly sum: F;
  readonly sumRest: F;
  readonly difference: F;
  /** sinh r = head + oddRest, cosh r = 1 + evenRest. */
  readonly head: F;
  readonly oddRest: F;
  readonly evenRest: F;
}

function hyperbolicParts<F, I, M>(v: Lanes<F, I, M>, x: F): Parts<F> {
  const limit = OVERFLOW[v.bits];
  const [first, second] = LN2_PARTS[v.bits] as [number, number];
  const clamped = v.atMost(v.atLeast(x, v.float(-limit)), v.float(limit));
  const n = v.nearest(v.mul(clamped, v.float(Math.LOG2E)));
  const head = v.madd(n, v.float(-first), clamped);
  const low = v.mul(n, v.float(-second));
  const r = v.add(head, low);
  const z = v.mul(r, r);
  const [two, zeroPower] = [v.float(2), v.float(-formatOf(v).bias)];
  const up = powerOfTwo(v, v.max(v.sub(n, two), zeroPower));
  const down = powerOfTwo(v, v.max(v.sub(v.neg(two), n), zeroPower));
  const sum = v.add(up, down);
  return {
    sum,
    sumRest: v.sub(v.min(up, down), v.sub(sum, v.max(up, down))),
    difference: v.sub(up, down),
    head,
    oddRest: v.madd(v.mul(r, z), polynomial(v, z, SINH), low),
    evenRest: v.mul(z, polynomial(v, z, COSH)),
  };
}

export function sinh<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { sum, difference, head, oddRest, evenRest } = hyperbolicParts(v, x);
  const rest = v.madd(difference, evenRest, v.mul(sum, oddRest));
  const half = v.add(v.madd(sum, head, difference), rest);
  return v.select(v.less(v.abs(x), v.float(formatOf(v).tiny)), x, v.add(half, half));
}

export function cosh<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { sum, sumRest, difference, head, oddRest, evenRest } = hyperbolicParts(v, x);
  const rest = v.add(v.madd(sum, evenRest, v.mul(difference, oddRest)), sumRest);
  const half = v.add(v.madd(difference, head, sum), rest);
  return v.add(half, half);
}

/** At 32 bits tanh is a polynomial below this. */
const SMALL = 0.65;

export function tanh<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const { scale, grown } = growth(v, v.atMost(a, v.float(SATURATED[v.bits])));
  if (v.bits === 64) {
    const t = v.madd(scale, grown, v.sub(scale, v.float(1)));
    return withSignOf(v, x, v.div(t, v.add(t, v.float(2))));
  }
  const below = v.madd(scale, grown, v.add(scale, v.float(1)));
  const far = v.sub(v.float(1), v.div(v.float(2), below));
  const near = oddPolynomial(v, a, v.mul(a, a), TANH);
  return withSignOf(v, x, v.select(v.less(a, v.float(SMALL)), near, far));
}
