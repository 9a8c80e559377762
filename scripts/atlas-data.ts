// The atlas as data: every operation with its differential, and gradients and Hessians of functions made with it, as LaTeX, each
// with the error of a comparison with finite differences. docs/atlas.md and the site render it.
import { readFileSync } from 'node:fs';
import { isMap } from '../src/calculus/entrywise.ts';
import * as library from '../src/index.ts';
import type { Fact, VariableDeclaration } from '../src/symbolic/declare.ts';
import { derive } from '../src/symbolic/derive.ts';
import type { Formula } from '../src/symbolic/formula.ts';
import { latexOf } from '../src/symbolic/latex.ts';
import { parse } from '../src/symbolic/parse.ts';
import { type OpRecord, primitives } from '../src/tensor/op.ts';

type Variables = Readonly<Record<string, VariableDeclaration>>;
type Order = 'gradient' | 'jacobian' | 'hessian';

/** One derivative: of what, in which variable, what it is, and how far it is from finite differences. */
export interface AtlasEntry {
  readonly function: string;
  readonly functionLatex: string;
  readonly variable: string;
  readonly variables: Readonly<
    Record<string, { readonly shape: readonly string[]; readonly facts: readonly string[] }>
  >;
  readonly order: Order | 'differential';
  readonly layout: 'tensor' | 'vec';
  readonly text: string;
  readonly latex: string;
  /** Names that the formula uses. */
  readonly where: readonly string[];
  readonly facts: readonly string[];
  /** The relative error is below 10 to this power. */
  readonly error: number;
}

export interface AtlasOperation {
  readonly name: string;
  readonly differential: string;
  readonly gradient: AtlasEntry | undefined;
  readonly hessian: AtlasEntry | undefined;
}

export interface Atlas {
  /** Functions of one tensor, entry by entry. */
  readonly entrywise: readonly AtlasOperation[];
  /** Every other operation of the table, by how it differentiates. */
  readonly linear: readonly string[];
  readonly multilinear: readonly string[];
  readonly other: readonly string[];
  /** Functions of vectors and matrices. */
  readonly matrix: readonly AtlasOperation[];
  /** Textbook derivatives by theme. */
  readonly themes: readonly { readonly title: string; readonly entries: readonly AtlasEntry[] }[];
}

const direction = (latex: string, variable: string): string =>
  latex.replaceAll('\\Xi', `\\mathrm{d}${variable.length > 1 ? `\\,\\mathit{${variable}}` : variable}`);

function entry(source: string, variables: Variables, v: string, order: Order, layout?: 'vec'): AtlasEntry {
  const f = derive(source, { variables });
  const formula = order === 'gradient' ? f.gradient(v) : f[order](v, layout ? { layout } : {});
  if (formula.warning) throw new Error(`${source}: ${formula.warning}`);
  const outcome = formula.check();
  if (!outcome?.passed) throw new Error(`${source}: the ${order} is ${outcome?.error} from finite differences`);
  return {
    function: source,
    functionLatex: latexOf(parse(source)),
    variable: v,
    variables: declared(variables),
    order,
    layout: formula.layout,
    ...textOf(formula),
    facts: formula.facts,
    error: Math.max(-8, Math.ceil(Math.log10(outcome.error))),
  };
}

function textOf(formula: Formula): Pick<AtlasEntry, 'text' | 'latex' | 'where'> {
  return {
    text: String(formula),
    latex: formula.latex,
    where: formula.latexLets.map(([name, definition]) => `${name} = ${definition}`),
  };
}

function declared(variables: Variables): AtlasEntry['variables'] {
  return Object.fromEntries(
    Object.entries(variables).map(([name, declaration]) => {
      const { shape, is } = 'shape' in declaration ? declaration : { shape: declaration, is: [] };
      return [name, { shape: shape.map(String), facts: typeof is === 'string' ? [is] : (is ?? []) }];
    }),
  );
}

/** Where a function of one number has a value, as a fact about its argument. */
function domainOf({ samples }: OpRecord): Fact[] {
  const [input] = samples[0]?.inputs ?? [];
  const values = input?.values ?? input?.domain ?? [-2, 2];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least > 0 && most < 1) return ['simplex'];
  if (least >= 1) return ['large'];
  if (least >= 0 && most > 1) return ['positive'];
  return most <= 1 ? ['small'] : [];
}

function entrywiseOperation(record: OpRecord): AtlasOperation {
  const variables: Variables = { x: { shape: ['n'], is: domainOf(record) } };
  const along = derive(`${record.name}(x)`, { variables }).directional('x');
  return {
    name: record.name,
    differential: direction(along.latex, 'x'),
    gradient: entry(`sum(${record.name}(x))`, variables, 'x', 'gradient'),
    hessian: entry(`sum(${record.name}(x))`, variables, 'x', 'hessian'),
  };
}

const square: VariableDeclaration = { shape: ['n', 'n'], is: 'invertible' };
const n: VariableDeclaration = ['n'];
const A: VariableDeclaration = ['m', 'n'];

