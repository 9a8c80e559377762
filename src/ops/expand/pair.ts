// Numbers carried as an unevaluated sum hi + lo of two floats, which doubles the precision. Products are split with a mask
// instead of a fused operation, because a target need not have one (Dekker 1971).
import { formatOf } from './bits.ts';
import type { Lanes } from './lanes.ts';

export type Pair<F> = readonly [hi: F, lo: F];

/** a + b exactly, for |a| >= |b| or a = 0. */
export function quickTwoSum<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): Pair<F> {
  const sum = v.add(a, b);
  return [sum, v.sub(b, v.sub(sum, a))];
}

/** a + b exactly. */
export function twoSum<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): Pair<F> {
  const sum = v.add(a, b);
  const moved = v.sub(sum, a);
  return [sum, v.add(v.sub(a, v.sub(sum, moved)), v.sub(b, moved))];
}

/** a as a sum of two floats of half the digits. */
function halves<F, I, M>(v: Lanes<F, I, M>, a: F): Pair<F> {
  const dropped = BigInt(Math.floor(formatOf(v).mantissa / 2) + 1);
  const hi = v.ofBits(v.andInt(v.bitsOf(a), v.int(-1n << dropped)));
  return [hi, v.sub(a, hi)];
}

/** a b exactly, or to the last bit of lo. */
export function twoProduct<F, I, M>(v: Lanes<F, I, M>, a: F, b: F): Pair<F> {
  const product = v.mul(a, b);
  const [aHi, aLo] = halves(v, a);
  const [bHi, bLo] = a === b ? [aHi, aLo] : halves(v, b);
  const leading = v.sub(v.mul(aHi, bHi), product);
  return [product, v.madd(aLo, bLo, v.madd(aHi, bLo, v.madd(aLo, bHi, leading)))];
}

/** The product of two pairs, to about twice the precision of a float. */
export function multiplyPairs<F, I, M>(v: Lanes<F, I, M>, a: Pair<F>, b: Pair<F>): Pair<F> {
  const [hi, lo] = twoProduct(v, a[0], b[0]);
  return quickTwoSum(v, hi, v.madd(a[0], b[1], v.madd(a[1], b[0], lo)));
}

/** a + b, to about twice the precision of a float. */
export function addToPair<F, I, M>(v: Lanes<F, I, M>, a: F, b: Pair<F>): Pair<F> {
  const [sum, lost] = twoSum(v, a, b[0]);
  return [sum, v.add(lost, b[1])];
}

/** The quotient of two pairs, to about twice the precision of a float. */
export function dividePairs<F, I, M>(v: Lanes<F, I, M>, a: Pair<F>, b: Pair<F>): Pair<F> {
  const q = v.div(a[0], b[0]);
  const [product, lost] = twoProduct(v, q, b[0]);
  const rest = v.add(v.sub(v.sub(a[0], product), lost), v.sub(a[1], v.mul(q, b[1])));
  return [q, v.div(rest, b[0])];
}

/** The square root of a pair >= 0, to about twice the precision of a float. */
export function rootOfPair<F, I, M>(v: Lanes<F, I, M>, a: Pair<F>): Pair<F> {
  const root = v.sqrt(a[0]);
  const [square, lost] = twoProduct(v, root, root);
  const rest = v.add(v.sub(v.sub(a[0], square), lost), a[1]);
  const slope = v.select(v.less(v.float(0), root), v.add(root, root), v.float(1));
  return [root, v.div(rest, slope)];
}
