// The figure about the chain rule: a circle through two maps, and through their linear parts.
import { jacobian, linspace, stack, type Tensor } from 'nabla';
import type { Matrix2, Point, Ring } from '../geometry.ts';
import { bend, toMatrix, toRing, wave } from './maps.ts';
import { toPoint, vector } from './surfaces.ts';

export interface Chain {
  /** A circle, its image under f, and the image of that under g. */
  readonly circles: readonly [Ring, Ring, Ring];
  /** The circle, and its images under the linear maps alone. */
  readonly ellipses: readonly [Ring, Ring, Ring];
  readonly centres: readonly [Point, Point, Point];
  readonly inner: Matrix2;
  readonly outer: Matrix2;
  readonly product: Matrix2;
  /** Of the composed function, derived in one piece. */
  readonly whole: Matrix2;
}

export function chain({ at, radius }: { readonly at: Point; readonly radius: number }): Chain {
  const a = vector(at);
  const b = bend(a);
  const angles = linspace(0, 2 * Math.PI, 49, { dtype: 'float64' });
  const steps = stack([angles.cos(), angles.sin()], 1).mul(radius);
  const circle = steps.add(a);
  const first = bend(circle);
  const inner = jacobian(bend)(a) as Tensor;
  const outer = jacobian(wave)(b) as Tensor;
  const product = outer.matmul(inner);
  return {
    circles: [toRing(circle), toRing(first), toRing(wave(first))],
    ellipses: [
      toRing(circle),
      toRing(steps.matmul(inner.transpose()).add(b)),
      toRing(steps.matmul(product.transpose()).add(wave(b))),
    ],
    centres: [at, toPoint(b), toPoint(wave(b))],
    inner: toMatrix(inner),
    outer: toMatrix(outer),
    product: toMatrix(product),
    whole: toMatrix(jacobian((p: Tensor) => wave(bend(p)))(a) as Tensor),
  };
}
