/**
 * Builds dist/: the entry points of package.json with what they share in a few files, because a program that imports the library
 * should not have to find and read six hundred of them; and declarations, a file each, as the source is.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

const { exports, bin }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const built = [...Object.values(exports).flatMap((entry) => entry.default ?? []), ...Object.values(bin)];
const source = (path: string): string => path.replace(/^(\.\/)?dist\//, 'src/').replace(/\.js$/, '.ts');

rmSync('dist', { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '--project', 'tsconfig.build.json'], { stdio: 'inherit' });
await build({
  entryPoints: built.map(source),
  outbase: 'src',
  outdir: 'dist',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'neutral',
  external: ['node:*'],
  target: 'es2022',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
});
