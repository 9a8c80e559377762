// Generated code: NumPy is run and must give the library's value; TypeScript is run against the library itself; the other
// targets share their printer with those two and are held as text.
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type CodeTarget, derive, type Formula, type VariableDeclaration } from '../../src/symbolic/index.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { drawEnvironment, evaluateText, largestDifference } from './reference.ts';
import { formulaOf, textbook } from './textbook.ts';

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
  {
    name: 'transposes in Kronecker products',
    variables: { B: ['n', 'm'], X: ['n', 'n'] },
    make: (variables) => derive("B'*X", { variables }).jacobian('X', { layout: 'vec' }),
  },
  {
    name: 'functions of numbers and sizes',
    variables: { x: ['n'], y: ['m'] },
    make: (variables) =>
      derive('exp(0.3/n)*sqrt(m)*log(1+m*n)*norm2(x)*softplus(n)/sum(y)', { variables }).gradient('x'),
  },
  {
    name: 'a number',
    variables: { c: [] },
    make: (variables) => derive('c', { variables }).gradient('c'),
  },
  {
    name: 'a size',
    variables: { c: [], x: ['n'] },
    make: (variables) => derive('c*sum(ones(n))+sum(x)', { variables }).gradient('c'),
  },
  {
    name: 'a mask in a product',
    variables: { A: ['m', 'n'], x: ['n'] },
    make: (variables) => derive('sum(relu(A*x))', { variables }).gradient('x'),
  },
  {
    name: 'names that are words of the languages',
    variables: { sum: ['lambda', 'class'], np: ['class'], I: ['lambda'], 'x₁': ['lambda'], softmax: ['class'] },
    make: (variables) =>
      derive("norm2(sum*np-I)^2+softmax'*np+logsumexp(sum'*x₁)*sum(np)", { variables }).gradient('np'),
  },
  {
    name: 'a shared part named like a function',
    variables: { derivative: ['m', 'n'], torch: ['n'], end: ['m'] },
    make: (variables) => derive('logsumexp(derivative*torch+end)', { variables }).hessian('torch'),
  },
];

const sizes = { m: 4, n: 3, k: 2, p: 5, lambda: 4, class: 3 };

/** The hand-picked cases and every third textbook derivative that has code. */
const executed: Case[] = [
  ...cases,
  ...textbook
    .filter(({ f }, k) => k % 3 === 0 && !f.includes('expm'))
    .map((row): Case => {
      let kept: Formula | undefined;
      return { name: row.f, variables: row.variables, make: () => (kept ??= formulaOf(row)) };
    }),
];

interface Job {
  readonly name: string;
  readonly code: string;
  readonly args: readonly unknown[];
  readonly expected: readonly number[];
}

/** The value of the variable that a parameter stands for. */
function argumentOf(env: ReadonlyMap<string, { readonly x: Tensor }>, parameter: string): Tensor {
  const name = [...env.keys()].find((key) => parameter.replace(/_+$/, '') === key.normalize('NFKC'));
  return env.get(name!)!.x;
}

function jobsFor(target: CodeTarget): Job[] {
  return executed.map(({ name, variables, make }) => {
    const g = make(variables);
    const env = drawEnvironment(variables, sizes, 3);
    const code = g.code(target);
    const parameters = /def derivative\((.*)\)/.exec(code)![1]!.split(', ');
    const args = parameters.map((parameter) => argumentOf(env, parameter).toArray());
    return { name, code, args, expected: Array.from(evaluateText(g.text, g.lets, env).toTypedArray()) };
  });
}

const has = (module: string): boolean => spawnSync('python3', ['-c', `import ${module}`]).status === 0;

