/** Bessel functions against mpmath; J and Y beyond 8 relative to the envelope sqrt(2/(pi x)). */
import { i0, i0e, i1, i1e, j0, j1, y0, y1 } from '../../src/ops/scalar/bessel.ts';
import { checkTables } from './ulp.ts';

checkTables('bessel', {
  i0: [i0, 8],
  i0e: [i0e, 8],
  i1: [i1, 8],
  i1e: [i1e, 8],
  j0: [j0, 8],
  j1: [j1, 8],
  y0: [y0, 8],
  y1: [y1, 8],
});
