// A formula as a function in another language. Sizes are read off the arguments; shared parts are computed once.
import { ArgumentError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Checker, type ExpressionType, isLanguageFunction } from '../check.ts';
import type { Declared } from '../declare.ts';
import { type Expression, namesIn } from '../expression.ts';
import { show } from '../print.ts';
import { atom, type Dialect, type Fragment } from './dialect.ts';
import { julia } from './julia.ts';
import { identifiers } from './names.ts';
import { jax, numpy, pytorch } from './python.ts';
import { typescriptDialect } from './typescript.ts';

export type CodeTarget = 'typescript' | 'numpy' | 'jax' | 'pytorch' | 'julia';

/** `like` is an argument whose number type new arrays take. */
const dialects: Readonly<Record<CodeTarget, (like: string) => Dialect>> = {
  typescript: typescriptDialect,
  numpy: () => numpy,
  jax: () => jax,
  pytorch,
  julia: () => julia,
};

export interface CodeParts {
  readonly body: Expression;
  readonly lets: readonly (readonly [string, Expression])[];
  readonly declared: ReadonlyMap<string, Declared>;
  readonly types: ReadonlyMap<string, ExpressionType>;
  readonly constants: readonly (readonly [string, Tensor])[];
  readonly variables: readonly string[];
}

export function generate(target: CodeTarget, { body, lets, declared, types, constants, variables }: CodeParts): string {
  if (!Object.hasOwn(dialects, target)) {
    throw new ArgumentError(
      `code: unknown target '${String(target)}'.`,
      `targets are ${Object.keys(dialects).join(', ')}`,
    );
  }
  const wanted = new Set([body, ...lets.map(([, e]) => e)].flatMap((e) => [...namesIn(e)]));
  const parameters = [...variables];
  const sizes: { readonly name: string; readonly of: string; readonly axis: number }[] = [];
  for (const variable of declared.values()) {
    variable.sizes.forEach((size, axis) => {
      if (!wanted.has(size) || sizes.some(({ name }) => name === size)) return;
      if (!parameters.includes(variable.name)) parameters.push(variable.name);
      sizes.push({ name: size, of: variable.name, axis });
    });
  }
  const literals = constants.filter(([, x]) => x.size <= mostWritten);
  parameters.push(...constants.filter(([, x]) => x.size > mostWritten).map(([name]) => name));
  const all = [...parameters, ...[...literals, ...lets].map(([name]) => name), ...sizes.map(({ name }) => name)];
  const { reserved } = dialects[target]('');
  const names = identifiers(all, reserved);
  const dialect = dialects[target](names.get(parameters[0]!)!);
  const writer = new Writer(dialect, names, new Set(sizes.map(({ name }) => name)));
  const written = lets.map(([name, e]) => [names.get(name)!, writer.write(e, types, name).code] as const);
  const result = writer.write(body, types);
  return dialect.program({
    parameters: parameters.map((name) => names.get(name)!),
    lines: [
      ...sizes.map(({ name, of, axis }) => [names.get(name)!, dialect.size(names.get(of)!, axis)] as const),
      ...literals.map(([name, x]) => [names.get(name)!, dialect.constant(x)] as const),
      ...written,
    ],
    result: result.isNumber ? dialect.tensor(result) : result.code,
    used: writer.used,
  });
}

/** Captured tensors with more entries are arguments. */
const mostWritten = 400;

/** Functions of sizes: their arguments are plain numbers in every language. */
const ofSizes = new Set(['eye', 'ones', 'zeros', 'K']);

class Writer {
  /** The functions that occur. */
  readonly used: Set<string> = new Set();
  private readonly dialect: Dialect;
  private readonly names: ReadonlyMap<string, string>;
  /** Names of what is a number of the language and no tensor. */
  private readonly numbers: Set<string>;

  constructor(dialect: Dialect, names: ReadonlyMap<string, string>, numbers: Set<string>) {
    this.dialect = dialect;
    this.names = names;
    this.numbers = numbers;
  }

  /** The code of an expression, which may get a name. */
  write(e: Expression, types: ReadonlyMap<string, ExpressionType>, name?: string): Fragment {
    const checker = new Checker(show(e), types);
    checker.check(e);
    const result = this.fragment(e, checker.types);
    if (name !== undefined && result.isNumber) this.numbers.add(name);
    return result;
  }

  private sizeCode(e: Expression): string {
    if (e.kind === 'binary') return `${this.sizeCode(e.left)} * ${this.sizeCode(e.right)}`;
    return e.kind === 'name' ? this.names.get(e.name)! : show(e);
  }

  private fragment(e: Expression, types: ReadonlyMap<Expression, ExpressionType>): Fragment {
    const { dialect } = this;
    const part = (x: Expression): Fragment => this.fragment(x, types);
    const kind = types.get(e)?.kind ?? 'scalar';
    switch (e.kind) {
      case 'number':
        return { ...atom(dialect.number(e.value), 'scalar'), level: e.value < 0 ? 3 : 5, isNumber: true };
      case 'name':
        return { ...atom(this.names.get(e.name)!, kind), isNumber: this.numbers.has(e.name) };
      case 'string':
        return atom(e.value, kind);
      case 'negate': {
        const a = part(e.arg);
        return { ...dialect.negate(a), isNumber: a.isNumber };
      }
      case 'transpose':
        return dialect.transpose(part(e.arg), kind);
      case 'binary': {
        const [a, b] = [part(e.left), part(e.right)];
        return { ...dialect.binary(e.op, a, b, kind), isNumber: a.isNumber && b.isNumber };
      }
      case 'call':
        return this.call(e, kind, part);
    }
  }

  private call(
    e: Expression & { kind: 'call' },
    kind: ExpressionType['kind'],
    part: (x: Expression) => Fragment,
  ): Fragment {
    const { dialect } = this;
    if (!isLanguageFunction(e.name)) {
      throw new ArgumentError(`code: ${e.name} has no name in other languages.`, 'use evaluate or compile');
    }
    this.used.add(e.name);
    const [first, ...rest] = e.args;
    if (ofSizes.has(e.name)) {
      const sizes = e.args.map((arg) => atom(this.sizeCode(arg), 'scalar'));
      return dialect.call(e.name, sizes, kind);
    }
    const argument = (x: Expression): Fragment => {
      const a = part(x);
      return a.isNumber && !dialect.takesNumbers ? atom(dialect.tensor(a), 'scalar') : a;
    };
    if (e.name === 'einsum') return dialect.call(e.name, rest.map(argument), kind, (first as { value: string }).value);
    return dialect.call(e.name, e.args.map(argument), kind);
  }
}
