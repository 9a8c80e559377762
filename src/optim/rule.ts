// An update rule says how one parameter moves: from its gradient g, what it remembers (its slots, tensors of its shape) and
// the number of the step. Everything else, trees, counters and learning rates, is the same for all rules.
import { ArgumentError } from '../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Schedule } from './schedules.ts';

export type Slots = Readonly<Record<string, Tensor>>;

/** A step: `t` counts from 1, `lr` is its learning rate; both float64 scalars, whatever the dtype of the parameters. */
export interface Step {
  readonly t: Tensor;
  readonly lr: Tensor;
}

export type LeafUpdate = (p: Tensor, g: Tensor, slots: Slots) => { readonly p: Tensor; readonly slots: Slots };

export interface UpdateRule {
  readonly name: string;
  /** What is remembered, and the value it starts from. */
  readonly slots: Readonly<Record<string, number>>;
  /** What all parameters share in a step is computed here, once. */
  readonly begin: (step: Step) => LeafUpdate;
}

/** `x` times a factor of the step, in the dtype of `x`. */
export function times(x: Tensor, factor: Tensor | number): Tensor {
  return mul(x, factor instanceof Tensor ? cast(factor, x.dtype) : factor);
}

/** The options that every rule has. */
export interface LearningRate {
  /** The learning rate: a number, or a function of the number of steps made before. */
  readonly lr?: number | Schedule;
}

/** Throws unless `value` is a number from `low` up to, but without, `high`. */
export function checkNumber(op: string, what: string, value: unknown, low = 0, high: number = Infinity): void {
  if (typeof value === 'number' && value >= low && value < high) return;
  const range = high === Infinity ? `a finite number >= ${low}` : `in [${low}, ${high})`;
  throw new ArgumentError(`${op}: ${what} must be ${range}, got ${String(value)}.`);
}
