// The order of an einsum's products costs no more than any other order, found by trying all of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ContractionTree, contractionOrder } from '../../src/ops/contraction-order.ts';

type Terms = readonly (readonly number[])[];
const volume = (labels: Iterable<number>, sizes: readonly number[]): number =>
  [...labels].reduce((n, label) => n * sizes[label]!, 1);

/** The labels and the cost of contracting two groups, when `rest` (other operands and the output) still needs labels. */
function join(a: ReadonlySet<number>, b: ReadonlySet<number>, rest: ReadonlySet<number>, sizes: readonly number[]) {
  const union = new Set([...a, ...b]);
  return { labels: new Set([...union].filter((label) => rest.has(label))), cost: volume(union, sizes) };
}

function costOf(tree: ContractionTree, terms: Terms, out: readonly number[], sizes: readonly number[]): number {
  let total = 0;
  const leavesOf = (t: ContractionTree): number[] => (typeof t === 'number' ? [t] : t.flatMap(leavesOf));
  const visit = (t: ContractionTree): ReadonlySet<number> => {
    if (typeof t === 'number') return new Set(terms[t]);
    const inside = leavesOf(t);
    const rest = new Set([...out, ...terms.flatMap((labels, i) => (inside.includes(i) ? [] : labels))]);
    const joined = join(visit(t[0]), visit(t[1]), rest, sizes);
    total += joined.cost;
    return joined.labels;
  };
  visit(tree);
  return total;
}

/** The least cost over every sequence of pairwise products. */
function leastCost(groups: readonly ReadonlySet<number>[], out: readonly number[], sizes: readonly number[]): number {
  if (groups.length === 1) return 0;
  let best = Number.POSITIVE_INFINITY;
  groups.forEach((a, i) => {
    groups.slice(i + 1).forEach((b, k) => {
      const others = groups.filter((_, g) => g !== i && g !== i + 1 + k);
      const { labels, cost } = join(a, b, new Set([...out, ...others.flatMap((g) => [...g])]), sizes);
      best = Math.min(best, cost + leastCost([...others, labels], out, sizes));
    });
  });
  return best;
}

const label = fc.integer({ min: 0, max: 5 });
const labels = fc.uniqueArray(label, { maxLength: 3 });

test('up to 8 operands: as cheap as the best of all orders', () => {
  fc.assert(
    fc.property(
      fc.array(labels, { minLength: 3, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 6, maxLength: 6 }),
      labels,
      (drawn, sizes, wanted) => {
        const out = wanted.filter((l) => drawn.some((t) => t.includes(l)));
        // einsum has summed already what only one operand has.
        const needed = (l: number) => out.includes(l) || drawn.flat().filter((m) => m === l).length > 1;
        const terms = drawn.map((t) => t.filter(needed));
        const tree = contractionOrder(terms, out, (l) => sizes[l]!);
        const best = leastCost(
          terms.map((t) => new Set(t)),
          out,
          sizes,
        );
        expect(costOf(tree, terms, out, sizes)).toBe(best);
      },
    ),
  );
});

test('many operands: every operand once, and a chain of matrices is not multiplied outwards', () => {
  const terms = Array.from({ length: 20 }, (_, i) => [i, i + 1]);
  const tree = contractionOrder(terms, [0, 20], () => 4);
  const leaves = (t: ContractionTree): number[] => (typeof t === 'number' ? [t] : t.flatMap(leaves));
  expect(leaves(tree).sort((a, b) => a - b)).toEqual(terms.map((_, i) => i));
  expect(costOf(tree, terms, [0, 20], new Array<number>(21).fill(4))).toBe(19 * 4 ** 3);
});
