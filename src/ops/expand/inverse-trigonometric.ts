// asin and acos by a polynomial on [0, 1/2] and asin a = π/2 - 2 asin sqrt((1 - a)/2) above; atan by one on [0, 1] and
// atan a = π/2 - atan(1/a) above.
import { isNegative, signOf, withSignOf } from './bits.ts';
import { ASIN, ATAN, HALF_PI_PARTS } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { oddPolynomial, polynomial } from './polynomial.ts';

interface ArcSine<F, M> {
  readonly above: M;
  /** root + rest is asin a up to 1/2, asin sqrt((1 - a)/2) above. */
  readonly root: F;
  readonly rest: F;
}

/** a = |x|. */
function arcSine<F, I, M>(v: Lanes<F, I, M>, a: F): ArcSine<F, M> {
  const above = v.less(v.float(0.5), a);
  const folded = v.madd(a, v.float(-0.5), v.float(0.5));
  const z = v.select(above, folded, v.mul(a, a));
  const root = v.select(above, v.sqrt(folded), a);
  return { above, root, rest: v.mul(v.mul(root, z), polynomial(v, z, ASIN)) };
}

/** (multiple of π/2) - (y + rest), π/2 in two parts. */
function fromHalfPi<F, I, M>(v: Lanes<F, I, M>, times: number, y: F, rest: F): F {
  const [hi, lo] = HALF_PI_PARTS[v.bits] as [number, number];
  return v.sub(v.sub(v.float(times * hi), y), v.sub(rest, v.float(times * lo)));
}

export function asin<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { above, root, rest } = arcSine(v, v.abs(x));
  const far = fromHalfPi(v, 1, v.add(root, root), v.add(rest, rest));
  return withSignOf(v, x, v.select(above, far, v.add(root, rest)));
}

export function acos<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const { above, root, rest } = arcSine(v, v.abs(x));
  const [twice, twiceRest] = [v.add(root, root), v.add(rest, rest)];
  const outer = v.select(v.less(x, v.float(0)), fromHalfPi(v, 2, twice, twiceRest), v.add(twice, twiceRest));
  const inner = fromHalfPi(v, 1, withSignOf(v, x, root), v.ofBits(v.xorInt(v.bitsOf(rest), signOf(v, x))));
  return v.select(above, outer, inner);
}

/** The angle of (far, near) for 0 <= near <= far, from their quotient t. */
function arcTangent<F, I, M>(v: Lanes<F, I, M>, t: F): F {
  return oddPolynomial(v, t, v.mul(t, t), ATAN);
}

export function atan<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const one = v.float(1);
  const arc = arcTangent(v, v.div(v.min(a, one), v.max(a, one)));
  return withSignOf(v, x, v.select(v.less(one, a), fromHalfPi(v, 1, v.float(0), arc), arc));
}

export function atan2<F, I, M>(v: Lanes<F, I, M>, y: F, x: F): F {
  const [ay, ax, zero] = [v.abs(y), v.abs(x), v.float(0)];
  const [near, far] = [v.min(ay, ax), v.max(ay, ax)];
  const diagonal = v.select(v.equal(far, zero), zero, v.float(1));
  const first = arcTangent(v, v.select(v.equal(near, far), diagonal, v.div(near, far)));
  const second = v.select(v.less(ax, ay), fromHalfPi(v, 1, v.float(0), first), first);
  return withSignOf(v, y, v.select(isNegative(v, x), fromHalfPi(v, 2, v.float(0), second), second));
}
