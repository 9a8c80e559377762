// The figure about the Jacobian: a grid and a square before and after a map, and the square's image under the linear part.
import { jacobian, linalg, linspace, stack, type Tensor } from 'nabla';
import type { Matrix2, Point, Ring } from '../geometry.ts';
import { bend, toMatrix, toRing } from './maps.ts';
import { toPoint, vector } from './surfaces.ts';

export interface Bent {
  /** The lines of a grid, and their images. */
  readonly grid: readonly Ring[];
  readonly bentGrid: readonly Ring[];
  readonly square: Ring;
  readonly bentSquare: Ring;
  /** f(a) + J h for the square's h. */
  readonly parallelogram: Ring;
  readonly image: Point;
  readonly jacobian: Matrix2;
  readonly determinant: number;
}

const pointsOnALine = 33;

/** Lines along both axes, half a unit apart, [18, 33, 2]. */
function gridLines(): Tensor {
  const along = linspace(-2, 2, pointsOnALine, { dtype: 'float64' });
  const places = Array.from({ length: 9 }, (_, k) => -2 + k / 2);
  const lines = places.flatMap((c) => {
    const constant = along.mul(0).add(c);
    return [stack([along, constant], 1), stack([constant, along], 1)];
  });
  return stack(lines);
}

/** The border of the square [0, 1]², counter-clockwise, [4n + 1, 2]. */
function unitSquare(n = 8): Tensor {
  const corners: readonly Point[] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0],
  ];
  const points = corners.slice(1).flatMap(([x, y], k) => {
    const [fromX, fromY] = corners[k]!;
    return Array.from({ length: n }, (_, i) => [fromX + ((x - fromX) * i) / n, fromY + ((y - fromY) * i) / n]);
  });
  return vector([...points, [0, 0]].flat()).reshape([4 * n + 1, 2]);
}

const toRings = (lines: Tensor): Ring[] => lines.toArray() as unknown as Ring[];

export function bent({ at, side }: { readonly at: Point; readonly side: number }): Bent {
  const a = vector(at);
  const steps = unitSquare().mul(side);
  const matrix = jacobian(bend)(a) as Tensor;
  const lines = gridLines();
  return {
    grid: toRings(lines),
    bentGrid: toRings(bend(lines)),
    square: toRing(steps.add(a)),
    bentSquare: toRing(bend(steps.add(a))),
    parallelogram: toRing(steps.matmul(matrix.transpose()).add(bend(a))),
    image: toPoint(bend(a)),
    jacobian: toMatrix(matrix),
    determinant: linalg.det(matrix).item() as number,
  };
}
