// Five minimisers from one start, in the plane of two coordinates. The first three take steps of a given length; L-BFGS and
// Newton find theirs by a line search.
import { optim, type Tensor } from 'nabla';
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { PlaneQuestion, RaceAnswer, Racer } from '../answers.ts';
import { plane, scalarFunction, subject } from './subject.ts';
import { jit, tensor, valueAndGrad } from './transforms.ts';

export interface RaceQuestion extends PlaneQuestion {
  readonly start: readonly [number, number];
  readonly steps: number;
  /** Step sizes of gradient descent, momentum and Adam. */
  readonly rates: Readonly<Record<'gradient descent' | 'momentum' | 'Adam', number>>;
}

type Path = RaceAnswer['paths'][number];
type Differentiable = (p: Tensor) => [Tensor, Tensor];

const tolerance = 1e-9;
const far = 1e8;

class Track {
  readonly points: number[][] = [];
  readonly values: number[] = [];
  end = 'all steps taken';

  /** Whether to go on after this point. */
  visit(p: Tensor, value: number, slope: number): boolean {
    const point = Array.from(p.toTypedArray(), Number);
    const fine = point.every((v) => Math.abs(v) < far) && Number.isFinite(value);
    if (!fine) {
      this.end = 'diverged';
      return false;
    }
    this.points.push(point);
    this.values.push(value);
    if (slope > tolerance) return true;
    this.end = 'converged';
    return false;
  }
}

const largest = (g: Tensor): number => Math.max(...Array.from(g.toTypedArray(), (v) => Math.abs(Number(v))));

function byGradient(
  derivatives: Differentiable,
  start: Tensor,
  steps: number,
  method: ReturnType<typeof optim.sgd>,
): Track {
  const track = new Track();
  let p = start;
  let state = method.init(p as never);
  for (let k = 0; k <= steps; k++) {
    const [value, g] = derivatives(p);
    if (!track.visit(p, Number(value.item()), largest(g)) || k === steps) break;
    [p, state] = method.update(g as never, state, p as never) as unknown as [Tensor, typeof state];
  }
  return track;
}

function byNewton(g: (p: Tensor) => Tensor, derivatives: Differentiable, start: Tensor, steps: number): Track {
  const track = new Track();
  let p = start;
  for (let k = 0; k <= steps; k++) {
    const [value, slope] = derivatives(p);
    if (!track.visit(p, Number(value.item()), largest(slope)) || k === steps) break;
    // Newton's method remembers nothing: one iteration at a time is the whole method.
    const found = optim.newton(g as never, p, { maxIterations: 1, gradientTolerance: tolerance });
    if (found.iterations === 0) {
      track.end = 'no lower point';
      break;
    }
    p = found.x;
  }
  return track;
}

function byLbfgs(g: (p: Tensor) => Tensor, derivatives: Differentiable, start: Tensor, steps: number): Track {
  const track = new Track();
  const p = tensor([...start.toTypedArray()], { requiresGrad: true });
  const method = new optim.LBFGS([p], { maxIterations: 1, gradientTolerance: tolerance });
  let before = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= steps; k++) {
    const here = p.detach();
    const [value, slope] = derivatives(here);
    const now = Number(value.item());
    if (now === before) {
      track.end = 'no lower point';
      break;
    }
    if (!track.visit(here, now, largest(slope)) || k === steps) break;
    before = now;
    method.step(() => {
      const loss = g(p);
      loss.backward();
      return loss;
    });
  }
  return track;
}

/** Compiled where the function can be traced. */
function compiled(derivatives: Differentiable, at: Tensor): Differentiable {
  const fast = jit(derivatives);
  try {
    fast(at);
    return fast;
  } catch (error) {
    if (error instanceof Error && error.name === 'TracedValueError') return derivatives;
    throw error;
  }
}

export function race(question: RaceQuestion, tools: SandboxTools): RaceAnswer {
  const whole = subject(question, tools);
  const { steps, rates } = question;
  const { g } = plane(whole, scalarFunction(whole, 'A race'), question.x, question.y);
  const start = tensor(question.start);
  const derivatives = compiled(valueAndGrad(g), start);
  const entrants: readonly [Racer, () => Track][] = [
    ['gradient descent', () => byGradient(derivatives, start, steps, optim.sgd({ lr: rates['gradient descent'] }))],
    ['momentum', () => byGradient(derivatives, start, steps, optim.sgd({ lr: rates.momentum, momentum: 0.9 }))],
    ['Adam', () => byGradient(derivatives, start, steps, optim.adam({ lr: rates.Adam }))],
    ['L-BFGS', () => byLbfgs(g, derivatives, start, steps)],
    ['Newton', () => byNewton(g, derivatives, start, steps)],
  ];
  const paths = entrants.map(([name, run], i): Path => {
    const { points, values, end } = run();
    tools.progress((i + 1) / entrants.length, name);
    return { name, points, values, end };
  });
  return { paths };
}
