// Shapes of variables that nobody declared, from how they are used. Every name is tried as scalar, vector and matrix; sizes are
// unified; of the assignments that fit the one that follows custom wins: capitals are matrices, small letters vectors.
import type { Size } from '../calculus/size.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { checkCalls, isEntrywise } from './check.ts';
import { children, type Expression, namesIn } from './expression.ts';

export type Shapes = Readonly<Record<string, readonly Size[]>>;

export interface InferOptions {
  /** Shapes that are known. */
  readonly declared: Shapes;
  /** The variable of differentiation, rather a vector than a scalar. */
  readonly wrt: string;
  /** Whether the value must be a scalar. */
  readonly scalar: boolean;
  /** The text of the expression, for errors that point into it. */
  readonly source: string;
}

/** A size while sizes are unified: a name or a number, a product, or still unknown. */
type Term = { value?: Size | readonly [Term, Term] | Term };

interface Typed {
  readonly kind: 'scalar' | 'column' | 'row' | 'matrix';
  readonly sizes: readonly Term[];
}

/** Thrown and caught here only: this assignment of ranks does not fit. */
const misfit = Symbol('misfit');

function resolved(term: Term): Term {
  let at = term;
  while (at.value !== undefined && typeof at.value === 'object' && !Array.isArray(at.value)) at = at.value as Term;
  return at;
}

function unify(x: Term, y: Term): void {
  const [a, b] = [resolved(x), resolved(y)];
  if (a === b) return;
  if (a.value === undefined) a.value = b;
  else if (b.value === undefined) b.value = a;
  else if (Array.isArray(a.value) && Array.isArray(b.value)) {
    unify(a.value[0], b.value[0]);
    unify(a.value[1], b.value[1]);
  } else if (a.value !== b.value) throw misfit;
}

const scalarType: Typed = { kind: 'scalar', sizes: [] };

class Unifier {
  readonly names: Map<string, Typed> = new Map();
  private readonly sizes: Map<Size, Term> = new Map();

  size(name: Size): Term {
    const term = this.sizes.get(name) ?? { value: name };
    this.sizes.set(name, term);
    return term;
  }

  typeOf(e: Expression): Typed {
    switch (e.kind) {
      case 'number':
        return scalarType;
      case 'string':
        throw misfit;
      case 'name':
        return this.names.get(e.name) ?? scalarType;
      case 'negate':
        return this.typeOf(e.arg);
      case 'transpose':
        return transposed(this.typeOf(e.arg));
      case 'binary':
        return binary(e.op, this.typeOf(e.left), this.typeOf(e.right));
      case 'call':
        return this.call(e.name, e.args);
    }
  }

  private call(name: string, args: readonly Expression[]): Typed {
    const sizeOf = (e: Expression): Term =>
      e.kind === 'binary' ? { value: [sizeOf(e.left), sizeOf(e.right)] } : this.size(sizeText(e));
    if (name === 'ones' || name === 'zeros') {
      return { kind: args.length === 1 ? 'column' : 'matrix', sizes: args.map(sizeOf) };
    }
    if (name === 'eye') return { kind: 'matrix', sizes: [sizeOf(args[0]!), sizeOf(args[0]!)] };
    if (name === 'K') {
      const size: Term = { value: [sizeOf(args[0]!), sizeOf(args[1]!)] };
      return { kind: 'matrix', sizes: [size, size] };
    }
    if (name === 'einsum') return this.einsum(args);
    const [a = scalarType, b = scalarType] = args.map((arg) => this.typeOf(arg));
    if (isEntrywise(name)) return a;
    switch (name) {
      case 'sum':
      case 'norm1':
      case 'norm2':
        return scalarType;
      case 'dot':
        same(a, b);
        return scalarType;
      case 'softmax':
      case 'logsumexp':
        if (a.kind !== 'column') throw misfit;
        return name === 'softmax' ? a : scalarType;
      case 'diag':
        if (a.kind === 'scalar') throw misfit;
        if (a.kind !== 'matrix') return { kind: 'matrix', sizes: [a.sizes[0]!, a.sizes[0]!] };
        square(a);
        return { kind: 'column', sizes: [a.sizes[0]!] };
      case 'vec':
        return a.kind === 'matrix' ? { kind: 'column', sizes: [{ value: [a.sizes[1]!, a.sizes[0]!] }] } : a;
      case 'kron':
        return kron(a, b);
      case 'tr':
      case 'det':
      case 'logdet':
        square(a);
        return scalarType;
      default:
        square(a);
        return a;
    }
  }

