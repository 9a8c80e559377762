// In which order to multiply the operands of an einsum. A contraction of two costs the product of the sizes of all their
// labels; the order of a chain can change the total by orders of magnitude. Few operands: the cheapest order, by dynamic
// programming over subsets (best[S] = min over splits S = A ∪ B of best[A] + best[B] + cost(A, B)). Many: greedily the
// pair that grows memory least (Smith and Gray, opt_einsum, 2018).

/** A binary tree of operand numbers. */
export type ContractionTree = number | readonly [ContractionTree, ContractionTree];

const EXACT_UP_TO = 8;
/** Sets of labels are bits of an integer in the exact search. */
const MOST_LABELS = 31;

/** The order for operands with these labels; `out` are the labels of the result. */
export function contractionOrder(
  terms: readonly (readonly number[])[],
  out: readonly number[],
  sizeOfLabel: (label: number) => number,
): ContractionTree {
  if (terms.length === 1) return 0;
  if (terms.length === 2) return [0, 1];
  const labels = [...new Set(terms.flat())];
  const exact = terms.length <= EXACT_UP_TO && labels.length <= MOST_LABELS;
  if (!exact) return greedy(terms, out, sizeOfLabel);
  const bits = (list: readonly number[]) => list.reduce((set, label) => set | (1 << labels.indexOf(label)), 0);
  return cheapest(terms.map(bits), bits(out), labels.map(sizeOfLabel));
}

/** `terms` and `out` as sets of labels; bit k stands for the label with size sizes[k]. */
function cheapest(terms: readonly number[], out: number, sizes: readonly number[]): ContractionTree {
  const all = (1 << terms.length) - 1;
  const within = new Int32Array(all + 1); // labels of the operands in a subset
  for (let subset = 1; subset <= all; subset++) {
    within[subset] = within[subset & (subset - 1)]! | terms[31 - Math.clz32(subset & -subset)]!;
  }
  const volume = (labels: number): number => {
    let size = 1;
    for (let left = labels; left !== 0; left &= left - 1) size *= sizes[31 - Math.clz32(left & -left)]!;
    return size;
  };
  const open = within.map((labels, subset) => labels & (out | within[all & ~subset]!)); // what its product still has
  const tree: ContractionTree[] = [];
  const cost = new Float64Array(all + 1);
  for (let subset = 1; subset <= all; subset++) {
    if ((subset & (subset - 1)) === 0) {
      tree[subset] = 31 - Math.clz32(subset);
      continue;
    }
    cost[subset] = Number.POSITIVE_INFINITY;
    const lowest = subset & -subset; // stays in the left part, so that each split is seen once
    for (let right = (subset - 1) & subset; right > 0; right = (right - 1) & subset) {
      if (right & lowest) continue;
      const left = subset & ~right;
      const before = cost[left]! + cost[right]!;
      if (before >= cost[subset]!) continue;
      const total = before + volume(open[left]! | open[right]!);
      if (total < cost[subset]!) {
        cost[subset] = total;
        tree[subset] = [tree[left]!, tree[right]!];
      }
    }
  }
  return tree[all]!;
}

function product(labels: Iterable<number>, sizeOfLabel: (label: number) => number): number {
  let size = 1;
  for (const label of labels) size *= sizeOfLabel(label);
  return size;
}

function greedy(
  terms: readonly (readonly number[])[],
  out: readonly number[],
  sizeOfLabel: (label: number) => number,
): ContractionTree {
  let nodes = terms.map((labels, i) => ({ tree: i as ContractionTree, labels: new Set(labels) }));
  while (nodes.length > 1) {
    let best = Number.POSITIVE_INFINITY;
    let pair: readonly [number, number] = [0, 1];
    let joined = new Set<number>();
    for (let i = 0; i < nodes.length; i++) {
      for (let j = i + 1; j < nodes.length; j++) {
        const labels = remaining(nodes, i, j, out);
        const growth =
          product(labels, sizeOfLabel) -
          product(nodes[i]!.labels, sizeOfLabel) -
          product(nodes[j]!.labels, sizeOfLabel);
        if (growth < best) {
          best = growth;
          pair = [i, j];
          joined = labels;
        }
      }
    }
    const [i, j] = pair;
    const node = { tree: [nodes[i]!.tree, nodes[j]!.tree] as ContractionTree, labels: joined };
    nodes = [...nodes.filter((_, k) => k !== i && k !== j), node];
  }
  return nodes[0]!.tree;
}

/** The labels of the product of nodes i and j that are still needed. */
function remaining(
  nodes: readonly { readonly labels: ReadonlySet<number> }[],
  i: number,
  j: number,
  out: readonly number[],
): Set<number> {
  const union = new Set([...nodes[i]!.labels, ...nodes[j]!.labels]);
  const needed = (label: number) =>
    out.includes(label) || nodes.some((node, k) => k !== i && k !== j && node.labels.has(label));
  return new Set([...union].filter(needed));
}
