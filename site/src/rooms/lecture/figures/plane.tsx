// Level lines in a plot, each a path; and arrows, whose heads keep their size.
import type { ComponentChildren } from 'preact';
import { type Frame, linePath } from '../../../components/plot.tsx';
import type { LevelLine, Point } from '../geometry.ts';

export interface LevelLinesProps {
  readonly frame: Frame;
  readonly lines: readonly LevelLine[];
  readonly class?: string;
}

/** High lines are drawn fainter, so that the eye finds the hollows. */
export function LevelLines({ frame, lines, class: name = 'level-line' }: LevelLinesProps) {
  return (
    <g class={name}>
      {lines.map(({ level, rings }, index) => (
        <g key={level} style={{ opacity: 1 - (0.65 * index) / lines.length }}>
          {rings.map((ring, part) => (
            <path key={part} d={linePath(ring, frame)} />
          ))}
        </g>
      ))}
    </g>
  );
}

export interface ArrowProps {
  readonly frame: Frame;
  readonly from: Point;
  readonly to: Point;
  readonly class: string;
  readonly children?: ComponentChildren;
}

export function Arrow({ frame, from, to, class: name, children }: ArrowProps) {
  const [x0, y0, x1, y1] = [frame.x(from[0]), frame.y(from[1]), frame.x(to[0]), frame.y(to[1])];
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!(length > 1)) return null;
  const head = Math.min(10, length / 2);
  const [u, v] = [(x1 - x0) / length, (y1 - y0) / length];
  const corner = (side: number): string =>
    `${x1 - head * u - side * 0.45 * head * v} ${y1 - head * v + side * 0.45 * head * u}`;
  return (
    <g class={name}>
      <path d={`M${x0} ${y0}L${x1 - head * u} ${y1 - head * v}`} />
      <path d={`M${x1} ${y1}L${corner(1)}L${corner(-1)}Z`} class="arrow-head" />
      {children !== undefined && (
        <text x={x1 + 9 * u} y={y1 + 12 * v} dy="0.32em" text-anchor={u < 0 ? 'end' : 'start'}>
          {children}
        </text>
      )}
    </g>
  );
}
