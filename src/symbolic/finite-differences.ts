// A formula against central differences of fourth order,
//   f'(x) ≈ (8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12h,
// entry by entry at a random point: of the function itself, and for a Hessian of its exact gradient.
import { LinalgError } from '../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import { tensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { grad } from '../transforms/derivatives.ts';
import type { Formula, Layout } from './formula.ts';
import type { Subject } from './subject.ts';
import { agrees, type CheckPoint, drawPoints, type Order, vecOf } from './verify.ts';

export interface Check {
  /** The largest difference, relative to the largest entry where that is above 1. */
  readonly error: number;
  readonly passed: boolean;
  /** Sizes at the point. */
  readonly sizes: Readonly<Record<string, number>>;
}

const step = 1e-3;
const tolerance = 1e-6;
/** Not the point that the library itself checked the formula at. */
const seed = 2;

const entries = (x: Tensor): number[] => Array.from(x.concrete('check').values());

/** Undefined where no point with a finite, well-conditioned derivative is found. */
export function compareWithDifferences(
  formula: Formula,
  subject: Subject,
  order: Order,
  v: string,
  w: string,
): Check | undefined {
  for (const point of drawPoints(subject, order, v, w, seed)) {
    try {
      const check = compareAt(point, formula, subject, order, v, w);
      if (check) return check;
    } catch (error) {
      if (!(error instanceof LinalgError)) throw error;
    }
  }
  return undefined;
}

/** Undefined where the formula's value moves with rounding, as the inverse of a Gram matrix of too few columns does. */
function compareAt(
  point: CheckPoint,
  formula: Formula,
  subject: Subject,
  order: Order,
  v: string,
  w: string,
): Check | undefined {
  const value = (at: ReadonlyMap<string, Tensor>): Tensor => subject.apply(at, point.sizes);
  const f = (x: Tensor): Tensor => {
    const at = new Map(point.values).set(w, x);
    return order === 'hessian' ? (grad((y: Tensor) => value(new Map(at).set(v, y)))(at.get(v)) as Tensor) : value(at);
  };
  const sizes = Object.fromEntries(point.sizes);
  const formulaAt = (by: number): Tensor =>
    formula.evaluate({ ...sizes, ...Object.fromEntries([...point.values].map(([name, x]) => [name, mul(x, by)])) });
  const result = formulaAt(1);
  if (!agrees(result, formulaAt(1 + 1e-10), tolerance)) return undefined;
  const expected = differences(f, point.values.get(w)!, formula.layout);
  const actual = entries(result);
  // Below the rounding of the differences nothing can be said.
  const least = 1e-5 * entries(value(point.values)).reduce((most, entry) => Math.max(most, Math.abs(entry)), 1);
  const scale = expected.reduce((most, entry) => Math.max(most, Math.abs(entry)), least);
  const worst = expected.reduce((most, entry, i) => Math.max(most, Math.abs(entry - actual[i]!)), 0);
  const error = actual.length === expected.length ? worst / scale : Number.NaN;
  return { error, passed: error <= tolerance, sizes };
}

/** All entries of the Jacobian of f at x, row by row: outputs along rows, inputs along columns, each in the layout's order. */
function differences(f: (x: Tensor) => Tensor, x: Tensor, layout: Layout): number[] {
  const flat = (value: Tensor): number[] => entries(layout === 'vec' ? vecOf(value) : value);
  const at = entries(x);
  const moved = (k: number, by: number): number[] => {
    const data = new Float64Array(at);
    data[k]! += by;
    return flat(f(tensor(data, { shape: x.shape, dtype: 'float64' })));
  };
  const order = flat(tensor(Float64Array.from(at.keys()), { shape: x.shape, dtype: 'float64' }));
  const columns = order.map((k) => {
    const [near, far] = [step, 2 * step].map((h) => [moved(k, h), moved(k, -h)] as const) as [Pair, Pair];
    return near[0].map((_, i) => (8 * (near[0][i]! - near[1][i]!) - (far[0][i]! - far[1][i]!)) / (12 * step));
  });
  return (columns[0] ?? []).flatMap((_, i) => columns.map((column) => column[i]!));
}

type Pair = readonly [number[], number[]];
