// Kinds and symbolic shapes of every node: scalar, column, row, matrix, tensor. A vector is not an n×1 matrix and x' is a
// row. Mistakes are found before anything is computed and point at their place in the text.

import { isMap } from '../calculus/entrywise.ts';
import { exponentialFunction } from '../calculus/matrix-functions.ts';
import { derivedByName } from '../calculus/opaque.ts';
import { isNumeric, type Size, timesSize } from '../calculus/size.ts';
import { ParseError } from '../errors.ts';
import { primitives } from '../tensor/op.ts';
import { children, type Expression } from './expression.ts';
import { show } from './print.ts';

export type Kind = 'scalar' | 'column' | 'row' | 'matrix' | 'tensor';

export interface ExpressionType {
  readonly kind: Kind;
  readonly sizes: readonly Size[];
}

const elementwiseFunctions: ReadonlySet<string> = new Set([
  ...['exp', 'log', 'sqrt', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'atan', 'abs', 'sign', 'step', 'relu'],
  ...['sigmoid', 'softplus'],
]);

/** The language's own entry by entry functions, and every other the library has. */
export function isEntrywise(name: string): boolean {
  if (elementwiseFunctions.has(name)) return true;
  const record = primitives.get(name);
  return record !== undefined && isMap(record);
}

const reductions = new Set(['sum', 'norm1', 'norm2']);
const ofSquare = new Set(['tr', 'det', 'logdet', 'inv', 'adj', 'expm']);
const known = [
  ...elementwiseFunctions,
  ...reductions,
  ...ofSquare,
  ...['dot', 'logsumexp', 'softmax', 'diag', 'vec', 'kron', 'eye', 'ones', 'zeros', 'K', 'einsum'],
];

/** How many arguments a function takes at least and at most, where that is not one. */
const argumentCounts: Readonly<Record<string, readonly [number, number]>> = {
  dot: [2, 2],
  kron: [2, 2],
  K: [2, 2],
  ones: [1, 9],
  zeros: [1, 9],
  einsum: [0, Infinity],
};

interface Trouble {
  readonly what: string;
  readonly hint?: string;
}

/** What is wrong with a call whatever the shapes: there is no such function, or it takes another number of arguments. */
function troubleOf({ name, args, opaque }: Expression & { kind: 'call' }): Trouble | undefined {
  if (opaque || name.endsWith('_expm')) return undefined;
  if (!known.includes(name) && !isEntrywise(name)) return unknownFunction(name);
  const [least, most] = Object.hasOwn(argumentCounts, name) ? argumentCounts[name]! : [1, 1];
  if (args.length >= least && args.length <= most) return undefined;
  const wanted = least === most ? String(least) : `${least} to ${most}`;
  return { what: `${name}: takes ${wanted} argument${wanted === '1' ? '' : 's'}, got ${args.length}` };
}

function unknownFunction(name: string): Trouble {
  const what = `derive: unknown function '${name}'`;
  const near = nearest(name, known);
  return near ? { what, hint: `did you mean ${near}?` } : { what };
}

/** Throws at the first call in the text that is wrong whatever the shapes of its variables. */
export function checkCalls(e: Expression, source: string): void {
  const trouble = e.kind === 'call' ? troubleOf(e) : undefined;
  if (trouble) throw new ParseError(trouble.what, source, (e.at ?? 0) + 1, trouble.hint);
  for (const part of children(e)) checkCalls(part, source);
}

/** Whether the formula language itself has a function, and so every target of code. */
export const isLanguageFunction = (name: string): boolean => known.includes(name);

/** A power of a matrix is a product with as many factors. */
const highestPower = 24;

const scalar: ExpressionType = { kind: 'scalar', sizes: [] };

/** The kind of a variable of that shape. */
export function typeOfShape(sizes: readonly Size[]): ExpressionType {
  const kind = sizes.length === 0 ? 'scalar' : sizes.length === 1 ? 'column' : sizes.length === 2 ? 'matrix' : 'tensor';
  return { kind, sizes };
}

