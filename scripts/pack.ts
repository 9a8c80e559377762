/** Packs the package as it would be published (which builds it) into the tarball named on the command line. */
import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [tarball] = process.argv.slice(2);
if (!tarball) throw new Error('pack: name the tarball to write.');

const shell = process.platform === 'win32';
const folder = dirname(tarball);
for (const script of ['build', 'build:site']) execFileSync('npm', ['run', script], { stdio: 'inherit', shell });
const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
const [packed]: { filename: string; size: number; unpackedSize: number; entryCount: number }[] = JSON.parse(
  execFileSync('npm', args, { encoding: 'utf8', shell }),
);
if (!packed) throw new Error('pack: npm packed nothing.');
renameSync(join(folder, packed.filename), tarball);
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
console.log(`${packed.entryCount} files, ${kilobytes(packed.size)} packed, ${kilobytes(packed.unpackedSize)} unpacked`);
