// No wrong formula is ever shown. The tests break the derivation on purpose: where matrix notation is wrong, index notation is
// returned with a warning; where the derivative itself is wrong, nothing is.
import { describe, expect, it } from 'vitest';
import { Table, withTable } from '../../src/calculus/net.ts';
import { NotDifferentiableError } from '../../src/errors.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { build, type Wanted } from '../../src/symbolic/build.ts';
import { declare } from '../../src/symbolic/declare.ts';
import { Derivation, derive } from '../../src/symbolic/derive.ts';
import type { Formula } from '../../src/symbolic/formula.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { type Subject, textSubject } from '../../src/symbolic/subject.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

const variables = { X: ['m', 'n'], w: ['n'], y: ['m'] } as const;

/** A formula whose matrix notation says something else, whatever is asked. */
function misled(text: string, wanted: Partial<Wanted> & Pick<Wanted, 'order' | 'v'>, wrong: string): Formula {
  const e = parse(wrong);
  const notation = { render: () => ({ e, t: e }), renderVec: () => e };
  const subject = textSubject(text, declare(variables), {});
  return withTable(new Table(), () => build(subject, { w: wanted.v, layout: 'tensor', ...wanted }, notation));
}

describe('matrix notation that disagrees', () => {
  it.each([
    ['gradient', 'w', "3*X'*(X*w-y)", '2 sum_j (X*w-y)[j] X[j,i]'],
    ['gradient', 'w', "2.000001*X'*(X*w-y)", '2 sum_j (X*w-y)[j] X[j,i]'],
    ['gradient', 'w', 'w', '2 sum_j (X*w-y)[j] X[j,i]'],
    ['gradient', 'w', 'y', '2 sum_j (X*w-y)[j] X[j,i]'],
    ['gradient', 'w', 'X', '2 sum_j (X*w-y)[j] X[j,i]'],
    ['hessian', 'w', "2*X*X'", '2 sum_k X[k,i] X[k,j]'],
    ['hessian', 'X', '2*eye(n*m)', '2 w[j] w[l] delta[i,k]'],
  ] as const)('is replaced: %s in %s as %s', (order, v, wrong, index) => {
    const g = misled('norm2(X*w-y)^2', { order, v }, wrong);
    expect(g.warning).toContain('the formula disagreed with the numeric derivative');
    expect(g.index).toBe(index);
    expect([g.text, g.inlined, String(g)]).toEqual([index, index, index]);
    expect(g.latex).toBe(g.indexLatex);
    expect([g.operator, g.vec, g.lets, g.facts]).toEqual([undefined, undefined, [], []]);
    expect(() => g.code('numpy')).toThrow('disagreed');
    // Its value is the derivative's all the same.
    const values = { X: [[1, 2]], w: [3, 4], y: [5] };
    const right = derive('norm2(X*w-y)^2', { variables })[order](v);
    expect(right.warning).toBeUndefined();
    expect(g.evaluate(values).toArray()).toEqual(right.evaluate(values).toArray());
  });

  it.each(['directional', 'jacobian'] as const)('is replaced: %s', (order) => {
    const g = misled('X*w', { order, v: 'X', layout: 'vec' }, 'X*w');
    expect(g.warning).toContain('disagreed');
    expect(g.layout).toBe('tensor');
    expect(g.text).toBe(order === 'directional' ? 'sum_j w[j] Xi[i,j]' : 'w[k] delta[i,j]');
  });
});

describe('a derivative that disagrees in every form', () => {
  const subject = textSubject('norm2(X*w-y)^2', declare(variables), {});
  const broken = (by: number): Subject => ({
    ...subject,
    apply: (values, sizes): Tensor => mul(subject.apply(values, sizes), by),
  });

  it('is not shown', () => {
    for (const order of ['gradient', 'hessian'] as const) {
      expect(() => new Derivation(broken(1.0001))[order]('w')).toThrow(NotDifferentiableError);
      expect(() => new Derivation(broken(2))[order]('w')).toThrow('with automatic differentiation in every form');
      expect(new Derivation(broken(1))[order]('w').warning).toBeUndefined();
    }
  });

  it('is not shown along a direction', () => {
    expect(() => new Derivation(broken(3)).directional('w')).toThrow('in every form');
    expect(new Derivation(broken(1)).directional('w').warning).toBeUndefined();
  });
});

describe('what cannot be checked', () => {
  it('is index notation with a warning', () => {
    const g = derive('log(-x*x)', { variables: { x: [] } }).gradient('x');
    expect(g.warning).toContain('could not be checked');
    expect(g.text).toBe(g.index);
    expect(() => g.code('julia')).toThrow('could not be checked');
  });
});
