// One product of known tensors with named axes, Σ Π factors: which to multiply first, what that costs, and the operations
// that do it. Pairs that share no summed axis are entrywise products, which the compiler fuses; the others are contractions.
import { mul } from '../ops/arithmetic.ts';
import { contract } from '../ops/contract.ts';
import { type ContractionTree, contractionOrder } from '../ops/contraction-order.ts';
import { permute } from '../ops/movement.ts';
import { broadcastInto, reshapeTo, sumOver } from '../ops/spread.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A tensor with a label for each axis; none occurs twice. */
export interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly number[];
}

export type Sizes = (label: number) => number;

const volume = (labels: Iterable<number>, size: Sizes): number => {
  let n = 1;
  for (const label of labels) n *= size(label);
  return n;
};

const union = (a: readonly number[], b: readonly number[]): number[] => [...a, ...b.filter((l) => !a.includes(l))];

const keyOf = (labels: readonly number[]): string => [...labels].sort((a, b) => a - b).join();

/** The labels of the factors after those with equal labels became one and what only one of them has was summed. */
function reduced(given: readonly (readonly number[])[], out: readonly number[]): (readonly number[])[] {
  const terms = [...new Map(given.map((labels) => [keyOf(labels), labels])).values()];
  const needed = (label: number): boolean =>
    out.includes(label) || terms.filter((labels) => labels.includes(label)).length > 1;
  return terms.every((labels) => labels.every(needed))
    ? terms
    : reduced(
        terms.map((labels) => labels.filter(needed)),
        out,
      );
}

function treeCost(
  tree: ContractionTree,
  terms: readonly (readonly number[])[],
  needed: readonly number[],
  size: Sizes,
): { labels: readonly number[]; cost: number } {
  if (typeof tree === 'number') return { labels: terms[tree]!, cost: 0 };
  const under = (side: ContractionTree): readonly number[] =>
    typeof side === 'number' ? terms[side]! : [...under(side[0]), ...under(side[1])];
  const a = treeCost(tree[0], terms, [...needed, ...under(tree[1])], size);
  const b = treeCost(tree[1], terms, [...needed, ...under(tree[0])], size);
  const all = union(a.labels, b.labels);
  const left = all.filter((label) => needed.includes(label));
  const work = volume(all, size);
  return { labels: left, cost: a.cost + b.cost + (left.length === all.length ? work : 2 * work) };
}

/** Floating-point operations of the product in its best order. */
export function networkCost(terms: readonly (readonly number[])[], out: readonly number[], size: Sizes): number {
  const ready = reduced(terms, out);
  const merging = terms.reduce((n, labels) => n + volume(labels, size), 0);
  if (ready.length < 2) return merging;
  return (terms.length > 2 ? merging : 0) + treeCost(contractionOrder(ready, out, size), ready, out, size).cost;
}

/** `x` with its axes in the order of `labels`, of size 1 where it has none. */
function spread({ x, labels }: Labelled, all: readonly number[], size: Sizes): Tensor {
  const present = all.filter((label) => labels.includes(label));
  const moved = permute(
    x,
    present.map((label) => labels.indexOf(label)),
  );
  return broadcastInto(
    reshapeTo(
      moved,
      all.map((label) => (labels.includes(label) ? size(label) : 1)),
    ),
    all.map(size),
  );
}

/** The product of two factors with its labels in the order of `wanted`, the others before them. */
function pair(a: Labelled, b: Labelled, needed: ReadonlySet<number>, wanted: readonly number[], size: Sizes): Labelled {
  const both = a.labels.length >= b.labels.length ? union(a.labels, b.labels) : union(b.labels, a.labels);
  const all = [...both.filter((label) => !wanted.includes(label)), ...wanted.filter((label) => both.includes(label))];
  const out = all.filter((label) => needed.has(label));
  if (out.length === all.length) return { x: mul(spread(a, all, size), spread(b, all, size)), labels: all };
  // Rows of the product come from the first operand: it is the one that has the first label of its own.
  const own = out.find((label) => a.labels.includes(label) !== b.labels.includes(label));
  const [left, right] = own !== undefined && b.labels.includes(own) ? [b, a] : [a, b];
  return { x: contract(left.x, right.x, { a: left.labels, b: right.labels, out }), labels: out };
}

function contractTree(
  tree: ContractionTree,
  factors: readonly Labelled[],
  needed: ReadonlySet<number>,
  wanted: readonly number[],
  size: Sizes,
): Labelled {
  if (typeof tree === 'number') return factors[tree]!;
  const under = (side: ContractionTree): readonly number[] =>
    typeof side === 'number' ? factors[side]!.labels : [...under(side[0]), ...under(side[1])];
  const a = contractTree(tree[0], factors, new Set([...needed, ...under(tree[1])]), wanted, size);
  const b = contractTree(tree[1], factors, new Set([...needed, ...under(tree[0])]), wanted, size);
  return pair(a, b, needed, wanted, size);
}

/** Multiplies factors over the same axes, and sums what only one factor has. */
function prepared(given: readonly Labelled[], out: readonly number[], size: Sizes): Labelled[] {
  const distinct = new Map<string, Labelled>();
  for (const factor of given) {
    const key = keyOf(factor.labels);
    const before = distinct.get(key);
    distinct.set(key, before ? { ...before, x: mul(before.x, spread(factor, before.labels, size)) } : factor);
  }
  const factors = [...distinct.values()];
  const needed = (label: number): boolean =>
    out.includes(label) || factors.filter(({ labels }) => labels.includes(label)).length > 1;
  if (factors.every(({ labels }) => labels.every(needed))) return factors;
  const summed = factors.map(({ x, labels }) => ({
    x: sumOver(
      x,
      labels.flatMap((label, axis) => (needed(label) ? [] : [axis])),
    ),
    labels: labels.filter(needed),
  }));
  return prepared(summed, out, size);
}

/** Σ Π factors over every label that is not in `out`, with the labels of `out` that some factor carries, in its order. */
export function contractNetwork(factors: readonly Labelled[], out: readonly number[], size: Sizes): Labelled {
  const ready = prepared(factors, out, size);
  const tree = contractionOrder(
    ready.map(({ labels }) => labels),
    out,
    size,
  );
  const { x, labels } = contractTree(tree, ready, new Set(out), out, size);
  const present = out.filter((label) => labels.includes(label));
  return {
    x: permute(
      x,
      present.map((label) => labels.indexOf(label)),
    ),
    labels: present,
  };
}
