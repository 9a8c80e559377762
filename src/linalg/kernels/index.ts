// Dense factorisations on row-major Float64Array, one matrix at a time: the reference evaluation of the linalg ops.
// Sizes are explicit, results are fresh arrays, inputs are never written to; sizes 0 and 1 are ordinary.

export { choleskyFactor } from './cholesky.ts';
export { eighFactor } from './eigh.ts';
export { expmKernel } from './expm.ts';
export { type LuFactors, luFactor } from './lu.ts';
export { type QrMode, qrFactor } from './qr.ts';
export { svdFactor } from './svd.ts';
export { solveTriangularKernel, type TriangularForm } from './triangular-solve.ts';
