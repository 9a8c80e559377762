// Textbook identities: every derived formula is right at two assignments of sizes, stays right when parsed back, is as short
// as the book's, and orders 3 and 4 have an operator form.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Fact, factNames } from '../../src/symbolic/declare.ts';
import { type Derivation, derive } from '../../src/symbolic/derive.ts';
import type { Formula } from '../../src/symbolic/formula.ts';
import {
  drawEnvironment,
  evaluateText,
  flattened,
  largestDifference,
  numericDerivative,
  type Variables,
} from './reference.ts';

interface Identity {
  readonly id: string;
  readonly variables: Readonly<
    Record<string, { readonly shape: readonly string[]; readonly constraints: readonly string[] }>
  >;
  readonly let: Readonly<Record<string, string>>;
  readonly function: string;
  readonly wrt: string;
  readonly derivative: 'gradient' | 'jacobian' | 'hessian';
  readonly layout: 'tensor' | 'vec';
  readonly expected_nodes: number;
}

const document: {
  readonly dims: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly identities: readonly Identity[];
} = JSON.parse(readFileSync(new URL('./fixtures/identities.json', import.meta.url), 'utf8'));

const variablesOf = (d: Identity): Variables =>
  Object.fromEntries(
    Object.entries(d.variables).map(([name, { shape, constraints }]) => [
      name,
      { shape, is: constraints.filter((c): c is Fact => factNames.includes(c as Fact)) },
    ]),
  );

function formulaOf(f: Derivation, d: Identity): Formula {
  if (d.derivative === 'gradient') return f.gradient(d.wrt);
  return d.derivative === 'jacobian' ? f.jacobian(d.wrt, { layout: d.layout }) : f.hessian(d.wrt, { layout: d.layout });
}

const ratios: number[] = [];

describe('identities', () => {
  it.each(document.identities.map((d) => [d.id, d.function, d] as const))('%s: %s', (_id, _text, d) => {
    const variables = variablesOf(d);
    const g = formulaOf(derive(d.function, { variables, let: d.let }), d);
    expect(g.warning).toBeUndefined();
    expect(g.layout).toBe(d.layout);
    const lets = Object.entries(d.let);
    for (const [k, sizes] of Object.values(document.dims).entries()) {
      const env = drawEnvironment(variables, sizes, 11 + k);
      const t = numericDerivative(d.function, lets, d.wrt, d.derivative, env);
      const outRank = t.ndim - d.variables[d.wrt]!.shape.length * (d.derivative === 'gradient' ? 0 : 1);
      const expected = d.layout === 'vec' ? flattened(t, outRank).flat() : t.concrete('test').values();
      for (const value of [evaluateText(g.text, g.lets, env), evaluateText(g.inlined, [], env)]) {
        expect(largestDifference(expected, value.concrete('test').values())).toBeLessThan(1e-9);
      }
    }
    if (d.derivative !== 'gradient' && g.type !== undefined && g.type.sizes.length > 2)
      expect(g.operator).toBeDefined();
    ratios.push(g.nodes / d.expected_nodes);
  });

  it('are as short as in the book: median 1.00, 90th percentile 1.15', () => {
    ratios.sort((a, b) => a - b);
    expect(ratios.length).toBe(document.identities.length);
    expect(ratios[Math.floor(ratios.length * 0.5)]).toBeLessThanOrEqual(1);
    expect(ratios[Math.floor(ratios.length * 0.9)]).toBeLessThanOrEqual(1.15);
  });
});
