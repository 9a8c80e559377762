// Derivatives times a direction, part by part: a formula over out ++ in is checked without its matrix ever being written, which
// for a Hessian in a 100×100 matrix would have 10⁸ entries.
//   einsum("ik,jl->ijkl",A,B)[Ξ] = einsum("ik,jl,kl->ij",A,B,Ξ)        kron(A,B)·v = vec(B V A')        (A·B)·v = A·(B·v)
import { add, div, mul, neg, sub } from '../ops/arithmetic.ts';
import { einsum } from '../ops/einsum.ts';
import { transpose } from '../ops/movement.ts';
import { matmul, tensordot } from '../ops/products.ts';
import { sum } from '../ops/reduction.ts';
import { reshapeTo } from '../ops/spread.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ExpressionType, Kind } from './check.ts';
import { type Environment, evaluate } from './evaluate.ts';
import type { Expression } from './expression.ts';

/** The last slots of a tensor contracted with the direction. */
export function contractedTensor(derivative: Tensor, direction: Tensor): Tensor {
  const n = direction.ndim;
  if (n === 0) return mul(derivative, direction);
  if (derivative.ndim === n) return sum(mul(derivative, direction));
  const axes = Array.from({ length: n }, (_, i) => i);
  return tensordot(derivative, direction, [axes.map((i) => derivative.ndim - n + i), axes]);
}

/** Whether an einsum is among the terms of a sum, apart from scalars. */
function isTensor(e: Expression): boolean {
  if (e.kind === 'call') return e.name === 'einsum';
  if (e.kind === 'negate') return isTensor(e.arg);
  return e.kind === 'binary' && !e.op.includes('.') && (isTensor(e.left) || isTensor(e.right));
}

/** The value of a formula over out ++ in, contracted with a direction. */
export function tensorTimes(e: Expression, env: Environment, direction: Tensor): Tensor {
  const value = (part: Expression): Tensor => evaluate(part, env).x;
  const times = (part: Expression): Tensor => tensorTimes(part, env, direction);
  if (e.kind === 'negate') return neg(times(e.arg));
  if (e.kind === 'binary' && isTensor(e)) {
    const [left, right] = [e.left, e.right];
    if (e.op === '+') return add(times(left), times(right));
    if (e.op === '-') return sub(times(left), times(right));
    if (e.op === '/') return div(times(left), value(right));
    if (e.op === '*') return isTensor(right) ? mul(value(left), times(right)) : mul(times(left), value(right));
  }
  if (e.kind !== 'call' || e.name !== 'einsum' || direction.ndim === 0) return contractedTensor(value(e), direction);
  const [equation, ...operands] = e.args;
  const [inputs = '', output = ''] = (equation as Expression & { kind: 'string' }).value.split('->');
  const kept = output.length - direction.ndim;
  const text = `${inputs},${output.slice(kept)}->${output.slice(0, kept)}`;
  return einsum(text, ...operands.map(value), direction);
}

/** The value of a matrix times a vector; `types` are those of its parts. */
export function matrixTimes(
  e: Expression,
  env: Environment,
  types: ReadonlyMap<Expression, ExpressionType>,
  v: Tensor,
): Tensor {
  const value = (part: Expression): Tensor => evaluate(part, env).x;
  const times = (part: Expression, x: Tensor): Tensor => matrixTimes(part, env, types, x);
  const kind = (part: Expression): Kind | undefined => types.get(part)?.kind;
  if (kind(e) === 'matrix') {
    if (e.kind === 'negate') return neg(times(e.arg, v));
    if (e.kind === 'binary') {
      const [a, b] = [kind(e.left), kind(e.right)];
      if (a === 'matrix' && b === 'matrix') {
        if (e.op === '+') return add(times(e.left, v), times(e.right, v));
        if (e.op === '-') return sub(times(e.left, v), times(e.right, v));
        if (e.op === '*') return times(e.left, times(e.right, v));
      }
      if (e.op === '*' && a === 'scalar') return mul(value(e.left), times(e.right, v));
      if (e.op === '*' && b === 'scalar') return mul(times(e.left, v), value(e.right));
      if (e.op === '*' && a === 'column') return mul(value(e.left), sum(mul(value(e.right), v)));
      if (e.op === '/') return div(times(e.left, v), value(e.right));
    }
    if (e.kind === 'call') {
      const [a, b] = e.args;
      if (e.name === 'eye') return v;
      if (e.name === 'diag' && kind(a!) !== 'matrix') return mul(value(a!), v);
      if (e.name === 'K') {
        const [m, n] = [a!, b!].map((size) => Number(value(size).item())) as [number, number];
        return reshapeTo(transpose(reshapeTo(v, [n, m])), [m * n]);
      }
      if (e.name === 'kron') return kronTimes(a!, b!, env, types, v);
    }
  }
  return contractedTensor(value(e), v);
}

/** (A ⊗ B) v = vec(B V A'), with V' the rows of v. */
function kronTimes(
  a: Expression,
  b: Expression,
  env: Environment,
  types: ReadonlyMap<Expression, ExpressionType>,
  v: Tensor,
): Tensor {
  const isEye = (e: Expression): boolean => e.kind === 'call' && e.name === 'eye';
  const size = (e: Expression): number =>
    Number(evaluate((e as { args: readonly Expression[] }).args[0]!, env).x.item());
  const matrix = (e: Expression): Tensor => {
    const { x } = evaluate(e, env);
    const kind = types.get(e)?.kind;
    return kind === 'column' ? reshapeTo(x, [x.size, 1]) : kind === 'row' ? reshapeTo(x, [1, x.size]) : x;
  };
  const [p, q] = [a, b].map((e) => (isEye(e) ? undefined : matrix(e)));
  const rows = p ? p.shape[1]! : size(a);
  let V = reshapeTo(v, [rows, v.size / rows]);
  if (q) V = matmul(V, transpose(q));
  if (p) V = matmul(p, V);
  return reshapeTo(V, [V.size]);
}
