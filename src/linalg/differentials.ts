// A function F of a square matrix together with all of its differentials, as one record:
//   (A, E₁, …, E_k) ↦ DᵏF(A)[E₁, …, E_k],   symmetric and linear in the E
// The family is closed under differentiation, which only appends a direction,
//   d(DᵏF(A)[E…]) = Dᵏ⁺¹F(A)[E…, dA] + Σⱼ DᵏF(A)[…, dEⱼ, …],
// so one evaluation that takes any number of directions is right at every order, also where F has no inverse to divide by.
import { accumulate } from '../ops/addition.ts';
import type { None } from '../ops/linear.ts';
import { apply } from '../tensor/dispatch.ts';
import { call, type Formula } from '../tensor/formula.ts';
import type { Cotangent, OpRecord, Sample } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { t } from './arrange.ts';
import { checkSquare, matrixOp } from './matrix-op.ts';

export interface Differentials<P> {
  readonly name: string;
  /** DᵏF(a)[e₁, …, e_k] for one n×n matrix. */
  readonly at: (a: Float64Array, directions: readonly Float64Array[], n: number, p: P) => Float64Array;
  /**
   * What turns DᵏF(A)[…, E] into its adjoint in E: nothing where F is the gradient of a scalar function ('self'),
   * the transposes of A and of the other directions where F is a limit of polynomials ('transposed').
   */
  readonly adjoint: 'self' | 'transposed';
  readonly formula: (a: Formula, p: P) => Formula;
  readonly samples: readonly Sample<P>[];
}

export function withDifferentials<P = None>(f: Differentials<P>): OpRecord<P> {
  const record: OpRecord<P> = matrixOp<P>({
    name: f.name,
    core: (cores, x) => {
      for (const type of x) checkSquare(f.name, type);
      return [cores[0]];
    },
    each: ([a, ...directions], [[n]], p) => [f.at(a!, directions, n, p)],
    jvp: (x, dx, p) => {
      let dy: Cotangent = dx[0] ? apply(record, [...x, dx[0]], p) : null;
      dx.forEach((d, j) => {
        if (d && j > 0) dy = accumulate(dy, apply(record, replaced(x, j, d), p));
      });
      return [dy];
    },
    transpose: ([gy], x, p) =>
      x.map((v, j) => {
        if (v || j === 0) return undefined;
        if (!gy) return null;
        const others = f.adjoint === 'self' ? x : x.map((w) => w && t(w));
        return apply(record, replaced(others as readonly Tensor[], j, gy), p);
      }),
    formula: ([a, ...directions], p) =>
      directions.length === 0 ? f.formula(a!, p) : call('differential', f.formula(a!, p), ...directions),
    samples: f.samples,
  });
  return record;
}

function replaced(x: readonly Tensor[], j: number, d: Tensor): Tensor[] {
  return x.map((v, i) => (i === j ? d : v));
}
