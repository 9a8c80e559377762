// The two functions of the plane that the lecture walks on, as broadcasting operations: the same text gives one value at a
// point and all the values of a grid.
import { linspace, type Tensor, tensor } from 'nabla';
import type { Domain, Point, SurfaceName } from '../geometry.ts';
import { domains } from '../geometry.ts';

type Height = (x: Tensor, y: Tensor) => Tensor;

/** Hills, hollows and passes: sin x · cos y + (x² + y²)/10. */
const landscape: Height = (x, y) => x.sin().mul(y.cos()).add(x.square().add(y.square()).div(10));

/** A bent valley after Rosenbrock, with its lowest point at (1, 1): (1 − x)² + 5 (y − x²)². */
const valley: Height = (x, y) => x.neg().add(1).square().add(y.sub(x.square()).square().mul(5));

const heights: Readonly<Record<SurfaceName, Height>> = { landscape, valley };

export const vector = (values: readonly number[]): Tensor => tensor([...values], { dtype: 'float64' });

/** The function of a vector [2], whose derivatives the lecture asks for. */
export function surface(name: SurfaceName): (p: Tensor) => Tensor {
  const height = heights[name];
  return (p) => height(p.at(0), p.at(1));
}

/** Fine enough for the narrow valley. */
export const gridSize = 101;

/** Values on a grid over a domain, row by row from the lowest y. */
export function gridOf(f: Height, { x, y }: Domain): number[] {
  const across = linspace(x[0], x[1], gridSize, { dtype: 'float64' }).reshape([1, gridSize]);
  const up = linspace(y[0], y[1], gridSize, { dtype: 'float64' }).reshape([gridSize, 1]);
  return Array.from(
    f(across, up)
      .reshape([gridSize * gridSize])
      .toTypedArray() as Float64Array,
  );
}

export const surfaceGrid = (name: SurfaceName): number[] => gridOf(heights[name], domains[name]);

export const toPoint = (x: Tensor): Point => x.toArray() as Point;
