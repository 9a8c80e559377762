// What falls out of a piece's form. A core is  Σ A(r, …) w(…) A(c, …)  with one product on both sides: symmetric, and
// positive semidefinite where the weights in the middle are proven to have no negative entry (a sum of squares).
import type { Index } from '../calculus/net.ts';
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

/** What is proven about the matrix of a piece. */
export function pieceFacts(piece: Piece, signs: Signs): Partial<Facts> {
  const terms = piece.kind === 'delta' ? piece.terms.map(({ term }) => term) : [piece.term];
  const facts = terms.map((term) => termFacts(term, signs));
  return {
    symmetric: facts.every(({ symmetric }) => symmetric),
    positiveSemidefinite: facts.every(({ positiveSemidefinite }) => positiveSemidefinite),
  };
}
