// Where the buffers of a plan are: in the block of a run, at offsets that stand in the code, or, where they come from outside
// or leave, wherever a table in the block says. The table is filled before every run.
import type { Buffer } from '../../compile/expression.ts';
import type { FunctionBuilder, Local } from './assembler.ts';
import type { Heap } from './memory.ts';

export class Addresses {
  /** Offset of the memory that products use besides the buffers. */
  readonly scratch: number;
  private readonly offsets: readonly number[];
  private readonly entries: ReadonlyMap<Buffer, number>;
  private readonly table: number;

  /** By buffer, byte offsets in the block; `outside` are the buffers that may lie elsewhere. */
  constructor(offsets: readonly number[], outside: readonly Buffer[], table: number, scratch: number) {
    this.offsets = offsets;
    this.entries = new Map(outside.map((buffer, i) => [buffer, i]));
    this.table = table;
    this.scratch = scratch;
  }

  /** Where a buffer lies in a block at `base` if nothing else is said. */
  home(base: number, buffer: Buffer): number {
    return base + this.offsets[buffer.id]!;
  }

  /** Says where a buffer from outside is in this run. */
  set({ int32 }: Heap, base: number, buffer: Buffer, address: number): void {
    int32[(base + this.table) / 4 + this.entries.get(buffer)!] = address;
  }

  /** Where a buffer is in this run. */
  find({ int32 }: Heap, base: number, buffer: Buffer): number {
    const entry = this.entries.get(buffer);
    return entry === undefined ? this.home(base, buffer) : int32[(base + this.table) / 4 + entry]! >>> 0;
  }

  /** Pushes the address of a byte of a buffer, `base` being that of the block. */
  push(f: FunctionBuilder, base: Local, buffer: Buffer, byte: number): void {
    const entry = this.entries.get(buffer);
    f.get(base);
    if (entry !== undefined) {
      f.memory('i32.load', this.table + 4 * entry);
      if (byte === 0) return;
    }
    f.i32(entry === undefined ? this.offsets[buffer.id]! + byte : byte);
    f.op('i32.add');
  }
}
