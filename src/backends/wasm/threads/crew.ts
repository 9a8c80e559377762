// The workers of one shared memory, and the jobs they are given. A job is a function (base, scratch, from, to) of parts that
// do not depend on each other; the calling thread and all workers that are awake take parts until there are none. Nothing
// waits for a worker that has not come: a job which is over before one wakes up is done by the caller alone, so that threads
// cost a short job next to nothing.
import * as at from './control.ts';
import { onThreadCount } from './count.ts';
import { canWait, spawn } from './spawn.ts';
import type { Trial } from './trial.ts';

/**
 * `code` are the bytes of a module whose functions for jobs are exported as `part0`, `part1`, …; `number` says which one.
 * Parts are taken `grain` at a time, or evenly by all threads where it is 0. `nanoseconds` of work are in this job and those
 * that follow it at once.
 */
export interface Job {
  readonly code: Uint8Array;
  readonly number: number;
  readonly count: number;
  readonly grain: number;
  readonly nanoseconds: number;
  readonly trial: Trial;
}

export interface Place {
  readonly base: number;
  /** Scratch memory of the caller; behind it a block of the same size for every worker. */
  readonly scratch: number;
  readonly scratchSize: number;
}

export type Part = (base: number, scratch: number, from: number, to: number) => void;

/** Nanoseconds of work in jobs after which workers are started: it takes them tens of milliseconds. */
const ENOUGH = 3e6;
/** A worker sleeps so deep that waking it pays from so many nanoseconds of work on. */
const WORTH_WAKING = 60_000;

/** The number of a module with the workers, and how many had started when it was loaded. */
interface Loaded {
  readonly number: number;
  readonly workers: number;
}

export class Crew {
  private readonly memory: WebAssembly.Memory;
  private readonly threads: () => number;
  /** Kernels that other modules import; loaded before any of them. */
  readonly kernels: Set<Uint8Array> = new Set();
  private control: Int32Array | undefined;
  private started = 0;
  private seen = 0;
  private loads = 0;
  private loaded = new WeakMap<Uint8Array, Loaded>();
  private busy = false;
  private forget: (() => void) | undefined;

  /** `threads` is how many there shall be, the caller included. */
  constructor(memory: WebAssembly.Memory, threads: () => number) {
    this.memory = memory;
    this.threads = threads;
  }

  private get wanted(): number {
    return Math.min(this.threads() - 1, at.MOST_WORKERS);
  }

  /**
   * Says that jobs of this much work are coming, for which workers are started once there has been enough of it. Gives how
   * many threads need scratch memory: the caller and, if any has started, all workers.
   */
  gather(nanoseconds: number): number {
    if (this.control === undefined) {
      this.seen += nanoseconds;
      if (this.seen >= ENOUGH && this.wanted > 0) this.start(this.wanted);
    }
    return this.size === 1 ? 1 : 1 + this.started;
  }

  /** Threads that can take part in a job: the caller and the workers that have started. */
  get size(): number {
    return this.control === undefined ? 1 : 1 + Atomics.load(this.control, at.READY);
  }

  private start(workers: number): void {
    const control = new SharedArrayBuffer(at.CONTROL_BYTES);
    this.control = new Int32Array(control);
    this.started = 0;
    this.loaded = new WeakMap();
    while (this.started < workers && spawn({ control, memory: this.memory, index: this.started })) this.started++;
    this.forget = onThreadCount(() => {
      if (this.wanted !== workers) this.stop();
    });
  }

  /** Sends the workers away; others are started when there is work again. */
  stop(): void {
    const { control } = this;
    if (control === undefined) return;
    this.announce(control, at.LEAVE);
    Atomics.notify(control, at.EPOCH);
    this.control = undefined;
    this.seen = 0;
    this.forget?.();
    this.forget = undefined;
  }

  private announce(control: Int32Array, kind: number): void {
    Atomics.store(control, at.KIND, kind);
    Atomics.add(control, at.EPOCH, 1);
  }

