// The gradient: one number out, so that the linear map is an inner product.

import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { Formula } from '../../../components/formula.tsx';
import { PlotFrame } from '../../../components/plot.tsx';
import { Slider } from '../../../components/slider.tsx';
import code from '../code/gradient.ts?raw';
import output from '../code/gradient.txt?raw';
import { CodePair } from '../code-pair.tsx';
import { DragPoint } from '../figures/drag-point.tsx';
import { short, vectorText } from '../figures/matrix-text.ts';
import { Arrow, LevelLines } from '../figures/plane.tsx';
import { useLive } from '../figures/use-live.ts';
import { domains } from '../geometry.ts';
import { Beside, type Part, type PartProps, Words } from '../part.tsx';

function Gradient({ lecture, slide }: PartProps) {
  return (
    <Beside
      words={
        <>
          <Words
            slide={slide}
            points={[
              'n numbers in, one number out: the linear map is an inner product.',
              'The gradient has the shape of its variable.',
              'It stands at right angles to the level line; along it the slope is steepest.',
            ]}
          >
            <p>
              Let a function take n numbers and return one. A linear map from steps{' '}
              <Formula latex="h\in\mathbb{R}^n" text="h in R^n" /> to numbers is an inner product with a fixed vector,
              and that vector is the gradient:
            </p>
          </Words>
          <Formula
            display
            latex="f(x+h) = f(x) + \langle \nabla f(x),\, h\rangle + o(\lVert h\rVert)"
            text="f(x+h) = f(x) + <∇f(x), h> + o(|h|)"
          />
          {!slide && (
            <>
              <p>
                The gradient has the shape of its variable, whatever that is. For{' '}
                <Formula latex="f(W) = \tfrac12\lVert Wx-y\rVert^2" text="f(W) = ½|Wx − y|²" /> it is the matrix{' '}
                <Formula latex="(Wx-y)\,x^\top" text="(Wx − y) xᵀ" />, one entry for each entry of W.
              </p>
              <p>Along a unit vector u the slope is an inner product too,</p>
            </>
          )}
          <Formula
            display
            latex="D_u f = \langle\nabla f, u\rangle = \lVert\nabla f\rVert\cos\theta"
            text="D_u f = <∇f, u> = |∇f| cos θ"
          />
          {!slide && (
            <p>
              so it is greatest along the gradient, and zero at right angles to it, along the level line. Move the point
              and turn u: where the dashed arrow touches the level line, the slope vanishes.
            </p>
          )}
        </>
      }
      figure={<GradientFigure lecture={lecture} />}
    />
  );
}

function GradientFigure({ lecture }: Pick<PartProps, 'lecture'>) {
  const { gradientAt: at, direction } = lecture.value;
  const lines = useLive('contours', { name: 'landscape' });
  const answer = useLive('gradient', { at, angle: direction });
  const g = answer.value;
  const u = [Math.cos((direction * Math.PI) / 180), Math.sin((direction * Math.PI) / 180)] as const;
  return (
    <div ref={lines.place}>
      <div ref={answer.place}>
        <FigureWithTable
          title="Gradient on a map"
          description={
            g &&
            `of sin x · cos y + (x² + y²)/10. At ${vectorText(at)}: ∇f = ${vectorText(g.gradient)}, of length ${short(Math.hypot(...g.gradient))}; the slope along u is ${short(g.slope)}.`
          }
          table={{
            columns: ['', 'x', 'y'],
            rows: [
              ['point', ...at],
              ['gradient', ...(g?.gradient ?? [])],
              ['direction u', ...u],
              ['value; slope along u', ...(g ? [g.value, g.slope] : [])],
            ],
          }}
        >
          <PlotFrame
            interactive
            title="Level lines, the gradient (solid arrow) and a direction (dashed arrow)"
            x={{ label: 'x', domain: domains.landscape.x }}
            y={{ label: 'y', domain: domains.landscape.y }}
            width={440}
            height={420}
          >
            {(frame) => (
              <>
                {lines.value && <LevelLines frame={frame} lines={lines.value} />}
                <Arrow frame={frame} from={at} to={[at[0] + u[0], at[1] + u[1]]} class="arrow backward">
                  u
                </Arrow>
                {g && (
                  <Arrow
                    frame={frame}
                    from={at}
                    to={[at[0] + g.gradient[0], at[1] + g.gradient[1]]}
                    class="arrow forward"
                  >
                    ∇f
                  </Arrow>
                )}
                <DragPoint
                  frame={frame}
                  at={at}
                  within={domains.landscape}
                  label="Point of the gradient"
                  onMove={(to) => lecture.change({ gradientAt: to }, 'move the gradient')}
                />
              </>
            )}
          </PlotFrame>
        </FigureWithTable>
        <Slider
          label="direction u"
          min={0}
          max={360}
          step={5}
          value={direction}
          format={(degrees) => `${degrees}°`}
          onChange={(degrees) => lecture.change({ direction: degrees }, 'turn u')}
        />
      </div>
    </div>
  );
}

export const gradientParts: readonly Part[] = [
  { id: 'gradient', title: 'The gradient', Content: Gradient },
  {
    id: 'gradient-code',
    title: 'A gradient in two languages',
    continues: true,
    Content: () => <CodePair id="gradient" ours={{ code, output }} />,
  },
];
