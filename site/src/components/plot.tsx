/**
 * The base of every plot: a frame with two axes, drawn in SVG, and the table behind it. What is inside is drawn by the
 * caller, who gets the scales:
 *
 *     <Plot title="Loss" x={{ label: 'step', domain: [0, 100] }} y={{ label: 'loss', domain: [0, 1] }} table={…}>
 *       {(frame) => <path class="series" d={linePath(points, frame)} />}
 *     </Plot>
 */
import { type ScaleLinear, type ScaleLogarithmic, scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { type FigureData, FigureWithTable } from './figure-with-table.tsx';
import { formatNumber } from './number-table.tsx';
import { useWidth } from './use-width.ts';

export interface Axis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly scale?: 'linear' | 'log';
}

type Scale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  /** The inside of the axes, in units of the picture. */
  readonly width: number;
  readonly height: number;
}

export interface PlotProps {
  readonly title: string;
  readonly description?: string | undefined;
  readonly x: Axis;
  readonly y: Axis;
  readonly table: FigureData;
  /** Its size in pixels where there is room, and its proportions where there is less; default 480 by 300. */
  readonly width?: number;
  readonly height?: number;
  readonly children: (frame: Frame) => ComponentChildren;
}

const margin = { top: 12, right: 16, bottom: 44, left: 58 };

function makeScale({ domain, scale }: Axis, range: [number, number]): Scale {
  return (scale === 'log' ? scaleLog() : scaleLinear()).domain([...domain]).range(range);
}

/** The path of a line through points; a point that is not finite breaks it. */
export function linePath(points: readonly (readonly [number, number])[], { x, y }: Frame): string {
  const path = line<readonly [number, number]>(
    ([px]) => x(px),
    ([, py]) => y(py),
  ).defined(([px, py]) => Number.isFinite(x(px)) && Number.isFinite(y(py)));
  return path([...points]) ?? '';
}

/** About so many ticks have room. */
const ticksIn = (length: number, each: number): number => Math.max(2, Math.min(5, Math.floor(length / each)));

export interface PlotFrameProps extends Omit<PlotProps, 'table'> {
  /** Whether something inside takes the focus: then the picture is a group, not an image. */
  readonly interactive?: boolean;
}

/** The frame alone, for pictures of several plots with one table behind them. */
export function PlotFrame(props: PlotFrameProps) {
  const { title, description, x, y, width: widest = 480, height: highest = 300, interactive = false, children } = props;
  const clip = useId();
  const { place, width } = useWidth<SVGSVGElement>(widest);
  const height = Math.round((highest * width) / widest);
  const inside = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const frame: Frame = {
    x: makeScale(x, [0, inside.width]),
    y: makeScale(y, [inside.height, 0]),
    ...inside,
  };
  return (
    <svg
      ref={place}
      class="plot"
      viewBox={`0 0 ${width} ${height}`}
      role={interactive ? 'group' : 'img'}
      aria-label={`${title}. ${description ?? ''}`}
    >
      <clipPath id={clip}>
        <rect width={frame.width} height={frame.height} />
      </clipPath>
      <g transform={`translate(${margin.left} ${margin.top})`}>
        {frame.x.ticks(ticksIn(frame.width, 55)).map((tick) => (
          <g key={tick} transform={`translate(${frame.x(tick)} 0)`}>
            <line class="grid" y2={frame.height} />
            <text class="tick" y={frame.height + 18} text-anchor="middle">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        {frame.y.ticks(ticksIn(frame.height, 40)).map((tick) => (
          <g key={tick} transform={`translate(0 ${frame.y(tick)})`}>
            <line class="grid" x2={frame.width} />
            <text class="tick" x={-8} dy="0.32em" text-anchor="end">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        <text class="axis-label" x={frame.width / 2} y={frame.height + 38} text-anchor="middle">
          {x.label}
        </text>
        <text class="axis-label" transform={`translate(-46 ${frame.height / 2}) rotate(-90)`} text-anchor="middle">
          {y.label}
        </text>
        <g clip-path={`url(#${clip})`}>{children(frame)}</g>
      </g>
    </svg>
  );
}

export function Plot({ table, ...frame }: PlotProps) {
  return (
    <FigureWithTable title={frame.title} description={frame.description} table={table}>
      <PlotFrame {...frame} />
    </FigureWithTable>
  );
}
