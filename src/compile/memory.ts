// Where buffers live: one block for the whole program, in which a buffer's place is used again as soon as its last reader is
// done (first fit over lifetimes).
import { type Buffer, loadsOf } from './expression.ts';
import type { Plan } from './lower.ts';
import type { Nest } from './nest.ts';
import { nestOf, type Step } from './schedule.ts';

export interface MemoryPlan {
  /** Byte offset by buffer id. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

interface Interval {
  readonly last: number;
  readonly start: number;
  readonly end: number;
}

function nestReads({ stores, reductions }: Nest): Buffer[] {
  const read = [
    ...[...stores, ...reductions].map(({ value }) => value),
    ...stores.flatMap(({ at }) => (at ? [at.index] : [])),
  ];
  return loadsOf(...read).map((l) => l.view.buffer);
}

export function readsOf(step: Step): Buffer[] {
  if (step.kind === 'cluster') return nestReads(nestOf(step));
  if (step.kind === 'copies') return step.nests.flatMap(nestReads);
  if (step.kind === 'product') {
    const { bias } = step.epilogue;
    return [step.a.buffer, step.b.buffer, ...(bias ? [bias.view.buffer] : [])];
  }
  return step.x.map((v) => v.buffer);
}

/** `space(buffer)` is how many bytes a buffer takes. */
export function planMemory(plan: Plan, space: (buffer: Buffer) => number): MemoryPlan {
  const last = plan.buffers.map((b) => b.position);
  for (const step of plan.steps) {
    for (const { id } of readsOf(step)) last[id] = Math.max(last[id]!, step.position);
  }
  for (const { id } of plan.lasting) last[id] = Infinity;
  for (const out of plan.outputs) if (out.kind === 'view') last[out.view.buffer.id] = Infinity;
  const offsets = new Array<number>(plan.buffers.length).fill(0);
  const order = [...plan.buffers].sort((a, b) => a.position - b.position);
  let taken: Interval[] = [];
  let bytes = 0;
  for (const buffer of order) {
    const first = buffer.position;
    taken = taken.filter((t) => t.last >= first);
    const needed = space(buffer);
    let start = 0;
    let place = 0;
    for (; place < taken.length; place++) {
      if (start + needed <= taken[place]!.start) break;
      start = Math.max(start, taken[place]!.end);
    }
    taken.splice(place, 0, { last: last[buffer.id]!, start, end: start + needed });
    offsets[buffer.id] = start;
    bytes = Math.max(bytes, start + needed);
  }
  return { offsets, bytes };
}
