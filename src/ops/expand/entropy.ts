// Products with a logarithm that are 0 where the factor is 0, and sinc, which is 1 where it would be 0/0.
import { integerBits, negateWhereOdd, withSignOf } from './bits.ts';
import { COS_PI, INVERSE_PI_PARTS, SINC } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { log, log1p } from './logarithm.ts';
import { oddPolynomial, polynomial } from './polynomial.ts';

/** x·factor, but 0 where x is 0 and y is not NaN. */
function strongProduct<F, I, M>(v: Lanes<F, I, M>, x: F, y: F, factor: F): F {
  const zero = v.float(0);
  return v.select(v.and(v.equal(x, zero), v.equal(y, y)), zero, v.mul(x, factor));
}

export function xlogy<F, I, M>(v: Lanes<F, I, M>, x: F, y: F): F {
  return strongProduct(v, x, y, log(v, y));
}

export function xlog1py<F, I, M>(v: Lanes<F, I, M>, x: F, y: F): F {
  return strongProduct(v, x, y, log1p(v, y));
}

/** -x log x, -Infinity below 0. */
export function entr<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const zero = v.float(0);
  const inside = strongProduct(v, x, x, v.neg(log(v, x)));
  return v.select(v.less(x, zero), v.float(-Infinity), inside);
}

/** sin(πa)/π for |a| <= 1/2: from the cosine of the distance to 1/2 where that is smaller. */
function sineOverPi<F, I, M>(v: Lanes<F, I, M>, a: F): F {
  const [sine, cosine] = [v.mul(a, a), v.sub(v.float(0.5), v.abs(a))];
  const square = v.mul(cosine, cosine);
  const [first, second] = INVERSE_PI_PARTS[v.bits].map((part) => v.float(part)) as [F, F];
  const far = v.add(first, v.madd(square, polynomial(v, square, COS_PI), second));
  return v.select(v.less(v.abs(a), v.float(1 / 3)), oddPolynomial(v, a, sine, SINC), withSignOf(v, a, far));
}

/** sin(πx)/(πx) = (-1)^n (r/x) sin(πr)/(πr) with r = x - n. */
export function sinc<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const n = v.nearest(x);
  const wave = sineOverPi(v, v.sub(x, n));
  const parity = v.madd(v.nearest(v.mul(n, v.float(0.5))), v.float(-2), n);
  const y = v.add(v.div(negateWhereOdd(v, integerBits(v, parity), wave), x), v.float(0));
  const atZero = v.select(v.equal(x, v.float(0)), v.float(1), y);
  return v.select(v.equal(v.abs(x), v.float(Infinity)), v.float(0), atZero);
}
