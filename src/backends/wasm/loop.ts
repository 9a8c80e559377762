// A loop inside of a program. Its body has a block of its own on the arena's stack, in which its constants are written once;
// a step copies the elements that it reads into the block, runs the body's phases, and copies what they give: the elements
// that are kept to their place in the outputs, the carry to where the next step reads it.
import type { Buffer, View } from '../../compile/expression.ts';
import type { LoopStep } from '../../compile/schedule.ts';
import { type Arena, bytesOf } from './memory.ts';
import type { LinkedPlan } from './program.ts';
import { writeTensor } from './transfer.ts';

/** Bytes that go from one place to another, `stride` bytes further with every step. */
interface Copy {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly stride: number;
}

/** What a loop copies: offsets in its own block on one side, in the program's block on the other. */
interface Copies {
  readonly constants: readonly Copy[];
  readonly start: readonly Copy[];
  readonly slices: readonly Copy[];
  readonly kept: readonly Copy[];
  /** From the outputs of a step to the inputs of the next one. */
  readonly next: readonly Copy[];
  readonly end: readonly Copy[];
}

function copiesOf({ loop, x, outs }: LoopStep, { planned }: LinkedPlan, offsets: readonly number[]): Copies {
  const { constants, carry, length } = loop;
  const { plan, addresses } = planned;
  const bytes = ({ dtype, size }: Pick<Buffer, 'dtype' | 'size'>): number => bytesOf[dtype] * size;
  const outside = (view: View): number => offsets[view.buffer.id]! + view.offset * bytesOf[view.buffer.dtype];
  const inside = (buffer: Buffer): number => addresses.buffers[buffer.id]!;
  const given = plan.inputs.flatMap((buffer, i): (Copy & { readonly input: number })[] => {
    if (!buffer) return [];
    const stride = i < constants + carry ? 0 : bytes(buffer);
    return [{ from: outside(x[i]!), to: inside(buffer), bytes: bytes(buffer), stride, input: i }];
  });
  const made = plan.outputs.map((out, i): Copy => {
    if (out.kind !== 'view') throw new Error('an output of a loop has no place in memory');
    const { buffer } = out.view;
    const from = inside(buffer) + out.view.offset * bytesOf[buffer.dtype];
    const whole = bytes(outs[i]!);
    const stride = i < carry || length === 0 ? 0 : whole / length;
    return { from, to: offsets[outs[i]!.id]!, bytes: i < carry ? whole : stride, stride };
  });
  const state = plan.inputs.slice(constants, constants + carry).map((buffer) => inside(buffer!));
  const last = made.slice(0, carry);
  return {
    constants: given.filter(({ input }) => input < constants),
    start: given.filter(({ input }) => input >= constants && input < constants + carry),
    slices: given.filter(({ input }) => input >= constants + carry),
    kept: made.slice(carry),
    next: last.map((copy, i) => ({ ...copy, to: state[i]! })),
    end: last.map((copy, i) => ({ ...copy, from: state[i]! })),
  };
}

/** The function of the program's address that runs the loop. */
export function loopRun(
  arena: Arena,
  step: LoopStep,
  body: LinkedPlan,
  offsets: readonly number[],
): (base: number) => void {
  const { length, reverse } = step.loop;
  const copies = copiesOf(step, body, offsets);
  const { addresses, plan, scratchSize } = body.planned;
  const copy = (list: readonly Copy[], from: number, to: number, fromStep: number, toStep: number): void => {
    const { bool } = arena.heap;
    for (const c of list) {
      const start = from + c.from + fromStep * c.stride;
      bool.copyWithin(to + c.to + toStep * c.stride, start, start + c.bytes);
    }
  };
  const answer = Number.isFinite(length) ? undefined : copies.next.at(-1)!.to;
  const goesOn = (own: number): boolean => answer === undefined || arena.heap.bool[own + answer] !== 0;
  return (base) => {
    const threads = body.shared ? arena.crew!.gather(0) : 1;
    const own = arena.enter(addresses.scratch + scratchSize * threads);
    try {
      const place = { base: own, scratch: own + addresses.scratch, scratchSize };
      const runs = threads > 1 ? body.shared! : body.alone;
      for (const { buffer, tensor } of plan.constants) writeTensor(arena, own + addresses.buffers[buffer.id]!, tensor);
      copy(copies.constants, base, own, 0, 0);
      copy(copies.start, base, own, 0, 0);
      for (let k = 0; k < length && goesOn(own); k++) {
        const t = reverse ? length - 1 - k : k;
        copy(copies.slices, base, own, t, 0);
        for (const run of runs) run(place);
        copy(copies.kept, own, base, 0, t);
        copy(copies.next, own, own, 0, 0);
      }
      copy(copies.end, own, base, 0, 0);
    } finally {
      arena.leave(own);
    }
  };
}
