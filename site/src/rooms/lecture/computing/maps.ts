// The two maps of the plane into itself that the lecture bends its grids and circles with.
import { stack, type Tensor } from 'nabla';
import type { Matrix2, Ring } from '../geometry.ts';

type Coordinates = readonly [x: Tensor, y: Tensor];

const coordinates = (p: Tensor): Coordinates => [p.at('...', 0), p.at('...', 1)];

/** A map of the plane that bends it, of a point [2] or of points [..., 2]: (x + 0.4 sin 1.5y, y + 0.3 x²). */
export function bend(p: Tensor): Tensor {
  const [x, y] = coordinates(p);
  return stack([x.add(y.mul(1.5).sin().mul(0.4)), y.add(x.square().mul(0.3))], -1);
}

/** Another, to follow it: (u cos 0.6v, v + 0.3 sin 2u). */
export function wave(p: Tensor): Tensor {
  const [u, v] = coordinates(p);
  return stack([u.mul(v.mul(0.6).cos()), v.add(u.mul(2).sin().mul(0.3))], -1);
}

export const toMatrix = (m: Tensor): Matrix2 => m.toArray() as unknown as Matrix2;
export const toRing = (m: Tensor): Ring => m.toArray() as unknown as Ring;
