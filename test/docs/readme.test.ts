// The README is true: each of its TypeScript blocks compiles, runs, and prints what the comments beside console.log say.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { format } from 'node:util';
import ts from 'typescript';
import { afterEach, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';
import { compile } from '../types/compile.ts';

const repository = resolve(import.meta.dirname, '../..');
const readme = readFileSync(resolve(repository, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
/** The headings above the blocks. */
const titles = blocks.map((block) => {
  const heading = [...readme.slice(0, readme.indexOf(block)).matchAll(/^#+ (.*)$/gm)].at(-1)!;
  return heading[1]!;
});

/** Layout does not matter: short matrices are written on one line in comments. */
const flat = (text: string) => text.replace(/\s+/g, ' ').replace(/, \[/g, ',[').trim();

/** What the comments promise, one text for all: those after `console.log(…);` or `attempt(…);`, and whole lines below. */
function promised(code: string): string {
  const outputs: string[] = [];
  let printing = false;
  for (const line of code.split('\n')) {
    const below = /^\s*\/\/(?! @ts) ?(.*)$/.exec(line);
    const call = /^\s*(?:console\.log|attempt)\(.*?\);(?: \/\/ (.*))?$/.exec(line);
    if (call) outputs.push(call[1] ?? '');
    else if (below && printing) outputs.push(below[1]!);
    printing = call !== null || (below !== null && printing);
  }
  return flat(outputs.join('\n'));
}

function printed(code: string): string {
  const runnable = code.replace(/^import \{(.*)\} from 'nabla';$/gm, (_, names: string) => {
    const values = names.split(',').filter((name) => !name.trim().startsWith('type '));
    return `const {${values.join(',')}} = nabla;`;
  });
  const { target, module } = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(runnable, { compilerOptions: { target, module } });
  const lines: string[] = [];
  const log = (...values: unknown[]) => lines.push(format(...values));
  new Function('nabla', 'console', outputText)(nabla, { log });
  return flat(lines.join('\n'));
}

afterEach(() => nabla.setDefaultDtype('float32'));

test('the README opens with code, and shows every part of the library', () => {
  expect(titles).toEqual([
    '∇ nabla',
    'Tensors',
    'Transforms',
    'Transforms',
    'Structure',
    'Tape',
    'Formulas',
    'Types',
    'Networks and optimizers',
    'Saving',
    'Errors',
  ]);
});

describe('prints what it says', () => {
  test.each(blocks.map((code, i) => ({ title: `${i + 1} ${titles[i]}`, code })))('block $title', ({ code }) => {
    expect(printed(code)).toBe(promised(code));
  });
});

test('every block compiles', () => {
  const names = blocks.map((_, i) => `readme-${i + 1}.ts`);
  const texts = blocks.map((code) => code.replace("'nabla'", "'../../src/index.ts'"));
  const { diagnostics } = compile(names, Object.fromEntries(names.map((name, i) => [name, texts[i]!])));
  const found = names.map((name) => diagnostics(name).map(({ line, text }) => `${name}:${line + 1} ${text}`));
  expect(found.flat()).toEqual([]);
});

test('files that the README points to exist', () => {
  for (const [, path] of readme.replace(/^```.*?^```$/gms, '').matchAll(/\]\((?!https:)([^)]*)\)/g)) {
    expect(() => readFileSync(resolve(repository, path!)), path).not.toThrow();
  }
});
