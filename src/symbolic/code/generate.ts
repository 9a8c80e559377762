// A formula as a function in another language. Sizes are read off the arguments; shared parts are computed once.
import { ArgumentError } from '../../errors.ts';
import { Checker, type ExpressionType, isLanguageFunction } from '../check.ts';
import type { Declared } from '../declare.ts';
import { type Expression, namesIn } from '../expression.ts';
import { show } from '../print.ts';
import { atom, type Dialect, type Fragment } from './dialect.ts';
import { julia } from './julia.ts';
import { jax, numpy, pytorch } from './python.ts';
import { typescriptDialect } from './typescript.ts';

export type CodeTarget = 'typescript' | 'numpy' | 'jax' | 'pytorch' | 'julia';

const dialects: Readonly<Record<CodeTarget, () => Dialect>> = {
  typescript: typescriptDialect,
  numpy: () => numpy,
  jax: () => jax,
  pytorch: () => pytorch,
  julia: () => julia,
};

export interface CodeParts {
  readonly body: Expression;
  readonly lets: readonly (readonly [string, Expression])[];
  readonly declared: ReadonlyMap<string, Declared>;
  readonly types: ReadonlyMap<string, ExpressionType>;
  readonly variables: readonly string[];
}

export function generate(target: CodeTarget, { body, lets, declared, types, variables }: CodeParts): string {
  if (!Object.hasOwn(dialects, target)) {
    throw new ArgumentError(
      `code: unknown target '${String(target)}'.`,
      `targets are ${Object.keys(dialects).join(', ')}`,
    );
  }
  const dialect = dialects[target]();
  const used = new Set<string>();
  const write = (e: Expression): string => {
    const checker = new Checker(show(e), types);
    checker.check(e);
    return fragment(e, dialect, checker.types, used).code;
  };
  const written = lets.map(([name, e]) => [name, write(e)] as const);
  const result = write(body);
  const wanted = new Set([body, ...lets.map(([, e]) => e)].flatMap((e) => [...namesIn(e)]));
  const parameters = [...variables];
  const sizes: (readonly [string, string])[] = [];
  for (const variable of declared.values()) {
    variable.sizes.forEach((size, axis) => {
      if (!wanted.has(size) || sizes.some(([name]) => name === size)) return;
      if (!parameters.includes(variable.name)) parameters.push(variable.name);
      sizes.push([size, dialect.size(variable.name, axis)]);
    });
  }
  return dialect.program({ parameters, lines: [...sizes, ...written], result, used });
}

/** Functions of sizes: their arguments are plain numbers in every language. */
const ofSizes = new Set(['eye', 'ones', 'zeros', 'K']);

const sizeCode = (e: Expression): string =>
  e.kind === 'binary' ? `${sizeCode(e.left)} * ${sizeCode(e.right)}` : show(e);

function fragment(
  e: Expression,
  dialect: Dialect,
  types: ReadonlyMap<Expression, ExpressionType>,
  used: Set<string>,
): Fragment {
  const part = (x: Expression): Fragment => fragment(x, dialect, types, used);
  const kind = types.get(e)?.kind ?? 'scalar';
  switch (e.kind) {
    case 'number':
      return atom(dialect.number(e.value), 'scalar');
    case 'name':
      return atom(e.name, kind);
    case 'string':
      return atom(e.value, kind);
    case 'negate':
      return dialect.negate(part(e.arg));
    case 'transpose':
      return dialect.transpose(part(e.arg), kind);
    case 'binary':
      return dialect.binary(e.op, part(e.left), part(e.right), kind);
    case 'call': {
      if (!isLanguageFunction(e.name)) {
        throw new ArgumentError(`code: ${e.name} has no name in other languages.`, 'use evaluate or compile');
      }
      used.add(e.name);
      const [first, ...rest] = e.args;
      if (ofSizes.has(e.name)) {
        const sizes = e.args.map((arg) => atom(sizeCode(arg), 'scalar'));
        return dialect.call(e.name, sizes, kind);
      }
      if (e.name === 'einsum') return dialect.call(e.name, rest.map(part), kind, (first as { value: string }).value);
      return dialect.call(e.name, e.args.map(part), kind);
    }
  }
}
