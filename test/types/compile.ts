// Type-checks files of this folder, real or given as text, with the project's own compiler options.

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const folder: string = dirname(fileURLToPath(import.meta.url));
const root: string = resolve(folder, '../..');

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.parseConfigFileTextToJson(
    'tsconfig.json',
    readFileSync(resolve(root, 'tsconfig.json'), 'utf8'),
  );
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
}

/** Files on the disk are parsed once for all programs; most of them are TypeScript's own. */
const parsed = new Map<string, ts.SourceFile | undefined>();

export interface Compiled {
  readonly program: ts.Program;
  /** The parsed file of that name. */
  file(name: string): ts.SourceFile;
  /** What the compiler has to say about it. */
  diagnostics(name: string): readonly Diagnosed[];
}

export interface Diagnosed {
  /** 0 for the first line of the file. */
  readonly line: number;
  readonly text: string;
}

/** Compiles `names`; a name that `texts` holds is taken from there instead of from the disk. */
export function compile(names: readonly string[], texts: Readonly<Record<string, string>> = {}): Compiled {
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const virtual = new Map(Object.entries(texts).map(([name, text]) => [resolve(folder, name), text]));
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => virtual.get(resolve(path)) ?? readFile(path);
  host.fileExists = (path) => virtual.has(resolve(path)) || fileExists(path);
  host.getSourceFile = (path, settings) => {
    const text = virtual.get(resolve(path));
    if (text !== undefined) return ts.createSourceFile(path, text, settings, true);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, settings));
    return parsed.get(path);
  };
  const program = ts.createProgram(
    names.map((name) => resolve(folder, name)),
    options,
    host,
  );
  const file = (name: string): ts.SourceFile => program.getSourceFile(resolve(folder, name))!;
  const diagnostics = (name: string): readonly Diagnosed[] =>
    [...program.getSyntacticDiagnostics(file(name)), ...program.getSemanticDiagnostics(file(name))].map((found) => ({
      line: file(name).getLineAndCharacterOfPosition(found.start ?? 0).line,
      text: ts.flattenDiagnosticMessageText(found.messageText, '\n'),
    }));
  return { program, file, diagnostics };
}
