// The measured code is what the package ships: the compiler's output, run by Node itself. The loader of a development run
// wraps every small function to keep its name, which costs more than some of the cases.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Compiles src/ and bench/ into bench/dist. Type errors are shown and do not stop it. */
export function compileBench(): void {
  const bench = import.meta.dirname;
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '--project', bench], { stdio: ['ignore', 2, 2] });
  if (!existsSync(join(bench, 'dist/bench/worker.js'))) throw new Error('bench: the compiler wrote nothing.');
  if (status !== 0) console.error('bench: the code has type errors; measuring it all the same.');
}
