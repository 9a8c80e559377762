// The chain rule: linear parts are composed as the maps are, by the product of their matrices.
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { Formula } from '../../../components/formula.tsx';
import { linePath, PlotFrame } from '../../../components/plot.tsx';
import { Slider } from '../../../components/slider.tsx';
import code from '../code/chain-rule.ts?raw';
import output from '../code/chain-rule.txt?raw';
import { CodePair } from '../code-pair.tsx';
import { DragPoint } from '../figures/drag-point.tsx';
import { matrixLatex, matrixText } from '../figures/matrix-text.ts';
import { useLive } from '../figures/use-live.ts';
import { Beside, type Part, type PartProps, Words } from '../part.tsx';

function ChainRule({ lecture, slide }: PartProps) {
  return (
    <Beside
      wide
      words={
        <>
          <Words
            slide={slide}
            points={[
              'Maps follow one another; so do their linear parts.',
              'Forward, J v: one column at a time. n inputs, n products.',
              'Backward, uᵀJ: one row at a time. A loss has one output: one product.',
            ]}
          >
            <p>
              When one map follows another, so do their linear parts. The Jacobian of the whole is a matrix product,
            </p>
          </Words>
          <Formula display latex="J_{g\circ f}(x) = J_g(f(x))\;J_f(x)" text="J_(g∘f)(x) = J_g(f(x)) J_f(x)" />
          {!slide && (
            <>
              <p>
                The circle below passes through f, then through g. Its dashed companion passes through the two matrices
                alone; make the circle smaller and they agree.
              </p>
              <p>
                A product of many matrices may be bracketed in any way, and the result is the same, but the work is not.
                From the right, a vector at a time, <Formula latex="J_k\cdots(J_2(J_1 v))" text="J_k ⋯ (J_2 (J_1 v))" />{' '}
                is one column of the Jacobian: <em>forward mode</em>, one product for each input. From the left,{' '}
                <Formula latex="((u^\top J_k)J_{k-1})\cdots J_1" text="((uᵀ J_k) J_(k−1)) ⋯ J_1" /> is one row:{' '}
                <em>reverse mode</em>, one product for each output. Neither forms a Jacobian on its way. A loss has one
                output and perhaps a billion inputs, which is why networks are trained backwards.
              </p>
            </>
          )}
        </>
      }
      figure={<ChainFigure lecture={lecture} />}
    />
  );
}

const square = { x: [-2, 2], y: [-2, 2] } as const;
const planes = [
  { name: 'x', title: 'Before', x: [-2, 2], y: [-2, 2] },
  { name: 'f(x)', title: 'After f', x: [-2.6, 2.6], y: [-2.2, 3] },
  { name: 'g(f(x))', title: 'After f and g', x: [-2.6, 2.6], y: [-2.2, 3] },
] as const;

function ChainFigure({ lecture }: Pick<PartProps, 'lecture'>) {
  const { chainAt: at, radius } = lecture.value;
  const { place, value } = useLive('chain', { at, radius });
  return (
    <div ref={place}>
      <FigureWithTable
        title="A circle through two maps"
        description="f = (x + 0.4 sin 1.5y, y + 0.3x²), g = (u cos 0.6v, v + 0.3 sin 2u). Solid: the maps themselves; dashed: their linear parts."
        table={{
          columns: ['matrix', 'entries by rows'],
          rows: value
            ? [
                ['J of f', matrixText(value.inner)],
                ['J of g', matrixText(value.outer)],
                ['their product', matrixText(value.product)],
                ['J of g∘f, derived whole', matrixText(value.whole)],
              ]
            : [],
        }}
      >
        <div class="panels">
          {planes.map(({ name, title, x, y }, k) => (
            <PlotFrame
              key={name}
              interactive={k === 0}
              title={title}
              x={{ label: name, domain: x }}
              y={{ label: '', domain: y }}
              width={300}
              height={270}
            >
              {(frame) => (
                <>
                  {value && (
                    <>
                      <path class="forward filled" d={linePath(value.circles[k]!, frame)} />
                      {k > 0 && <path class="backward" d={linePath(value.ellipses[k]!, frame)} />}
                      <circle
                        cx={frame.x(value.centres[k]![0])}
                        cy={frame.y(value.centres[k]![1])}
                        r="4.5"
                        class="drag-point-dot"
                      />
                    </>
                  )}
                  {k === 0 && (
                    <DragPoint
                      frame={frame}
                      at={at}
                      within={square}
                      label="Centre of the circle"
                      onMove={(to) => lecture.change({ chainAt: to }, 'move the circle')}
                    />
                  )}
                </>
              )}
            </PlotFrame>
          ))}
        </div>
        {value && (
          <Formula
            display
            latex={`\\underbrace{${matrixLatex(value.outer)}}_{J_g}\\underbrace{${matrixLatex(value.inner)}}_{J_f} = \\underbrace{${matrixLatex(value.product)}}_{J_{g\\circ f}}`}
            text={`J_g J_f = ${matrixText(value.outer)} ${matrixText(value.inner)} = ${matrixText(value.product)}`}
          />
        )}
      </FigureWithTable>
      <Slider
        label="radius"
        min={0.05}
        max={1}
        step={0.05}
        value={radius}
        format={(length) => length.toFixed(2)}
        onChange={(length) => lecture.change({ radius: length }, 'size of the circle')}
      />
    </div>
  );
}

export const chainRuleParts: readonly Part[] = [
  { id: 'chain-rule', title: 'The chain rule', Content: ChainRule },
  {
    id: 'chain-rule-code',
    title: 'Forward and reverse in two languages',
    continues: true,
    Content: () => <CodePair id="chain-rule" ours={{ code, output }} />,
  },
];
