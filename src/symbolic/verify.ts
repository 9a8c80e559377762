// No formula is shown that was not checked: it is evaluated at random points and compared with the derivative that automatic
// differentiation of the same function gives there, along a random direction.
import { LinalgError } from '../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import { transpose } from '../ops/movement.ts';
import { tensordot } from '../ops/products.ts';
import { sum } from '../ops/reduction.ts';
import { reshapeTo } from '../ops/spread.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { grad } from '../transforms/derivatives.ts';
import { jvp } from '../transforms/jvp.ts';
import { drawSizes, drawValue, generator } from './points.ts';
import type { Subject } from './subject.ts';

export type Order = 'gradient' | 'jacobian' | 'hessian';

/** One point: values, a direction for the last variable, and the exact derivative along it. */
export interface CheckPoint {
  readonly values: ReadonlyMap<string, Tensor>;
  readonly sizes: ReadonlyMap<string, number>;
  readonly direction: Tensor;
  /** The derivative contracted with the direction; for a gradient the scalar ⟨g, direction⟩. */
  readonly expected: Tensor;
}

const finite = (x: Tensor): boolean => x.concrete('check').values().every(Number.isFinite);

/** A point where the function and its derivative are finite, or undefined after several tries. */
export function drawPoint(subject: Subject, order: Order, v: string, w: string, seed: number): CheckPoint | undefined {
  for (let attempt = 0; attempt < 16; attempt++) {
    try {
      const point = pointAt(subject, order, v, w, 7919 * (seed + 1) + attempt, attempt);
      if (finite(point.expected) && finite(subject.apply(point.values, point.sizes))) return point;
    } catch (error) {
      // A singular matrix at these sizes says nothing about others.
      if (!(error instanceof LinalgError)) throw error;
    }
  }
  return undefined;
}

function pointAt(subject: Subject, order: Order, v: string, w: string, seed: number, attempt: number): CheckPoint {
  const sizes = drawSizes(subject.declared.values(), attempt);
  const random = generator(seed);
  const values = new Map<string, Tensor>();
  for (const variable of subject.declared.values()) {
    values.set(variable.name, drawValue(variable, sizes, random, attempt % 8 >= 4));
  }
  const direction = drawValue({ ...subject.declared.get(w)!, facts: new Set() }, sizes, random);
  const f = (at: ReadonlyMap<string, Tensor>, name: string, x: unknown): Tensor =>
    subject.apply(new Map(at).set(name, x as Tensor), sizes);
  const along = (x: unknown): unknown => {
    if (order !== 'hessian') return f(values, w, x);
    const at = new Map(values).set(w, x as Tensor);
    return grad((y: unknown) => f(at, v, y))(at.get(v));
  };
  const [, expected] = jvp(along, [values.get(w)], [direction]) as [unknown, Tensor];
  return { values, sizes, direction, expected };
}

const tolerance = 1e-7;

/** Whether two tensors agree to rounding, relative to the larger entries. */
export function agrees(a: Tensor, b: Tensor): boolean {
  if (a.shape.join() !== b.shape.join()) return false;
  const [x, y] = [a.concrete('check').values(), b.concrete('check').values()];
  let scale = 1;
  for (const value of x) scale = Math.max(scale, Math.abs(value));
  return x.every((value, i) => Math.abs(value - y[i]!) <= tolerance * scale);
}

/** The tensor form of a derivative, contracted with the direction. */
export function contractedTensor(derivative: Tensor, direction: Tensor): Tensor {
  const n = direction.ndim;
  if (n === 0) return mul(derivative, direction);
  if (derivative.ndim === n) return sum(mul(derivative, direction));
  const axes = Array.from({ length: n }, (_, i) => i);
  return tensordot(derivative, direction, [axes.map((i) => derivative.ndim - n + i), axes]);
}

/** Columns stacked. */
export function vecOf(x: Tensor): Tensor {
  return reshapeTo(x.ndim === 2 ? transpose(x) : x, [x.size]);
}
