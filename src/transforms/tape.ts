// Reverse mode remembers, then walks back. A node keeps one operation with the values its pullback needs; `sweep` visits
// nodes from the outputs to the inputs, each once all cotangents of its outputs have arrived. vjp, grad and the eager
// backward() share these nodes and this loop, which uses no recursion: a chain of any length is only a longer list.

import { accumulate } from '../ops/addition.ts';
import type { Cotangent, OpRecord, Params } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { pull } from './rules.ts';

export interface Edge {
  readonly node: Node;
  /** Which output of the node. */
  readonly index: number;
}

let clock = 0;

export class Node {
  /** Creation order: every node is younger than the nodes it came from. */
  readonly order: number = clock++;
  /** undefined for a leaf. */
  readonly op: OpRecord | undefined;
  readonly params: Params;
  /** Where the inputs came from; null for constants. */
  readonly from: readonly (Edge | null)[];
  /** Inputs and outputs of the forward call; undefined once freed. */
  saved: { readonly x: readonly Tensor[]; readonly y: readonly Tensor[] } | undefined;
  readonly outputs: number;

  constructor(
    op: OpRecord | undefined,
    params: Params,
    from: readonly (Edge | null)[],
    saved: Node['saved'],
    outputs = 1,
  ) {
    this.op = op;
    this.params = params;
    this.from = from;
    this.saved = saved;
    this.outputs = outputs;
  }

  /** Cotangents of the inputs from those of the outputs. */
  pullback(gy: readonly Cotangent[]): readonly Cotangent[] {
    const { x, y } = this.saved!;
    return pull(
      this.op!,
      x,
      y,
      this.params,
      gy,
      this.from.map((edge) => edge !== null),
    );
  }
}

/** Nodes reachable from `roots`, youngest first. */
export function reachable(roots: readonly Node[]): Node[] {
  const seen = new Set<Node>(roots);
  const stack = [...seen];
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const edge of node.from) {
      if (edge && !seen.has(edge.node)) {
        seen.add(edge.node);
        stack.push(edge.node);
      }
    }
  }
  return [...seen].sort((a, b) => b.order - a.order);
}

/**
 * Walks back from the outputs. `visit` sees every reached node with the cotangents of its outputs complete and returns
 * those of its inputs, or undefined to stop there.
 */
export function sweep(
  roots: readonly (readonly [Edge, Tensor])[],
  visit: (node: Node, gy: readonly Cotangent[]) => readonly Cotangent[] | undefined,
  nodes: readonly Node[] = reachable(roots.map(([edge]) => edge.node)),
): void {
  const pending = new Map<Node, Cotangent[]>();
  const add = ({ node, index }: Edge, g: Cotangent): void => {
    let list = pending.get(node);
    if (!list) {
      list = new Array<Cotangent>(node.outputs).fill(null);
      pending.set(node, list);
    }
    list[index] = accumulate(list[index]!, g);
  };
  for (const [edge, g] of roots) add(edge, g);
  for (const node of nodes) {
    const gy = pending.get(node);
    if (!gy) continue;
    pending.delete(node);
    const gx = visit(node, gy);
    if (!gx) continue;
    node.from.forEach((edge, i) => {
      const g = gx[i];
      if (edge && g) add(edge, g);
    });
  }
}
