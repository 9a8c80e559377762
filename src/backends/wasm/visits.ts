// What goes in and out of a program. Small tensors are copied into the block of a run and out of it; large ones may lie in slots,
// where the program reads its arguments and leaves its results. A donated argument parts with its slot: a result is written over
// it, or whoever needs a slot next has it.
import type { Buffer } from '../../compile/expression.ts';
import type { Output, Plan } from '../../compile/lower.ts';
import { DenseTensor } from '../../tensor/tensor.ts';
import type { Addresses } from './addresses.ts';
import { type Arena, bytesOf, copyOut } from './memory.ts';
import { Kept, type Slot, type Slots, slotsOf } from './slots.ts';
import { writeTensor } from './transfer.ts';

/** Slots that a program keeps in mind for one result. */
const MOST_RECENT = 3;

const bytesIn = ({ dtype, size }: Buffer): number => bytesOf[dtype] * size;

/** The buffers of a plan that may lie outside of the block: arguments, constants and results of so many bytes. */
export function outsideOf(plan: Plan, least: number): Buffer[] {
  const results = plan.outputs.flatMap((out) => (out.kind === 'view' ? [out.view.buffer] : []));
  const all = new Set([...plan.inputs, ...plan.constants.map(({ buffer }) => buffer), ...results]);
  return [...all].filter((buffer) => buffer !== undefined && buffer.size > 0 && bytesIn(buffer) >= least) as Buffer[];
}

/** By argument, whether it is donated. */
export type Donated = readonly boolean[];

interface Result {
  readonly buffer: Buffer;
  /** Slots in which it has been left, the oldest first. */
  readonly recent: Slot[];
  /** Arguments over which it may be written. */
  readonly over: readonly number[];
}

/** The slots that a run uses, by buffer. */
type Used = Map<Buffer, Slot>;

/** The arguments, constants and results of one program in one memory. */
export class Visits {
  private readonly arena: Arena;
  private readonly slots: Slots;
  private readonly plan: Plan;
  private readonly addresses: Addresses;
  private readonly outside: ReadonlySet<Buffer>;
  private readonly results: readonly Result[];

  /** `over` has the inputs over which a result may be written. */
  constructor(
    arena: Arena,
    plan: Plan,
    addresses: Addresses,
    outside: readonly Buffer[],
    over: ReadonlyMap<Buffer, readonly Buffer[]>,
  ) {
    this.arena = arena;
    this.slots = slotsOf(arena);
    this.plan = plan;
    this.addresses = addresses;
    this.outside = new Set(outside);
    this.results = outside
      .filter(({ position }) => position >= 0)
      .map((buffer) => ({
        buffer,
        recent: [],
        over: (over.get(buffer) ?? []).map((input) => plan.inputs.indexOf(input)),
      }));
  }

  /** Runs `program`, whose block is at `base`, on these arguments. */
  run(base: number, args: readonly DenseTensor[], donated: Donated | undefined, program: () => void): DenseTensor[] {
    const used: Used = new Map();
    try {
      this.plan.inputs.forEach((buffer, i) => {
        if (buffer) this.enter(used, base, buffer, args[i]!);
      });
      for (const { buffer, tensor } of this.plan.constants) this.enter(used, base, buffer, tensor);
      for (const result of this.results) {
        const slot = (donated && this.written(used, result, args, donated)) ?? this.free(result);
        if (slot) use(used, result.buffer, slot);
        const address = slot?.address ?? this.addresses.home(base, result.buffer);
        this.addresses.set(this.arena.heap, base, result.buffer, address);
      }
      program();
      const kept = new Map<Buffer, Kept>();
      return this.plan.outputs.map((out) => this.leave(used, kept, base, out, args));
    } finally {
      for (const slot of used.values()) slot.users--;
      if (donated) this.take(args, donated);
    }
  }

  private enter(used: Used, base: number, buffer: Buffer, x: DenseTensor): void {
    const home = this.addresses.home(base, buffer);
    if (!this.outside.has(buffer)) {
      writeTensor(this.arena, home, x);
      return;
    }
    const slot = this.slots.find(x);
    if (slot) use(used, buffer, slot);
    else writeTensor(this.arena, home, x);
    this.addresses.set(this.arena.heap, base, buffer, slot ? slot.address + x.offset * bytesOf[x.dtype] : home);
  }

  /** The slot of a donated argument over which the result is written. */
  private written(
    used: Used,
    { buffer, over }: Result,
    args: readonly DenseTensor[],
    donated: Donated,
  ): Slot | undefined {
    for (const i of over) {
      const slot = donated[i] ? used.get(this.plan.inputs[i]!) : undefined;
      if (slot?.users !== 1 || slot.bytes !== bytesIn(buffer) || args[i]!.offset !== 0) continue;
      this.slots.overwrite(slot);
      return slot;
    }
    return undefined;
  }

  /** A slot of an earlier result that no run is using, else a new one. */
  private free({ buffer, recent }: Result): Slot | undefined {
    const at = recent.findIndex((slot) => slot.users === 0 && this.slots.has(slot));
    const slot = at < 0 ? this.slots.make(bytesIn(buffer)) : recent.splice(at, 1)[0]!;
    if (!slot) return undefined;
    this.slots.empty(slot);
    recent.push(slot);
    if (recent.length > MOST_RECENT) recent.shift();
    return slot;
  }

  private leave(
    used: Used,
    kept: Map<Buffer, Kept>,
    base: number,
    out: Output,
    args: readonly DenseTensor[],
  ): DenseTensor {
    if (out.kind === 'input') return args[out.index]!;
    if (out.kind === 'constant') return out.tensor;
    const { buffer, shape, strides, offset } = out.view;
    const { dtype, size } = buffer;
    const slot = buffer.position >= 0 ? used.get(buffer) : undefined;
    if (!slot) {
      const address = this.addresses.find(this.arena.heap, base, buffer);
      return new DenseTensor(dtype, shape, copyOut(this.arena.heap, dtype, address, size), strides, offset);
    }
    if (!kept.has(buffer)) kept.set(buffer, new Kept(this.slots, slot, dtype, size));
    return new DenseTensor(dtype, shape, undefined, strides, offset, kept.get(buffer));
  }

  /** Donated arguments part with their slots, but for those that are returned. */
  private take(args: readonly DenseTensor[], donated: Donated): void {
    const returned = new Set(this.plan.outputs.flatMap((out) => (out.kind === 'input' ? [args[out.index]!] : [])));
    args.forEach((x, i) => {
      if (donated[i] && !returned.has(x)) this.slots.forsake(x);
    });
  }
}

function use(used: Used, buffer: Buffer, slot: Slot): void {
  slot.users++;
  used.set(buffer, slot);
}
