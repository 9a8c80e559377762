// A form is an expression together with its transpose, each as cheap as it is known to be: whether A'B' or (BA)' is shorter
// is decided once, at the place where the product is made.
import {
  binary,
  call,
  children,
  countNodes,
  type Expression,
  negate,
  num,
  sameExpression,
  transposed,
} from '../expression.ts';

export interface Form {
  readonly e: Expression;
  /** The transpose of e; e itself for scalars and symmetric matrices. */
  readonly t: Expression;
}

const costs = new WeakMap<Expression, number>();

/** Nodes, and one more for each transpose of something compound and for each Kronecker product, vec and einsum. */
export function cost(e: Expression): number {
  let total = costs.get(e);
  if (total === undefined) {
    total = countNodes(e) + extra(e);
    costs.set(e, total);
  }
  return total;
}

const surcharge: Readonly<Record<string, number>> = { kron: 1, vec: 1, K: 1, einsum: 4 };

function extra(e: Expression): number {
  switch (e.kind) {
    case 'transpose':
      return extra(e.arg) + (e.arg.kind === 'binary' ? 0.5 : 0);
    case 'negate':
      return extra(e.arg);
    case 'binary':
      return extra(e.left) + extra(e.right);
    case 'call':
      return e.args.reduce((n, arg) => n + extra(arg), surcharge[e.name] ?? 0);
    default:
      return 0;
  }
}

/** Subtrees this large are named when they stand in several places. */
export const leastNamed = 4;

/** The cost where a subtree that stands in several places is written once, under a name. */
export function sharedCost(e: Expression): number {
  const known = new Map<Expression, number>();
  const ids = new Map<string, number>();
  /** Equal for equal subtrees. */
  const idOf = (part: Expression): number => {
    let id = known.get(part);
    if (id === undefined) {
      const key = `${labelOf(part)}(${children(part).map(idOf).join()})`;
      id = ids.get(key) ?? ids.size;
      ids.set(key, id);
      known.set(part, id);
    }
    return id;
  };
  const times = new Map<number, number>();
  const walk = (part: Expression): number => {
    if (countNodes(part) >= leastNamed && part.kind !== 'transpose' && part.kind !== 'negate') {
      const id = idOf(part);
      const before = times.get(id) ?? 0;
      times.set(id, before + 1);
      // The second time pays for the name that stands in the first place.
      if (before > 0) return before === 1 ? 2 : 1;
    }
    const parts = children(part);
    return parts.reduce((total, child) => total + walk(child) - cost(child), cost(part));
  };
  return walk(e);
}

/** What a node is, its children aside. */
export function labelOf(e: Expression): string {
  switch (e.kind) {
    case 'number':
    case 'string':
      return `${e.kind[0]}${e.value}`;
    case 'name':
    case 'call':
      return `${e.kind[0]}${e.name}`;
    case 'binary':
      return e.op;
    default:
      return e.kind;
  }
}

/** The cheapest; the earliest of equals. */
export function cheapest<T extends Form | Expression>(...candidates: readonly T[]): T {
  const price = (c: T): number => cost('e' in c && 't' in c ? (c as Form).e : (c as Expression));
  return candidates.reduce((best, c) => (price(c) < price(best) ? c : best));
}

export function transposeOf(e: Expression): Expression {
  return e.kind === 'transpose' ? e.arg : transposed(e);
}

/** The form of `e` whose transpose may also be written `t`. */
export function form(e: Expression, t: Expression = transposeOf(e)): Form {
  return { e: cheapest(e, transposeOf(t)), t: cheapest(t, transposeOf(e)) };
}

/** A scalar or symmetric form. */
export const fixed = (e: Expression): Form => ({ e, t: e });

export const flipped = ({ e, t }: Form): Form => ({ e: t, t: e });

export const sameForm = (a: Form, b: Form): boolean => sameExpression(a.e, b.e);

/** The matrix product a·b. */
export function productForm(a: Form, b: Form): Form {
  return form(productOf(a.e, b.e), productOf(b.t, a.t));
}

/** scalar*body as one chain; what stands at the seam is not joined. */
export function scaledOf(left: Expression, right: Expression): Expression {
  if (right.kind === 'binary' && right.op === '*') return binary('*', scaledOf(left, right.left), right.right);
  return binary('*', left, right);
}

/** left*right as one chain: powers of equal neighbours, and inv(A)*inv(B) = inv(B*A). */
export function productOf(left: Expression, right: Expression): Expression {
  if (right.kind === 'binary' && right.op === '*') return productOf(productOf(left, right.left), right.right);
  if (left.kind === 'binary' && left.op === '*') {
    const joined = joinedNeighbours(left.right, right);
    if (joined) return binary('*', left.left, joined);
  }
  return joinedNeighbours(left, right) ?? binary('*', left, right);
}

function joinedNeighbours(a: Expression, b: Expression): Expression | undefined {
  const [p, m] = matrixPowerOf(a);
  const [q, n] = matrixPowerOf(b);
  if (sameExpression(p, q) && m + n > 1) return binary('^', p, num(m + n));
  if (a.kind === 'call' && b.kind === 'call' && a.name === 'inv' && b.name === 'inv') {
    return call('inv', productOf(b.args[0]!, a.args[0]!));
  }
  return undefined;
}

function matrixPowerOf(e: Expression): [base: Expression, exponent: number] {
  return e.kind === 'binary' && e.op === '^' && e.right.kind === 'number' ? [e.left, e.right.value] : [e, 1];
}

/** -e, with the minus in front of the first factor, where it is parsed anyway. */
export function negated(e: Expression): Expression {
  if (e.kind === 'number') return e.value === 0 ? e : negate(e);
  if (e.kind === 'binary' && ['*', '/', '.*', './'].includes(e.op)) {
    return binary(e.op, negated(e.left), e.right);
  }
  return e.kind === 'negate' ? e.arg : negate(e);
}
