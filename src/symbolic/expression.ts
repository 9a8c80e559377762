// The expression tree of the formula language: what the parser makes, what nets are rendered to, and what text, LaTeX and
// code are printed from. Nodes are immutable; `at` is the offset in the source text, where there is one.

import type { OpaqueFunction } from '../calculus/opaque.ts';

export type BinaryOperator = '+' | '-' | '*' | '/' | '.*' | './' | '^' | '.^';

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at?: number }
  | { readonly kind: 'name'; readonly name: string; readonly at?: number }
  | { readonly kind: 'string'; readonly value: string; readonly at?: number }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at?: number;
      /** What is called, where the language has no such function. */
      readonly opaque?: OpaqueFunction;
    }
  | { readonly kind: 'negate'; readonly arg: Expression; readonly at?: number }
  | { readonly kind: 'transpose'; readonly arg: Expression; readonly at?: number }
  | {
      readonly kind: 'binary';
      readonly op: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at?: number;
    };

export const num = (value: number): Expression => ({ kind: 'number', value });
export const named = (name: string): Expression => ({ kind: 'name', name });
export const text = (value: string): Expression => ({ kind: 'string', value });
export const call = (name: string, ...args: readonly Expression[]): Expression => ({ kind: 'call', name, args });
export const callOpaque = (opaque: OpaqueFunction, ...args: readonly Expression[]): Expression => ({
  kind: 'call',
  name: opaque.name,
  args,
  opaque,
});
export const negate = (arg: Expression): Expression => ({ kind: 'negate', arg });
export const transposed = (arg: Expression): Expression => ({ kind: 'transpose', arg });
export const binary = (op: BinaryOperator, left: Expression, right: Expression): Expression => ({
  kind: 'binary',
  op,
  left,
  right,
});

export function children(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case 'call':
      return e.args;
    case 'negate':
    case 'transpose':
      return [e.arg];
    case 'binary':
      return [e.left, e.right];
    default:
      return [];
  }
}

/** The same node with other children. */
export function withChildren(e: Expression, parts: readonly Expression[]): Expression {
  switch (e.kind) {
    case 'call':
      return { ...e, args: parts };
    case 'negate':
    case 'transpose':
      return { ...e, arg: parts[0]! };
    case 'binary':
      return { ...e, left: parts[0]!, right: parts[1]! };
    default:
      return e;
  }
}

const sizes = new WeakMap<Expression, number>();

/** The size of a formula: numbers, names, strings, calls and operators count 1 each. */
export function countNodes(e: Expression): number {
  let size = sizes.get(e);
  if (size === undefined) {
    size = children(e).reduce((total, part) => total + countNodes(part), 1);
    sizes.set(e, size);
  }
  return size;
}

/** Structural equality; positions do not count. */
export function sameExpression(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || countNodes(a) !== countNodes(b)) return false;
  if (a.kind === 'number') return a.value === (b as typeof a).value;
  if (a.kind === 'string') return a.value === (b as typeof a).value;
  if ((a.kind === 'name' || a.kind === 'call') && a.name !== (b as typeof a).name) return false;
  if (a.kind === 'binary' && a.op !== (b as typeof a).op) return false;
  const others = children(b);
  const parts = children(a);
  return parts.length === others.length && parts.every((part, i) => sameExpression(part, others[i]!));
}

/** Every name that occurs, functions not included. */
export function namesIn(e: Expression, found: Set<string> = new Set()): Set<string> {
  if (e.kind === 'name') found.add(e.name);
  for (const part of children(e)) namesIn(part, found);
  return found;
}
