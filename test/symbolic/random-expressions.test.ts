// Random expressions: what is derived agrees with automatic differentiation at fresh points and other sizes, and its text,
// parsed back, has the same value.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derive } from '../../src/symbolic/derive.ts';
import { drawEnvironment, evaluateText, largestDifference, numericDerivative, type Variables } from './reference.ts';

const variables: Variables = {
  x: ['n'],
  y: ['n'],
  z: ['m'],
  A: ['m', 'n'],
  S: { shape: ['n', 'n'], is: 'spd' },
  c: { shape: [], is: 'positive' },
};

interface Sources {
  readonly scalar: string;
  readonly vector: string;
  readonly tall: string;
  readonly matrix: string;
}

/** Texts of each kind; functions are tame, so that values stay finite. */
const texts = fc.letrec<Sources>((tie): { [K in keyof Sources]: fc.Arbitrary<Sources[K]> } => {
  const text = (kind: keyof Sources): fc.Arbitrary<string> => tie(kind) as fc.Arbitrary<string>;
  const [s, v, w, m] = [text('scalar'), text('vector'), text('tall'), text('matrix')];
  const join = (...parts: (fc.Arbitrary<string> | string)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((p) => (typeof p === 'string' ? fc.constant(p) : p))).map((list) => list.join(''));
  return {
    scalar: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom("x'*y", "x'*S*x", 'c', 'sum(y)', "z'*A*x"),
      join('norm2(', v, ')^2'),
      join('sum(', v, ')'),
      join('logsumexp(', v, ')'),
      join('(', v, ")'*(", v, ')'),
      join('(', s, ')*(', s, ')'),
      join('tanh(', s, ')'),
      join('log(1+(', s, ')^2)'),
      join('(', s, ')/(1+(', s, ')^2)'),
      join('sum(', m, ')'),
      join('norm2(', w, '-z)^2'),
    ),
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('x', 'y', 'S*x', "A'*z", 'inv(S)*y'),
      join(v, '+', v),
      join('(', v, ').*(', v, ')'),
      join('sin(', v, ')'),
      join('softmax(', v, ')'),
      join('sigmoid(', v, ')'),
      join("A'*(", w, ')'),
      join('(', s, ')*(', v, ')'),
      join('(', m, ')*(', v, ')'),
      join('(', v, ')./(1+(', v, ').^2)'),
    ),
    tall: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('z', 'A*x', 'A*y'),
      join('A*(', v, ')'),
      join('tanh(', w, ')'),
    ),
    matrix: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('S', "x*y'", 'diag(x)', "A'*A", "x*x'"),
      join('diag(', v, ')'),
      join('(', m, ')+(', m, ')'),
      join('S*(', m, ')'),
      join('(', m, ")'"),
      join('(', m, ').*S'),
    ),
  };
});

const runs = { seed: 20240607, numRuns: 60, endOnFailure: true };

function check(text: string, order: 'gradient' | 'jacobian' | 'hessian', wrt: string): void {
  const f = derive(text, { variables });
  const g = order === 'gradient' ? f.gradient(wrt) : order === 'jacobian' ? f.jacobian(wrt) : f.hessian(wrt);
  const env = drawEnvironment(variables, { n: 3, m: 4 }, 5);
  const expected = numericDerivative(text, [], wrt, order, env).concrete('test').values();
  if (!expected.every(Number.isFinite) || expected.some((value) => Math.abs(value) > 1e6)) return;
  expect(g.warning, text).toBeUndefined();
  const value = evaluateText(g.text, g.lets, env).concrete('test').values();
  expect(largestDifference(expected, value), `${text} => ${g}`).toBeLessThan(1e-7);
}

describe('random expressions', () => {
  it('gradients in a vector', () => {
    fc.assert(
      fc.property(texts.scalar, (text) => check(text, 'gradient', 'x')),
      runs,
    );
  });
  it('gradients in a matrix', () => {
    fc.assert(
      fc.property(texts.scalar, (text) => check(text, 'gradient', 'A')),
      runs,
    );
  });
  it('gradients in a symmetric matrix', () => {
    fc.assert(
      fc.property(texts.scalar, (text) => check(text, 'gradient', 'S')),
      runs,
    );
  });
  it('Jacobians', () => {
    fc.assert(
      fc.property(texts.vector, (text) => check(text, 'jacobian', 'x')),
      runs,
    );
  });
  it('Hessians', () => {
    fc.assert(
      fc.property(texts.scalar, (text) => check(text, 'hessian', 'x')),
      { ...runs, numRuns: 30 },
    );
  });
});
