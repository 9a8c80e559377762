// The TypeScript peers, installed when the benchmark is first run: they are hundreds of megabytes, and nothing else needs
// them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const bench = join(import.meta.dirname, '..');

/** Why the peers are not there, or undefined when they are. */
export function installPeers(): string | undefined {
  if (existsSync(join(bench, 'node_modules/@jax-js/jax'))) return undefined;
  console.error('Installing the TypeScript peers into bench/node_modules (once) …');
  const { status, error } = spawnSync('npm', ['ci', '--prefix', bench, '--no-audit', '--no-fund', '--ignore-scripts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error) return error.message;
  return status === 0 ? undefined : `npm ci --prefix bench ended with code ${status}`;
}
