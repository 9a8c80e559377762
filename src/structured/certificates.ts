// What falls out of a piece's form. A core is  Σ A(r, …) w(…) A(c, …)  with one product on both sides: symmetric, and
// positive semidefinite where the weights in the middle are proven to have no negative entry (a sum of squares).
import type { Index } from '../calculus/net.ts';
import type { Var } from '../program/program.ts';
import type { Signs } from './intervals.ts';
import type { Facts } from './matrix.ts';
import { isSymmetricSplit, type Piece, splitProduct } from './pieces.ts';
import type { Term } from './term.ts';

const unproven: Partial<Facts> = {};

function termFacts(term: Term, signs: Signs): Partial<Facts> {
  const [out, into] = [term.axes.flat(), term.into.flat()];
  if (out.length !== into.length) return unproven;
  const shared = out.filter((index) => into.includes(index));
  const aligned = out.every((index, k) => index === into[k] || (!into.includes(index) && !out.includes(into[k]!)));
  if (!aligned) return unproven;
  const rows: Index[] = out.filter((index) => !shared.includes(index));
  const columns: Index[] = into.filter((index) => !shared.includes(index));
  const split = splitProduct(term.factors, rows, columns, shared);
  if (!split || !isSymmetricSplit(split, rows, columns, shared)) return unproven;
  return { symmetric: true, positiveSemidefinite: signs.nonnegative(term.coef, split.middle) };
}

export interface Certificate {
  readonly symmetric: boolean;
  readonly positiveSemidefinite: boolean;
  /** Inputs that must have no negative entry for the second to hold. */
  readonly assumed: readonly Var[];
}

/** What is proven about the matrix of a piece. */
export function certificateOf(piece: Piece, signs: Signs): Certificate {
  const terms = piece.kind === 'delta' ? piece.terms.map(({ term }) => term) : [piece.term];
  const { result, assumed } = signs.proof(() => terms.map((term) => termFacts(term.origin ?? term, signs)));
  return {
    symmetric: result.every(({ symmetric }) => symmetric),
    positiveSemidefinite: result.every(({ positiveSemidefinite }) => positiveSemidefinite),
    assumed,
  };
}
