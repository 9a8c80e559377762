// Products with a logarithm that are 0 where the factor is 0, and sinc, which is 1 where it would be 0/0.
import { integerBits, negateWhereOdd } from './bits.ts';
import { SINC } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { log, log1p } from './logarithm.ts';
import { polynomial } from './polynomial.ts';

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

/** sin(πx)/(πx) = (-1)^n (r/x) sin(πr)/(πr) with r = x - n. */
export function sinc<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const n = v.nearest(x);
  const r = v.sub(x, n);
  const z = v.mul(r, r);
  const wave = v.madd(v.mul(r, z), polynomial(v, z, SINC), r);
  const parity = v.madd(v.nearest(v.mul(n, v.float(0.5))), v.float(-2), n);
  const y = v.add(v.div(negateWhereOdd(v, integerBits(v, parity), wave), x), v.float(0));
  const atZero = v.select(v.equal(x, v.float(0)), v.float(1), y);
  return v.select(v.equal(v.abs(x), v.float(Infinity)), v.float(0), atZero);
}
