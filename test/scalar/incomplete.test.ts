/** Incomplete gamma and beta functions against mpmath; the derivatives by quadrature to 1e-12 relative (4500 ulp). */
import { betainc } from '../../src/ops/scalar/incomplete-beta.ts';
import { dBetaincDa, dBetaincDb, dGammaincDa } from '../../src/ops/scalar/incomplete-derivatives.ts';
import { gammainc, gammaincc } from '../../src/ops/scalar/incomplete-gamma.ts';
import { checkTables } from './ulp.ts';

checkTables('incomplete', {
  gammainc: [gammainc, 16],
  gammaincc: [gammaincc, 16],
  dGammaincDa: [dGammaincDa, 4500],
  betainc: [betainc, 16],
  dBetaincDa: [dBetaincDa, 4500],
  dBetaincDb: [dBetaincDb, 4500],
});
