// The TypeScript compiler in a worker of its own: what is wrong with the user's code, what could be written next, what a name is.

import { files } from 'virtual:type-files';
import ts from 'typescript';
import type { Tasks } from '../../../worker/protocol.ts';
import { serve } from '../../../worker/serve.ts';
import type { Completion, Diagnostic, Hover } from './type-checker.ts';

const path = '/f.ts';
const globals = '/globals.d.ts';
const environment = `declare const console: Readonly<Record<'log' | 'info' | 'debug' | 'warn' | 'error', (...values: unknown[]) => void>>;
declare const performance: { now(): number };`;

let code = '';
let version = 0;

const read = (name: string): string | undefined =>
  name === path ? code : name === globals ? environment : Object.hasOwn(files, name) ? files[name] : undefined;
const exists = (name: string): boolean => read(name) !== undefined;
const folders = new Set(
  Object.keys(files).flatMap((name) => [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index) || '/')),
);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

const service = ts.createLanguageService({
  getScriptFileNames: () => [path, globals],
  getScriptVersion: (name) => (name === path ? String(version) : '0'),
  getScriptSnapshot: (name) => {
    const text = read(name);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  getCurrentDirectory: () => '/',
  getCompilationSettings: () => options,
  getDefaultLibFileName: () => '/lib.es2023.d.ts',
  fileExists: exists,
  readFile: read,
  directoryExists: (name) => folders.has(name),
  getDirectories: () => [],
});

function open(text: string): void {
  if (text === code) return;
  code = text;
  version++;
}

function check({ code: text }: { code: string }): Diagnostic[] {
  open(text);
  const found = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)];
  return found.map(({ start = 0, length = 0, messageText, category }) => ({
    from: start,
    to: start + length,
    message: ts.flattenDiagnosticMessageText(messageText, '\n'),
    severity: category === ts.DiagnosticCategory.Error ? 'error' : 'warning',
  }));
}

const mostCompletions = 300;

function complete({ code: text, position }: { code: string; position: number }): Completion[] {
  open(text);
  const found = service.getCompletionsAtPosition(path, position, { includeCompletionsWithInsertText: false });
  return (found?.entries ?? []).slice(0, mostCompletions).map(({ name, kind }) => ({ name, kind }));
}

function hover({ code: text, position }: { code: string; position: number }): Hover | null {
  open(text);
  const found = service.getQuickInfoAtPosition(path, position);
  if (!found) return null;
  const { start, length } = found.textSpan;
  return {
    from: start,
    to: start + length,
    type: ts.displayPartsToString(found.displayParts),
    documentation: ts.displayPartsToString(found.documentation),
  };
}

const tasks: Tasks = { check, complete, hover };

addEventListener('message', ({ data }: MessageEvent<MessagePort>) => serve(data, (_group, task) => tasks[task]), {
  once: true,
});
