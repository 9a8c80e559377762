// Generated code: NumPy is run and must give the library's value; TypeScript is run against the library itself; the other
// targets share their printer with those two and are held as text.
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type CodeTarget, derive, type Formula, type VariableDeclaration } from '../../src/symbolic/index.ts';
import { drawEnvironment, evaluateText, largestDifference } from './reference.ts';

interface Case {
  readonly name: string;
  readonly variables: Readonly<Record<string, VariableDeclaration>>;
  readonly make: (variables: Case['variables']) => Formula;
}

const cases: Case[] = [
  {
    name: 'least squares',
    variables: { X: ['m', 'n'], w: ['n'], y: ['m'] },
    make: (variables) => derive('norm2(X*w-y)', { variables }).gradient('w'),
  },
  {
    name: 'Hessian of softmax regression',
    variables: { A: ['m', 'n'], x: ['n'] },
    make: (variables) => derive('logsumexp(A*x)', { variables }).hessian('x'),
  },
  {
    name: 'Gaussian covariance',
    variables: { S: { shape: ['n', 'n'], is: 'spd' }, x: ['n'] },
    make: (variables) => derive("0.5*logdet(S)+0.5*x'*inv(S)*x", { variables }).gradient('S'),
  },
  {
    name: 'Kronecker products',
    variables: { X: ['m', 'n'] },
    make: (variables) => derive("X'*X", { variables }).jacobian('X', { layout: 'vec' }),
  },
  {
    name: 'a matrix times a vector, by the matrix',
    variables: { X: ['m', 'n'], b: ['n'] },
    make: (variables) => derive('X*b', { variables }).jacobian('X', { layout: 'vec' }),
  },
  {
    name: 'einsum',
    variables: { X: ['m', 'n'], d: ['n'] },
    make: (variables) => derive("X*diag(d)*X'", { variables }).jacobian('d'),
  },
  {
    name: 'constants of sizes',
    variables: { x: ['n'] },
    make: (variables) => derive('x-logsumexp(x)+sum(x)/n', { variables }).jacobian('x'),
  },
  {
    name: 'entrywise functions',
    variables: { x: { shape: ['n'], is: 'positive' }, a: ['n'] },
    make: (variables) => derive('sum(relu(a).*sqrt(x)+softplus(a.*x)+atan(x))', { variables }).gradient('x'),
  },
];

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;
const sizes = { m: 4, n: 3 };

describe('NumPy', () => {
  it.skipIf(!hasNumpy)('gives the same values (needs python3 with numpy)', () => {
    const jobs = cases.map(({ variables, make }) => {
      const g = make(variables);
      const env = drawEnvironment(variables, sizes, 3);
      const code = g.code('numpy');
      const parameters = /def derivative\((.*)\)/.exec(code)![1]!.split(', ');
      const args = parameters.map((name) => env.get(name)!.x.toArray());
      return { code, args, expected: Array.from(evaluateText(g.text, g.lets, env).toTypedArray()) };
    });
    const script = `
import json, sys
import numpy as np
out = []
for job in json.load(sys.stdin):
    scope = {}
    exec(job["code"], scope)
    out.append(np.asarray(scope["derivative"](*[np.array(a, float) for a in job["args"]]), float).reshape(-1).tolist())
json.dump(out, sys.stdout)`;
    const results: number[][] = JSON.parse(
      execFileSync('python3', ['-c', script], { input: JSON.stringify(jobs), encoding: 'utf8' }),
    );
    results.forEach((values, k) => {
      expect(largestDifference(jobs[k]!.expected, values), cases[k]!.name).toBeLessThan(1e-9);
    });
  });
});

describe('every target', () => {
  const targets: CodeTarget[] = ['typescript', 'numpy', 'jax', 'pytorch', 'julia'];
  it.each(cases)('$name', ({ variables, make }) => {
    const g = make(variables);
    for (const target of targets) expect(g.code(target)).toContain('derivative(');
  });

  it('names shared parts once', () => {
    const variables = { A: ['m', 'n'], x: ['n'] };
    const g = derive('logsumexp(A*x)', { variables }).hessian('x');
    expect(g.lets).toEqual([['s', 'softmax(A*x)']]);
    for (const target of targets) expect(g.code(target).match(/A \* x|A @ x|matmul\(A, x\)/g)).toHaveLength(1);
  });
});

describe('TypeScript', () => {
  it.each(cases)('runs: $name', async ({ variables, make }) => {
    const g = make(variables);
    const env = drawEnvironment(variables, sizes, 3);
    const library = (await import('../../src/index.ts')) as unknown as Record<string, unknown>;
    const code = g.code('typescript');
    const [, imports] = /import \{ (.*?),? ?type Tensor \}/.exec(code)!;
    const body = code
      .slice(code.indexOf('\n') + 1)
      .replaceAll(/: Tensor|: number|!(?=[;,)])/g, '')
      .replace('export function', 'return function');
    const names = imports!.split(', ').filter((name) => name !== '');
    for (const name of names) expect(library, name).toHaveProperty(name);
    const before = (library.getDefaultDtype as () => string)();
    (library.setDefaultDtype as (dtype: string) => void)('float64');
    try {
      const f = new Function(...names, body)(...names.map((name) => library[name])) as (...x: unknown[]) => {
        toTypedArray(): Float64Array;
      };
      const parameters = /derivative\((.*?)\)/.exec(body)![1]!.split(', ');
      const value = f(...parameters.map((name) => env.get(name)!.x));
      expect(largestDifference(evaluateText(g.text, g.lets, env).toTypedArray(), value.toTypedArray())).toBeLessThan(
        1e-9,
      );
    } finally {
      (library.setDefaultDtype as (dtype: string) => void)(before);
    }
  });
});
