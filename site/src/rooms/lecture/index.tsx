// The story in order. Its first figure: a function, and the line that fits it best at one point.
import { useMemo } from 'preact/hooks';
import { openRoomState } from '../../app/room-state.ts';
import { Formula } from '../../components/formula.tsx';
import { linePath, Plot } from '../../components/plot.tsx';
import { Slider } from '../../components/slider.tsx';

interface State {
  readonly at: number;
  readonly seed: number;
}

const initial: State = { at: 1, seed: 0 };

function readState(found: unknown): State | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const { at, seed } = { ...initial, ...found };
  return Number.isFinite(at) && Math.abs(at) <= 3 && Number.isInteger(seed) ? { at, seed } : undefined;
}

const xs = Array.from({ length: 61 }, (_, i) => -3 + i / 10);
const f = Math.sin;
const slope = Math.cos;

export default function LectureRoom() {
  const state = useMemo(() => openRoomState('lecture', initial, readState), []);
  const { at } = state.value;
  const tangent = (x: number): number => f(at) + slope(at) * (x - at);

  return (
    <article>
      <h1>What a derivative is</h1>
      <p>
        Look closely enough at a smooth function and you see a straight line. The derivative is that line: of all lines
        through the point, the one whose error vanishes faster than the step,
      </p>
      <Formula display latex="f(x+h) = f(x) + f'(x)\,h + o(h)" text="f(x+h) = f(x) + f'(x) h + o(h)" />
      <Slider
        label="x"
        min={-3}
        max={3}
        step={0.1}
        value={at}
        format={(value) => value.toFixed(1)}
        onChange={(value) => state.change({ at: value }, 'drag x')}
      />
      <Plot
        title="sin, and its tangent"
        description={`at x = ${at.toFixed(1)} the slope is ${slope(at).toFixed(3)}.`}
        x={{ label: 'x', domain: [-3, 3] }}
        y={{ label: 'f(x)', domain: [-1.5, 1.5] }}
        table={{ columns: ['x', 'sin x', 'tangent'], rows: xs.map((x) => [x, f(x), tangent(x)]) }}
      >
        {(frame) => (
          <>
            <path
              class="forward"
              d={linePath(
                xs.map((x) => [x, f(x)] as const),
                frame,
              )}
            />
            <path
              class="backward"
              d={linePath(
                xs.map((x) => [x, tangent(x)] as const),
                frame,
              )}
            />
            <circle cx={frame.x(at)} cy={frame.y(f(at))} r="4" fill="var(--ink)" />
          </>
        )}
      </Plot>
    </article>
  );
}
