// Programs on a memory that threads share, divided however small they are, with all workers awake before the first run.
import { Arena } from '../../src/backends/wasm/memory.ts';
import { link, planProgram } from '../../src/backends/wasm/program.ts';
import type { Crew } from '../../src/backends/wasm/threads/crew.ts';
import type { Executable } from '../../src/program/backend.ts';
import type { Program } from '../../src/program/program.ts';

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A memory that so many threads share; starts the workers and waits until they are there. */
export async function arenaOf(threads: number, limit?: number): Promise<Arena> {
  const arena = new Arena(limit, () => threads);
  await assemble(arena.crew!, threads);
  return arena;
}

const MOST_MILLISECONDS = 20_000;

/** A page starts its workers between tasks only, so waiting must not block. */
export async function assemble(crew: Crew, threads: number): Promise<void> {
  crew.gather(1e9);
  for (let i = 0; crew.size < threads; i++) {
    if (i === MOST_MILLISECONDS) throw new Error(`${crew.size} of ${threads} threads have started`);
    await pause(1);
  }
}

/** Compiles for `threads` threads, divides whatever can be divided, and moves nothing that can lie where it is. */
export async function withCrew(threads: number): Promise<(program: Program) => Executable | undefined> {
  const arena = await arenaOf(threads);
  return (program) => {
    const planned = planProgram(program, undefined, 0, 1);
    return planned && link(arena, planned);
  };
}
