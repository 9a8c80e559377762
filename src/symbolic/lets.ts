// Shared parts of a formula get names: "where s = softmax(W*x)". A subtree of at least four nodes that stands in two places
// is named where that shortens the whole.
import { ArgumentError } from '../errors.ts';
import type { ExpressionType } from './check.ts';
import { children, countNodes, type Expression, named, namesIn, withChildren } from './expression.ts';
import { show } from './print.ts';
import { labelOf, leastNamed } from './render/form.ts';

export interface Named {
  readonly body: Expression;
  /** In order: a later one may use an earlier one. */
  readonly lets: readonly (readonly [name: string, e: Expression])[];
}

/** `e` with its repeated subtrees named; `taken` names are not used. */
export function nameShared(
  e: Expression,
  types: ReadonlyMap<Expression, ExpressionType>,
  taken: ReadonlySet<string>,
): Named {
  // Equal subtrees become one object, so that a graph is walked as a graph and not as the tree it stands for.
  const kinds = new Map<Expression, ExpressionType>();
  let body = interned(e, types, kinds);
  let lets: [string, Expression][] = [];
  const used = new Set(taken);
  for (;;) {
    const best = mostSaving([body, ...lets.map(([, part]) => part)]);
    if (!best) break;
    const name = freshName(best, kinds.get(best), used);
    used.add(name);
    const done = new Map<Expression, Expression>([[best, named(name)]]);
    const replaceIn = (part: Expression): Expression => replaced(part, done, kinds);
    body = replaceIn(body);
    lets = [...lets.map(([n, part]): [string, Expression] => [n, replaceIn(part)]), [name, best]];
  }
  return { body, lets: ordered(lets) };
}

/** The same expression with one object for equal subtrees; `kinds` learns their types. */
function interned(
  root: Expression,
  types: ReadonlyMap<Expression, ExpressionType>,
  kinds: Map<Expression, ExpressionType>,
): Expression {
  const done = new Map<Expression, Expression>();
  const ids = new Map<Expression, number>();
  const table = new Map<string, Expression>();
  const visit = (e: Expression): Expression => {
    const known = done.get(e);
    if (known) return known;
    const parts = children(e).map(visit);
    const key = `${labelOf(e)}(${parts.map((part) => ids.get(part)).join()})`;
    let result = table.get(key);
    if (!result) {
      result = withChildren(e, parts);
      table.set(key, result);
      ids.set(result, ids.size);
    }
    const type = types.get(e);
    if (type) kinds.set(result, type);
    done.set(e, result);
    return result;
  };
  return visit(root);
}

function mostSaving(roots: readonly Expression[]): Expression | undefined {
  const order: Expression[] = [];
  const seen = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (seen.has(e) || countNodes(e) < leastNamed) return;
    seen.add(e);
    children(e).forEach(visit);
    order.push(e);
  };
  roots.forEach(visit);
  // How often each stands in the tree: users come before what they use.
  const times = new Map<Expression, number>();
  const meet = (e: Expression, n: number): unknown => times.set(e, (times.get(e) ?? 0) + n);
  for (const root of roots) meet(root, 1);
  for (const e of order.toReversed()) for (const part of children(e)) meet(part, times.get(e)!);
  let best: Expression | undefined;
  let most = 0;
  for (const e of order.toReversed()) {
    const count = times.get(e)!;
    const saving = count < 2 || isBare(e) ? 0 : (countNodes(e) - 1) * count - countNodes(e);
    if (saving > most) [best, most] = [e, saving];
  }
  return best;
}

/** Transposes and constants are named by what they are of. */
function isBare(e: Expression): boolean {
  if (e.kind === 'transpose' || e.kind === 'negate' || startsWithNumber(e)) return true;
  return e.kind === 'call' && ['eye', 'ones', 'zeros', 'K', 'einsum'].includes(e.name);
}

/** 0.5*inv(P) is a term, not a thing. */
function startsWithNumber(e: Expression): boolean {
  if (e.kind === 'binary' && (e.op === '*' || e.op === '/')) return startsWithNumber(e.left);
  return e.kind === 'number' || (e.kind === 'negate' && startsWithNumber(e.arg));
}

function replaced(
  e: Expression,
  done: Map<Expression, Expression>,
  kinds: Map<Expression, ExpressionType>,
): Expression {
  const known = done.get(e);
  if (known) return known;
  const parts = children(e);
  const next = parts.map((part) => replaced(part, done, kinds));
  const result = next.every((part, i) => part === parts[i]) ? e : withChildren(e, next);
  const kind = kinds.get(e);
  if (kind) kinds.set(result, kind);
  done.set(e, result);
  return result;
}

const preferred: Readonly<Record<string, readonly string[]>> = {
  softmax: ['s', 'p'],
  sigmoid: ['s', 'h'],
  tanh: ['t', 'h'],
  exp: ['q', 'e'],
  inv: ['M', 'N'],
  norm2: ['r', 'l'],
  matrix: ['M', 'N', 'Q', 'R', 'S', 'T', 'G', 'H'],
  column: ['r', 'u', 'v', 'z', 'q', 'h', 'g'],
  scalar: ['c', 'a', 'b', 'g', 'h', 'q'],
};

function freshName(e: Expression, type: ExpressionType | undefined, used: ReadonlySet<string>): string {
  const kind = type?.kind === 'matrix' ? 'matrix' : type?.kind === 'scalar' ? 'scalar' : 'column';
  const heads = e.kind === 'call' ? (preferred[e.name] ?? []) : [];
  const wanted = heads.map((name) => (kind === 'matrix' ? name.toUpperCase() : name));
  for (const name of [...wanted, ...preferred[kind]!]) if (!used.has(name)) return name;
  for (let k = 1; k < 1000; k++) {
    const name = `${kind === 'matrix' ? 'M' : kind === 'scalar' ? 'c' : 'u'}${k}`;
    if (!used.has(name)) return name;
  }
  throw new ArgumentError('derive: no name is left for a shared part.');
}

/** Definitions before their uses. */
export function ordered(lets: readonly [string, Expression][]): [string, Expression][] {
  const byName = new Map(lets);
  const done = new Map<string, Expression>();
  const visit = (name: string, e: Expression): void => {
    if (done.has(name)) return;
    for (const other of namesIn(e)) {
      const definition = byName.get(other);
      if (definition && other !== name) visit(other, definition);
    }
    done.set(name, e);
  };
  for (const [name, e] of lets) visit(name, e);
  return [...done];
}

/** `e` with every subtree that a given binding stands for replaced by its name; the names used come back too. */
export function withBindings(
  e: Expression,
  bindings: readonly (readonly [string, Expression])[],
): { e: Expression; used: Set<string> } {
  let result = e;
  const used = new Set<string>();
  for (const [name, definition] of [...bindings].sort((a, b) => countNodes(b[1]) - countNodes(a[1]))) {
    if (countNodes(definition) < 3) continue;
    const text = show(definition);
    const next = replacedAny(result, text, named(name));
    if (next !== result) used.add(name);
    result = next;
  }
  return { e: result, used };
}

function replacedAny(e: Expression, text: string, by: Expression): Expression {
  if (show(e) === text) return by;
  const parts = children(e);
  const next = parts.map((part) => replacedAny(part, text, by));
  return next.every((part, i) => part === parts[i]) ? e : withChildren(e, next);
}
