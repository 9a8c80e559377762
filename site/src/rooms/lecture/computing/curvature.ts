// The figure about the Hessian: its eigenvectors, and the level lines of the quadratic model.
import { grad, hessian, linalg, type Tensor } from 'nabla';
import type { Domain, LevelLine, Matrix2, Point } from '../geometry.ts';
import { levels } from './contours.ts';
import { levelLines } from './level-lines.ts';
import { toMatrix } from './maps.ts';
import { gridOf, surface, toPoint, vector } from './surfaces.ts';

export interface Curvature {
  readonly value: number;
  readonly gradient: Point;
  readonly hessian: Matrix2;
  readonly eigenvalues: Point;
  /** One eigenvector in each row. */
  readonly eigenvectors: Matrix2;
  readonly modelLines: readonly LevelLine[];
}

export function curvature({ at }: { readonly at: Point }): Curvature {
  const f = surface('landscape');
  const a = vector(at);
  const [value, g, H] = [f(a), grad(f)(a), hessian(f)(a) as Tensor];
  const [eigenvalues, eigenvectors] = linalg.eigh(H) as [Tensor, Tensor];
  const around: Domain = { x: [at[0] - 1.1, at[0] + 1.1], y: [at[1] - 1.1, at[1] + 1.1] };
  // f(a) + g·h + ½ h·Hh, written out for a whole grid of steps h = (u, v).
  const model = (x: Tensor, y: Tensor): Tensor => {
    const [u, v] = [x.sub(a.at(0)), y.sub(a.at(1))];
    const bilinear = u.mul(v).mul(H.at(0, 1));
    const squares = u
      .square()
      .mul(H.at(0, 0))
      .add(v.square().mul(H.at(1, 1)))
      .mul(0.5);
    return u
      .mul(g.at(0))
      .add(v.mul(g.at(1)))
      .add(squares)
      .add(bilinear)
      .add(value);
  };
  return {
    value: value.item() as number,
    gradient: toPoint(g),
    hessian: toMatrix(H),
    eigenvalues: toPoint(eigenvalues),
    eigenvectors: toMatrix(eigenvectors.transpose()),
    modelLines: levelLines(gridOf(model, around), levels.landscape, around),
  };
}
