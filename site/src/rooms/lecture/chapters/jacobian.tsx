// The Jacobian: several numbers out, a row for each.
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { Formula } from '../../../components/formula.tsx';
import { linePath, PlotFrame } from '../../../components/plot.tsx';
import { Slider } from '../../../components/slider.tsx';
import code from '../code/jacobian.ts?raw';
import output from '../code/jacobian.txt?raw';
import { CodePair } from '../code-pair.tsx';
import { DragPoint } from '../figures/drag-point.tsx';
import { matrixText, short } from '../figures/matrix-text.ts';
import { useLive } from '../figures/use-live.ts';
import { Beside, type Part, type PartProps, Words } from '../part.tsx';

const square = { x: [-2, 2], y: [-2, 2] } as const;
const imagePlane = { x: [-2.6, 2.6], y: [-2.2, 3.4] } as const;

function Jacobian({ lecture, slide }: PartProps) {
  return (
    <Beside
      words={
        <>
          <Words
            slide={slide}
            points={[
              'One row for each output, one column for each input.',
              'For tensors of any rank: [...Out, ...In].',
              'Near a point a smooth map only stretches and shears; J says how, and |det J| by how much area grows.',
            ]}
          >
            <p>
              A function with m outputs has m gradients. Written as rows, one below the other, they are the Jacobian, an
              m × n matrix: outputs down, inputs across,
            </p>
          </Words>
          <Formula
            display
            latex="f(x+h) = f(x) + J\,h + o(\lVert h\rVert),\qquad J_{ij} = \frac{\partial f_i}{\partial x_j}"
            text="f(x+h) = f(x) + J h + o(|h|), J_ij = ∂f_i/∂x_j"
          />
          {!slide && (
            <>
              <p>
                nabla keeps this order for tensors of every rank: the axes of the output, then those of the input,{' '}
                <code>[...Out, ...In]</code>. The gradient of a function with one output is the case in which Out is
                empty.
              </p>
              <p>
                A smooth map bends a grid. Near a point it merely stretches and shears, and J says how: the image of a
                small square is almost the parallelogram <Formula latex="f(a)+Jh" text="f(a) + Jh" />. Make the square
                smaller and the two outlines merge, the gap shrinking with the square of the side. Areas grow by the
                factor <Formula latex="\lvert\det J\rvert" text="|det J|" />.
              </p>
            </>
          )}
        </>
      }
      figure={<BentGridFigure lecture={lecture} />}
    />
  );
}

function BentGridFigure({ lecture }: Pick<PartProps, 'lecture'>) {
  const { jacobianAt: at, side } = lecture.value;
  const { place, value } = useLive('bent', { at, side });
  return (
    <div ref={place}>
      <FigureWithTable
        title="A map and its Jacobian"
        description={
          value &&
          `(x + 0.4 sin 1.5y, y + 0.3x²). J = ${matrixText(value.jacobian)}, det J = ${short(value.determinant)}. Solid: the true image; dashed: f(a) + Jh.`
        }
        table={{
          columns: ['step h', 'f(a + h)', 'f(a) + Jh', 'distance'],
          rows:
            value?.bentSquare.flatMap((to, k) => {
              if (k % 8 !== 0) return [];
              const linear = value.parallelogram[k]!;
              const from = value.square[k]!;
              const text = (p: readonly [number, number]): string => `(${short(p[0], 3)}, ${short(p[1], 3)})`;
              return [
                [
                  text([from[0] - at[0], from[1] - at[1]]),
                  text(to),
                  text(linear),
                  Math.hypot(to[0] - linear[0], to[1] - linear[1]),
                ],
              ];
            }) ?? [],
        }}
      >
        <div class="panels">
          <PlotFrame
            interactive
            title="The plane before the map"
            x={{ label: 'x', domain: square.x }}
            y={{ label: 'y', domain: square.y }}
            width={300}
            height={290}
          >
            {(frame) => (
              <>
                <g class="level-line">
                  {value?.grid.map((line, k) => (
                    <path key={k} d={linePath(line, frame)} />
                  ))}
                </g>
                {value && <path class="forward filled" d={linePath(value.square, frame)} />}
                <DragPoint
                  frame={frame}
                  at={at}
                  within={square}
                  label="Corner of the square"
                  onMove={(to) => lecture.change({ jacobianAt: to }, 'move the square')}
                />
              </>
            )}
          </PlotFrame>
          <PlotFrame
            title="The plane after the map: the image of the square (solid) and the parallelogram (dashed)"
            x={{ label: 'f₁', domain: imagePlane.x }}
            y={{ label: 'f₂', domain: imagePlane.y }}
            width={300}
            height={290}
          >
            {(frame) =>
              value && (
                <>
                  <g class="level-line">
                    {value.bentGrid.map((line, k) => (
                      <path key={k} d={linePath(line, frame)} />
                    ))}
                  </g>
                  <path class="forward filled" d={linePath(value.bentSquare, frame)} />
                  <path class="backward" d={linePath(value.parallelogram, frame)} />
                  <circle cx={frame.x(value.image[0])} cy={frame.y(value.image[1])} r="4.5" class="drag-point-dot" />
                </>
              )
            }
          </PlotFrame>
        </div>
      </FigureWithTable>
      <Slider
        label="side"
        min={0.05}
        max={1.5}
        step={0.05}
        value={side}
        format={(length) => length.toFixed(2)}
        onChange={(length) => lecture.change({ side: length }, 'size of the square')}
      />
    </div>
  );
}

export const jacobianParts: readonly Part[] = [
  { id: 'jacobian', title: 'The Jacobian', Content: Jacobian },
  {
    id: 'jacobian-code',
    title: 'A Jacobian in two languages',
    continues: true,
    Content: () => <CodePair id="jacobian" ours={{ code, output }} />,
  },
];
