// A loop inside of a program. Its body has a block of its own on the arena's stack, in which its constants are written once;
// a step copies the elements that it reads into the block, runs the body's phases, and copies what they give: the elements
// that are kept to their place in the outputs, the carry to where the next step reads it.
import type { Buffer } from '../../compile/expression.ts';
import type { LoopStep } from '../../compile/schedule.ts';
import type { Addresses } from './addresses.ts';
import { type Arena, bytesOf } from './memory.ts';
import type { LinkedPlan } from './program.ts';
import { writeTensor } from './transfer.ts';

/** Bytes between a buffer of the program, `stride` bytes further with every step, and an offset in the loop's block. */
interface Passage {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly inside: number;
  readonly bytes: number;
  readonly stride: number;
}

/** Bytes from one offset in the loop's block to another. */
interface Shift {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

interface Copies {
  readonly constants: readonly Passage[];
  readonly start: readonly Passage[];
  readonly slices: readonly Passage[];
  readonly kept: readonly Passage[];
  /** From the outputs of a step to the inputs of the next one. */
  readonly next: readonly Shift[];
  readonly end: readonly Passage[];
}

function copiesOf({ loop, x, outs }: LoopStep, { planned }: LinkedPlan): Copies {
  const { constants, carry, length } = loop;
  const { plan, addresses } = planned;
  const bytes = ({ dtype, size }: Pick<Buffer, 'dtype' | 'size'>): number => bytesOf[dtype] * size;
  const inside = (buffer: Buffer): number => addresses.home(0, buffer);
  const given = plan.inputs.map((buffer, i): Passage | undefined => {
    if (!buffer) return undefined;
    const stride = i < constants + carry ? 0 : bytes(buffer);
    const { buffer: from, offset } = x[i]!;
    return { buffer: from, offset: offset * bytesOf[from.dtype], inside: inside(buffer), bytes: bytes(buffer), stride };
  });
  const made = plan.outputs.map((out, i): Passage => {
    if (out.kind !== 'view') throw new Error('an output of a loop has no place in memory');
    const { buffer, offset } = out.view;
    const whole = bytes(outs[i]!);
    const stride = i < carry || length === 0 ? 0 : whole / length;
    const place = inside(buffer) + offset * bytesOf[buffer.dtype];
    return { buffer: outs[i]!, offset: 0, inside: place, bytes: i < carry ? whole : stride, stride };
  });
  const present = (list: readonly (Passage | undefined)[]): Passage[] => list.filter((p) => p !== undefined);
  const state = plan.inputs.slice(constants, constants + carry).map((buffer) => inside(buffer!));
  const last = made.slice(0, carry);
  return {
    constants: present(given.slice(0, constants)),
    start: present(given.slice(constants, constants + carry)),
    slices: present(given.slice(constants + carry)),
    kept: made.slice(carry),
    next: last.map((p, i) => ({ from: p.inside, to: state[i]!, bytes: p.bytes })),
    end: last.map((p, i) => ({ ...p, inside: state[i]! })),
  };
}

/** The function of the program's address that runs the loop. */
export function loopRun(arena: Arena, step: LoopStep, body: LinkedPlan, outer: Addresses): (base: number) => void {
  const { length, reverse } = step.loop;
  const copies = copiesOf(step, body);
  const { addresses, plan, scratchSize } = body.planned;
  const passIn = (list: readonly Passage[], base: number, own: number, t: number): void => {
    const { heap } = arena;
    for (const { buffer, offset, inside, bytes, stride } of list) {
      const from = outer.find(heap, base, buffer) + offset + t * stride;
      heap.bool.copyWithin(own + inside, from, from + bytes);
    }
  };
  const passOut = (list: readonly Passage[], base: number, own: number, t: number): void => {
    const { heap } = arena;
    for (const { buffer, offset, inside, bytes, stride } of list) {
      const to = outer.find(heap, base, buffer) + offset + t * stride;
      heap.bool.copyWithin(to, own + inside, own + inside + bytes);
    }
  };
  const moveOn = (own: number): void => {
    const { bool } = arena.heap;
    for (const { from, to, bytes } of copies.next) bool.copyWithin(own + to, own + from, own + from + bytes);
  };
  const answer = Number.isFinite(length) ? undefined : copies.next.at(-1)!.to;
  const goesOn = (own: number): boolean => answer === undefined || arena.heap.bool[own + answer] !== 0;
  return (base) => {
    const threads = body.shared ? arena.crew!.gather(0) : 1;
    const own = arena.enter(addresses.scratch + scratchSize * threads);
    try {
      const place = { base: own, scratch: own + addresses.scratch, scratchSize };
      const runs = threads > 1 ? body.shared! : body.alone;
      for (const { buffer, tensor } of plan.constants) writeTensor(arena, addresses.home(own, buffer), tensor);
      passIn(copies.constants, base, own, 0);
      passIn(copies.start, base, own, 0);
      for (let k = 0; k < length && goesOn(own); k++) {
        const t = reverse ? length - 1 - k : k;
        passIn(copies.slices, base, own, t);
        for (const run of runs) run(place);
        passOut(copies.kept, base, own, t);
        moveOn(own);
      }
      passOut(copies.end, base, own, 0);
    } finally {
      arena.leave(own);
    }
  };
}
