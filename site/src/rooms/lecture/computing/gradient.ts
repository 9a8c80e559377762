// The figure about the gradient, and the slope along a direction.
import { grad, jvp, type Tensor } from 'nabla';
import type { Point } from '../geometry.ts';
import { surface, toPoint, vector } from './surfaces.ts';

export interface Gradient {
  readonly value: number;
  readonly gradient: Point;
  /** Along the direction that the reader chose, by a Jacobian-vector product. */
  readonly slope: number;
}

export function gradient({ at, angle }: { readonly at: Point; readonly angle: number }): Gradient {
  const f = surface('landscape');
  const p = vector(at);
  const radians = (angle * Math.PI) / 180;
  const [value, slope] = jvp(f, [p], [vector([Math.cos(radians), Math.sin(radians)])]) as [Tensor, Tensor];
  return { value: value.item() as number, gradient: toPoint(grad(f)(p)), slope: slope.item() as number };
}
