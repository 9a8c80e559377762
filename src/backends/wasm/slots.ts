// Values that stay in a linear memory from run to run: results, in case they are fed back, and arguments that come again and
// again. A program finds them where they lie. Nobody says when a value is no longer needed (inside of a loop no finalizer
// runs), so a slot that is wanted again first copies out what only it has, unless that was donated; and what has not been used
// for longest makes room where there is too much.
import type { DType, TypedArray } from '../../tensor/dtype.ts';
import { type DenseTensor, type KeptElements, refuseDonated } from '../../tensor/tensor.ts';
import { type Arena, bytesOf, copyIn, copyOut } from './memory.ts';

/** Most bytes of all slots. */
const MOST_BYTES = 1 << 27;
/** Values of fewer bytes are copied. */
export const LEAST_BYTES: number = 1 << 14;
/** An argument is kept when it is copied this often. */
const OFTEN = 3;

/** A piece of memory. What it holds belongs to whoever took it last. */
export class Slot {
  readonly address: number;
  readonly bytes: number;
  /** Its value, where that has no other place. */
  only: Kept | undefined;
  /** Changes when the value does. */
  value = 0;
  /** Runs that are using it. */
  users = 0;

  constructor(address: number, bytes: number) {
    this.address = address;
    this.bytes = bytes;
  }
}

/** The storage of a tensor, in a slot as long as it is not overwritten. */
export class Kept implements KeptElements {
  readonly dtype: DType;
  readonly count: number;
  private readonly slots: Slots;
  private readonly slot: Slot;
  private readonly value: number;
  private array: TypedArray | undefined;

  /** The value that is in the slot now; `array` where it also lies elsewhere. */
  constructor(slots: Slots, slot: Slot, dtype: DType, count: number, array?: TypedArray) {
    this.slots = slots;
    this.slot = slot;
    this.value = slot.value;
    this.dtype = dtype;
    this.count = count;
    this.array = array;
    if (!array) slot.only = this;
  }

  read(): TypedArray {
    if (!this.array) {
      if (this.slot.value !== this.value) refuseDonated();
      this.array = copyOut(this.slots.arena.heap, this.dtype, this.slot.address, this.count);
      this.slot.only = undefined;
    }
    return this.array;
  }

  /** Where the value is in the memory of `slots`, if it is. */
  in(slots: Slots): Slot | undefined {
    return this.slots === slots && this.slot.value === this.value ? this.slot : undefined;
  }
}

export class Slots {
  readonly arena: Arena;
  /** What has been used last comes last. */
  private readonly all = new Set<Slot>();
  private bytes = 0;

  constructor(arena: Arena) {
    this.arena = arena;
    arena.reclaim = () => this.clear();
  }

  /** A slot for a new value; undefined where there is no room for it. */
  make(bytes: number): Slot | undefined {
    if (bytes > MOST_BYTES) return undefined;
    for (const slot of this.all) {
      if (this.bytes + bytes <= MOST_BYTES) break;
      this.drop(slot);
    }
    if (this.bytes + bytes > MOST_BYTES) return undefined;
    const address = this.arena.hold(bytes);
    if (address === undefined) return undefined;
    const slot = new Slot(address, bytes);
    this.all.add(slot);
    this.bytes += bytes;
    return slot;
  }

  /** False once the slot has been given up. */
  has(slot: Slot): boolean {
    return this.all.has(slot);
  }

  /** Copies out what only the slot has; it may be written to. */
  empty(slot: Slot): void {
    slot.only?.read();
    this.overwrite(slot);
    this.touch(slot);
  }

  /** Its value is gone, also where only the slot has it. */
  overwrite(slot: Slot): void {
    slot.only = undefined;
    slot.value++;
  }

  /** The slot of a tensor that nobody will read again is free. */
  forsake({ kept }: DenseTensor): void {
    const slot = kept instanceof Kept ? kept.in(this) : undefined;
    if (slot) this.overwrite(slot);
  }

  /** Gives up all slots that no run is using; whether there were any. */
  clear(): boolean {
    const before = this.all.size;
    for (const slot of this.all) this.drop(slot);
    return this.all.size < before;
  }

  private drop(slot: Slot): void {
    if (slot.users > 0) return;
    slot.only?.read();
    this.overwrite(slot);
    this.all.delete(slot);
    this.bytes -= slot.bytes;
    this.arena.release(slot.address, slot.bytes);
  }

  private touch(slot: Slot): void {
    this.all.delete(slot);
    this.all.add(slot);
  }

  /** Where the storage of a tensor in rows lies, if it is kept here; what has been copied often is from now on. */
  find(x: DenseTensor): Slot | undefined {
    if (!x.isRowMajor) return undefined;
    const { kept } = x;
    let slot = kept instanceof Kept ? kept.in(this) : undefined;
    if (!slot && x.copies++ >= OFTEN) slot = this.keep(x);
    if (slot) this.touch(slot);
    return slot;
  }

  private keep(x: DenseTensor): Slot | undefined {
    const { storage, dtype } = x;
    if (storage.length !== x.size) return undefined;
    const slot = this.make(storage.length * bytesOf[dtype]);
    if (!slot) return undefined;
    copyIn(this.arena.heap, dtype, slot.address, storage, 0, storage.length);
    x.kept = new Kept(this, slot, dtype, storage.length, storage);
    return slot;
  }
}

const known = new WeakMap<Arena, Slots>();

export function slotsOf(arena: Arena): Slots {
  let slots = known.get(arena);
  if (!slots) {
    slots = new Slots(arena);
    known.set(arena, slots);
  }
  return slots;
}
