/** A function on one interval as (x - root) * quotient(x - root): relative accuracy up to and at the zero inside. */
import { polynomial } from './polynomial.ts';

export interface RootPiece {
  /** Right end of the interval; the pieces of a function follow one another. */
  readonly end: number;
  readonly root: readonly [hi: number, lo: number];
  readonly quotient: readonly number[];
}

export function evaluatePieces(x: number, pieces: readonly RootPiece[]): number {
  const { root, quotient } = pieces.find((piece) => x <= piece.end) ?? pieces[pieces.length - 1]!;
  const t = x - root[0] - root[1];
  return t * polynomial(t, quotient);
}