const showType = ({ kind, sizes }: ExpressionType): string => (kind === 'row' ? `[${sizes}]'` : `[${sizes.join(',')}]`);

/** The name nearest to a misspelt one, if one is near. */
function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const d = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Types of one formula's nodes. Names are variables, sizes and names bound before. */
export class Checker {
  private readonly source: string;
  private readonly names: ReadonlyMap<string, ExpressionType>;
  readonly types: Map<Expression, ExpressionType> = new Map();

  constructor(source: string, names: ReadonlyMap<string, ExpressionType>) {
    this.source = source;
    this.names = names;
  }

  private fail(e: Expression, what: string, hint?: string): never {
    throw new ParseError(what, this.source, (e.at ?? 0) + 1, hint);
  }

  check(e: Expression): ExpressionType {
    const known = this.types.get(e);
    if (known) return known;
    const type = this.typeOf(e);
    this.types.set(e, type);
    return type;
  }

  private typeOf(e: Expression): ExpressionType {
    switch (e.kind) {
      case 'number':
        return scalar;
      case 'string':
        return this.fail(e, 'einsum: a string stands only as the first argument of einsum');
      case 'name': {
        const type = this.names.get(e.name);
        if (type) return type;
        const near = nearest(e.name, this.names.keys());
        return this.fail(
          e,
          `derive: unknown name '${e.name}'`,
          near ? `did you mean ${near}?` : 'declare it in variables',
        );
      }
      case 'negate':
        return this.check(e.arg);
      case 'transpose': {
        const { kind, sizes } = this.check(e.arg);
        if (kind === 'tensor') this.fail(e, `transpose: a tensor of order ${sizes.length} has no transpose`);
        if (kind === 'matrix') return { kind, sizes: [sizes[1]!, sizes[0]!] };
        return { kind: kind === 'column' ? 'row' : kind === 'row' ? 'column' : kind, sizes };
      }
      case 'binary':
        return this.binary(e);
      case 'call':
        return this.call(e);
    }
  }

  private binary(e: Expression & { kind: 'binary' }): ExpressionType {
    const { op } = e;
    const a = this.check(e.left);
    const b = this.check(e.right);
    const same = a.kind === b.kind && a.sizes.every((size, i) => size === b.sizes[i]);
    const pair = `${showType(a)} ${op} ${showType(b)}`;
    if (op === '^') {
      if (a.kind === 'matrix') {
        if (a.sizes[0] !== a.sizes[1]) this.fail(e, `^: a matrix power needs a square matrix: ${showType(a)}`);
        const power = integerValue(e.right);
        if (power === undefined) this.fail(e.right, '^: the power of a matrix must be an integer');
        if (Math.abs(power) > highestPower) this.fail(e.right, `^: matrix powers above ${highestPower} are too long`);
        return a;
      }
      if (a.kind !== 'scalar' || b.kind !== 'scalar') {
        this.fail(e, `^: needs scalars, or a square matrix and an integer: ${pair}`, 'use .^ entry by entry');
      }
      return scalar;
    }
    if (op === '/') {
      if (b.kind !== 'scalar')
        this.fail(e, `/: divides by a scalar only: ${pair}`, 'use ./ entry by entry, inv(M) for matrices');
      return a;
    }
    if (op === '.^') {
      if (b.kind !== 'scalar' && !same)
        this.fail(e, `.^: the exponent must be a scalar or have the same shape: ${pair}`);
      return a;
    }
    if (a.kind === 'scalar') return b;
    if (b.kind === 'scalar') return a;
    if (op === '*') return this.product(e, a, b, pair);
    if (!same)
      this.fail(
        e,
        `${op}: shapes differ: ${pair}`,
        a.sizes.join() === b.sizes.join() ? "transpose one with '" : undefined,
      );
    return a;
  }

