// Programs on a memory that threads share, divided however small they are, with all workers awake before the first run.
import { Arena } from '../../src/backends/wasm/memory.ts';
import { link, planProgram } from '../../src/backends/wasm/program.ts';
import { setThreadCount } from '../../src/backends/wasm/threads/count.ts';
import type { Crew } from '../../src/backends/wasm/threads/crew.ts';
import type { Executable } from '../../src/program/backend.ts';
import type { Program } from '../../src/program/program.ts';

const pause = new Int32Array(new SharedArrayBuffer(4));

export function sleep(milliseconds: number): void {
  Atomics.wait(pause, 0, 0, milliseconds);
}

/** Starts the workers of the crew and waits until they are there. */
export function assemble(crew: Crew, threads: number): void {
  setThreadCount(threads);
  crew.gather(1e9);
  while (crew.size < threads) sleep(1);
}

/** Compiles for `threads` threads, and divides whatever can be divided. */
export function withCrew(threads: number): (program: Program) => Executable | undefined {
  let arena: Arena | undefined;
  return (program) => {
    arena ??= new Arena(undefined, true);
    if (arena.crew!.size !== threads) assemble(arena.crew!, threads);
    const planned = planProgram(program, undefined, 0);
    return planned && link(arena, planned);
  };
}
