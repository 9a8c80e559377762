// The figure about backpropagation: every intermediate value of (σ(wx + b) − y)² on the tape, with its cotangent.
import { type Tensor, tensor } from 'nabla';

export interface GraphNode {
  readonly id: string;
  readonly value: number;
  /** ∂L by this value. */
  readonly cotangent: number;
}

export function backpropagation(at: { readonly w: number; readonly b: number }): GraphNode[] {
  const leaf = (value: number): Tensor => tensor(value, { dtype: 'float64', requiresGrad: true });
  const [w, x, b, y] = [leaf(at.w), leaf(2), leaf(at.b), leaf(1)];
  const wx = w.mul(x);
  const z = wx.add(b);
  const p = z.sigmoid();
  const e = p.sub(y);
  const L = e.square();
  const nodes: readonly [string, Tensor][] = Object.entries({ w, x, b, y, wx, z, p, e, L });
  for (const [, node] of nodes) if (!node.isLeaf) node.retainGrad();
  L.backward();
  return nodes.map(([id, node]) => ({
    id,
    value: node.item() as number,
    cotangent: node.grad?.item() as number,
  }));
}
