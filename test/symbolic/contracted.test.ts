// A formula times a direction, part by part, is its whole value times the direction; and it needs no room for the whole.
import { describe, expect, it } from 'vitest';
import { Checker, type ExpressionType, typeOfShape } from '../../src/symbolic/check.ts';
import { contractedTensor, matrixTimes, tensorTimes } from '../../src/symbolic/contracted.ts';
import { declare } from '../../src/symbolic/declare.ts';
import { derive } from '../../src/symbolic/derive.ts';
import { type Environment, evaluate } from '../../src/symbolic/evaluate.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { drawValue, generator } from '../../src/symbolic/points.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { drawEnvironment, largestDifference } from './reference.ts';
import { formulaOf, type TextbookRow, textbook } from './textbook.ts';

const sizes = { n: 4, m: 3, k: 2, p: 5 };

const draw = (shape: readonly number[]): Tensor =>
  drawValue({ name: 'd', sizes: shape.map(String), facts: new Set() }, new Map(), generator(4));

function typesOf(row: TextbookRow): Map<string, ExpressionType> {
  const types = new Map<string, ExpressionType>();
  for (const { name, sizes: shape } of declare(row.variables).values()) {
    types.set(name, typeOfShape(shape));
    for (const size of shape) types.set(size, typeOfShape([]));
  }
  return types;
}

function compare(whole: Tensor, direction: Tensor, product: Tensor, text: string): void {
  const expected = contractedTensor(whole, direction);
  expect(product.shape, text).toEqual(expected.shape);
  const values = expected.concrete('test').values();
  expect(largestDifference(values, product.concrete('test').values()), text).toBeLessThan(1e-10);
}

describe('a formula times a direction', () => {
  const rows = textbook.filter(({ order }) => order !== 'gradient').filter((_, k) => k % 3 === 0);

  it('as a matrix over vec', () => {
    let compared = 0;
    for (const row of rows) {
      const { vec } = formulaOf(row);
      if (vec === undefined) continue;
      const env: Environment = drawEnvironment(row.variables, sizes, 7);
      const e = parse(vec);
      const checker = new Checker(vec, typesOf(row));
      checker.check(e);
      const whole = evaluate(e, env).x;
      if (whole.ndim < 2) continue;
      const v = draw([whole.shape[1]!]);
      compare(whole, v, matrixTimes(e, env, checker.types, v), vec);
      compared++;
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('as a tensor', () => {
    let compared = 0;
    for (const row of rows) {
      const g = formulaOf(row);
      if (g.layout !== 'tensor') continue;
      const env = drawEnvironment(row.variables, sizes, 8);
      const e = parse(g.inlined);
      const direction = draw(env.get(row.wrt)!.x.shape);
      compare(evaluate(e, env).x, direction, tensorTimes(e, env, direction), g.inlined);
      compared++;
    }
    expect(compared).toBeGreaterThan(40);
  });

  it('so large shapes are checked in little room', () => {
    const f = derive("norm2(X)^2+sum((X'*X).^2)", { variables: { X: [120, 110] } });
    const before = process.memoryUsage().rss;
    expect(f.hessian('X').warning).toBeUndefined();
    expect(f.hessian('X', { layout: 'vec' }).layout).toBe('vec');
    // The whole has 174 million entries.
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
  });
});
