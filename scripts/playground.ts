/** `npm run playground`: the page on localhost, from this checkout; it is built where it has not been yet. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

if (!existsSync(resolve(import.meta.dirname, '../site/dist/index.html'))) {
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', ['run', 'build:site'], { stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}
process.argv.splice(2, 0, 'playground');
await import('../src/cli/main.ts');