  /** Does a job; `own` is its function in this thread. An error of `own` is thrown when no worker is busy any more. */
  run(job: Job, place: Place, own: Part): void {
    const { control } = this;
    const { base, scratch } = place;
    const code = control && !this.busy ? this.load(control, job.code) : undefined;
    if (control === undefined || code === undefined) {
      own(base, scratch, 0, job.count);
      return;
    }
    const share = job.trial.next();
    const start = performance.now();
    if (share) this.share(control, job, code, place, own);
    else own(base, scratch, 0, job.count);
    job.trial.record(share, performance.now() - start);
  }

  private share(control: Int32Array, job: Job, code: Loaded, { base, scratch, scratchSize }: Place, own: Part): void {
    const { count } = job;
    const grain = job.grain || Math.ceil(count / this.size);
    control[at.CODE] = code.number;
    control[at.FUNCTION] = job.number;
    control[at.BASE] = base;
    control[at.SCRATCH] = scratch;
    control[at.SCRATCH_SIZE] = scratchSize;
    control[at.COUNT] = count;
    control[at.GRAIN] = grain;
    Atomics.store(control, at.NEXT, 0);
    this.busy = true;
    let refused: [from: number, to: number][];
    try {
      this.announce(control, at.RUN);
      this.wake(control, job.nanoseconds, Math.ceil(count / grain) - 1);
      for (;;) {
        const from = Atomics.add(control, at.NEXT, grain);
        if (from >= count) break;
        own(base, scratch, from, Math.min(from + grain, count));
      }
    } finally {
      Atomics.store(control, at.NEXT, count);
      this.close(control);
      refused = this.takeRefused(control);
      this.busy = false;
    }
    for (const [from, to] of refused) own(base, scratch, from, to);
  }

  private takeRefused(control: Int32Array): [from: number, to: number][] {
    const parts: [number, number][] = [];
    for (let i = at.REFUSED; i < at.REFUSED + 2 * this.started; i += 2) {
      if (control[i + 1] === 0) continue;
      parts.push([control[i]!, control[i + 1]!]);
      control[i + 1] = 0;
    }
    return parts;
  }

  private wake(control: Int32Array, nanoseconds: number, most: number): void {
    const asleep = Atomics.load(control, at.ASLEEP);
    if (asleep === 0) return;
    const useful = Math.min(asleep, most, Math.floor(nanoseconds / WORTH_WAKING));
    if (useful > 0) Atomics.notify(control, at.EPOCH, useful);
  }

  /** Closes the job and waits until no worker is busy with it. */
  private close(control: Int32Array): void {
    Atomics.store(control, at.KIND, at.CLOSED);
    this.until(control, () => Atomics.load(control, at.ACTIVE) === 0);
  }

  /** Spins until `done`, and after a while sleeps between two looks. */
  private until(control: Int32Array, done: () => boolean): void {
    const end = performance.now() + at.SPIN;
    for (let i = 1; ; i++) {
      if (done()) return;
      if (i % 64 === 0 && performance.now() > end && canWait()) break;
    }
    Atomics.store(control, at.WAITING, 1);
    for (;;) {
      const active = Atomics.load(control, at.ACTIVE);
      if (done()) break;
      Atomics.wait(control, at.ACTIVE, active, 1);
    }
    Atomics.store(control, at.WAITING, 0);
  }

  /** Gives the code to all workers that have started; undefined where there are none, or the code is too long. */
  private load(control: Int32Array, code: Uint8Array): Loaded | undefined {
    const workers = Atomics.load(control, at.READY);
    if (workers === 0 || code.length > at.MOST_CODE) return undefined;
    const before = this.loaded.get(code);
    if (before && before.workers === workers && this.loads - before.number < at.KEPT) return before;
    if (!this.kernels.has(code)) for (const kernels of this.kernels) this.load(control, kernels);
    const loaded = { number: ++this.loads, workers };
    this.loaded.set(code, loaded);
    new Uint8Array(control.buffer).set(code, at.CODE_BYTES);
    control[at.CODE] = loaded.number;
    control[at.LENGTH] = code.length;
    Atomics.store(control, at.LOADED, 0);
    this.announce(control, at.LOAD);
    Atomics.notify(control, at.EPOCH);
    this.until(control, () => Atomics.load(control, at.LOADED) >= workers);
    this.close(control);
    return loaded;
  }
}
