// The function over two of its coordinates: values on a grid, and the gradient as arrows on a coarser one.
import type { Tensor } from 'nabla';
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { LandscapeAnswer, PlaneQuestion, SlopeAnswer } from '../answers.ts';
import { plane, scalarFunction, subject } from './subject.ts';
import { jit, tensor, valueAndGrad, vmap } from './transforms.ts';

export interface LandscapeQuestion extends PlaneQuestion {
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
}

export interface SlopeQuestion extends PlaneQuestion {
  /** Where; null: where the inputs are. */
  readonly point: readonly [number, number] | null;
}

const finest = 141;
const arrowsAcross = 13;
const chunk = 512;

/** Points of a grid, x fastest; cell centres where `inside`. */
function gridPoints(
  n: number,
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
  inside: boolean,
) {
  const at = (i: number): number => (inside ? (i + 0.5) / n : i / (n - 1));
  return Array.from({ length: n * n }, (_, k): [number, number] => [
    x0 + (x1 - x0) * at(k % n),
    y0 + (y1 - y0) * at(Math.floor(k / n)),
  ]);
}

/** Maps over points in batches; one after another where the function cannot be batched. */
function overPoints(f: (p: Tensor) => Tensor, width: number, report: (fraction: number) => void) {
  const batched = jit(vmap(f));
  let fallback = false;
  return (points: readonly (readonly [number, number])[]): number[] => {
    const found: number[] = [];
    for (let start = 0; start < points.length; start += chunk) {
      const part = points.slice(start, start + chunk);
      if (!fallback) {
        try {
          found.push(...Array.from(batched(tensor(part)).toTypedArray(), Number));
        } catch (error) {
          if (!(error instanceof Error) || error.name !== 'TracedValueError') throw error;
          fallback = true;
        }
      }
      if (fallback) for (const p of part) found.push(...f(tensor(p)).reshape([width]).toTypedArray());
      report(Math.min(1, (start + chunk) / points.length));
    }
    return found;
  };
}

export function landscape(question: LandscapeQuestion, tools: SandboxTools): LandscapeAnswer {
  const whole = subject(question, tools);
  const { xRange, yRange } = question;
  const { g } = plane(whole, scalarFunction(whole, 'A landscape'), question.x, question.y);
  const values = overPoints(g, 1, (done) => tools.progress(0.5 * done))(gridPoints(finest, xRange, yRange, false));
  const both = valueAndGrad(g);
  const gradientAt = overPoints(
    (p) => both(p)[1],
    2,
    (done) => tools.progress(0.5 + 0.5 * done),
  );
  const points = gridPoints(arrowsAcross, xRange, yRange, true);
  const slopes = gradientAt(points);
  return {
    xRange,
    yRange,
    columns: finest,
    rows: finest,
    values,
    arrows: points.map(([x, y], i) => ({ x, y, dx: slopes[2 * i]!, dy: slopes[2 * i + 1]! })),
  };
}

export function slope(question: SlopeQuestion, tools: SandboxTools): SlopeAnswer {
  const whole = subject(question, tools);
  const { g, at } = plane(whole, scalarFunction(whole, 'A landscape'), question.x, question.y);
  const [x, y] = question.point ?? at;
  const [value, gradient] = valueAndGrad(g)(tensor([x, y]));
  const [dx = 0, dy = 0] = Array.from(gradient.toTypedArray(), Number);
  return { x, y, value: Number(value.item()), dx, dy };
}
