// The namespace `linalg`: NumPy's names and orders of results; everything works on the last two axes, all others are batch.
export { type CgOptions, type CgResult, cg } from './cg.ts';
export { type CholeskyOptions, cholesky, choleskySolve } from './cholesky.ts';
export { det, logdet, slogdet } from './determinant.ts';
export { eigh, eigvalsh } from './eigh.ts';
export {
  type HutchinsonOptions,
  hutchinsonDiagonal,
  hutchinsonTrace,
  type TraceEstimate,
} from './hutchinson.ts';
export { type LanczosResult, lanczos } from './lanczos.ts';
export { lu } from './lu.ts';
export { matrixExp } from './matrix-exp.ts';
export {
  cond,
  type MatrixNormOptions,
  type MatrixOrd,
  matrixNorm,
  type NormOptions,
  norm,
  vectorNorm,
} from './norms.ts';
export type { LinearOperator } from './operator.ts';
export { lstsq, matrixRank, type PinvOptions, pinv } from './pinv.ts';
export { matrixPower, trace } from './power.ts';
export { type QrOptions, qr } from './qr.ts';
export { inv, type SideOptions, solve } from './solve.ts';
export { type SvdOptions, svd, svdvals } from './svd.ts';
export { type ScalarFunction, symmetricFunction } from './symmetric-function.ts';
export { solveTriangular, type TriangularOptions } from './triangular.ts';
