// Where a digit is drawn: with mouse, pen or finger, or with the keyboard: arrows move a cursor, Space paints, Backspace erases.
import { useRef, useState } from 'preact/hooks';
import { paint, stroke, toImage } from './drawing.ts';
import { side } from './model.ts';

export interface EaselProps {
  readonly drawing: string;
  readonly onDraw: (drawing: string) => void;
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

type Place = readonly [number, number];

export function Easel({ drawing, onDraw }: EaselProps) {
  const last = useRef<Place | null>(null);
  const latest = useRef(drawing);
  latest.current = drawing;
  const [cursor, setCursor] = useState<Place>([6, 3]);
  const [focused, setFocused] = useState(false);

  function placeOf(event: PointerEvent): Place {
    const { left, top, width, height } = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
    return [(side * (event.clientX - left)) / width, (side * (event.clientY - top)) / height];
  }
  function draw(next: string): void {
    latest.current = next;
    onDraw(next);
  }
  function key(event: KeyboardEvent): void {
    const direction = moves[event.key];
    const [column, row] = cursor;
    if (direction) {
      const fit = (at: number): number => Math.min(side - 1, Math.max(0, at));
      const to: Place = [fit(column + direction[0]), fit(row + direction[1])];
      setCursor(to);
      if (event.shiftKey) draw(paint(latest.current, to[0] + 0.5, to[1] + 0.5));
    } else if (event.key === ' ' || event.key === 'Backspace' || event.key === 'Delete') {
      draw(paint(latest.current, column + 0.5, row + 0.5, event.key !== ' '));
    } else {
      return;
    }
    event.preventDefault();
  }

  const image = toImage(drawing);
  const ink = image[cursor[1] * side + cursor[0]] ?? 0;
  return (
    <div class="easel">
      <svg
        viewBox={`0 0 ${side} ${side}`}
        role="application"
        aria-label="Drawing of a digit. Arrow keys move the cursor, Space paints, Shift with an arrow paints a line, Backspace erases."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: one draws with the keyboard too.
        tabIndex={0}
        shape-rendering="crispEdges"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const place = placeOf(event);
          last.current = place;
          draw(paint(latest.current, ...place, event.button === 2));
        }}
        onPointerMove={(event) => {
          if (!last.current) return;
          const place = placeOf(event);
          draw(stroke(latest.current, last.current, place, (event.buttons & 2) !== 0));
          last.current = place;
        }}
        onPointerUp={() => {
          last.current = null;
        }}
        onPointerCancel={() => {
          last.current = null;
        }}
        onContextMenu={(event) => event.preventDefault()}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onKeyDown={key}
      >
        {image.map((share, k) =>
          share === 0 ? null : (
            <rect
              key={k}
              class="ink"
              x={k % side}
              y={Math.floor(k / side)}
              width="1"
              height="1"
              style={{ opacity: share }}
            />
          ),
        )}
        <rect class="easel-frame" x="2" y="2" width="10" height="10" />
        {focused && <rect class="easel-cursor" x={cursor[0]} y={cursor[1]} width="1" height="1" />}
      </svg>
      <p class="visually-hidden" aria-live="polite">
        {focused && `row ${cursor[1] + 1}, column ${cursor[0] + 1}, ink ${Math.round(100 * ink)} percent`}
      </p>
    </div>
  );
}
