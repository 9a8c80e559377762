/**
 * The packed package, used as a stranger would: installed from its tarball into an empty folder, imported, type-checked
 * under both module resolutions, and run from the command line. It has no dependencies, so nothing is downloaded.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [tarball] = process.argv.slice(2);
if (!tarball) throw new Error('install: name the tarball to install.');

const repository = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'nabla-install-'));
const shell = process.platform === 'win32';

function run(title: string, program: string, args: string[]): string {
  console.log(`- ${title}`);
  const { status, stdout, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell,
  });
  if (status !== 0) {
    console.error(stdout);
    throw error ?? new Error(`${title}: exit code ${status}.`);
  }
  return stdout;
}

function expect(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

const program = `
import { grad, tensor, type Tensor } from 'nabla';

const x = tensor([1, 2, 3], { dtype: 'float64' });
const dx = grad((x: Tensor) => x.square().sum())(x);
console.log(JSON.stringify(dx.toArray()));
`;

const errors = `
import * as nabla from 'nabla';

const classes = Object.entries(nabla).filter(([, value]) => value?.prototype instanceof Error);
const renamed = classes.filter(([name, value]) => value.name !== name).map(([name]) => name);
const branches = (x) =>
  x.item() > 0 ? x : x.neg();
try {
  nabla.trace(branches)(nabla.tensor(1));
} catch (error) {
  console.log(JSON.stringify([renamed, error.message]));
}
`;

try {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  run('npm install', 'npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', resolve(tarball)]);

  const manifest: { exports: Record<string, unknown>; dependencies?: object } = JSON.parse(
    readFileSync(join(folder, 'node_modules/nabla/package.json'), 'utf8'),
  );
  expect(manifest.dependencies === undefined, 'the published package has dependencies.');

  const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
  const specifiers = entries.map((entry) => entry.replace(/^\./, 'nabla'));
  const imports = specifiers.map((specifier) => `await import('${specifier}');`).join('\n');
  writeFileSync(join(folder, 'entries.mjs'), imports);
  run(`import ${specifiers.join(', ')}`, process.execPath, ['entries.mjs']);

  writeFileSync(join(folder, 'gradient.mjs'), program.replace(', type Tensor', '').replace(': Tensor', ''));
  const printed = run('compute a gradient', process.execPath, ['gradient.mjs']).trim();
  expect(printed === '[2,4,6]', `the gradient of sum(x²) at [1,2,3] is [2,4,6], not ${printed}.`);

  writeFileSync(join(folder, 'errors.mjs'), errors);
  const [renamed, message] = JSON.parse(run('meet errors', process.execPath, ['errors.mjs'])) as [string[], string];
  expect(renamed.length === 0, `the build gave errors other names: ${renamed}.`);
  expect(
    message.includes('errors.mjs:7:'),
    `an error says which line of the user's code is at fault, not:\n${message}`,
  );

  writeFileSync(join(folder, 'gradient.ts'), program);
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022'];
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const args = [tsc, ...strict, '--module', module, '--moduleResolution', resolution, 'gradient.ts'];
    run(`type-check with moduleResolution ${resolution}`, process.execPath, args);
  }

  const help = run('npx nabla --help', 'npx', ['--no-install', 'nabla', '--help']);
  expect(/usage/i.test(help) && help.includes('nabla'), `nabla --help prints its usage, not:\n${help}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
