/**
 * A point in a plot that is dragged with mouse or finger, or moved with the arrow keys (with Shift: ten times as far). It is
 * a slider to assistive technology, whose value text says both coordinates.
 */
import { useRef } from 'preact/hooks';
import type { Frame } from '../../../components/plot.tsx';
import type { Domain, Point } from '../geometry.ts';

export interface DragPointProps {
  readonly frame: Frame;
  readonly at: Point;
  readonly within: Domain;
  readonly label: string;
  readonly step?: number;
  readonly onMove: (to: Point) => void;
}

const moves: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function DragPoint({ frame, at, within, label, step = 0.05, onMove }: DragPointProps) {
  const handle = useRef<SVGGElement>(null);
  const [x, y] = at;
  const fit = (value: number, [low, high]: readonly [number, number]): number =>
    Number((Math.min(high, Math.max(low, Math.round(value / step) * step)) + 0).toFixed(6));
  const move = (toX: number, toY: number): void => onMove([fit(toX, within.x), fit(toY, within.y)]);

  function follow(event: PointerEvent): void {
    if (!handle.current?.hasPointerCapture(event.pointerId)) return;
    const screen = (handle.current.parentNode as SVGGElement).getScreenCTM();
    if (!screen) return;
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(screen.inverse());
    move(frame.x.invert(place.x), frame.y.invert(place.y));
  }

  return (
    <>
      <circle cx={frame.x(x)} cy={frame.y(y)} r="4.5" class="drag-point-dot" />
      <g
        ref={handle}
        class="drag-point controls"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={within.x[0]}
        aria-valuemax={within.x[1]}
        aria-valuenow={x}
        aria-valuetext={`x ${x.toFixed(2)}, y ${y.toFixed(2)}`}
        transform={`translate(${frame.x(x)} ${frame.y(y)})`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          event.preventDefault();
          event.currentTarget.focus();
        }}
        onPointerMove={follow}
        onFocus={({ currentTarget }) => {
          // Browsers do not scroll to parts of a picture.
          if (currentTarget.matches(':focus-visible'))
            currentTarget.ownerSVGElement?.scrollIntoView({ block: 'nearest' });
        }}
        onKeyDown={(event) => {
          const direction = moves[event.key];
          if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          const far = event.shiftKey ? 10 * step : step;
          move(x + direction[0] * far, y + direction[1] * far);
        }}
      >
        <circle r="16" class="drag-point-reach" />
        <circle r="9" class="drag-point-ring" />
      </g>
    </>
  );
}
