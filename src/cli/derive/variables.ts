// The variables of `nabla derive`: --var X:m,n:symmetric declares an m×n matrix, --var a a scalar.
import type { Fact, VariableDeclaration } from '../../symbolic/declare.ts';
import { namesIn } from '../../symbolic/expression.ts';
import { parse } from '../../symbolic/parse.ts';
import { UsageError } from '../usage.ts';

export type Variables = Readonly<Record<string, VariableDeclaration>>;

/** The declarations; every name of the function must have one, or be a size of another. */
export function readVariables(declarations: readonly string[], source: string): Variables {
  const variables = new Map<string, { readonly shape: readonly (string | number)[]; readonly is: readonly Fact[] }>();
  for (const declaration of declarations) {
    const [name, sizes = '', facts = '', ...rest] = declaration.split(':').map((part) => part.trim());
    if (!name || rest.length > 0) throw new UsageError(`--var takes name:sizes:facts, not '${declaration}'.`);
    if (variables.has(name)) throw new UsageError(`--var declares ${name} twice.`);
    const shape = list(sizes).map((size) => (/^\d/.test(size) ? Number(size) : size));
    // Unknown facts are refused by the library, which names the known ones.
    variables.set(name, { shape, is: list(facts) as Fact[] });
  }
  const sizes = new Set([...variables.values()].flatMap(({ shape }) => shape));
  const missing = [...namesIn(parse(source))].filter((name) => !variables.has(name) && !sizes.has(name));
  if (missing.length > 0) {
    const what =
      missing.length === 1
        ? `${missing[0]} has no shape: declare it`
        : `${missing.join(', ')} have no shape: declare each`;
    throw new UsageError(`${what}, for example --var ${example(missing[0]!)}.`);
  }
  return Object.fromEntries(variables);
}

const list = (text: string): string[] => (text === '' ? [] : text.split(',').map((part) => part.trim()));

/** A shape that a variable of this name often has: matrices are upper case, vectors Latin lower case. */
function example(name: string): string {
  if (/^\p{Lu}/u.test(name)) return `${name}:m,n`;
  return /^[a-z]/.test(name) ? `${name}:n` : name;
}
