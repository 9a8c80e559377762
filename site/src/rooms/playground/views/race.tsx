// Five ways downhill from one start. The point where they begin can be moved.
import { useEffect, useState } from 'preact/hooks';
import { formatNumber } from '../../../components/number-table.tsx';
import { ScrollArea } from '../../../components/scroll-area.tsx';
import { Slider } from '../../../components/slider.tsx';
import { type RaceAnswer, type Racer, raceAnswer, racers } from '../answers.ts';
import { coordinateLabel, PlaneControls, planeOf } from '../plane-controls.tsx';
import { PlaneFigure, type PlaneScales } from '../plane-figure.tsx';
import { useAsk } from '../session.ts';
import { mostRaceSteps, type PlaygroundState, type Range, ratePowers } from '../state.ts';
import { useLandscape } from './landscape.tsx';
import { Answer, givenOf, type ViewProps } from './view.tsx';

/** Each path has a colour, a dash and a mark of its own. */
const looks: Readonly<Record<Racer, { readonly colour: string; readonly dash: string; readonly mark: string }>> = {
  'gradient descent': { colour: 'var(--forward)', dash: '', mark: '●' },
  momentum: { colour: 'var(--backward)', dash: '7 4', mark: '■' },
  Adam: { colour: 'var(--third)', dash: '2 3', mark: '▲' },
  'L-BFGS': { colour: 'var(--fourth)', dash: '10 3 2 3', mark: '◆' },
  Newton: { colour: 'var(--ink)', dash: '1 5', mark: '✚' },
};

/** The start: what was chosen, else where the inputs are. */
function startOf({ start, inputs }: PlaygroundState, plane: NonNullable<ReturnType<typeof planeOf>>): Range {
  const at = ({ input, element }: typeof plane.x): number => {
    const { values, fill } = inputs[input]!;
    return fill === 'numbers' && values.length > 0 ? values[element % values.length]! : 0.5;
  };
  return start ?? [at(plane.x), at(plane.y)];
}

export function RaceView({ session, room }: ViewProps) {
  const state = room.value;
  const { inputs, xRange, yRange, steps, rates } = state;
  const plane = planeOf(state);
  const { contours } = useLandscape(session, state);
  const start = plane && startOf(state, plane);
  const [descent, momentum, adam] = rates;
  const question = plane && {
    ...givenOf(state),
    ...plane,
    start,
    steps,
    rates: { 'gradient descent': descent, momentum, Adam: adam },
  };
  const answer = useAsk(session, 'race', question, raceAnswer);
  const play = usePlay(steps);
  if (!plane || !start) return <PlaneControls room={room} />;
  const [xLabel, yLabel] = [coordinateLabel(inputs, plane.x), coordinateLabel(inputs, plane.y)];
  const { upTo } = play;
  return (
    <>
      <PlaneControls room={room} />
      <RaceControls room={room} play={play} />
      <Answer of={answer} label="racing" session={session}>
        {({ paths }) => (
          <>
            <PlaneFigure
              title="Race"
              description={`From (${formatNumber(start[0])}, ${formatNumber(start[1])}), ${upTo} steps.`}
              xLabel={xLabel}
              yLabel={yLabel}
              xRange={xRange}
              yRange={yRange}
              contours={contours.value ?? []}
              pointLabel="Start"
              point={start}
              onPoint={(point) => room.change({ start: point }, 'move the start')}
              table={{
                columns: ['step', ...paths.map(({ name }) => name)],
                rows: Array.from({ length: steps + 1 }, (_, k) => [k, ...paths.map(({ values }) => values[k] ?? '')]),
              }}
            >
              {(scales) => paths.map((path) => <Track key={path.name} path={path} upTo={upTo} scales={scales} />)}
            </PlaneFigure>
            <Results paths={paths} upTo={upTo} />
          </>
        )}
      </Answer>
    </>
  );
}

const pace = 60;

interface Play {
  /** The step that is shown. */
  readonly upTo: number;
  readonly playing: boolean;
  show(step: number): void;
  /** From the start, step by step; only to the start for a reader who wants no motion. */
  start(): void;
  pause(): void;
}

