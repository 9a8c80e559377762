// Sets of input positions, each kept once: a set is a sorted run of integers in one growing array, named by a number, and
// equal sets have equal numbers (hash consing). So a value of n elements carries n numbers, moving elements around moves
// numbers, and a set that a million elements share is stored once.
import { NablaError } from '../errors.ts';

/** Thrown when the sets outgrow their budget: the derivative is not worth treating as sparse. */
export class PatternTooDense extends NablaError {}

/** The set without elements. */
export const EMPTY = 0;

/** From this ratio of sizes on it pays to look for the elements of the smaller set in the larger one first. */
const SKEW = 8;

function grown(array: Int32Array, size: number): Int32Array {
  if (size <= array.length) return array;
  const larger = new Int32Array(Math.max(size, 2 * array.length));
  larger.set(array);
  return larger;
}

export class IndexSets {
  /** Elements are 0 … universe - 1. */
  readonly universe: number;
  private readonly budget: number;
  private members: Int32Array;
  /** Set k is members[starts[k]] … members[starts[k + 1] - 1]. */
  private starts: Int32Array;
  private hashes: Int32Array;
  private count: number;
  /** Open addressing; 0 is free, for the empty set is never looked up. */
  private table: Int32Array;
  private readonly seen: Int32Array;
  private seenSets: Int32Array = new Int32Array(16);
  private round = 0;

  /** `budget` bounds the number of stored elements, and with it time and memory. */
  constructor(universe: number, budget: number) {
    this.universe = universe;
    this.budget = budget;
    this.count = universe + 1;
    this.members = new Int32Array(4 * universe + 16);
    this.starts = new Int32Array(2 * universe + 16);
    this.hashes = new Int32Array(2 * universe + 16);
    for (let i = 0; i < universe; i++) {
      this.members[i] = i;
      this.starts[i + 1] = i;
    }
    this.starts[universe + 1] = universe;
    this.table = new Int32Array(1024);
    this.seen = new Int32Array(universe);
  }

  singleton(i: number): number {
    return i + 1;
  }

  sizeOf(set: number): number {
    return this.starts[set + 1]! - this.starts[set]!;
  }

  /** Writes the elements, ascending, into `to` from `at` on. */
  copy(set: number, to: Int32Array, at: number): void {
    to.set(this.members.subarray(this.starts[set]!, this.starts[set + 1]!), at);
  }

  union(a: number, b: number): number {
    if (a === b || b === EMPTY) return a;
    if (a === EMPTY) return b;
    const small = this.sizeOf(a) <= this.sizeOf(b) ? a : b;
    const large = small === a ? b : a;
    const [m, n] = [this.sizeOf(small), this.sizeOf(large)];
    if (n === this.universe || (m * SKEW <= n && this.contains(large, small))) return large;
    const end = this.starts[this.count]!;
    this.reserve(m + n);
    const { members } = this;
    let i = this.starts[small]!;
    let j = this.starts[large]!;
    const [iEnd, jEnd] = [i + m, j + n];
    let k = end;
    while (i < iEnd && j < jEnd) {
      const [p, q] = [members[i]!, members[j]!];
      members[k++] = Math.min(p, q);
      if (p <= q) i++;
      if (q <= p) j++;
    }
    while (i < iEnd) members[k++] = members[i++]!;
    while (j < jEnd) members[k++] = members[j++]!;
    return k - end === n ? large : this.intern(k - end);
  }

  /** The union of sets[from] … sets[to - 1]. */
  unionOf(sets: ArrayLike<number>, from: number, to: number): number {
    if (to - from <= 2) return to === from ? EMPTY : this.union(sets[from]!, sets[to - 1]!);
    this.seenSets = grown(this.seenSets, this.count);
    const round = ++this.round;
    const { seen, seenSets, starts } = this;
    const end = starts[this.count]!;
    let k = end;
    let largest = EMPTY;
    for (let s = from; s < to; s++) {
      const set = sets[s]!;
      if (seenSets[set] === round) continue;
      seenSets[set] = round;
      const size = this.sizeOf(set);
      if (size === this.universe) return set;
      if (size > this.sizeOf(largest)) largest = set;
      this.reserve(k - end + size);
      const { members } = this;
      for (let i = starts[set]!; i < starts[set + 1]!; i++) {
        const e = members[i]!;
        if (seen[e] === round) continue;
        seen[e] = round;
        members[k++] = e;
      }
    }
    const size = k - end;
    if (size === this.sizeOf(largest)) return largest;
    this.sort(end, size, round);
    return this.intern(size);
  }

  /** Sorts what unionOf collected: by reading the marks in order where that is faster. */
  private sort(start: number, size: number, round: number): void {
    if (size * 16 < this.universe) {
      this.members.subarray(start, start + size).sort();
      return;
    }
    for (let e = 0, k = start; e < this.universe; e++) if (this.seen[e] === round) this.members[k++] = e;
  }

  private contains(large: number, small: number): boolean {
    const { members, starts } = this;
    let from = starts[large]!;
    for (let i = starts[small]!; i < starts[small + 1]!; i++) {
      const e = members[i]!;
      let to = starts[large + 1]!;
      while (from < to) {
        const middle = (from + to) >> 1;
        if (members[middle]! < e) from = middle + 1;
        else to = middle;
      }
      if (from === starts[large + 1] || members[from] !== e) return false;
    }
    return true;
  }

  /** Makes room for `size` elements behind the last set. */
  private reserve(size: number): void {
    const needed = this.starts[this.count]! + size;
    if (needed > this.budget) {
      throw new PatternTooDense(`pattern: more than ${this.budget} dependences; the derivative is not sparse.`);
    }
    this.members = grown(this.members, needed);
  }

  /** The number of the set that stands behind the last one, which becomes the last unless there is an equal one. */
  private intern(size: number): number {
    const { members } = this;
    const start = this.starts[this.count]!;
    if (size === 1) return this.singleton(members[start]!);
    let hash = size;
    for (let i = start; i < start + size; i++) hash = Math.imul(hash ^ members[i]!, 0x9e3779b1) ^ (hash >>> 15);
    const mask = this.table.length - 1;
    let slot = (hash ^ (hash >>> 16)) & mask;
    for (let set = this.table[slot]!; set !== 0; set = this.table[slot]!) {
      if (this.hashes[set] === hash && this.equals(set, start, size)) return set;
      slot = (slot + 1) & mask;
    }
    const set = this.count++;
    this.table[slot] = set;
    this.starts = grown(this.starts, this.count + 1);
    this.hashes = grown(this.hashes, this.count + 1);
    this.starts[set + 1] = start + size;
    this.hashes[set] = hash;
    if (2 * (this.count - this.universe) > this.table.length) this.rehash();
    return set;
  }

  private equals(set: number, start: number, size: number): boolean {
    if (this.sizeOf(set) !== size) return false;
    const { members } = this;
    for (let i = this.starts[set]!, j = start; j < start + size; i++, j++) if (members[i] !== members[j]) return false;
    return true;
  }

  private rehash(): void {
    const table = new Int32Array(4 * this.table.length);
    const mask = table.length - 1;
    for (let set = this.universe + 1; set < this.count; set++) {
      const hash = this.hashes[set]!;
      let slot = (hash ^ (hash >>> 16)) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = set;
    }
    this.table = table;
  }
}
