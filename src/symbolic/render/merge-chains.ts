// Terms that are products of matrices, merged where they differ in one stretch only:
//   P*A*Q + P*B*Q = P*(A+B)*Q        kron(P,A) + kron(P,B) = kron(P,A+B)
import { binary, call, type Expression, sameExpression } from '../expression.ts';
import { cost, productOf } from './form.ts';

export interface SignedExpression {
  readonly negative: boolean;
  readonly e: Expression;
}

/** A term as a chain of factors, the first of which may be a scalar. */
interface Chain extends SignedExpression {
  readonly parts: readonly Expression[];
  readonly isScaled: boolean;
}

/** `scale` times `body`, which is a matrix, as a term. */
export function chainOf(negative: boolean, e: Expression, scale: Expression | undefined, body: Expression): Chain {
  // Over a denominator it stays in one piece.
  if (e.kind === 'binary' && e.op !== '*') return { negative, e, parts: [e], isScaled: false };
  return { negative, e, parts: [...(scale ? [scale] : []), ...factorsOf(body)], isScaled: scale !== undefined };
}

/** Pairs are merged as long as that makes the whole cheaper. */
export function mergedChains(terms: readonly Chain[]): SignedExpression[] {
  const list = [...terms];
  for (;;) {
    let best: { i: number; j: number; merged: Chain; saved: number } | undefined;
    for (let i = 0; i < list.length; i++) {
      for (let j = i + 1; j < list.length; j++) {
        const merged = mergedPair(list[i]!, list[j]!);
        if (!merged) continue;
        const saved = cost(list[i]!.e) + cost(list[j]!.e) + 1 - cost(merged.e);
        if (saved > (best?.saved ?? 0)) best = { i, j, merged, saved };
      }
    }
    if (!best) return list;
    list[best.i] = best.merged;
    list.splice(best.j, 1);
  }
}

const factorsOf = (e: Expression): Expression[] =>
  e.kind === 'binary' && e.op === '*' ? [...factorsOf(e.left), e.right] : [e];

function mergedPair(a: Chain, b: Chain): Chain | undefined {
  const [p, q] = [a.parts, b.parts];
  const shorter = Math.min(p.length, q.length);
  let front = 0;
  while (front < shorter && sameExpression(p[front]!, q[front]!)) front++;
  let back = 0;
  while (back < shorter - front && sameExpression(p.at(-1 - back)!, q.at(-1 - back)!)) back++;
  const [u, v] = [p.slice(front, p.length - back), q.slice(front, q.length - back)];
  if (u.length === 0 || v.length === 0) return undefined;
  // A scalar and a matrix do not add up: c*K + A*K is not (c + A)*K.
  const [isScalar, isOtherScalar] = [a, b].map((x, k) => x.isScaled && front === 0 && [u, v][k]!.length === 1);
  if (isScalar !== isOtherScalar) return undefined;
  // The positive term goes first.
  const [first, second] = a.negative && !b.negative ? [v, u] : [u, v];
  const op = a.negative === b.negative ? '+' : '-';
  const inner = sumOfKrons(first, second, op) ?? (front + back > 0 ? joined(first, second, op) : undefined);
  if (!inner) return undefined;
  const parts = [...p.slice(0, front), inner, ...p.slice(p.length - back)];
  const isScaled = front > 0 ? a.isScaled : isScalar === true;
  return { negative: a.negative && b.negative, e: parts.reduce(productOf), parts, isScaled };
}

const joined = (u: readonly Expression[], v: readonly Expression[], op: '+' | '-'): Expression =>
  binary(op, u.reduce(productOf), v.reduce(productOf));

/** kron(P,A) ± kron(P,B) and kron(A,P) ± kron(B,P). */
function sumOfKrons(u: readonly Expression[], v: readonly Expression[], op: '+' | '-'): Expression | undefined {
  const [a, b] = [u[0]!, v[0]!];
  if (u.length !== 1 || v.length !== 1 || a.kind !== 'call' || b.kind !== 'call') return undefined;
  if (a.name !== 'kron' || b.name !== 'kron') return undefined;
  const [p, q] = a.args as readonly [Expression, Expression];
  const [r, s] = b.args as readonly [Expression, Expression];
  if (sameExpression(p, r)) return call('kron', p, binary(op, q, s));
  return sameExpression(q, s) ? call('kron', binary(op, p, r), q) : undefined;
}