/** How each library is run; double precision throughout. */
const libraries = [
  ['numpy', 'import numpy as np', 'np.array(a, float)', 'np.asarray(y, float)'],
  [
    'jax',
    'import jax, numpy as np\njax.config.update("jax_enable_x64", True)\nimport jax.numpy as jnp',
    'jnp.array(a, float)',
    'np.asarray(y, float)',
  ],
  [
    'pytorch',
    'import torch, numpy as np',
    'torch.tensor(a, dtype=torch.float64)',
    'np.asarray(torch.as_tensor(y, dtype=torch.float64))',
  ],
] as const;

describe('Python', () => {
  it('is code that says what it needs', () => {
    for (const [target, imports] of libraries) {
      expect(cases[0]!.make(cases[0]!.variables).code(target)).toContain(imports.split('\n')[0]!.split(', numpy')[0]!);
    }
  });

  // A machine need not have these libraries.
  for (const [target, imports, argument, result] of libraries) {
    const module = target === 'pytorch' ? 'torch' : target;
    if (!has(module)) {
      console.warn(`not run: the code for ${target}, since python3 has no ${module} here`);
      continue;
    }
    it(`${target} gives the same values`, () => {
      const jobs = jobsFor(target);
      const script = `
import json, sys
${imports}
out = []
for job in json.load(sys.stdin):
    scope = {}
    exec(job["code"], scope)
    y = scope["derivative"](*[${argument} for a in job["args"]])
    out.append(${result}.reshape(-1).tolist())
json.dump(out, sys.stdout)`;
      const results: number[][] = JSON.parse(
        execFileSync('python3', ['-c', script], { input: JSON.stringify(jobs), encoding: 'utf8', maxBuffer: 1e9 }),
      );
      results.forEach((values, k) => {
        expect(largestDifference(jobs[k]!.expected, values), `${jobs[k]!.name}\n${jobs[k]!.code}`).toBeLessThan(1e-7);
      });
    });
  }
});

describe('every target', () => {
  const targets: CodeTarget[] = ['typescript', 'numpy', 'jax', 'pytorch', 'julia'];
  it.each(cases)('$name', ({ variables, make }) => {
    const g = make(variables);
    for (const target of targets) expect(g.code(target)).toContain('derivative(');
  });

  it('is refused for functions that other languages have not', () => {
    const g = derive('tr(A*expm(X))', { variables: { A: ['n', 'n'], X: ['n', 'n'] } }).gradient('X');
    expect(() => g.code('numpy')).toThrow('code: vjp_expm has no name in other languages.');
  });

  it('names shared parts once', () => {
    const variables = { A: ['m', 'n'], x: ['n'] };
    const g = derive('logsumexp(A*x)', { variables }).hessian('x');
    expect(g.lets).toEqual([['s', 'softmax(A*x)']]);
    for (const target of targets) expect(g.code(target).match(/A \* x|A @ x|matmul\(A, x\)/g)).toHaveLength(1);
  });
});

describe('TypeScript', () => {
  it.each(executed)('runs: $name', async ({ variables, make }) => {
    const g = make(variables);
    const env = drawEnvironment(variables, sizes, 3);
    const library = (await import('../../src/index.ts')) as unknown as Record<string, unknown>;
    const code = g.code('typescript');
    const [, imports] = /import \{ (.*?),? ?type Tensor \}/.exec(code)!;
    const body = code
      .slice(code.indexOf('\n') + 1)
      .replaceAll(/: Tensor\b|: number|!(?=[;,)])/g, '')
      .replace('export function', 'return function');
    const names = imports!.split(', ').filter((name) => name !== '');
    for (const name of names) expect(library, name).toHaveProperty(name);
    const f = new Function(...names, body)(...names.map((name) => library[name])) as (...x: unknown[]) => {
      toTypedArray(): Float64Array;
    };
    const parameters = /derivative\((.*?)\)/.exec(body)![1]!.split(', ');
    const value = f(...parameters.map((name) => argumentOf(env, name)));
    expect(largestDifference(evaluateText(g.text, g.lets, env).toTypedArray(), value.toTypedArray())).toBeLessThan(
      1e-9,
    );
  });
});
