// The namespace `structured`: derivatives as typed values instead of arrays of entries.
import './planner.ts';
import { installSparsePlanner } from './sparse-hook.ts';
import { planSparse } from './sparse-plan.ts';

export type { Labelling } from './cores.ts';
export { BlockDiagonal, blockDiagonal, DeltaMatrix, Kronecker, kronecker } from './delta.ts';

export { Dense } from './dense.ts';
export { Diagonal } from './diagonal.ts';
export { type Axes, type KroneckerFactor, KroneckerProduct } from './kronecker-product.ts';
export { LowRank, LowRankUpdate } from './low-rank.ts';
export { type Facts, StructuredMatrix, Sum } from './matrix.ts';
export type { Pattern, PatternInput } from './pattern.ts';
export { Prepared, type PrepareOptions, prepare } from './prepare.ts';
export { Sparse, sparse } from './sparse.ts';
export type { SparseCandidate, SparsePlanner, SparseRequest } from './sparse-hook.ts';

installSparsePlanner(planSparse);