  private einsum([equation, ...operands]: readonly Expression[]): Typed {
    if (equation?.kind !== 'string') throw misfit;
    const [inputs = '', output = ''] = equation.value.replaceAll(' ', '').split('->');
    const letters = new Map<string, Term>();
    for (const [k, list] of inputs.split(',').entries()) {
      const { sizes } = this.typeOf(operands[k]!);
      if (sizes.length !== list.length) throw misfit;
      [...list].forEach((letter, axis) => {
        const known = letters.get(letter);
        if (known) unify(known, sizes[axis]!);
        else letters.set(letter, sizes[axis]!);
      });
    }
    const sizes = [...output].map((letter) => letters.get(letter)!);
    if (sizes.length > 2) throw misfit;
    return { kind: (['scalar', 'column', 'matrix'] as const)[sizes.length]!, sizes };
  }
}

function sizeText(e: Expression): Size {
  if (e.kind === 'name') return e.name;
  if (e.kind === 'number') return String(e.value);
  throw misfit;
}

function transposed({ kind, sizes }: Typed): Typed {
  if (kind === 'matrix') return { kind, sizes: [sizes[1]!, sizes[0]!] };
  return { kind: kind === 'column' ? 'row' : kind === 'row' ? 'column' : kind, sizes };
}

function same(a: Typed, b: Typed): void {
  if (a.kind !== b.kind) throw misfit;
  a.sizes.forEach((size, k) => {
    unify(size, b.sizes[k]!);
  });
}

function square(a: Typed): void {
  if (a.kind !== 'matrix') throw misfit;
  unify(a.sizes[0]!, a.sizes[1]!);
}

function binary(op: string, a: Typed, b: Typed): Typed {
  if (op === '^') {
    if (a.kind === 'matrix' && b.kind === 'scalar') square(a);
    else if (a.kind !== 'scalar' || b.kind !== 'scalar') throw misfit;
    return a;
  }
  if (op === '/' && b.kind !== 'scalar') throw misfit;
  if (b.kind === 'scalar') return a;
  if (a.kind === 'scalar') return op === '.^' ? misfitting() : b;
  if (op !== '*') {
    same(a, b);
    return a;
  }
  if (a.kind === 'column' && b.kind === 'row') return { kind: 'matrix', sizes: [a.sizes[0]!, b.sizes[0]!] };
  const kind = (
    { 'row column': 'scalar', 'matrix column': 'column', 'row matrix': 'row', 'matrix matrix': 'matrix' } as const
  )[`${a.kind} ${b.kind}` as 'row column'];
  if (kind === undefined) throw misfit;
  unify(a.sizes.at(-1)!, b.sizes[0]!);
  return { kind, sizes: [...a.sizes.slice(0, -1), ...b.sizes.slice(1)] };
}

function misfitting(): never {
  throw misfit;
}

function kron(a: Typed, b: Typed): Typed {
  if (a.kind === 'scalar') return b;
  if (b.kind === 'scalar') return a;
  const product = (x: Term, y: Term): Term => ({ value: [x, y] });
  if (a.kind === b.kind && a.kind !== 'matrix') return { kind: a.kind, sizes: [product(a.sizes[0]!, b.sizes[0]!)] };
  const one: Term = { value: '1' };
  const sides = ({ kind, sizes }: Typed): [Term, Term] =>
    kind === 'column' ? [sizes[0]!, one] : kind === 'row' ? [one, sizes[0]!] : [sizes[0]!, sizes[1]!];
  const [p, q] = [sides(a), sides(b)];
  return { kind: 'matrix', sizes: [product(p[0], q[0]), product(p[1], q[1])] };
}

/** How unusual a rank is for a name. */
function strangeness(name: string, rank: number, wrt: string): number {
  if (/^\p{Lu}/u.test(name)) return [2, 1.5, 0][rank]!;
  const usual = /^(lambda|alpha|beta|gamma|sigma|tau|eps|eta|rho|nu|[ct])\d*$/.test(name) ? [0, 0.75, 3] : [1, 0, 3];
  return usual[rank]! + (name === wrt && rank === 0 ? 0.25 : 0);
}

const mostNames = 9;

/**
 * Shapes of all variables of `e`, the declared ones among them. Throws where none fit, or several are as likely; ShapeError where
 * some fit, but none of them makes the scalar that is wanted.
 */
