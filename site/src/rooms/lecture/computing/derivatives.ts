// The figures about derivatives: a tangent, a gradient, a Jacobian, a Hessian, a chain of two maps.
import { grad, hessian, jacobian, jvp, linalg, linspace, stack, type Tensor, vmap } from 'nabla';
import {
  type Domain,
  domains,
  type LevelLine,
  type Matrix2,
  type Point,
  type Ring,
  type SurfaceName,
} from '../geometry.ts';
import { levelLines } from './level-lines.ts';
import { gridOf, surface, surfaceGrid, toPoint, vector } from './surfaces.ts';

const toMatrix = (m: Tensor): Matrix2 => m.toArray() as unknown as Matrix2;
const toRing = (m: Tensor): Ring => m.toArray() as unknown as Ring;

export interface Tangent {
  readonly x: readonly number[];
  readonly curve: readonly number[];
  readonly tangent: readonly number[];
  readonly value: number;
  readonly slope: number;
}

export function tangent({ at }: { readonly at: number }): Tangent {
  const f = (x: Tensor): Tensor => x.sin();
  const a = vector([at]).at(0);
  const xs = linspace(-3, 3, 61, { dtype: 'float64' });
  const [value, slope] = [f(a), grad(f)(a)];
  const round = (values: Tensor): number[] => (values.toArray() as number[]).map((v) => Number(v.toFixed(6)));
  return {
    x: round(xs),
    curve: round(f(xs)),
    tangent: round(xs.sub(a).mul(slope).add(value)),
    value: value.item() as number,
    slope: slope.item() as number,
  };
}

const levelCounts: Readonly<Record<SurfaceName, readonly number[]>> = {
  landscape: Array.from({ length: 13 }, (_, k) => -0.9 + 0.2 * k),
  valley: [0.05, 0.3, 1, 2.5, 5, 9, 15, 25, 40],
};

export function contours({ name }: { readonly name: SurfaceName }): LevelLine[] {
  const domain = domains[name];
  return levelLines(surfaceGrid(name), levelCounts[name], domain);
}

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

/** A map of the plane that bends it: (x + 0.4 sin 1.5y, y + 0.3 x²). */
const bend = (p: Tensor): Tensor =>
  stack([p.at(0).add(p.at(1).mul(1.5).sin().mul(0.4)), p.at(1).add(p.at(0).square().mul(0.3))]);

/** Another, to follow it: (u cos v, v + 0.3 sin 2u). */
const wave = (p: Tensor): Tensor =>
  stack([p.at(0).mul(p.at(1).mul(0.6).cos()), p.at(1).add(p.at(0).mul(2).sin().mul(0.3))]);

const imageOf = (f: (p: Tensor) => Tensor, points: Tensor): Tensor => vmap(f)(points) as Tensor;

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

function gridLines(): Tensor[] {
  const along = linspace(-2, 2, pointsOnALine, { dtype: 'float64' });
  const places = Array.from({ length: 9 }, (_, k) => -2 + k / 2);
  return places.flatMap((c) => {
    const constant = along.mul(0).add(c);
    return [stack([along, constant], 1), stack([constant, along], 1)];
  });
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

export function bent({ at, side }: { readonly at: Point; readonly side: number }): Bent {
  const a = vector(at);
  const steps = unitSquare().mul(side);
  const matrix = jacobian(bend)(a) as Tensor;
  const lines = gridLines();
  return {
    grid: lines.map(toRing),
    bentGrid: lines.map((line) => toRing(imageOf(bend, line))),
    square: toRing(steps.add(a)),
    bentSquare: toRing(imageOf(bend, steps.add(a))),
    parallelogram: toRing(steps.matmul(matrix.transpose()).add(bend(a))),
    image: toPoint(bend(a)),
    jacobian: toMatrix(matrix),
    determinant: linalg.det(matrix).item() as number,
  };
}

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
    modelLines: levelLines(gridOf(model, around), levelCounts.landscape, around),
  };
}

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
  const first = imageOf(bend, circle);
  const inner = jacobian(bend)(a) as Tensor;
  const outer = jacobian(wave)(b) as Tensor;
  const product = outer.matmul(inner);
  return {
    circles: [toRing(circle), toRing(first), toRing(imageOf(wave, first))],
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
