// The function over two of its coordinates: level lines, and the gradient as arrows.
import { useMemo } from 'preact/hooks';
import { formatNumber } from '../../../components/number-table.tsx';
import { useCompute } from '../../../worker/use-compute.ts';
import { type LandscapeAnswer, landscapeAnswer, type SlopeAnswer, slopeAnswer } from '../answers.ts';
import type { ContourInput } from '../contour-lines.ts';
import { coordinateLabel, PlaneControls, planeOf } from '../plane-controls.tsx';
import { PlaneFigure, type PlaneScales } from '../plane-figure.tsx';
import { type Asked, useAsk } from '../session.ts';
import type { PlaygroundState, Range } from '../state.ts';
import { Answer, givenOf, type ViewProps } from './view.tsx';

export interface Landscape {
  readonly answer: Asked<LandscapeAnswer>;
  readonly contours: ReturnType<typeof useCompute<'playground', 'contours'>>;
}

function gridOf({ values, columns, rows, xRange, yRange }: LandscapeAnswer): ContourInput {
  const pair = ([from = 0, to = 1]: readonly number[]): Range => [from, to];
  return { values, columns, rows, xRange: pair(xRange), yRange: pair(yRange) };
}

/** Values and level lines of the plane. */
export function useLandscape(session: ViewProps['session'], state: PlaygroundState): Landscape {
  const plane = planeOf(state);
  const { xRange, yRange } = state;
  const question = plane && { ...givenOf(state), ...plane, xRange, yRange };
  const answer = useAsk(session, 'landscape', question, landscapeAnswer);
  const { value } = answer;
  // The grid is large: it is compared and sent only when there is another one.
  const grid = useMemo(() => (value ? gridOf(value) : null), [value]);
  const contours = useCompute('playground', 'contours', grid, { timeLimit: 10_000 });
  return { answer, contours };
}

export function LandscapeView({ session, room }: ViewProps) {
  const { inputs, xRange, yRange, start } = room.value;
  const plane = planeOf(room.value);
  const { answer, contours } = useLandscape(session, room.value);
  const question = plane && { ...givenOf(room.value), ...plane, point: start };
  const at = useAsk(session, 'slope', question, slopeAnswer).value;
  if (!plane) return <PlaneControls room={room} />;
  const [xLabel, yLabel] = [coordinateLabel(inputs, plane.x), coordinateLabel(inputs, plane.y)];
  return (
    <>
      <PlaneControls room={room} />
      <Answer of={answer} label="drawing the landscape" session={session}>
        {({ arrows }) => (
          <PlaneFigure
            title="Landscape"
            description={`${at ? `f = ${formatNumber(at.value)} at the point; the gradient is (${formatNumber(at.dx)}, ${formatNumber(at.dy)}). ` : ''}Arrows point uphill, longer where it is steeper.`}
            xLabel={xLabel}
            yLabel={yLabel}
            xRange={xRange}
            yRange={yRange}
            contours={contours.value ?? []}
            pointLabel="Point"
            point={start ?? (at ? [at.x, at.y] : null)}
            onPoint={(point) => room.change({ start: point }, 'move the point')}
            table={{
              columns: [xLabel, yLabel, `∂f/∂${xLabel}`, `∂f/∂${yLabel}`],
              rows: [...(at ? [at] : []), ...arrows].map(({ x, y, dx, dy }) => [x, y, dx, dy]),
            }}
          >
            {(scales) => <Arrows arrows={arrows} at={at} scales={scales} />}
          </PlaneFigure>
        )}
      </Answer>
    </>
  );
}

interface ArrowsProps {
  readonly arrows: LandscapeAnswer['arrows'];
  readonly at: SlopeAnswer | undefined;
  readonly scales: PlaneScales;
}

type Slope = LandscapeAnswer['arrows'][number];

const longest = 30;

/** A line with two barbs, in the direction of the gradient on the screen. */
function arrowPath({ x, y, dx, dy }: Slope, length: number, scales: PlaneScales): string {
  const [px, py] = [scales.x(x), scales.y(y)];
  const [ux, uy] = [scales.x(x + 1) - px, scales.y(y + 1) - py];
  // The gradient is a covector: on the screen it is the direction in which f grows fastest there.
  const [gx, gy] = [dx / ux, dy / uy];
  const size = Math.hypot(gx, gy);
  if (!(size > 0) || !(length > 0.5)) return '';
  const [cx, cy] = [(gx / size) * length, (gy / size) * length];
  const [tx, ty] = [px + cx, py + cy];
  const barb = (turn: number): string =>
    `M${tx} ${ty}l${-0.3 * (cx * Math.cos(turn) - cy * Math.sin(turn))} ${-0.3 * (cx * Math.sin(turn) + cy * Math.cos(turn))}`;
  return `M${px} ${py}L${tx} ${ty}${barb(0.5)}${barb(-0.5)}`;
}

function Arrows({ arrows, at, scales }: ArrowsProps) {
  const slopes = arrows.map(({ dx, dy }) => Math.hypot(dx, dy)).filter(Number.isFinite);
  const steepest = Math.max(...slopes, Number.MIN_VALUE);
  // A square root, so that gentle slopes keep an arrow that can be seen.
  const length = ({ dx, dy }: Slope): number => longest * Math.sqrt(Math.hypot(dx, dy) / steepest);
  const drawn = useMemo(
    () => arrows.map((arrow, i) => <path key={i} class="pg-arrow" d={arrowPath(arrow, length(arrow), scales)} />),
    [arrows, scales],
  );
  return (
    <>
      {drawn}
      {at && <path class="pg-arrow pg-here" d={arrowPath(at, Math.max(26, Math.min(60, 1.6 * length(at))), scales)} />}
    </>
  );
}
