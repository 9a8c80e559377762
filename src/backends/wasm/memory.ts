// A linear memory. A run takes a block from the top of a stack and gives it back when it ends, also when a run happens inside
// another one; behind the stack lie pieces that are held from run to run. Whatever a user holds can always leave as a JavaScript
// array, so nothing is ever freed by users. What several threads compute lives in a shared memory with a crew; everything
// else in one that is not shared, which JavaScript copies in and out of two to four times as fast.
import { BackendMemoryError } from '../../errors.ts';
import type { DType, TypedArray } from '../../tensor/dtype.ts';
import { Regions } from './regions.ts';
import { Crew } from './threads/crew.ts';

const PAGE = 65536;
/** Blocks start on cache lines; what lies before the first one is never handed out. */
const ALIGNMENT = 64;
/** Vector loads at the end of a buffer may read this far beyond it. */
const SLACK = 64;

/** Largest memory with 32-bit addresses, in pages. */
export const MOST_PAGES = 65536;

export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Typed arrays over the whole memory; replaced when it grows. */
export interface Heap {
  readonly float32: Float32Array<ArrayBuffer>;
  readonly float64: Float64Array<ArrayBuffer>;
  readonly int32: Int32Array<ArrayBuffer>;
  readonly bool: Uint8Array<ArrayBuffer>;
}

export const bytesOf: Readonly<Record<DType, 1 | 4 | 8>> = { float32: 4, float64: 8, int32: 4, bool: 1 };

/** Least bytes for blocks, in front of what is held. */
const LEAST_STACK = 1 << 20;

export class Arena {
  readonly memory: WebAssembly.Memory;
  heap: Heap;
  /** The threads that work in this memory; undefined where it is not shared. */
  readonly crew: Crew | undefined;
  /** Releases what is held and can be done without; false where there is nothing. */
  reclaim: () => boolean = () => false;
  private top = ALIGNMENT;
  /** How far blocks have reached. */
  private reached = LEAST_STACK;
  private readonly limit: number;
  /** What lies behind `floor`: held pieces, and blocks for which there is no room before it. */
  private readonly regions = new Regions();
  private floor = Infinity;
  private readonly high = new Map<number, number>();

  /**
   * `limit` in pages: the memory never grows beyond it. It is shared where `threads` says how many shall work in it; throws a
   * RangeError where that cannot be reserved.
   */
  constructor(limit: number = MOST_PAGES, threads?: () => number) {
    this.limit = limit;
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: threads !== undefined });
    this.crew = threads && new Crew(this.memory, threads);
    this.heap = heapOf(this.memory);
  }

  /** The address of a block of `bytes`; throws where the memory cannot grow that far. */
  enter(bytes: number): number {
    const base = this.top;
    const end = base + aligned(bytes);
    if (end + SLACK > Math.min(this.size, this.floor)) {
      if (this.floor < Infinity) return this.enterHigh(bytes);
      if (!this.grow(end + SLACK)) this.refuse(bytes);
    }
    this.top = end;
    if (end > this.reached) this.reached = end;
    return base;
  }

  /** Gives back the block at `base` and all that were taken after it. */
  leave(base: number): void {
    if (base < this.floor) this.top = base;
    else {
      this.release(base, this.high.get(base)!);
      this.high.delete(base);
    }
  }

  private enterHigh(bytes: number): number {
    const base = this.hold(bytes) ?? this.refuse(bytes);
    this.high.set(base, bytes);
    return base;
  }

  /** The address of `bytes` that stay until they are released; undefined where the memory cannot grow that far. */
  hold(bytes: number): number | undefined {
    if (this.floor === Infinity) {
      const floor = aligned(this.reached + SLACK);
      if (floor + SLACK > this.size && !this.grow(floor + SLACK)) return undefined;
      this.floor = floor;
      this.regions.give(floor, this.size - SLACK - floor);
    }
    const needed = aligned(bytes);
    const found = this.regions.take(needed);
    if (found !== undefined) return found;
    if (this.grow(this.size + needed) || this.reclaim()) return this.regions.take(needed);
    return undefined;
  }

  release(address: number, bytes: number): void {
    this.regions.give(address, aligned(bytes));
  }

  private get size(): number {
    return this.memory.buffer.byteLength;
  }

  private refuse(bytes: number): never {
    throw new BackendMemoryError(
      `wasm: a program needs ${megabytes(bytes)} of WebAssembly memory; ${megabytes(this.size)} are allocated and the limit is ${megabytes(this.limit * PAGE)}.`,
      "use smaller batches, or setBackend('js') for this computation",
    );
  }

  private grow(needed: number): boolean {
    const before = this.size;
    const least = Math.ceil(needed / PAGE);
    const comfortable = Math.min(this.limit, Math.max(least, Math.ceil((before * 1.5) / PAGE)));
    if (least > this.limit || !(this.tryGrow(comfortable) || this.tryGrow(least))) return false;
    this.heap = heapOf(this.memory);
    if (this.floor < Infinity) this.regions.give(before - SLACK, this.size - before);
    return true;
  }

  private tryGrow(pages: number): boolean {
    try {
      this.memory.grow(pages - this.size / PAGE);
      return true;
    } catch {
      return false;
    }
  }
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function heapOf(memory: WebAssembly.Memory): Heap {
  const buffer = memory.buffer as ArrayBuffer;
  const whole = <T>(type: new (b: ArrayBuffer, at: number, n: number) => T, bytes: number): T =>
    new type(buffer, 0, Math.floor(buffer.byteLength / bytes));
  return {
    float32: whole(Float32Array, 4),
    float64: whole(Float64Array, 8),
    int32: whole(Int32Array, 4),
    bool: whole(Uint8Array, 1),
  };
}

/** Below this many elements a loop is faster than a copy of a subarray. */
const FEW = 24;

/** Copies `from[start …]` to the byte address `to`. */
export function copyIn(heap: Heap, dtype: DType, to: number, from: TypedArray, start: number, count: number): void {
  const target = heap[dtype];
  const at = to / bytesOf[dtype];
  if (count <= FEW) for (let i = 0; i < count; i++) target[at + i] = from[start + i]!;
  else target.set(start === 0 && count === from.length ? from : from.subarray(start, start + count), at);
}

/** A copy of `count` elements at a byte address. */
export function copyOut(heap: Heap, dtype: DType, from: number, count: number): TypedArray {
  const at = from / bytesOf[dtype];
  return heap[dtype].slice(at, at + count);
}
