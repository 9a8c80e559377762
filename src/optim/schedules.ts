// Learning rates that depend on the number of the step. A schedule gets the number of steps made before, a float64 scalar
// tensor, and computes with public operations, so that it can be traced with everything else.
import { ArgumentError } from '../errors.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { minimum } from '../ops/binary.ts';
import { less } from '../ops/comparison.ts';
import { pow } from '../ops/power.ts';
import { floor } from '../ops/rounding.ts';
import { where } from '../ops/select.ts';
import { cos } from '../ops/trig.ts';
import type { Tensor } from '../tensor/tensor.ts';

export type Schedule = (step: Tensor) => Tensor | number;

function checkSteps(op: string, steps: number): void {
  if (typeof steps === 'number' && steps > 0) return;
  throw new ArgumentError(`${op}: the number of steps must be greater than 0, got ${String(steps)}.`);
}

/** Always `lr`. */
export function constantSchedule(lr: number): Schedule {
  return () => lr;
}

export interface ExponentialOptions {
  /** The factor applied over `every` steps. */
  readonly rate: number;
  /** Default 1. */
  readonly every?: number;
  /** Whether the factor is applied at once, every so many steps, instead of little by little; default false. */
  readonly staircase?: boolean;
}

/** `lr · rate^(step / every)`. */
export function exponentialSchedule(lr: number, { rate, every = 1, staircase }: ExponentialOptions): Schedule {
  checkSteps('optim.exponentialSchedule', every);
  return (step) => {
    const periods = div(step, every);
    return mul(pow(rate, staircase ? floor(periods) : periods), lr);
  };
}

/** From `lr` down to `floor` along half a cosine in `steps` steps, and `floor` after them. */
export function cosineSchedule(
  lr: number,
  steps: number,
  { floor: low = 0 }: { readonly floor?: number } = {},
): Schedule {
  checkSteps('optim.cosineSchedule', steps);
  return (step) => {
    const phase = mul(minimum(div(step, steps), 1), Math.PI);
    return add(mul(add(cos(phase), 1), (lr - low) / 2), low);
  };
}

/** From `from` (default 0) along a line up to what `then` begins with, in `steps` steps; afterwards `then`, which starts at its step 0. */
export function warmupSchedule(
  then: number | Schedule,
  steps: number,
  { from = 0 }: { readonly from?: number } = {},
): Schedule {
  checkSteps('optim.warmupSchedule', steps);
  const after = typeof then === 'number' ? constantSchedule(then) : then;
  return (step) => {
    const goal = after(mul(step, 0));
    const line = add(mul(div(step, steps), sub(goal, from)), from);
    return where(less(step, steps), line, after(sub(step, steps)));
  };
}
