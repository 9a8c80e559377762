/** The error function and the normal distribution against mpmath. */
import { erf, erfc, erfcinv, erfcx, erfinv } from '../../src/ops/scalar/erf.ts';
import { logNdtr, ndtr, ndtri } from '../../src/ops/scalar/normal.ts';
import { checkTables } from './ulp.ts';

checkTables('normal', {
  erf: [erf, 2],
  erfc: [erfc, 4],
  erfcx: [erfcx, 3],
  erfinv: [erfinv, 4],
  erfcinv: [erfcinv, 4],
  ndtr: [ndtr, 4],
  logNdtr: [logNdtr, 4],
  ndtri: [ndtri, 4],
});
