// Programs on a memory that threads share, divided however small they are, with all workers awake before the first run.
import { Arena } from '../../src/backends/wasm/memory.ts';
import { link, planProgram } from '../../src/backends/wasm/program.ts';
import type { Crew } from '../../src/backends/wasm/threads/crew.ts';
import type { Executable } from '../../src/program/backend.ts';
import type { Program } from '../../src/program/program.ts';

const pause = new Int32Array(new SharedArrayBuffer(4));

export function sleep(milliseconds: number): void {
  Atomics.wait(pause, 0, 0, milliseconds);
}

/** A memory that so many threads share; starts the workers and waits until they are there. */
export function arenaOf(threads: number, limit?: number): Arena {
  const arena = new Arena(limit, () => threads);
  assemble(arena.crew!, threads);
  return arena;
}

const MOST_MILLISECONDS = 20_000;

export function assemble(crew: Crew, threads: number): void {
  crew.gather(1e9);
  for (let i = 0; crew.size < threads; i++) {
    if (i === MOST_MILLISECONDS) throw new Error(`${crew.size} of ${threads} threads have started`);
    sleep(1);
  }
}

/** Compiles for `threads` threads, and divides whatever can be divided. */
export function withCrew(threads: number): (program: Program) => Executable | undefined {
  let arena: Arena | undefined;
  return (program) => {
    const planned = planProgram(program, undefined, 0);
    if (!planned) return undefined;
    arena ??= arenaOf(threads);
    return link(arena, planned);
  };
}
