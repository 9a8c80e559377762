// The namespace `special`: the functions of mathematical physics and statistics, by SciPy's names in camelCase.
export { i0, i0e, i1, i1e, j0, j1, y0, y1 } from './bessel.ts';
export { entr, logaddexp2, xlog1py } from './entropy.ts';
export { erf, erfc, erfcx, erfinv } from './erf.ts';
export { xlogy } from './exponential.ts';
export { digamma, lgamma, multigammaln, polygamma } from './gamma.ts';
export { betainc, gammainc, gammaincc } from './incomplete.ts';
export { logit, logSigmoid, sigmoid } from './logistic.ts';
export { logNdtr, ndtr, ndtri } from './normal.ts';
export { sinc } from './sinc.ts';
export { zeta } from './zeta.ts';
