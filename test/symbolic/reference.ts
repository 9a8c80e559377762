// Numeric derivatives of the expression language by automatic differentiation, in the layout an identity states, and values
// drawn for its variables: what formulas are compared with.
import type { VariableDeclaration } from '../../src/symbolic/declare.ts';
import { declare } from '../../src/symbolic/declare.ts';
import { type Environment, evaluate, type Value } from '../../src/symbolic/evaluate.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { drawValue, generator } from '../../src/symbolic/points.ts';
import { filled, type Tensor } from '../../src/tensor/tensor.ts';
import { jacobian } from '../../src/transforms/derivatives.ts';
import { hessian } from '../../src/transforms/second-order.ts';

export type Variables = Readonly<Record<string, VariableDeclaration>>;

export function drawEnvironment(
  variables: Variables,
  sizes: Readonly<Record<string, number>>,
  seed: number,
): Map<string, Value> {
  const random = generator(seed);
  const env = new Map<string, Value>();
  const values = new Map(Object.entries(sizes));
  for (const [name, size] of values) env.set(name, { x: filled([], size, 'float64'), row: false });
  for (const variable of declare(variables).values()) {
    env.set(variable.name, { x: drawValue(variable, values, random), row: false });
  }
  return env;
}

export function evaluateText(text: string, lets: readonly (readonly [string, string])[], start: Environment): Tensor {
  const env = new Map(start);
  for (const [name, definition] of lets) env.set(name, evaluate(parse(definition), env));
  return evaluate(parse(text), env).x;
}

/** The derivative of a text, out ++ in. */
export function numericDerivative(
  text: string,
  lets: readonly (readonly [string, string])[],
  wrt: string,
  order: 'gradient' | 'jacobian' | 'hessian',
  env: Environment,
): Tensor {
  const f = (x: unknown): Tensor => evaluateText(text, lets, new Map(env).set(wrt, { x: x as Tensor, row: false }));
  const x = env.get(wrt)!.x;
  return (order === 'hessian' ? hessian(f)(x) : jacobian(f)(x)) as Tensor;
}

/** Both sides flattened by columns: entry (i,j) of a matrix at j*rows + i. */
export function flattened(t: Tensor, outRank: number): number[][] {
  const shape: readonly number[] = t.shape;
  const values = t.concrete('test').values();
  const order = (sizes: readonly number[]): number[] => {
    if (sizes.length < 2) return Array.from({ length: sizes[0] ?? 1 }, (_, i) => i);
    const [m, n] = sizes as [number, number];
    return Array.from({ length: m * n }, (_, k) => (k % m) * n + Math.floor(k / m));
  };
  const rows = order(shape.slice(0, outRank));
  const columns = order(shape.slice(outRank));
  return rows.map((r) => columns.map((c) => values[r * columns.length + c]!));
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let scale = 1;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    scale = Math.max(scale, Math.abs(a[i]!));
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  }
  return a.length === b.length ? worst / scale : Number.POSITIVE_INFINITY;
}
