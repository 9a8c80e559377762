/** Incomplete gamma and beta functions against mpmath; the derivatives by quadrature to 1e-12 relative (4500 ulp). */
import { expect, test } from 'vitest';
import { betainc } from '../../src/ops/scalar/incomplete-beta.ts';
import { dBetaincDa, dBetaincDb, dGammaincDa } from '../../src/ops/scalar/incomplete-derivatives.ts';
import { gammainc, gammaincc } from '../../src/ops/scalar/incomplete-gamma.ts';
import { checkTables, ulpError } from './ulp.ts';

checkTables('incomplete', {
  gammainc: [gammainc, 16],
  gammaincc: [gammaincc, 16],
  dGammaincDa: [dGammaincDa, 4500],
  betainc: [betainc, 16],
  dBetaincDa: [dBetaincDa, 4500],
  dBetaincDb: [dBetaincDb, 4500],
});

test.each([
  [1e10, 1e10, 0.5, 0.5],
  [1e300, 1e300, 0.5, 0.5],
  [1, 1e-10, 0.999, -Math.expm1(1e-10 * Math.log1p(-0.999))],
  [2, 1e200, 1e-200, 1 - 2 / Math.E],
])('betainc(%d, %d, %d) at extreme parameters', (a, b, x, want) => {
  expect(ulpError(betainc(a, b, x), want)).toBeLessThanOrEqual(16);
});

test.each([
  [1e308, 5, 0],
  [1e300, 1e300, 0.5],
  [5e-324, 1, 1],
  [5, 1e308, 1],
])('gammainc(%d, %d) = %d at extreme parameters', (a, x, want) => {
  expect(gammainc(a, x)).toBe(want);
});
