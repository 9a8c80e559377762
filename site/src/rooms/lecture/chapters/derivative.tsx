// The derivative of a function of one variable: the line that fits best.
import { Formula } from '../../../components/formula.tsx';
import { linePath, Plot } from '../../../components/plot.tsx';
import { Slider } from '../../../components/slider.tsx';
import { useLive } from '../figures/use-live.ts';
import { Beside, type Part, type PartProps, Words } from '../part.tsx';
import recorded from '../tangent-at-1.json';

function Derivative({ lecture, slide }: PartProps) {
  return (
    <Beside
      words={
        <>
          <Words
            slide={slide}
            points={[
              'Close up, a smooth function is a straight line.',
              'Of all lines through the point, its error alone vanishes faster than the step.',
              'A derivative is a linear map: from a small step of the input to the step of the output.',
            ]}
          >
            <p>
              Look closely enough at a smooth function and you see a straight line. The derivative is the slope of that
              line: of all lines through the point, the one whose error vanishes faster than the step,
            </p>
          </Words>
          <Formula display latex="f(x+h) = f(x) + f'(x)\,h + o(h)" text="f(x+h) = f(x) + f'(x) h + o(h)" />
          {!slide && (
            <p>
              Everything that follows is this sentence again, with vectors and matrices in place of numbers. The
              derivative at a point is the linear map that takes a small step of the input to the step of the output.
            </p>
          )}
        </>
      }
      figure={<TangentFigure lecture={lecture} />}
    />
  );
}

function TangentFigure({ lecture }: Pick<PartProps, 'lecture'>) {
  const { at } = lecture.value;
  const { place, value } = useLive('tangent', { at }, recorded);
  const curve = value?.x.map((x, i) => [x, value.curve[i]!] as const) ?? [];
  const line = value?.x.map((x, i) => [x, value.tangent[i]!] as const) ?? [];
  return (
    <div ref={place}>
      <Plot
        title="sin, and its tangent"
        description={value && `at x = ${at.toFixed(1)}, where the slope is ${value.slope.toFixed(3)}.`}
        x={{ label: 'x', domain: [-3, 3] }}
        y={{ label: 'f(x)', domain: [-1.5, 1.5] }}
        table={{
          columns: ['x', 'sin x', 'tangent'],
          rows: curve.map(([x, y], i) => [x, y, line[i]![1]]),
        }}
      >
        {(frame) => (
          <>
            <path class="forward" d={linePath(curve, frame)} />
            <path class="backward" d={linePath(line, frame)} />
            {value && <circle cx={frame.x(at)} cy={frame.y(value.value)} r="4.5" class="drag-point-dot" />}
          </>
        )}
      </Plot>
      <Slider
        label="x"
        min={-3}
        max={3}
        step={0.1}
        value={at}
        format={(x) => x.toFixed(1)}
        onChange={(x) => lecture.change({ at: x }, 'drag x')}
      />
    </div>
  );
}

export const derivativeParts: readonly Part[] = [
  { id: 'derivative', title: 'A derivative is a linear map', Content: Derivative },
];