export function inferShapes(e: Expression, options: InferOptions): Shapes {
  const { declared, scalar, source } = options;
  checkCalls(e, source);
  const sizeNames = new Set([...Object.values(declared).flat(), ...sizeArguments(e)]);
  const unknown = [...namesIn(e)].filter((name) => !Object.hasOwn(declared, name) && !sizeNames.has(name));
  if (unknown.length > mostNames) throw new ArgumentError(`derive: ${unknown.length} names have no shape.`);
  const [best, other] = likeliest(e, unknown, sizeNames, options);
  if (other) {
    const differing = unknown.filter((name) => best!.shapes[name]!.length !== other.shapes[name]!.length);
    throw new ArgumentError(`derive: the shapes of ${differing.join(' and ')} are ambiguous.`);
  }
  if (best) return best.shapes;
  const names = unknown.join(', ');
  if (scalar && likeliest(e, unknown, sizeNames, { ...options, scalar: false }).length > 0) {
    const hint = 'what is no scalar has a Jacobian, no gradient';
    throw new ShapeError(`derive: no shapes of ${names} make a scalar of the expression.`, hint);
  }
  throw new ArgumentError(`derive: no shapes of ${names} fit the expression.`);
}

interface Reading {
  readonly shapes: Shapes;
  readonly price: number;
}

/** The readings that are least unusual. */
function likeliest(
  e: Expression,
  unknown: readonly string[],
  sizeNames: ReadonlySet<string>,
  { declared, wrt, scalar }: InferOptions,
): readonly Reading[] {
  let found: Reading[] = [];
  for (const ranks of assignments(unknown.length)) {
    const price = ranks.reduce((total, rank, k) => total + strangeness(unknown[k]!, rank, wrt), 0);
    if (found.length > 0 && price > found[0]!.price) continue;
    const shapes = fitting(e, unknown, ranks, declared, scalar, sizeNames);
    if (shapes) found = [...found.filter((other) => other.price <= price), { shapes, price }];
  }
  return found;
}

function* assignments(count: number): Generator<number[]> {
  for (let code = 0; code < 3 ** count; code++) {
    yield Array.from({ length: count }, (_, k) => Math.floor(code / 3 ** k) % 3);
  }
}

function sizeArguments(e: Expression): string[] {
  const own = e.kind === 'call' && ['eye', 'ones', 'zeros', 'K'].includes(e.name) ? [...namesIn(e)] : [];
  return [...own, ...children(e).flatMap(sizeArguments)];
}

function fitting(
  e: Expression,
  unknown: readonly string[],
  ranks: readonly number[],
  declared: Shapes,
  scalar: boolean,
  sizeNames: ReadonlySet<string>,
): Shapes | undefined {
  const unifier = new Unifier();
  const kinds = ['scalar', 'column', 'matrix'] as const;
  for (const [name, sizes] of Object.entries(declared)) {
    unifier.names.set(name, { kind: kinds[sizes.length] ?? 'matrix', sizes: sizes.map((size) => unifier.size(size)) });
  }
  unknown.forEach((name, k) => {
    unifier.names.set(name, { kind: kinds[ranks[k]!]!, sizes: Array.from({ length: ranks[k]! }, (): Term => ({})) });
  });
  try {
    const { kind } = unifier.typeOf(e);
    if (scalar ? kind !== 'scalar' : kind === 'row') return undefined;
  } catch (error) {
    if (error !== misfit) throw error;
    return undefined;
  }
  return namedSizes(unifier.names, new Set([...unifier.names.keys(), ...sizeNames]));
}

/** Unknown sizes get letters: a matrix is m×n, a square one n×n, a vector has n entries. */
function namedSizes(types: ReadonlyMap<string, Typed>, taken: Set<string>): Shapes | undefined {
  const name = (term: Term, letters: string): void => {
    const end = resolved(term);
    if (end.value !== undefined) return;
    const free = [...letters, ...'kpqrsabcdefghij'].find((letter) => !taken.has(letter));
    end.value = free ?? `n${taken.size}`;
    taken.add(end.value);
  };
  for (const { sizes } of types.values()) {
    const [rows, columns] = sizes.map(resolved);
    if (!rows || !columns) continue;
    if (rows !== columns) name(rows, 'mn');
    name(columns, 'nm');
  }
  for (const { sizes } of types.values()) if (sizes.length === 1) name(sizes[0]!, 'nm');
  const shapes: Record<string, readonly Size[]> = {};
  for (const [variable, { sizes }] of types) {
    const texts = sizes.map((size) => resolved(size).value);
    if (!texts.every((text) => typeof text === 'string')) return undefined;
    shapes[variable] = texts;
  }
  return shapes;
}
