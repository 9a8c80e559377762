// Reverse mode remembers, then walks back. A node keeps one operation with the values its pullback needs; `sweep` visits
// nodes from the outputs to the inputs, each once all cotangents of its outputs have arrived. vjp, grad and the eager
// backward() share these nodes and this loop, which uses no recursion: a chain of any length is only a longer list.

import { accumulate } from '../ops/addition.ts';
import type { Cotangent, OpRecord, Params } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { NodeQueue } from './node-queue.ts';
import { pull } from './rules.ts';

export interface Edge<N extends Node = Node> {
  readonly node: N;
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
 * Walks back from the outputs, youngest node first, so that all cotangents of a node have arrived when it is visited.
 * `visit` returns the cotangents of the node's inputs, or undefined to stop there. A null cotangent is an exact zero: it
 * still travels, so that every node the outputs depend on is visited, and costs nothing else.
 */
export function sweep<N extends Node>(
  roots: readonly (readonly [Edge<N>, Cotangent])[],
  visit: (node: N, gy: readonly Cotangent[]) => readonly Cotangent[] | undefined,
): void {
  const pending = new Map<N, Cotangent[]>();
  const queue = new NodeQueue<N>();
  const add = ({ node, index }: Edge<N>, g: Cotangent): void => {
    const list = pending.get(node);
    if (list) {
      list[index] = accumulate(list[index]!, g);
      return;
    }
    queue.push(node);
    pending.set(node, cotangentList(node.outputs, index, g));
  };
  for (const [edge, g] of roots) add(edge, g);
  for (let node = queue.pop(); node; node = queue.pop()) {
    const gy = pending.get(node)!;
    pending.delete(node);
    const gx = visit(node, gy);
    if (!gx) continue;
    const from = node.from as readonly (Edge<N> | null)[];
    for (let i = 0; i < from.length; i++) {
      const edge = from[i];
      if (edge) add(edge, gx[i] ?? null);
    }
  }
}

function cotangentList(outputs: number, index: number, g: Cotangent): Cotangent[] {
  if (outputs === 1) return [g];
  const list = new Array<Cotangent>(outputs).fill(null);
  list[index] = g;
  return list;
}
