// The maps of the two surfaces.
import { domains, type LevelLine, type SurfaceName } from '../geometry.ts';
import { levelLines } from './level-lines.ts';
import { surfaceGrid } from './surfaces.ts';

/** The levels that are drawn. */
export const levels: Readonly<Record<SurfaceName, readonly number[]>> = {
  landscape: Array.from({ length: 13 }, (_, k) => -0.9 + 0.2 * k),
  valley: [0.05, 0.3, 1, 2.5, 5, 9, 15, 25, 40],
};

export function contours({ name }: { readonly name: SurfaceName }): LevelLine[] {
  return levelLines(surfaceGrid(name), levels[name], domains[name]);
}
