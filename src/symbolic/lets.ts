// Shared parts of a formula get names: "where s = softmax(W*x)". A subtree of at least four nodes that stands in two places
// is named where that shortens the whole.
import { ArgumentError } from '../errors.ts';
import type { ExpressionType } from './check.ts';
import { children, countNodes, type Expression, named, namesIn, withChildren } from './expression.ts';
import { show } from './print.ts';
import { leastNamed } from './render/form.ts';

export interface Named {
  readonly body: Expression;
  /** In order: a later one may use an earlier one. */
  readonly lets: readonly (readonly [name: string, e: Expression])[];
}

/** `e` with its repeated subtrees named; `taken` names are not used. */
export function nameShared(
  e: Expression,
  typeOf: (e: Expression) => ExpressionType | undefined,
  taken: ReadonlySet<string>,
): Named {
  let body = e;
  let lets: [string, Expression][] = [];
  const used = new Set(taken);
  const kinds = new Map<string, ExpressionType | undefined>();
  const collect = (part: Expression): void => {
    if (part.kind === 'string') return;
    if (!kinds.has(show(part))) kinds.set(show(part), typeOf(part));
    children(part).forEach(collect);
  };
  collect(e);
  for (;;) {
    const best = mostSaving([body, ...lets.map(([, part]) => part)]);
    if (!best) break;
    const name = freshName(best, kinds.get(show(best)), used);
    used.add(name);
    const text = show(best);
    const replaceIn = (part: Expression): Expression => replaced(part, text, named(name));
    body = replaceIn(body);
    lets = [...lets.map(([n, part]): [string, Expression] => [n, replaceIn(part)]), [name, best]];
  }
  return { body, lets: ordered(lets) };
}

function mostSaving(roots: readonly Expression[]): Expression | undefined {
  const seen = new Map<string, { e: Expression; count: number }>();
  const visit = (e: Expression): void => {
    if (countNodes(e) < leastNamed) return;
    const text = show(e);
    const entry = seen.get(text);
    if (entry) entry.count++;
    else seen.set(text, { e, count: 1 });
    children(e).forEach(visit);
  };
  roots.forEach(visit);
  let best: Expression | undefined;
  let most = 0;
  for (const { e, count } of seen.values()) {
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

function replaced(e: Expression, text: string, by: Expression): Expression {
  if (countNodes(e) >= leastNamed && show(e) === text) return by;
  const parts = children(e);
  const next = parts.map((part) => replaced(part, text, by));
  return next.every((part, i) => part === parts[i]) ? e : withChildren(e, next);
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
