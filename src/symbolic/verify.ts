// No formula is shown that was not checked: it is evaluated at random points and compared with the derivative that automatic
// differentiation of the same function gives there, along a random direction. A point where either side is ill-conditioned
// (a Gram matrix of too few columns) says nothing and is passed over.
import { LinalgError, ShapeError } from '../errors.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { transpose } from '../ops/movement.ts';
import { reshapeTo } from '../ops/spread.ts';
import { tensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { grad } from '../transforms/derivatives.ts';
import { jvp } from '../transforms/jvp.ts';
import type { Environment } from './evaluate.ts';
import type { Expression } from './expression.ts';
import { drawSizes, drawValue, generator } from './points.ts';
import { environment, type Subject } from './subject.ts';

export type Order = 'gradient' | 'jacobian' | 'hessian';

/** One point: values, a direction for the last variable, and the exact derivative along it. */
export interface CheckPoint {
  readonly values: ReadonlyMap<string, Tensor>;
  readonly sizes: ReadonlyMap<string, number>;
  readonly direction: Tensor;
  /** The derivative contracted with the direction; for a gradient the scalar ⟨g, direction⟩. */
  readonly expected: Tensor;
}

const entriesOf = (x: Tensor): ArrayLike<number> & Iterable<number> => x.concrete('check').values();
const finite = (x: Tensor): boolean => [...entriesOf(x)].every(Number.isFinite);

const attempts = 24;

/** The points of one seed, those where the function and its derivative are finite. */
export function* drawPoints(subject: Subject, order: Order, v: string, w: string, seed: number): Generator<CheckPoint> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      const point = pointAt(subject, order, v, w, 7919 * (seed + 1) + attempt, attempt);
      if (finite(point.expected) && finite(subject.apply(point.values, point.sizes))) yield point;
    } catch (error) {
      // A singular matrix at these sizes says nothing about others.
      if (!(error instanceof LinalgError)) throw error;
    }
  }
}

function pointAt(subject: Subject, order: Order, v: string, w: string, seed: number, attempt: number): CheckPoint {
  const sizes = drawSizes(subject.declared.values(), attempt);
  const random = generator(seed);
  const values = new Map<string, Tensor>();
  for (const variable of subject.declared.values()) {
    values.set(variable.name, drawValue(variable, sizes, random, attempt));
  }
  const direction = drawValue({ ...subject.declared.get(w)!, facts: new Set() }, sizes, random);
  return { values, sizes, direction, expected: derivativeAlong(subject, order, v, w, values, sizes, direction) };
}

function derivativeAlong(
  subject: Subject,
  order: Order,
  v: string,
  w: string,
  values: ReadonlyMap<string, Tensor>,
  sizes: ReadonlyMap<string, number>,
  direction: Tensor,
): Tensor {
  const f = (at: ReadonlyMap<string, Tensor>, name: string, x: unknown): Tensor =>
    subject.apply(new Map(at).set(name, x as Tensor), sizes);
  const along = (x: unknown): unknown => {
    if (order !== 'hessian') return f(values, w, x);
    const at = new Map(values).set(w, x as Tensor);
    return grad((y: unknown) => f(at, v, y))(at.get(v));
  };
  const [, expected] = jvp(along, [values.get(w)], [direction]) as [unknown, Tensor];
  return expected;
}

/** How a formula compares with the derivative at a point, in an environment of all values there. */
export type Reading = (
  e: Expression,
  env: Environment,
  point: CheckPoint,
) => { readonly expected: Tensor; readonly actual: Tensor };

const wantedPoints = 2;
/** Moving all values by this much moves a well-conditioned result by about as much. */
const nudge = 1e-10;

/** Scaled, and moved off zeros, where norm2(x)^2 is smooth but its parts are not. */
function nudged(x: Tensor, k: number): Tensor {
  const random = generator(k);
  const step = tensor(
    Float64Array.from({ length: x.size }, () => nudge * (1 + random())),
    { shape: x.shape, dtype: 'float64' },
  );
  return add(mul(x, 1 + nudge), step);
}

const steady = 1e-6;

/** Judges formulas of one derivative; its points are drawn when they are needed and kept. */
export class Judge {
  private readonly source: Iterator<CheckPoint>;
  private readonly drawn: CheckPoint[] = [];
  private readonly subject: Subject;
  private readonly derivative: readonly [Order, string, string];
  private readonly direction: string;

  constructor(subject: Subject, order: Order, v: string, w: string, direction: string) {
    this.subject = subject;
    this.derivative = [order, v, w];
    this.direction = direction;
    this.source = drawPoints(subject, order, v, w, 1);
  }

  /** Whether a formula agrees wherever it can be compared; undefined where no point was found to do so. */
  verdict(e: Expression, read: Reading): boolean | undefined {
    let compared = 0;
    for (let k = 0; compared < wantedPoints; k++) {
      const point = this.point(k);
      if (!point) break;
      const result = this.compare(e, read, point);
      if (result === false) return false;
      if (result) compared++;
    }
    return compared > 0 ? true : undefined;
  }

  private point(k: number): CheckPoint | undefined {
    if (k >= this.drawn.length) {
      const next = this.source.next();
      if (!next.done) this.drawn.push(next.value);
    }
    return this.drawn[k];
  }

  /** Undefined where the point says nothing. */
  private compare(e: Expression, read: Reading, point: CheckPoint): boolean | undefined {
    try {
      const [expected, actual] = this.sides(e, read, point);
      if (agrees(expected, actual)) return true;
      if (expected.shape.join() !== actual.shape.join()) return false;
      const values = new Map([...point.values].map(([name, x], k) => [name, nudged(x, k)]));
      const moved = derivativeAlong(this.subject, ...this.derivative, values, point.sizes, point.direction);
      const [expectedThere, actualThere] = this.sides(e, read, { ...point, values, expected: moved });
      return isSteady(expected, expectedThere) && isSteady(actual, actualThere) ? false : undefined;
    } catch (error) {
      // A value of another shape is another value; a singular matrix says nothing.
      if (error instanceof ShapeError) return false;
      if (!(error instanceof LinalgError)) throw error;
      return undefined;
    }
  }

  private sides(e: Expression, read: Reading, point: CheckPoint): [expected: Tensor, actual: Tensor] {
    const values = new Map([...point.values, ...this.subject.constants]).set(this.direction, point.direction);
    const { expected, actual } = read(e, environment(values, point.sizes), point);
    return [expected, actual];
  }
}

const tolerance = 1e-7;
/** Entries below this are rounding errors of numbers around 1, where they are not all there is. */
const smallest = 1e-5;

/** Whether two tensors agree to rounding, relative to the largest entry. */
export function agrees(a: Tensor, b: Tensor, within: number = tolerance): boolean {
  if (a.shape.join() !== b.shape.join()) return false;
  const [x, y] = [Array.from(entriesOf(a)), Array.from(entriesOf(b))];
  let scale = smallest;
  for (const value of x) scale = Math.max(scale, Math.abs(value));
  return x.every((value, i) => Math.abs(value - y[i]!) <= within * scale);
}

const isSteady = (a: Tensor, b: Tensor): boolean => agrees(a, b, steady);

/** Columns stacked. */
export function vecOf(x: Tensor): Tensor {
  return reshapeTo(x.ndim === 2 ? transpose(x) : x, [x.size]);
}
