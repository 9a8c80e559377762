// Gradient descent and Newton's method: what gradients and Hessians are for.
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { Formula } from '../../../components/formula.tsx';
import { formatNumber } from '../../../components/number-table.tsx';
import { linePath, PlotFrame } from '../../../components/plot.tsx';
import { Slider } from '../../../components/slider.tsx';
import code from '../code/descent.ts?raw';
import output from '../code/descent.txt?raw';
import { CodePair } from '../code-pair.tsx';
import { DragPoint } from '../figures/drag-point.tsx';
import { LevelLines } from '../figures/plane.tsx';
import { useLive } from '../figures/use-live.ts';
import { domains } from '../geometry.ts';
import { Beside, type Part, type PartProps, Words } from '../part.tsx';

function Descent({ lecture, slide }: PartProps) {
  return (
    <Beside
      words={
        <>
          <Words
            slide={slide}
            points={[
              <>
                Descent: a step η against the gradient. Stable for{' '}
                <Formula latex="\eta<2/\lambda_{\max}" text="η < 2/λ_max" />; slow where the eigenvalues differ much.
              </>,
              'Newton: jump to the bottom of the quadratic model. Near a minimum the correct digits double.',
              'The price: n² numbers, and n³ work to solve.',
            ]}
          >
            <p>To make a function small, step against its gradient:</p>
          </Words>
          <Formula display latex="x \leftarrow x - \eta\,\nabla f(x)" text="x ← x − η ∇f(x)" />
          {!slide && (
            <p>
              How long a step may be, and how fast it leads there, the Hessian decides. On a quadratic with eigenvalues
              from <Formula latex="\lambda_{\min}" text="λ_min" /> to <Formula latex="\lambda_{\max}" text="λ_max" />,
              descent converges for <Formula latex="0<\eta<2/\lambda_{\max}" text="0 < η < 2/λ_max" />, and needs a
              number of steps proportional to <Formula latex="\lambda_{\max}/\lambda_{\min}" text="λ_max/λ_min" />: in a
              narrow valley it crawls. Newton’s method jumps to the lowest point of the quadratic model,
            </p>
          )}
          <Formula display latex="x \leftarrow x - H(x)^{-1}\,\nabla f(x)" text="x ← x − H(x)⁻¹ ∇f(x)" />
          {!slide && (
            <p>
              which ignores how narrow the valley is. Near a minimum the number of correct digits doubles with every
              step. Far from one the model may be wrong: watch a step of Newton’s go uphill before the last ones
              converge, which is why <code>optim.newton</code> adds a line search. For n variables H has n² entries and
              solving takes about n³ operations; networks with millions of weights stay with gradients.
            </p>
          )}
        </>
      }
      figure={<DescentFigure lecture={lecture} />}
    />
  );
}

function DescentFigure({ lecture }: Pick<PartProps, 'lecture'>) {
  const { start, rate } = lecture.value;
  const lines = useLive('contours', { name: 'valley' });
  const { place, value } = useLive('descent', { start, rate });
  const ends = value && [value.descent.at(-1)!, value.newton.at(-1)!];
  const steps = Math.max(value?.descent.length ?? 0, value?.newton.length ?? 0);
  return (
    <div ref={lines.place}>
      <div ref={place}>
        <FigureWithTable
          title="Descent and Newton"
          description={
            ends &&
            `in the valley (1 − x)² + 5(y − x²)². Dots, solid: ${value.descent.length - 1} steps of descent, to f = ${formatNumber(ends[0]!.value)}. Squares, dashed: ${value.newton.length - 1} Newton steps, to f = ${formatNumber(ends[1]!.value)}.`
          }
          table={{
            columns: ['step', 'descent x', 'y', 'f', 'Newton x', 'y', 'f'],
            rows: Array.from({ length: steps }, (_, k) => {
              const [d, n] = [value?.descent[k], value?.newton[k]];
              return [k, ...(d ? [...d.point, d.value] : ['', '', '']), ...(n ? [...n.point, n.value] : ['', '', ''])];
            }),
            limit: 101,
          }}
        >
          <PlotFrame
            interactive
            title="The paths of gradient descent (dots, solid line) and Newton’s method (squares, dashed line)"
            x={{ label: 'x', domain: domains.valley.x }}
            y={{ label: 'y', domain: domains.valley.y }}
            width={440}
            height={420}
          >
            {(frame) => (
              <>
                {lines.value && <LevelLines frame={frame} lines={lines.value} />}
                {value && (
                  <>
                    <path
                      class="forward"
                      d={linePath(
                        value.descent.map(({ point }) => point),
                        frame,
                      )}
                    />
                    {value.descent.map(({ point: [x, y] }, k) => (
                      <circle key={k} class="step-dot" cx={frame.x(x)} cy={frame.y(y)} r="2.6" />
                    ))}
                    <path
                      class="backward"
                      d={linePath(
                        value.newton.map(({ point }) => point),
                        frame,
                      )}
                    />
                    {value.newton.map(({ point: [x, y] }, k) => (
                      <rect
                        key={k}
                        class="step-square"
                        x={frame.x(x) - 3.5}
                        y={frame.y(y) - 3.5}
                        width="7"
                        height="7"
                      />
                    ))}
                  </>
                )}
                <path class="goal" d={`M${frame.x(1) - 6} ${frame.y(1)}h12m-6 -6v12`} />
                <DragPoint
                  frame={frame}
                  at={start}
                  within={domains.valley}
                  label="Start of both paths"
                  onMove={(to) => lecture.change({ start: to }, 'move the start')}
                />
              </>
            )}
          </PlotFrame>
        </FigureWithTable>
        <Slider
          label="step size η"
          min={0.001}
          max={0.1}
          step={0.001}
          value={rate}
          format={(eta) => eta.toFixed(3)}
          onChange={(eta) => lecture.change({ rate: eta }, 'step size')}
        />
      </div>
    </div>
  );
}

export const descentParts: readonly Part[] = [
  { id: 'descent', title: 'Gradient descent and Newton', Content: Descent },
  {
    id: 'descent-code',
    title: 'Both methods in two languages',
    continues: true,
    Content: () => <CodePair id="descent" ours={{ code, output }} />,
  },
];
