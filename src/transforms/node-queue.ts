// A priority queue (binary heap) of tape nodes, youngest first: the order in which a backward sweep visits them.

interface Ordered {
  readonly order: number;
}

export class NodeQueue<N extends Ordered> {
  private readonly heap: N[] = [];

  push(node: N): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.order >= node.order) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = node;
  }

  /** Takes the youngest node out. */
  pop(): N | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (last === top || last === undefined) return top;
    const size = heap.length;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1]!.order > heap[child]!.order) child++;
      if (heap[child]!.order <= last.order) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
