/** The gamma family against mpmath; the ...Negative tables measure next to zeros against the size of the terms that cancel. */
import { expect, test } from 'vitest';
import { digamma, gamma, gammaSign, lgamma } from '../../src/ops/scalar/gamma.ts';
import { polygamma, trigamma, zeta } from '../../src/ops/scalar/zeta.ts';
import { checkTables } from './ulp.ts';

checkTables('gamma', {
  gamma: [gamma, 4],
  lgamma: [lgamma, 4],
  lgammaNegative: [lgamma, 4],
  digamma: [digamma, 4],
  digammaNegative: [digamma, 8],
  trigamma: [trigamma, 8],
  polygamma: [polygamma, 8],
  polygammaNegative: [polygamma, 16],
  zeta: [zeta, 8],
});

test('gammaSign is the sign of gamma', () => {
  for (const x of [0.5, 3, 170, -0.5, -1.5, -2.5, -33.25]) expect(gammaSign(x)).toBe(Math.sign(gamma(x)));
  expect(gammaSign(200)).toBe(1);
  expect(gammaSign(Number.NaN)).toBeNaN();
});
