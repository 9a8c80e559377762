// The cofactor matrix cof(A) = ∂det/∂A (= det(A) A⁻ᵀ where A is invertible), a polynomial in A, with its differentials.
// In the basis of the SVD A = U S Vᵀ, cof(A) = det(U) det(V) · U cof(S) Vᵀ, and everything is a sum of products of singular
// values that leave some out; nothing is divided by, so singular matrices are as good as others:
//   Dᵏcof(S)[X₁…X_k]_ab = Σ over distinct i₀…i_k and permutations σ of them: sgn σ · [a = i₀, b = i_σ(0)] ·
//                          Π_q X_q[i_q, i_σ(q)] · Π_{l ∉ {i}} s_l
// O(n^(k+1) (k+1)!) terms: det costs O(n³) up to its second derivative, each further one a factor n.

import type { None } from '../ops/linear.ts';
import { call, postfix } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import { withDifferentials } from './differentials.ts';
import { luFactor, svdFactor } from './kernels/index.ts';
import { multiply } from './kernels/matrix-product.ts';
import { transposed } from './kernels/transpose.ts';

/** ±1 for an orthogonal matrix. */
function orientation(q: Float64Array, n: number): number {
  const { lu, sign } = luFactor(q, n, n);
  let result: number = sign;
  for (let i = 0; i < n; i++) result *= Math.sign(lu[i * n + i]!);
  return result;
}

/** Every permutation of 0 … m−1 with its sign. */
function permutations(m: number): { readonly order: readonly number[]; readonly sign: number }[] {
  if (m === 0) return [{ order: [], sign: 1 }];
  return permutations(m - 1).flatMap(({ order, sign }) =>
    Array.from({ length: m }, (_, at) => ({
      order: [...order.slice(0, at), m - 1, ...order.slice(at)],
      sign: (m - 1 - at) % 2 === 0 ? sign : -sign,
    })),
  );
}

/** Calls `visit` with every list of `length` distinct indices below n. */
function forEachDistinct(n: number, length: number, visit: (index: readonly number[]) => void): void {
  const index: number[] = [];
  const extend = (): void => {
    if (index.length === length) {
      visit(index);
      return;
    }
    for (let i = 0; i < n; i++) {
      if (index.includes(i)) continue;
      index.push(i);
      extend();
      index.pop();
    }
  };
  extend();
}

function productOfRest(s: Float64Array, index: readonly number[]): number {
  let product = 1;
  for (let l = 0; l < s.length; l++) if (!index.includes(l)) product *= s[l]!;
  return product;
}

/** Dᵏcof at the diagonal matrix of s. */
function atDiagonal(s: Float64Array, x: readonly Float64Array[]): Float64Array {
  const n = s.length;
  const out = new Float64Array(n * n);
  const orders = permutations(x.length + 1);
  forEachDistinct(n, x.length + 1, (index) => {
    const rest = productOfRest(s, index);
    if (rest === 0) return;
    for (const { order, sign } of orders) {
      let term = sign * rest;
      for (let q = 1; q < index.length; q++) term *= x[q - 1]![index[q]! * n + index[order[q]!]!]!;
      out[index[0]! * n + index[order[0]!]!]! += term;
    }
  });
  return out;
}

function cofactorAt(a: Float64Array, directions: readonly Float64Array[], n: number): Float64Array {
  const { u, s, vt } = svdFactor(a, n, n, false);
  const ut = transposed(u, n, n);
  const v = transposed(vt, n, n);
  const rotated = directions.map((e) => multiply(ut, multiply(e, v, n, n, n), n, n, n));
  const inBasis = atDiagonal(s, rotated);
  const sign = orientation(u, n) * orientation(vt, n);
  return multiply(u, multiply(inBasis, vt, n, n, n), n, n, n).map((entry) => sign * entry);
}

const vanishes = 'these derivatives of a cubic are exactly zero, and differences give only rounding';

export const cofactorOp: OpRecord<None> = withDifferentials({
  name: 'cofactor',
  at: cofactorAt,
  adjoint: 'self',
  formula: (a) => postfix("'", call('adj', a)),
  samples: [
    { inputs: [{ shape: [4, 4] }] },
    { inputs: [{ shape: [3, 3], values: [1, 2, 3, 2, 4, 6, 1, 0, 1] }], exempt: { third: vanishes } },
    { inputs: [{ shape: [3, 3], values: [0, 0, 0, 0, 0, 0, 0, 0, 0] }], exempt: { third: vanishes } },
    { inputs: [{ shape: [2, 3, 3] }, { shape: [2, 3, 3] }], exempt: { third: vanishes } },
    { inputs: [{ shape: [3, 3] }, { shape: [3, 3] }, { shape: [3, 3] }], exempt: { third: vanishes } },
    { inputs: [{ shape: [1, 1] }] },
    { inputs: [{ shape: [0, 0] }] },
  ],
});
