// A scan as a step of a plan. Its body is a plan of its own, run once for every element; what it is given and what it gives
// lies in rows, so that a step's elements are one run of memory:
//   constants | carry | xs[t]  ->  carry | ys[t]
import { type Equation, Program } from '../program/program.ts';
import { isRowMajor, sizeOf } from '../tensor/layout.ts';
import type { TensorType } from '../tensor/op.ts';
import { type View, wholeView } from './expression.ts';
import { lazyLoad, type Schedule, type Value } from './schedule.ts';

/** The parameters of a scan. */
export interface Loop {
  /** Inputs: constants, carry, one slice of each xs. Outputs: carry, one slice of each ys. */
  readonly body: Program;
  readonly constants: number;
  readonly carry: number;
  /** Infinity: for as long as the last carry, a bool scalar, is true. */
  readonly length: number;
  readonly reverse: boolean;
}

export function loopOf({ op, p }: Pick<Equation, 'op' | 'p'>): Loop | undefined {
  return op.name === 'scan' && p?.body instanceof Program ? (p as Loop) : undefined;
}

export function lowerLoop(schedule: Schedule, loop: Loop, x: readonly Value[], types: readonly TensorType[]): Value[] {
  const views = x.map((v) => inRows(schedule, v));
  const position = schedule.end;
  const outs = types.map((type) => schedule.buffer(type.dtype, sizeOf(type.shape), position));
  schedule.steps.push({ kind: 'loop', position, loop, x: views, outs });
  return types.map((type, i) => lazyLoad(wholeView(outs[i]!, type.shape)));
}

/** The elements of a value one after another. */
export function inRows(schedule: Schedule, value: Value): View {
  const view = schedule.materialise(value);
  return isRowMajor(view.shape, view.strides) ? view : schedule.materialise(schedule.copied(lazyLoad(view)));
}
