// Singular values of an upper bidiagonal matrix by implicit QR sweeps on B, never forming BᵀB (Golub & Kahan 1965), with
// the zero-shift sweep of Demmel & Kahan (Accurate singular values of bidiagonal matrices, SIAM J. Sci. Stat. Comput. 11,
// 1990) where a block is singular to working precision: it then splits after a sweep or two without special cases.
// Each sweep runs from the larger end of its block to the smaller, where the values converge.

import type { Bidiagonal } from './bidiagonal.ts';
import { rotateRows, rotationRadius } from './plane-rotation.ts';

const MAX_SWEEPS_PER_VALUE = 60;
/** Entries below it are zero: the matrix has been scaled to entries near 1. */
const NEGLIGIBLE = 1e-300;

/**
 * A block lo..hi seen in the direction of a sweep. Read backwards, B is the transpose of an upper bidiagonal matrix, so
 * the two sides change places.
 */
interface Sweep {
  readonly d: Float64Array;
  readonly e: Float64Array;
  /** Takes the rotations that act on B from the right. */
  readonly right: Float64Array;
  /** Takes the rotations that act on B from the left. */
  readonly left: Float64Array;
  readonly n: number;
  readonly start: number;
  readonly end: number;
  readonly step: 1 | -1;
  /** The off-diagonal entry between i and i + step is e[i + offset]. */
  readonly offset: 0 | -1;
}

/** Turns the diagonal into singular values (unordered, of either sign) and rotates the rows of ut and vt along. */
export function diagonaliseBidiagonal(b: Bidiagonal): void {
  const { diagonal: d, superdiagonal: e, ut, vt } = b;
  const n = d.length;
  let budget = MAX_SWEEPS_PER_VALUE * n;
  let hi = n - 1;
  while (hi > 0) {
    let lo = hi;
    while (lo > 0 && !isNegligible(d, e, lo - 1)) lo--;
    if (lo > 0) e[lo - 1] = 0;
    if (lo === hi) {
      hi--;
      continue;
    }
    if (budget-- === 0) {
      throw new Error(`svd: the QR iteration did not converge: [${n},${n}]. Check the matrix for extreme entries.`);
    }
    const down = Math.abs(d[lo]!) >= Math.abs(d[hi]!);
    const sweep: Sweep = down
      ? { d, e, right: vt, left: ut, n, start: lo, end: hi, step: 1, offset: 0 }
      : { d, e, right: ut, left: vt, n, start: hi, end: lo, step: -1, offset: -1 };
    const shift = chooseShift(sweep);
    if (shift === 0) sweepWithoutShift(sweep);
    else sweepWithShift(sweep, shift);
  }
}

function isNegligible(d: Float64Array, e: Float64Array, i: number): boolean {
  const size = Math.abs(e[i]!);
  return size <= NEGLIGIBLE || size <= (Number.EPSILON / 2) * (Math.abs(d[i]!) + Math.abs(d[i + 1]!));
}

/** The smaller singular value of the 2×2 block at the end, or 0 where a shift would do no good. */
function chooseShift({ d, e, start, end, step, offset }: Sweep): number {
  // mu bounds the smallest singular value of the leading part from above within a factor (Demmel & Kahan, section 2).
  let mu = Math.abs(d[start]!);
  let smallest = mu;
  let largest = mu;
  for (let i = start; i !== end; i += step) {
    const coupling = Math.abs(e[i + offset]!);
    const next = Math.abs(d[i + step]!);
    mu = mu === 0 ? 0 : next * (mu / (mu + coupling));
    smallest = Math.min(smallest, mu);
    largest = Math.max(largest, coupling, next);
  }
  if (smallest <= Number.EPSILON * largest) return 0;
  const shift = smallerSingularValue(d[end - step]!, e[end - step + offset]!, d[end]!);
  return (shift / d[start]!) ** 2 < Number.EPSILON ? 0 : shift;
}

/** Smaller singular value of [[f, g], [0, h]]: the roots of both sums below are those of (f ± h)² + g². */
function smallerSingularValue(f: number, g: number, h: number): number {
  const larger = (Math.hypot(f + h, g) + Math.hypot(f - h, g)) / 2;
  return larger === 0 ? 0 : Math.abs(f) * (Math.abs(h) / larger);
}

function sweepWithShift(sweep: Sweep, shift: number): void {
  const { d, e, right, left, n, start, end, step, offset } = sweep;
  // First column of BᵀB - shift² I, over |d|.
  const first = d[start]!;
  let f = (Math.abs(first) - shift) * (Math.sign(first) + shift / first);
  let g = e[start + offset]!;
  for (let i = start; i !== end; i += step) {
    const next = i + step;
    const ei = i + offset;
    const rightSize = rotationRadius(f, g);
    const rc = rightSize === 0 ? 1 : f / rightSize;
    const rs = rightSize === 0 ? 0 : g / rightSize;
    if (i !== start) e[ei - step] = rightSize;
    f = rc * d[i]! + rs * e[ei]!;
    e[ei] = rc * e[ei]! - rs * d[i]!;
    g = rs * d[next]!;
    d[next]! *= rc;

    const leftSize = rotationRadius(f, g);
    const lc = leftSize === 0 ? 1 : f / leftSize;
    const ls = leftSize === 0 ? 0 : g / leftSize;
    d[i] = leftSize;
    f = lc * e[ei]! + ls * d[next]!;
    d[next] = lc * d[next]! - ls * e[ei]!;
    if (next !== end) {
      g = ls * e[ei + step]!;
      e[ei + step]! *= lc;
    }
    rotateRows(right, n, i, next, rc, rs);
    rotateRows(left, n, i, next, lc, ls);
  }
  e[end - step + offset] = f;
}

function sweepWithoutShift({ d, e, right, left, n, start, end, step, offset }: Sweep): void {
  let rc = 1;
  let lc = 1;
  let ls = 0;
  for (let i = start; i !== end; i += step) {
    const next = i + step;
    const ei = i + offset;
    const f = d[i]! * rc;
    const g = e[ei]!;
    const rightSize = rotationRadius(f, g);
    rc = rightSize === 0 ? 1 : f / rightSize;
    const rs = rightSize === 0 ? 0 : g / rightSize;
    if (i !== start) e[ei - step] = ls * rightSize;

    const p = lc * rightSize;
    const q = d[next]! * rs;
    const leftSize = rotationRadius(p, q);
    lc = leftSize === 0 ? 1 : p / leftSize;
    ls = leftSize === 0 ? 0 : q / leftSize;
    d[i] = leftSize;
    rotateRows(right, n, i, next, rc, rs);
    rotateRows(left, n, i, next, lc, ls);
  }
  const last = d[end]! * rc;
  d[end] = last * lc;
  e[end - step + offset] = last * ls;
}
