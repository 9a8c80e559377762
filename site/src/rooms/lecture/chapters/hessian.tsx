// The Hessian: the Jacobian of the gradient, and what its eigenvalues say.
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { Formula } from '../../../components/formula.tsx';
import { PlotFrame } from '../../../components/plot.tsx';
import code from '../code/hessian.ts?raw';
import output from '../code/hessian.txt?raw';
import { CodePair } from '../code-pair.tsx';
import { DragPoint } from '../figures/drag-point.tsx';
import { matrixText, short } from '../figures/matrix-text.ts';
import { Arrow, LevelLines } from '../figures/plane.tsx';
import { useLive } from '../figures/use-live.ts';
import { domains, type Point } from '../geometry.ts';
import { Beside, type Part, type PartProps, Words } from '../part.tsx';

function Hessian({ lecture, slide }: PartProps) {
  return (
    <Beside
      words={
        <>
          <Words
            slide={slide}
            points={[
              'The Jacobian of the gradient: [...In, ...In], symmetric.',
              'Its eigenvalues are the curvatures along perpendicular axes.',
              'All positive: a bowl. All negative: a dome. Both signs: a saddle.',
            ]}
          >
            <p>
              The gradient is itself a function from n numbers to n numbers. Its Jacobian is the Hessian, n × n, in
              general <code>[...In, ...In]</code>, and symmetric wherever second derivatives are continuous. With it the
              function is known to second order:
            </p>
          </Words>
          <Formula
            display
            latex="f(a+h) \approx f(a) + \langle\nabla f(a), h\rangle + \tfrac12\langle h,\, H h\rangle"
            text="f(a+h) ≈ f(a) + <∇f(a), h> + ½ <h, Hh>"
          />
          <Formula
            display
            latex="H_{ij} = \frac{\partial^2 f}{\partial x_i\,\partial x_j}"
            text="H_ij = ∂²f/∂x_i∂x_j"
          />
          {!slide && (
            <>
              <p>
                A symmetric matrix has perpendicular eigenvectors. Along each of them the function curves by the
                eigenvalue, independently of the others. All eigenvalues positive: the model is a bowl. All negative: a
                dome. Both signs: a saddle, downhill in one direction and uphill in another.
              </p>
              <p>
                The dashed lines are the level lines of the quadratic model, at the same levels as the solid ones. Drag
                the point to a hollow, a hilltop and a pass, and read the signs.
              </p>
            </>
          )}
        </>
      }
      figure={<CurvatureFigure lecture={lecture} />}
    />
  );
}

function shapeOf([low, high]: Point): string {
  if (low > 0) return 'a bowl';
  if (high < 0) return 'a dome';
  return low < 0 && high > 0 ? 'a saddle' : 'flat in one direction';
}

function CurvatureFigure({ lecture }: Pick<PartProps, 'lecture'>) {
  const { hessianAt: at } = lecture.value;
  const lines = useLive('contours', { name: 'landscape' });
  const { place, value } = useLive('curvature', { at });
  return (
    <div ref={lines.place}>
      <div ref={place}>
        <FigureWithTable
          title="Curvature on a map"
          description={
            value &&
            `H = ${matrixText(value.hessian)}, eigenvalues ${value.eigenvalues.map((v) => short(v)).join(' and ')}: ${shapeOf(value.eigenvalues)}.`
          }
          table={{
            columns: ['', 'first', 'second'],
            rows: value
              ? [
                  ['point', ...at],
                  ['gradient', ...value.gradient],
                  ['H, row 1', ...value.hessian[0]],
                  ['H, row 2', ...value.hessian[1]],
                  ['eigenvalues', ...value.eigenvalues],
                  ['eigenvector 1', ...value.eigenvectors[0]],
                  ['eigenvector 2', ...value.eigenvectors[1]],
                ]
              : [],
          }}
        >
          <PlotFrame
            interactive
            title="Level lines (solid), those of the quadratic model (dashed), and its axes"
            x={{ label: 'x', domain: domains.landscape.x }}
            y={{ label: 'y', domain: domains.landscape.y }}
            width={440}
            height={420}
          >
            {(frame) => (
              <>
                {lines.value && <LevelLines frame={frame} lines={lines.value} />}
                {value && (
                  <>
                    <LevelLines frame={frame} lines={value.modelLines} class="model-line" />
                    {value.eigenvectors.map(([u, v], k) => {
                      // Either sign will do: the one that stays in the picture.
                      const reach = u * at[0] + v * at[1] > 0 ? -0.9 : 0.9;
                      return (
                        <Arrow
                          key={k}
                          frame={frame}
                          from={at}
                          to={[at[0] + reach * u, at[1] + reach * v]}
                          class="arrow axis"
                        >
                          {short(value.eigenvalues[k]!)}
                        </Arrow>
                      );
                    })}
                  </>
                )}
                <DragPoint
                  frame={frame}
                  at={at}
                  within={domains.landscape}
                  label="Point of the Hessian"
                  onMove={(to) => lecture.change({ hessianAt: to }, 'move the Hessian')}
                />
              </>
            )}
          </PlotFrame>
        </FigureWithTable>
      </div>
    </div>
  );
}

export const hessianParts: readonly Part[] = [
  { id: 'hessian', title: 'The Hessian', Content: Hessian },
  {
    id: 'hessian-code',
    title: 'A Hessian in two languages',
    continues: true,
    Content: () => <CodePair id="hessian" ours={{ code, output }} />,
  },
];