  private product(e: Expression, a: ExpressionType, b: ExpressionType, pair: string): ExpressionType {
    const kinds = `${a.kind} ${b.kind}`;
    if (kinds === 'column row') return { kind: 'matrix', sizes: [a.sizes[0]!, b.sizes[0]!] };
    const result: Record<string, Kind> = {
      'row column': 'scalar',
      'matrix column': 'column',
      'row matrix': 'row',
      'matrix matrix': 'matrix',
    };
    const kind = result[kinds];
    if (!kind) {
      const hint =
        kinds === 'column column'
          ? "write x'*y for the inner product, x*y' for the outer, x.*y entry by entry"
          : undefined;
      this.fail(e, `*: a ${a.kind} times a ${b.kind}: ${pair}`, hint);
    }
    const inner = a.sizes.at(-1)!;
    if (inner !== b.sizes[0]) this.fail(e, `*: inner sizes differ: ${pair} needs ${inner} = ${b.sizes[0]}`);
    return { kind, sizes: [...a.sizes.slice(0, -1), ...b.sizes.slice(1)] };
  }

  private call(e: Expression & { kind: 'call' }): ExpressionType {
    const { name, args } = e;
    const trouble = troubleOf(e);
    const isVariable = !e.opaque && this.names.has(name) && !known.includes(name) && !isEntrywise(name);
    if (isVariable) this.fail(e, unknownFunction(name).what, `${name} is a variable; products are written with *`);
    if (trouble) this.fail(e, trouble.what, trouble.hint);
    if (e.opaque) {
      for (const arg of args) this.check(arg);
      return typeOfShape(e.opaque.gives);
    }
    if (!known.includes(name) && !isEntrywise(name)) {
      const { what, hint } = unknownFunction(name);
      return this.exponential(e) ?? this.fail(e, what, hint);
    }
    if (name === 'einsum') return this.einsum(e);
    if (name === 'eye' || name === 'ones' || name === 'zeros' || name === 'K') {
      const sizes = args.map((arg) => this.size(arg));
      if (name === 'eye') return { kind: 'matrix', sizes: [sizes[0]!, sizes[0]!] };
      if (name !== 'K') return typeOfShape(sizes);
      const size = timesSize(sizes[0]!, sizes[1]!);
      return { kind: 'matrix', sizes: [size, size] };
    }
    const types = args.map((arg) => this.check(arg));
    const [a, b] = types;
    if (isEntrywise(name)) return a!;
    if (reductions.has(name)) return scalar;
    if (ofSquare.has(name)) {
      if (a!.kind !== 'matrix' || a!.sizes[0] !== a!.sizes[1]) {
        this.fail(args[0]!, `${name}: needs a square matrix: ${showType(a!)}`);
      }
      return name === 'inv' || name === 'adj' || name === 'expm' ? a! : scalar;
    }
    switch (name) {
      case 'dot':
        if (a!.sizes.join() !== b!.sizes.join()) this.fail(e, `dot: shapes differ: ${showType(a!)}, ${showType(b!)}`);
        return scalar;
      case 'logsumexp':
      case 'softmax':
        if (a!.kind !== 'column') this.fail(args[0]!, `${name}: needs a column vector: ${showType(a!)}`);
        return name === 'softmax' ? a! : scalar;
      case 'diag': {
        if (a!.kind === 'column' || a!.kind === 'row') return { kind: 'matrix', sizes: [a!.sizes[0]!, a!.sizes[0]!] };
        if (a!.kind !== 'matrix' || a!.sizes[0] !== a!.sizes[1]) {
          this.fail(args[0]!, `diag: needs a vector or a square matrix: ${showType(a!)}`);
        }
        return { kind: 'column', sizes: [a!.sizes[0]!] };
      }
      case 'vec':
        if (a!.kind === 'tensor') this.fail(args[0]!, `vec: needs a matrix or a vector: ${showType(a!)}`);
        return { kind: 'column', sizes: [a!.sizes.reduce(timesSize, '1')] };
      default:
        return this.kron(e, a!, b!);
    }
  }

