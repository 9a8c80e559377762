// The variables of `nabla derive`: --var X:m,n:symmetric declares an m×n matrix, --var a: a scalar; what is not declared is
// inferred from its use, and --var S:?:spd declares facts only.

import { NablaError, ParseError, ShapeError } from '../../errors.ts';
import type { Fact, VariableDeclaration } from '../../symbolic/declare.ts';
import { namesIn } from '../../symbolic/expression.ts';
import { inferShapes } from '../../symbolic/infer.ts';
import { parse } from '../../symbolic/parse.ts';
import { UsageError } from '../usage.ts';

export type Variables = Readonly<Record<string, VariableDeclaration>>;

export interface Read {
  readonly variables: Variables;
  /** The names whose shapes were inferred. */
  readonly inferred: readonly string[];
}

type Shape = readonly (string | number)[];

/** The declarations, and shapes for every other name of the function that is no size. */
export function readVariables(declarations: readonly string[], source: string, wrt: string, scalar: boolean): Read {
  const shapes = new Map<string, Shape>();
  const facts = new Map<string, Fact[]>();
  for (const declaration of declarations) {
    const [name, sizes = '', known = '', ...rest] = declaration.split(':').map((part) => part.trim());
    if (!name || rest.length > 0) throw new UsageError(`--var takes name:sizes:facts, not '${declaration}'.`);
    if (facts.has(name)) throw new UsageError(`--var declares ${name} twice.`);
    // Unknown facts are refused by the library, which names the known ones.
    facts.set(name, list(known) as Fact[]);
    const isSize = (size: string): boolean => /^\d/.test(size);
    if (sizes !== '?')
      shapes.set(
        name,
        list(sizes).map((size) => (isSize(size) ? Number(size) : size)),
      );
  }
  const e = parse(source);
  const sizes = new Set([...shapes.values()].flat());
  const missing = [...namesIn(e)].filter((name) => !shapes.has(name) && !sizes.has(name));
  for (const name of facts.keys()) {
    if (!shapes.has(name) && !missing.includes(name)) {
      throw new UsageError(`the shape of ${name} cannot be inferred: it does not occur.`);
    }
  }
  const inferred = missing.length > 0 ? infer(e, source, shapes, missing, wrt, scalar) : {};
  const variables = [...shapes, ...Object.entries(inferred)].map(([name, shape]): [string, VariableDeclaration] => [
    name,
    { shape, is: facts.get(name) ?? [] },
  ]);
  return { variables: Object.fromEntries(variables), inferred: Object.keys(inferred) };
}

/** The shapes of the missing names; where there is no telling, the error names what to declare. */
function infer(
  e: ReturnType<typeof parse>,
  source: string,
  shapes: ReadonlyMap<string, Shape>,
  missing: readonly string[],
  wrt: string,
  scalar: boolean,
): Readonly<Record<string, Shape>> {
  const declared = Object.fromEntries([...shapes].map(([name, shape]) => [name, shape.map(String)]));
  try {
    const all = inferShapes(e, { declared, wrt, scalar, source });
    return Object.fromEntries(missing.flatMap((name) => (Object.hasOwn(all, name) ? [[name, all[name]!]] : [])));
  } catch (error) {
    if (!(error instanceof NablaError) || error instanceof ParseError) throw error;
    const what = error.message
      .split('\n')[0]!
      .replace(/^derive: /, '')
      .replace(/\.$/, '');
    const other = error instanceof ShapeError ? 'use --jacobian, or declare' : 'declare';
    throw new UsageError(`${what}; ${other} shapes, for example --var ${example(missing[0]!)}.`);
  }
}

const list = (text: string): string[] => (text === '' ? [] : text.split(',').map((part) => part.trim()));

/** A shape that a variable of this name often has: matrices are upper case, vectors Latin lower case. */
function example(name: string): string {
  if (/^\p{Lu}/u.test(name)) return `${name}:m,n`;
  return /^[a-z]/.test(name) ? `${name}:n` : name;
}
