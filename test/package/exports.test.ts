/** The `exports` of package.json and the library folders of src/ name the same entry points. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
const libraries = ['linalg', 'nn', 'optim', 'random', 'special', 'structured', 'symbolic', 'data', 'data/node'];

const { exports }: { exports: Record<string, unknown> } = JSON.parse(
  readFileSync(join(repository, 'package.json'), 'utf8'),
);

function entryPoint(folder: string): unknown {
  const path = `./dist/${folder}index`;
  return { types: `${path}.d.ts`, default: `${path}.js` };
}

it('a library folder with an index is a subpath of the package', () => {
  const folders = libraries.filter((folder) => existsSync(join(repository, 'src', folder, 'index.ts')));
  const subpaths = folders.map((folder) => [`./${folder}`, entryPoint(`${folder}/`)]);
  expect(exports).toEqual({
    '.': entryPoint(''),
    ...Object.fromEntries(subpaths),
    './package.json': './package.json',
  });
});
