// Tables of byte offsets, by which the product kernels find the rows, the columns and the depth of their operands (pack.ts):
// all positions of some axes in order, the last running fastest.
import type { Axis, Product } from '../../compile/product.ts';
import { sizeOf } from '../../tensor/layout.ts';
import type { FunctionBuilder, Local } from './assembler.ts';
import { TABLE_GROUP } from './matmul.ts';
import { aligned, type Heap } from './memory.ts';

const filledUp = (count: number, group: number): number => Math.ceil(count / group) * group;

const countOf = (axes: readonly Axis[]): number => sizeOf(axes.map((a) => a.size));

/** The four tables of a product, addresses in the order of the kernel's arguments: rows, depth of A, depth of B, columns. */
export interface Tables {
  /** How much memory they take. */
  readonly bytes: number;
  /** Writes them to the address `at`; elements have `bytes` bytes. */
  readonly fill: (heap: Heap, at: number, bytes: number) => readonly [number, number, number, number];
  /** Appends code that writes them to the address in `at`. */
  readonly emit: (f: FunctionBuilder, at: Local, bytes: number) => readonly [Local, Local, Local, Local];
}

export function productTables({ rows, depthA, depthB, columns }: Product): Tables {
  const tables = [
    { axes: rows, group: TABLE_GROUP },
    { axes: depthA, group: 1 },
    { axes: depthB, group: 1 },
    { axes: columns, group: TABLE_GROUP },
  ] as const;
  return {
    bytes: aligned(tables.reduce((sum, { axes, group }) => sum + 4 * filledUp(countOf(axes), group), 0)),
    fill(heap, at, bytes) {
      let next = at;
      return tables.map(({ axes, group }) => {
        const table = next;
        fillTable(heap.int32, table / 4, axes, bytes, group);
        next += 4 * filledUp(countOf(axes), group);
        return table;
      }) as [number, number, number, number];
    },
    emit(f, at, bytes) {
      const next = f.local('i32');
      f.get(at);
      f.set(next);
      return tables.map(({ axes, group }) => {
        const table = f.local('i32');
        f.get(next);
        f.set(table);
        emitTable(f, next, axes, bytes, group);
        return table;
      }) as [Local, Local, Local, Local];
    },
  };
}

/** Fills the table at index `at` of `memory`; the last entry is repeated up to a multiple of `group`. */
function fillTable(memory: Int32Array, at: number, axes: readonly Axis[], bytes: number, group: number): void {
  let count = 1;
  memory[at] = 0;
  // Axis by axis, what is there is repeated at a distance.
  for (const { size, stride } of [...axes].reverse()) {
    const inner = count;
    count *= size;
    for (let i = inner; i < count; i++) memory[at + i] = memory[at + i - inner]! + stride * bytes;
  }
  memory.fill(memory[at + count - 1]!, at + count, at + filledUp(count, group));
}

/** Appends code that does the same at the address in `to`, which is left behind the table. */
function emitTable(f: FunctionBuilder, to: Local, axes: readonly Axis[], bytes: number, group: number): void {
  const offset = f.local('i32');
  const write = (): void => {
    f.get(to);
    f.get(offset);
    f.memory('i32.store');
    move(f, to, 4);
  };
  const loop = (level: number): void => {
    const axis = axes[level];
    if (!axis) {
      write();
      return;
    }
    const counter = f.local('i32');
    f.forRange(counter, 0, axis.size, 1, () => {
      loop(level + 1);
      move(f, offset, axis.stride * bytes);
    });
    move(f, offset, -axis.size * axis.stride * bytes);
    f.release(counter);
  };
  f.i32(0);
  f.set(offset);
  loop(0);
  f.i32(axes.reduce((last, { size, stride }) => last + (size - 1) * stride * bytes, 0));
  f.set(offset);
  const count = countOf(axes);
  for (let i = count; i < filledUp(count, group); i++) write();
  f.release(offset);
}

function move(f: FunctionBuilder, pointer: Local, by: number): void {
  f.get(pointer);
  f.i32(by);
  f.op('i32.add');
  f.set(pointer);
}
