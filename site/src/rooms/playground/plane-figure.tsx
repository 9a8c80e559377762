// A picture of two coordinates: contours, axes, what the caller draws over them, and a point that can be moved with the mouse, a
// finger or the arrow keys.
import { scaleLinear } from 'd3-scale';
import type { ComponentChildren } from 'preact';
import { useId, useMemo } from 'preact/hooks';
import { type FigureData, FigureWithTable } from '../../components/figure-with-table.tsx';
import { formatNumber } from '../../components/number-table.tsx';
import { useWidth } from '../../components/use-width.ts';
import type { Contour } from './contour-lines.ts';
import type { Range } from './state.ts';

export interface PlaneScales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export interface PlaneFigureProps {
  readonly title: string;
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xRange: Range;
  readonly yRange: Range;
  readonly contours: readonly Contour[];
  readonly table: FigureData;
  /** What the movable point is, and where; null until that is known. */
  readonly pointLabel: string;
  readonly point: Range | null;
  readonly onPoint: (point: Range) => void;
  readonly children: (scales: PlaneScales) => ComponentChildren;
}

const widest = 520;
const margin = { top: 10, right: 12, bottom: 44, left: 56 };

interface Size {
  readonly width: number;
  readonly height: number;
}

type Scales = ReturnType<typeof makeScales>;

interface AxesProps {
  readonly inside: Size;
  readonly scales: Scales;
  readonly xLabel: string;
  readonly yLabel: string;
}

function Axes({ inside, scales, xLabel, yLabel }: AxesProps) {
  return (
    <>
      {scales.x.ticks(Math.min(6, inside.width / 60)).map((tick) => (
        <text key={tick} class="tick" x={scales.x(tick)} y={inside.height + 18} text-anchor="middle">
          {formatNumber(tick)}
        </text>
      ))}
      {scales.y.ticks(6).map((tick) => (
        <text key={tick} class="tick" x={-8} y={scales.y(tick)} dy="0.32em" text-anchor="end">
          {formatNumber(tick)}
        </text>
      ))}
      <text class="axis-label" x={inside.width / 2} y={inside.height + 38} text-anchor="middle">
        {xLabel}
      </text>
      <text class="axis-label" transform={`translate(-44 ${inside.height / 2}) rotate(-90)`} text-anchor="middle">
        {yLabel}
      </text>
      <rect class="pg-frame" width={inside.width} height={inside.height} />
    </>
  );
}

function makeScales(xRange: Range, yRange: Range, { width, height }: Size) {
  return {
    x: scaleLinear()
      .domain([...xRange])
      .range([0, width]),
    y: scaleLinear()
      .domain([...yRange])
      .range([height, 0]),
  };
}

function ringsPath(rings: Contour['rings'], scales: PlaneScales): string {
  const place = ([x, y]: readonly [number, number]): string => `${scales.x(x).toFixed(1)} ${scales.y(y).toFixed(1)}`;
  return rings.map((ring) => `M${ring.map(place).join('L')}Z`).join('');
}

const clamp = (value: number, [from, to]: Range): number => Math.min(to, Math.max(from, value));

export function PlaneFigure(props: PlaneFigureProps) {
  const { title, description, xLabel, yLabel, xRange, yRange, contours, table, point, pointLabel, onPoint } = props;
  const clip = useId();
  const { place, width } = useWidth<HTMLDivElement>(widest);
  const size: Size = { width, height: Math.round(0.85 * width) };
  const inside: Size = {
    width: size.width - margin.left - margin.right,
    height: size.height - margin.top - margin.bottom,
  };
  const scales = useMemo(() => makeScales(xRange, yRange, inside), [...xRange, ...yRange, width]);

  function move(dx: number, dy: number): void {
    if (!point) return;
    onPoint([
      clamp(point[0] + dx * (xRange[1] - xRange[0]), xRange),
      clamp(point[1] + dy * (yRange[1] - yRange[0]), yRange),
    ]);
  }
  function follow({ clientX, clientY }: PointerEvent): void {
    const box = place.current?.getBoundingClientRect();
    if (!box) return;
    const x = ((clientX - box.left) / box.width) * size.width - margin.left;
    const y = ((clientY - box.top) / box.height) * size.height - margin.top;
    const round = (value: number, [from, to]: Range): number => {
      const step = 10 ** Math.floor(Math.log10((to - from) / 200));
      return clamp(Number((Math.round(value / step) * step).toPrecision(6)), [from, to]);
    };
    onPoint([round(scales.x.invert(x), xRange), round(scales.y.invert(y), yRange)]);
  }
  const lines = useMemo(
    () => contours.map(({ level, rings }) => <path key={level} class="pg-contour" d={ringsPath(rings, scales)} />),
    [contours, scales],
  );

  return (
    <FigureWithTable title={title} description={description} table={table}>
      <div class="pg-plane" ref={place}>
        <svg
          class="plot"
          viewBox={`0 0 ${size.width} ${size.height}`}
          role="img"
          aria-label={`${title}. ${description}`}
        >
          <clipPath id={clip}>
            <rect width={inside.width} height={inside.height} />
          </clipPath>
          <g transform={`translate(${margin.left} ${margin.top})`}>
            <Axes inside={inside} scales={scales} xLabel={xLabel} yLabel={yLabel} />
            <g clip-path={`url(#${clip})`}>
              {lines}
              {props.children(scales)}
            </g>
          </g>
        </svg>
        {point && (
          <button
            type="button"
            class="pg-handle"
            style={{
              left: `${(100 * (margin.left + scales.x(clamp(point[0], xRange)))) / size.width}%`,
              top: `${(100 * (margin.top + scales.y(clamp(point[1], yRange)))) / size.height}%`,
            }}
            aria-label={`${pointLabel}: ${xLabel} = ${formatNumber(point[0])}, ${yLabel} = ${formatNumber(point[1])}. Arrow keys move it.`}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={(event) => {
              if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event);
            }}
            onKeyDown={(event) => {
              const moves: Record<string, [number, number]> = {
                ArrowLeft: [-1, 0],
                ArrowRight: [1, 0],
                ArrowDown: [0, -1],
                ArrowUp: [0, 1],
              };
              const direction = moves[event.key];
              if (!direction) return;
              event.preventDefault();
              const step = event.shiftKey ? 0.1 : 0.01;
              move(direction[0] * step, direction[1] * step);
            }}
          />
        )}
      </div>
    </FigureWithTable>
  );
}