  /** The derivatives of expm, written jvp_expm(X,V) and vjp_expm(X,G). */
  private exponential(e: Expression & { kind: 'call' }): ExpressionType | undefined {
    const [first, ...rest] = e.args;
    if (!first || !e.name.endsWith('_expm')) return undefined;
    const f = derivedByName(e.name, exponentialFunction(this.check(first).sizes));
    for (const arg of rest) this.check(arg);
    return f && f.takes.length === e.args.length ? typeOfShape(f.gives) : undefined;
  }

  private kron(e: Expression, a: ExpressionType, b: ExpressionType): ExpressionType {
    if (a.kind === 'tensor' || b.kind === 'tensor') this.fail(e, 'kron: needs matrices or vectors');
    if (a.kind === 'scalar') return b;
    if (b.kind === 'scalar') return a;
    const asMatrix = ({ kind, sizes }: ExpressionType): readonly Size[] =>
      kind === 'column' ? [sizes[0]!, '1'] : kind === 'row' ? ['1', sizes[0]!] : sizes;
    const [p, q] = [asMatrix(a), asMatrix(b)];
    const sizes = [timesSize(p[0]!, q[0]!), timesSize(p[1]!, q[1]!)];
    if (a.kind === b.kind && a.kind !== 'matrix')
      return { kind: a.kind, sizes: [a.kind === 'row' ? sizes[1]! : sizes[0]!] };
    return { kind: 'matrix', sizes };
  }

  private einsum(e: Expression & { kind: 'call' }): ExpressionType {
    const [equation, ...operands] = e.args;
    if (equation?.kind !== 'string')
      this.fail(equation ?? e, 'einsum: the first argument must be a string like "ij,j->i"');
    const match = /^([A-Za-z,]*)->([A-Za-z]*)$/.exec(equation.value.replaceAll(' ', ''));
    if (!match) this.fail(equation, 'einsum: the equation must have the form "ij,j->i"');
    const lists = match[1]!.split(',');
    if (lists.length !== operands.length) {
      this.fail(e, `einsum: the equation has ${lists.length} operands, ${operands.length} are given`);
    }
    const sizes = new Map<string, Size>();
    operands.forEach((operand, k) => {
      const type = this.check(operand);
      if (lists[k]!.length !== type.sizes.length) {
        this.fail(
          operand,
          `einsum: '${lists[k]}' has ${lists[k]!.length} indices, the operand has shape ${showType(type)}`,
        );
      }
      [...lists[k]!].forEach((letter, axis) => {
        const size = type.sizes[axis]!;
        const before = sizes.get(letter);
        if (before !== undefined && before !== size) {
          this.fail(operand, `einsum: index ${letter} has sizes ${before} and ${size}`);
        }
        sizes.set(letter, size);
      });
    });
    return typeOfShape(
      [...match[2]!].map(
        (letter) => sizes.get(letter) ?? this.fail(equation, `einsum: output index ${letter} is in no operand`),
      ),
    );
  }

  /** An integer expression as a size. */
  private size(e: Expression): Size {
    if (e.kind === 'number' && Number.isInteger(e.value) && e.value >= 0) return String(e.value);
    if (e.kind === 'name') {
      const type = this.check(e);
      if (type.kind === 'scalar') return e.name;
    }
    if (e.kind === 'binary' && e.op === '*') {
      const size = timesSize(this.size(e.left), this.size(e.right));
      this.types.set(e, scalar);
      return size;
    }
    return this.fail(e, `derive: '${show(e)}' is no size`, 'sizes are names, integers and products of those');
  }
}

/** The integer a literal exponent stands for. */
export function integerValue(e: Expression): number | undefined {
  const value =
    e.kind === 'number' ? e.value : e.kind === 'negate' && e.arg.kind === 'number' ? -e.arg.value : Number.NaN;
  return Number.isInteger(value) ? value : undefined;
}

/** The size an integer expression of a checked formula stands for. */
export function sizeOfExpression(e: Expression): Size {
  if (e.kind === 'binary') return timesSize(sizeOfExpression(e.left), sizeOfExpression(e.right));
  return e.kind === 'name' && !isNumeric(e.name) ? e.name : show(e);
}
