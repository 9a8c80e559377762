// Which results may be written over an argument that nobody wants any more: those that one walk makes of the argument's elements
// at the same places, when nothing reads the argument afterwards.
import { type Buffer, partsIn, type View } from './expression.ts';
import type { Plan } from './lower.ts';
import { readsOf } from './memory.ts';
import type { Store } from './nest.ts';
import type { Cluster } from './schedule.ts';

/** For each buffer of a result, the inputs over which it may be written. */
export function writableOver(plan: Plan): ReadonlyMap<Buffer, readonly Buffer[]> {
  const lastRead = new Map<Buffer, number>();
  for (const step of plan.steps) for (const buffer of readsOf(step)) lastRead.set(buffer, step.position);
  const results = new Set(plan.outputs.flatMap((out) => (out.kind === 'view' ? [out.view.buffer] : [])));
  const returned = new Set(plan.outputs.flatMap((out) => (out.kind === 'input' ? [plan.inputs[out.index]] : [])));
  const inputs = plan.inputs.filter((b) => b !== undefined && !results.has(b) && !returned.has(b)) as Buffer[];
  const found = new Map<Buffer, Buffer[]>();
  for (const step of plan.steps) {
    if (step.kind !== 'cluster') continue;
    for (const store of step.stores) {
      const { buffer } = store.target;
      if (!results.has(buffer)) continue;
      const over = inputs.filter(
        (input) =>
          input.dtype === buffer.dtype &&
          input.size === buffer.size &&
          lastRead.get(input) === step.position &&
          isReadInStep(input, store, step),
      );
      if (over.length > 0) found.set(buffer, over);
    }
  }
  return found;
}

/** Whether the store needs the input, and every part of its cluster reads just the elements that the store writes. */
function isReadInStep(input: Buffer, store: Store, { stores, reductions }: Cluster): boolean {
  const all = partsIn(...[...stores, ...reductions].map(({ value }) => value));
  const indexed = stores.some(({ at }) => at);
  if (indexed || !sameElements(store.target, input)) return false;
  for (const part of all) {
    if (part.kind === 'gather' && part.base.view.buffer === input) return false;
    if (part.kind === 'load' && part.view.buffer === input && !sameSteps(part.view, store.target)) return false;
  }
  return [...partsIn(store.value)].some((part) => part.kind === 'load' && part.view.buffer === input);
}

/** Whether the store fills its buffer in rows, as inputs lie. */
function sameElements({ offset, buffer }: View, input: Buffer): boolean {
  return offset === 0 && buffer.size === input.size;
}

function sameSteps(a: View, b: View): boolean {
  return a.offset === b.offset && a.strides.every((stride, i) => stride === b.strides[i] || a.shape[i] === 1);
}
