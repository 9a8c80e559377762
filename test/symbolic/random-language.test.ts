// Random texts of the whole language, every function in it: gradients, Jacobians and Hessians agree with automatic
// differentiation wherever that is finite, at a point the library did not choose, and parse back to the same numbers.
import { describe, expect, it } from 'vitest';
import { derive } from '../../src/symbolic/derive.ts';
import { namesIn } from '../../src/symbolic/expression.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { generator } from '../../src/symbolic/points.ts';
import { RandomText, variables } from './random-text.ts';
import { drawEnvironment, evaluateText, flattened, largestDifference, numericDerivative } from './reference.ts';

const seed = 20240609;
const sizes = { n: 3, m: 4 };

type Order = 'gradient' | 'jacobian' | 'hessian';

function textOf(order: Order, k: number, depth: number): string {
  const random = generator(seed + 977 * k);
  const source = new RandomText(random);
  if (order !== 'jacobian') return source.scalar(depth);
  return random() < 0.6 ? source.vector(random() < 0.5 ? 'n' : 'm', depth) : source.matrix('m', 'n', depth - 1);
}

/** Whether the text has a finite derivative, and then everything about its formula is asserted. */
function check(order: Order, k: number, depth: number): boolean {
  const text = textOf(order, k, depth);
  const names = [...namesIn(parse(text))].filter((name) => name in variables);
  if (names.length === 0) return false;
  const wrt = names[k % names.length]!;
  const env = drawEnvironment(variables, sizes, seed + k);
  const t = numericDerivative(text, [], wrt, order, env);
  const values = Array.from(t.concrete('test').values());
  if (!values.every(Number.isFinite) || values.some((value) => Math.abs(value) > 1e5)) return false;
  const f = derive(text, { variables });
  const g = f[order](wrt);
  expect(g.warning, `${order} in ${wrt} of ${text} (seed ${seed}, ${k})`).toBeUndefined();
  const expected = g.layout === 'vec' ? flattened(t, t.ndim - env.get(wrt)!.x.ndim).flat() : values;
  for (const value of [evaluateText(g.text, g.lets, env), evaluateText(g.inlined, [], env)]) {
    const entries = value.concrete('test').values();
    expect(
      largestDifference(expected, entries),
      `${order} in ${wrt} of ${text} => ${g} (seed ${seed}, ${k})`,
    ).toBeLessThan(1e-6);
  }
  return true;
}

describe('random texts of the whole language', () => {
  it.each([
    ['gradient', 150, 3],
    ['jacobian', 100, 3],
    ['hessian', 60, 2],
  ] as const)('%s: %i texts', (order, count, depth) => {
    const checked = Array.from({ length: count }, (_, k) => check(order, k, depth));
    expect(checked.filter(Boolean).length).toBeGreaterThan(0.8 * count);
  });
});