function usePlay(steps: number): Play {
  const [shown, setShown] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const upTo = Math.min(shown ?? steps, steps);
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      const last = upTo >= steps;
      setShown(last ? null : upTo + 1);
      setPlaying(!last);
    }, pace);
    return () => clearTimeout(timer);
  }, [playing, upTo, steps]);
  const show = (step: number): void => {
    setShown(step >= steps ? null : step);
    setPlaying(false);
  };
  const start = (): void => {
    setShown(0);
    setPlaying(!matchMedia('(prefers-reduced-motion: reduce)').matches);
  };
  return { upTo, playing, show, start, pause: () => setPlaying(false) };
}

interface RaceControlsProps {
  readonly room: ViewProps['room'];
  readonly play: Play;
}

function RaceControls({ room, play }: RaceControlsProps) {
  const { steps, rates } = room.value;
  const rate = (at: 0 | 1 | 2, label: string) => (
    <Slider
      label={label}
      value={Math.log10(rates[at])}
      min={ratePowers[0]}
      max={ratePowers[1]}
      step={0.05}
      format={(power) => formatNumber(10 ** power)}
      onChange={(power) => {
        const next = rates.map((old, i) => (i === at ? Number((10 ** power).toPrecision(3)) : old));
        room.change({ rates: next as unknown as PlaygroundState['rates'] }, `rate ${at}`);
      }}
    />
  );
  return (
    <div class="pg-rates controls">
      {rate(0, 'Step of descent')}
      {rate(1, 'of momentum')}
      {rate(2, 'of Adam')}
      <Slider
        label="Steps"
        value={steps}
        min={1}
        max={mostRaceSteps}
        step={1}
        onChange={(next) => room.change({ steps: next }, 'steps')}
      />
      <Slider label="Shown up to" value={play.upTo} min={0} max={steps} step={1} onChange={play.show} />
      <button type="button" class="primary" onClick={play.playing ? play.pause : play.start}>
        {play.playing ? 'Pause' : 'Race again'}
      </button>
    </div>
  );
}

interface TrackProps {
  readonly path: RaceAnswer['paths'][number];
  readonly upTo: number;
  readonly scales: PlaneScales;
}

function Track({ path, upTo, scales }: TrackProps) {
  const points = path.points
    .slice(0, upTo + 1)
    .map(([x = 0, y = 0]) => `${scales.x(x).toFixed(1)} ${scales.y(y).toFixed(1)}`);
  const { colour, dash, mark } = looks[path.name];
  // Where the function has no finite value at the start there is no path.
  if (points.length === 0) return null;
  const [x = 0, y = 0] = path.points[Math.min(upTo, path.points.length - 1)] ?? [];
  return (
    <g>
      <path class="pg-path" d={`M${points.join('L')}`} style={{ stroke: colour, strokeDasharray: dash }} />
      <text class="pg-mark" x={scales.x(x)} y={scales.y(y)} dy="0.35em" text-anchor="middle" style={{ fill: colour }}>
        {mark}
      </text>
    </g>
  );
}

function Results({ paths, upTo }: { readonly paths: RaceAnswer['paths']; readonly upTo: number }) {
  const order = racers.flatMap((name) => paths.filter((path) => path.name === name));
  return (
    <ScrollArea class="table-scroll" label="Where each method is">
      <table class="pg-results">
        <caption class="visually-hidden">Where each method is</caption>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">f</th>
            <th scope="col">steps</th>
            <th scope="col">end</th>
          </tr>
        </thead>
        <tbody>
          {order.map(({ name, values, end }) => {
            const { colour, dash, mark } = looks[name];
            const last = Math.min(upTo, values.length - 1);
            return (
              <tr key={name}>
                <th scope="row">
                  <svg width="44" height="12" aria-hidden="true">
                    <path class="pg-path" d="M2 6H30" style={{ stroke: colour, strokeDasharray: dash }} />
                    <text class="pg-mark" x="37" y="6" dy="0.35em" text-anchor="middle" style={{ fill: colour }}>
                      {mark}
                    </text>
                  </svg>{' '}
                  {name}
                </th>
                <td>{formatNumber(values[last] ?? Number.NaN)}</td>
                <td>{Math.max(0, last)}</td>
                <td>{last === values.length - 1 ? end : '…'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}
