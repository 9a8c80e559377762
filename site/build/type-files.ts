// The declarations that the playground's editor checks code against: the package's own, and the language's library. They are
// made from the source while the page is built, as one module: a record of file names and texts.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import type { Plugin } from 'vite';
import { virtualModule } from './virtual-module.ts';

const source = resolve(import.meta.dirname, '../../src');

const relativeImport = /((?:from|import\()\s*['"])(\.[^'"]+)(['"])/g;

/** The declarations of the package, from its entry point as far as they refer to each other. */
function packageFiles(): [string, string][] {
  const files = new Map<string, string>();
  const waiting = [join(source, 'index.ts')];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = `/node_modules/nabla/${relative(source, path).replaceAll('\\', '/').replace(/\.ts$/, '.d.ts')}`;
    if (files.has(file)) continue;
    const { outputText } = ts.transpileDeclaration(readFileSync(path, 'utf8'), {
      fileName: path,
      compilerOptions: { isolatedDeclarations: true, removeComments: false, verbatimModuleSyntax: true },
    });
    files.set(
      file,
      outputText.replaceAll(
        relativeImport,
        (_text, before, to, after) => `${before}${to.replace(/\.ts$/, '.js')}${after}`,
      ),
    );
    for (const [, , to = ''] of outputText.matchAll(relativeImport)) waiting.push(join(dirname(path), to));
  }
  return [...files];
}

const reference = /\/\/\/ <reference lib="([^"]+)" \/>/g;

/** The library of the language alone: user code has no document and no network. */
function languageFiles(): [string, string][] {
  const folder = dirname(ts.getDefaultLibFilePath({}));
  const files = new Map<string, string>();
  const waiting = ['es2023'];
  for (let lib = waiting.pop(); lib !== undefined; lib = waiting.pop()) {
    const path = join(folder, `lib.${lib}.d.ts`);
    if (files.has(`/lib.${lib}.d.ts`) || !existsSync(path)) continue;
    const text = readFileSync(path, 'utf8').replaceAll(/^\/\*![\s\S]*?\*\/\s*/g, '');
    files.set(`/lib.${lib}.d.ts`, text);
    for (const [, next = ''] of text.matchAll(reference)) waiting.push(next.toLowerCase());
  }
  return [...files];
}

export function typeFiles(): Plugin {
  return virtualModule('type-files', 'files', () => Object.fromEntries([...languageFiles(), ...packageFiles()]));
}
