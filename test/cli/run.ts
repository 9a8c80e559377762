// Runs the command line in a process of its own, as `npm start` does.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function nabla(...args: string[]): Outcome {
  return nablaReading('', ...args);
}

/** The same with something on standard input. */
export function nablaReading(input: string, ...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    cwd: repository,
    encoding: 'utf8',
    input,
  });
  return { status, stdout, stderr };
}
