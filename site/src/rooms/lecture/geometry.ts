// Points, and the parts of the plane that the lecture's pictures show. It imports nothing, so that page and worker share it.
export type Point = readonly [number, number];
export type Matrix2 = readonly [Point, Point];
export type Interval = readonly [number, number];
export type Ring = readonly Point[];

export interface Domain {
  readonly x: Interval;
  readonly y: Interval;
}

export type SurfaceName = 'landscape' | 'valley';

export const domains: Readonly<Record<SurfaceName, Domain>> = {
  landscape: { x: [-3, 3], y: [-3, 3] },
  valley: { x: [-2, 2], y: [-1, 3] },
};

export interface LevelLine {
  readonly level: number;
  readonly rings: readonly Ring[];
}
