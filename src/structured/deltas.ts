// The deltas of a term, as the labels they join: which digits of Out and In are one, and where no labelling can say it
// (an index twice in Out, or in a matrix that must have all its entries), the delta as an identity matrix.
import type { Factor, Index } from '../calculus/net.ts';
import type { Knowns } from './known.ts';
import { indexOf, sizeOfIndex, type Term } from './term.ts';

function identityFactor(i: Index, j: Index, knowns: Knowns): Factor {
  const n = sizeOfIndex(i);
  return { atom: knowns.atom({ kind: 'identity' }, [n, n]), at: [i, j], power: 1 };
}

/** The digits of `axes` with every index that was seen before replaced by a new one and an identity. */
function separated(
  axes: readonly (readonly Index[])[],
  seen: Set<Index>,
  factors: Factor[],
  knowns: Knowns,
): Index[][] {
  return axes.map((list) =>
    list.map((index) => {
      if (!seen.has(index)) {
        seen.add(index);
        return index;
      }
      const other = indexOf(sizeOfIndex(index));
      factors.push(identityFactor(index, other, knowns));
      return other;
    }),
  );
}

/** All free indices distinct. */
export function withDeltasAsFactors(term: Term, knowns: Knowns): Term {
  const factors = [...term.factors];
  const seen = new Set<Index>();
  const axes = separated(term.axes, seen, factors, knowns);
  return { ...term, factors, axes, into: separated(term.into, seen, factors, knowns) };
}

/** No index twice among the digits of Out, nor among those of In. */
export function withoutRepeats(term: Term, knowns: Knowns): Term {
  const factors = [...term.factors];
  const axes = separated(term.axes, new Set(), factors, knowns);
  return { ...term, factors, axes, into: separated(term.into, new Set(), factors, knowns) };
}

/** Only the deltas between positions `out:in` of `joints` are left; the others become identities. */
export function loosened(term: Term, joints: readonly string[], knowns: Knowns): Term {
  const factors = [...term.factors];
  const out = term.axes.flat();
  let position = -1;
  const into = term.into.map((list) =>
    list.map((index) => {
      position++;
      const joined = out.indexOf(index);
      if (joined < 0 || joints.includes(`${joined}:${position}`)) return index;
      const other = indexOf(sizeOfIndex(index));
      factors.push(identityFactor(index, other, knowns));
      return other;
    }),
  );
  return { ...term, factors, into, origin: term };
}
