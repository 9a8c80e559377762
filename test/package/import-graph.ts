/** What the files of a folder import from each other, read from their syntax: no program is built and nothing is run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve, sep } from 'node:path';
import ts from 'typescript';

export interface Import {
  /** Paths relative to the repository, with forward slashes. */
  from: string;
  line: number;
  /** A path for a relative import, otherwise the package or Node module as written. */
  target: string;
  /** `load`: needed before the file can run; `later`: import(); `types`: erased by the compiler. */
  kind: 'load' | 'later' | 'types';
}

const repository = resolve(import.meta.dirname, '../..');

function sourceFiles(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

function importsOf(from: string): Import[] {
  const source = ts.createSourceFile(from, readFileSync(join(repository, from), 'utf8'), ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];

  function add(specifier: ts.Node | undefined, kind: Import['kind']): void {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const { text } = specifier;
    const target = text.startsWith('.') ? posix.join(posix.dirname(from), text) : text;
    imports.push({ from, line: source.getLineAndCharacterOfPosition(specifier.getStart()).line + 1, target, kind });
  }

  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'types' : 'load');
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly ? 'types' : 'load');
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, 'types');
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], 'later');
    }
    ts.forEachChild(node, visit);
  }

  visit(source);
  return imports;
}

export function readImports(folder: string): Import[] {
  return sourceFiles(folder).flatMap(importsOf);
}

/** One cycle for each back edge of a depth-first walk, as the list of files from the first to itself. */
export function findCycles(imports: readonly Pick<Import, 'from' | 'target' | 'kind'>[]): string[][] {
  const edges = new Map<string, string[]>();
  for (const { from, target, kind } of imports) {
    if (kind === 'load') edges.set(from, [...(edges.get(from) ?? []), target]);
  }
  const finished = new Set<string>();
  const path: string[] = [];
  const cycles: string[][] = [];

  function walk(file: string): void {
    if (finished.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push([...path.slice(start), file]);
      return;
    }
    path.push(file);
    for (const target of edges.get(file) ?? []) walk(target);
    path.pop();
    finished.add(file);
  }

  for (const file of edges.keys()) walk(file);
  return cycles;
}