/** What stands for an operation on vectors and matrices: its function, its variable, and a scalar made with it. */
const matrixFunctions: readonly [f: string, v: string, variables: Variables, scalar: string][] = [
  ['A*X*B', 'X', { A: ['k', 'm'], X: A, B: ['n', 'p'] }, 'norm2(A*X*B)^2'],
  ["x'*y", 'x', { x: n, y: n }, "x'*y"],
  ["x*y'", 'x', { x: ['m'], y: n }, "norm2(x*y')^2"],
  ["x'*A*x", 'x', { x: n, A: ['n', 'n'] }, "x'*A*x"],
  ["X'*X", 'X', { X: A }, "norm2(X'*X)^2"],
  ["X'", 'X', { X: A }, "tr(A*X')^2"],
  ['X^2', 'X', { X: square }, 'tr(X^2)'],
  ['A.*X', 'X', { A, X: A }, 'norm2(A.*X)^2'],
  ['x./y', 'y', { x: n, y: { shape: ['n'], is: 'positive' } }, 'sum(x./y)'],
  ['x.^c', 'x', { x: { shape: ['n'], is: 'positive' }, c: [] }, 'sum(x.^c)'],
  ['tr(X)', 'X', { X: square }, 'tr(X)^2'],
  ['det(X)', 'X', { X: square }, 'det(X)'],
  ['logdet(X)', 'X', { X: { shape: ['n', 'n'], is: 'posdet' } }, 'logdet(X)'],
  ['inv(X)', 'X', { X: square, A: ['n', 'n'] }, 'tr(A*inv(X))'],
  ['adj(X)', 'X', { X: square }, 'tr(adj(X))'],
  ['expm(X)', 'X', { X: { shape: ['n', 'n'], is: 'small' } }, 'tr(expm(X))'],
  ['diag(x)', 'x', { x: n, A: ['n', 'n'] }, 'tr(A*diag(x))^2'],
  ['diag(X)', 'X', { X: square }, 'sum(diag(X).^2)'],
  ['vec(X)', 'X', { X: A }, "vec(X)'*vec(X)"],
  ['kron(A,X)', 'X', { A: ['k', 'k'], X: ['n', 'n'] }, 'tr(kron(A,X))^2'],
  ['softmax(x)', 'x', { x: n, y: n }, "y'*log(softmax(x))"],
  ['logsumexp(x)', 'x', { x: n }, 'logsumexp(x)'],
  ['norm2(x)', 'x', { x: n }, 'norm2(x)'],
  ['norm1(x)', 'x', { x: n }, 'norm1(x)'],
  ['sum(x)', 'x', { x: n }, 'sum(x)^2'],
];

function matrixOperation([f, v, variables, scalar]: (typeof matrixFunctions)[number]): AtlasOperation {
  const all: Variables = scalar.includes('A') && !('A' in variables) ? { ...variables, A } : variables;
  return {
    name: f,
    differential: direction(derive(f, { variables: all }).directional(v).latex, v),
    gradient: entry(scalar, all, v, 'gradient'),
    hessian: entry(scalar, all, v, 'hessian'),
  };
}

/** The rows of the textbook fixture by their headings. */
function themes(): Atlas['themes'] {
  const text = readFileSync(new URL('../test/symbolic/fixtures/textbook.txt', import.meta.url), 'utf8');
  const list: { title: string; entries: AtlasEntry[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) list.push({ title: line.slice(3), entries: [] });
    if (line.startsWith('#') || !line.includes('|')) continue;
    const [f = '', v = '', names = '', how = ''] = line.split('|').map((part) => part.trim());
    const variables = names.split(' ').map((declaration): [string, VariableDeclaration] => {
      const [name = '', sizes = '', fact = ''] = declaration.split(':');
      return [name, { shape: sizes === '' ? [] : sizes.split(','), is: fact === '' ? [] : [fact as Fact] }];
    });
    const [order, layout] = how.split(' ') as [Order, 'vec' | undefined];
    list.at(-1)!.entries.push(entry(f, Object.fromEntries(variables), v, order, layout));
  }
  return list;
}

/** Public functions that are not constant between jumps. */
const isShown = ({ name, partials }: OpRecord): boolean =>
  partials !== undefined && (Object.hasOwn(library, name) || Object.hasOwn(library.special, name));

export function atlas(): Atlas {
  const records = [...primitives.values()].sort((a, b) => a.name.localeCompare(b.name));
  const maps = records.filter((record) => isMap(record) && isShown(record));
  const rest = records.filter((record) => !maps.includes(record));
  const linear = rest.filter(({ savesNothing }) => savesNothing === true);
  const multilinear = rest.filter((record) => record.multilinear === true && !linear.includes(record));
  const names = (list: readonly OpRecord[]): string[] => list.map(({ name }) => name);
  return {
    entrywise: maps.map(entrywiseOperation),
    linear: names(linear),
    multilinear: names(multilinear),
    other: names(rest.filter((record) => !linear.includes(record) && !multilinear.includes(record))),
    matrix: matrixFunctions.map(matrixOperation),
    themes: themes(),
  };
}
