// Functions of tensors, traced, give the formulas their texts give.
import { describe, expect, it } from 'vitest';
import { NotDifferentiableError } from '../../src/errors.ts';
import * as linalg from '../../src/linalg/index.ts';
import { add, div, mul, square, sub } from '../../src/ops/arithmetic.ts';
import { at } from '../../src/ops/at.ts';
import { maximum } from '../../src/ops/binary.ts';
import { greater } from '../../src/ops/comparison.ts';
import { cumsum } from '../../src/ops/cumulative.ts';
import { diag } from '../../src/ops/diagonals.ts';
import { erf } from '../../src/ops/erf.ts';
import { log } from '../../src/ops/exponential.ts';
import { tanh } from '../../src/ops/hyperbolic.ts';
import { sigmoid, softplus } from '../../src/ops/logistic.ts';
import { reshape, transpose } from '../../src/ops/movement.ts';
import { norm } from '../../src/ops/norm.ts';
import { pow } from '../../src/ops/power.ts';
import { dot, matmul, outer } from '../../src/ops/products.ts';
import { mean, sum } from '../../src/ops/reduction.ts';
import { where } from '../../src/ops/select.ts';
import { logSoftmax, logsumexp, softmax } from '../../src/ops/softmax.ts';
import * as special from '../../src/ops/special.ts';
import { variance } from '../../src/ops/statistics.ts';
import { derive } from '../../src/symbolic/derive.ts';
import { arange, eye, full, tensor, zeros } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad } from '../../src/transforms/derivatives.ts';
import { evaluateText, largestDifference } from './reference.ts';

type Case = [text: string, f: (...x: Tensor[]) => Tensor, variables: Record<string, string[]>, wrt: string];

const cases: Case[] = [
  [
    'least squares',
    (w, X, y) => sum(square(sub(matmul(X!, w!), y!))),
    { w: ['n'], X: ['m', 'n'], y: ['m'] },
    "2*X'*(X*w-y)",
  ],
  ['mean', (x) => mean(square(x!)), { x: ['n'] }, '2*x/n'],
  [
    'logistic loss',
    (w, X, y) => sub(sum(softplus(matmul(X!, w!))), dot(y!, matmul(X!, w!))),
    { w: ['n'], X: ['p', 'n'], y: ['p'] },
    "X'*(sigmoid(X*w)-y)",
  ],
  [
    'softmax cross-entropy',
    (x, y) => mul(sum(mul(y!, logSoftmax(x!))), -1),
    { x: ['n'], y: ['n'] },
    'sum(y)*softmax(x)-y',
  ],
  ['log-sum-exp', (x) => logsumexp(x!), { x: ['n'] }, 'softmax(x)'],
  ['log determinant', (X) => linalg.logdet(X!), { X: ['n', 'n'] }, "inv(X)'"],
  [
    'inverse',
    (X, a, b) => dot(a!, matmul(linalg.inv(X!), b!)),
    { X: ['n', 'n'], a: ['n'], b: ['n'] },
    "-inv(X)'*a*(inv(X)*b)'",
  ],
  ['norm', (x, a) => norm(sub(x!, a!)), { x: ['n'], a: ['n'] }, '(x-a)/norm2(x-a)'],
  ['cube', (x) => sum(pow(x!, 3)), { x: ['n'] }, '3*x.^2'],
  [
    'factorisation',
    (W, U, Y) => sum(square(sub(Y!, matmul(U!, transpose(W!))))),
    { W: ['n', 'k'], U: ['m', 'k'], Y: ['m', 'n'] },
    "2*(W*U'-Y')*U",
  ],
  ['diagonal', (d, x) => dot(x!, matmul(diag(d!), x!)), { d: ['n'], x: ['n'] }, 'x.^2'],
  [
    'bias broadcast over rows',
    (b, X, W) => sum(tanh(add(matmul(X!, W!), b!))),
    { b: ['k'], X: ['p', 'n'], W: ['n', 'k'] },
    '',
  ],
  ['entropy', (x) => mul(sum(mul(softmax(x!), log(softmax(x!)))), -1), { x: ['n'] }, ''],
];

describe('traced functions', () => {
  it.each(cases)('%s', (_name, f, variables, text) => {
    const wrt = Object.keys(variables)[0]!;
    const g = derive(f as never, { variables }).gradient(wrt);
    expect(g.warning).toBeUndefined();
    if (text !== '') expect(g.text).toBe(text);
  });

  it('Jacobians and Hessians', () => {
    const f = derive(((x: Tensor, W: Tensor) => sigmoid(matmul(W, x))) as never, {
      variables: { x: ['n'], W: ['m', 'n'] },
    });
    expect(f.jacobian('x').inlined).toBe('diag(sigmoid(W*x).*(1-sigmoid(W*x)))*W');
    const h = derive(((x: Tensor) => div(1, add(1, dot(x, x)))) as never, { variables: { x: ['n'] } }).hessian('x');
    expect(h.warning).toBeUndefined();
    const outerProduct = derive(((x: Tensor, y: Tensor) => outer(x, y)) as never, {
      variables: { x: ['n'], y: ['m'] },
    });
    expect(outerProduct.jacobian('x').vec).toBe('kron(y,eye(n))');
  });
});

describe('constants of a function', () => {
  const t = (data: unknown): Tensor => tensor(data as number[], { dtype: 'float64' });
  const C = t([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const c = t([1, -1, 2]);
  const x = t([0.5, -1, 2]);
  const f3 = (f: (x: Tensor) => Tensor) => derive(f as never, { variables: { x: [3] } });

  it.each([
    ['a vector', (x) => sum(mul(x, c)), 'c', ['c']],
    ['a matrix', (x) => sum(square(matmul(C, x))), "2*C'*C*x", ['C']],
    [
      'two of them, one twice',
      (x) => mul(dot(x, c), dot(c, matmul(x, matmul(transpose(C), C)).mul(c))),
      '',
      ['C', 'c'],
    ],
    ['made in the function', (x) => sum(mul(x, t([3, 2, 1]))), 'c', ['c']],
    ['integers', (x) => sum(mul(x, tensor([3, 2, 1], { dtype: 'int32' }))), 'c', ['c']],
    ['a mask', (x) => sum(square(where(tensor([true, false, true]), x, 0))), '2*(c.*x)', ['c']],
    ['the identity', (x) => sum(square(matmul(sub(outer(x, x), eye(3, 3, { dtype: 'float64' })), c))), '', ['c']],
    ['numbers', (x) => mul(sum(x), Math.PI), '3.141592653589793*ones(3)', []],
    ['a tensor of numbers', (x) => sum(add(x, full([3], 2.5))), 'ones(3)', []],
  ] as [string, (x: Tensor) => Tensor, string, string[]][])('%s', (_name, f, text, names) => {
    const g = f3(f).gradient('x');
    expect(g.warning).toBeUndefined();
    if (text !== '') expect(g.text).toBe(text);
    expect(g.constants.map(([name]) => name).sort()).toEqual(names);
    const expected = Array.from(grad(f as never)(x as never).toTypedArray() as Float64Array);
    for (const value of [g.evaluate({ x }), g.compile()({ x })]) {
      expect(largestDifference(expected, value.toTypedArray())).toBeLessThan(1e-12);
    }
    const written = evaluateText(
      g.text,
      g.lets,
      new Map([...g.constants, ['x', x] as const].map(([name, v]) => [name, { x: v, row: false }])),
    );
    expect(largestDifference(expected, written.toTypedArray())).toBeLessThan(1e-12);
    for (const target of ['typescript', 'numpy', 'jax', 'pytorch', 'julia'] as const) {
      for (const name of names) expect(g.code(target)).toContain(`${name} = `);
    }
  });

  it('are shown, and in code are literals', () => {
    const g = f3((x) => sum(square(matmul(C, x)))).gradient('x');
    expect(String(g)).toBe("2*C'*C*x  where C = [[1,2,3],[4,5,6]]");
    expect(g.latexConstants).toEqual([['C', '\\begin{bmatrix} 1 & 2 & 3 \\\\ 4 & 5 & 6 \\end{bmatrix}']]);
    expect(g.code('numpy')).toContain('C = np.asarray([[1, 2, 3], [4, 5, 6]], float)');
    expect(g.code('pytorch')).toContain('C = torch.tensor([[1, 2, 3], [4, 5, 6]], dtype=x.dtype, device=x.device)');
    expect(g.code('typescript')).toContain('const C = tensor([[1, 2, 3], [4, 5, 6]], { dtype: x.dtype });');
    expect(g.code('julia')).toContain('C = permutedims(reshape([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, 2), (2, 1))');
    const large = zeros([30, 30], { dtype: 'float64' }).with([0, 0], 1);
    const h = derive(((y: Tensor) => sum(square(matmul(large, y)))) as never, { variables: { y: [30] } }).gradient('y');
    expect(h.code('numpy')).toContain('def derivative(y, C):');
    expect(String(h)).toContain('C = a constant of shape [30,30]');
  });

  it('take names that nothing else has', () => {
    const g = derive(((c: Tensor, x: Tensor) => sum(mul(mul(x, c), t([1, 2, 4])))) as never, {
      variables: { c: [3], x: [3] },
    }).gradient('x');
    expect(g.text).toBe('c.*c2');
  });

  it.each([
    ['n - 1', (x) => variance(x), '2*(x-sum(x)/n)/(n-1)'],
    ['a root', (x) => norm(x).div(Math.sqrt(x.shape[0]! - 1)), 'x/(sqrt(n-1)*norm2(x))'],
    ['a logarithm', (x) => sum(x).mul(Math.log(x.shape[0]!)), 'log(n)*ones(n)'],
    ['the identity', (x) => sum(square(sub(outer(x, x), eye(x.shape[0]!)))), ''],
  ] as [string, (x: Tensor) => Tensor, string][])('of the sizes: %s', (_name, f, text) => {
    const g = derive(f as never, { variables: { x: ['n'] } }).gradient('x');
    expect(g.warning).toBeUndefined();
    if (text !== '') expect(g.text).toBe(text);
    const expected = Array.from(grad(f as never)(x as never).toTypedArray() as Float64Array);
    expect(largestDifference(expected, g.evaluate({ x }).toTypedArray())).toBeLessThan(1e-12);
  });

  it.each([
    ['of every size', (x) => sum(mul(x, arange(x.shape[0]!))), 'depends on the sizes'],
    ['that are random', (x) => sum(mul(x, t([Math.random(), 1, 2]))), 'another one at every call'],
    ['that are not finite', (x) => sum(mul(x, t([1, Number.NaN, 1]))), 'not finite'],
  ] as [string, (x: Tensor) => Tensor, string][])('%s are refused', (_name, f, message) => {
    const shape = message.includes('sizes') ? 'n' : 3;
    const derivation = derive(f as never, { variables: { x: [shape] } });
    expect(() => derivation.gradient('x')).toThrow(NotDifferentiableError);
    expect(() => derivation.gradient('x')).toThrow(message);
  });

  it('axes of size 1 keep their place', () => {
    const f = (X: Tensor): Tensor => sum(square(matmul(transpose(X), X)));
    const g = derive(f as never, { variables: { X: [1, 'n'] } }).gradient('X');
    expect(g.warning).toBeUndefined();
    const X = t([[1, 2, 3]]);
    expect(g.evaluate({ X }).toArray()).toEqual((grad(f as never)(X as never) as Tensor).toArray());
    const row = derive(((x: Tensor) => reshape(mul(x, 2), [1, 3])) as never, { variables: { x: [3] } }).jacobian('x');
    expect(row.warning).toBeUndefined();
    expect(row.evaluate({ x }).shape).toEqual([1, 3, 3]);
  });
});

describe('operations without index notation', () => {
  const formula = (f: (...x: Tensor[]) => Tensor, variables: Record<string, string[]> = { x: ['n'] }) =>
    derive(f as never, { variables });

  it('keep their names; derivatives are products with a direction or a cotangent', () => {
    const f = formula((x) => sum(square(cumsum(x!, 0))));
    expect(f.gradient('x').text).toBe('2*vjp_cumsum(x,cumsum(x))');
    expect(f.gradient('x').warning).toBeUndefined();
    expect(f.hessian('x').text).toBe("2*jac_cumsum(x)'*jac_cumsum(x)");
    expect(f.hessian('x').index).toBe('2 sum_k jac_cumsum(x)[k,i] jac_cumsum(x)[k,j]');
    expect(
      f
        .gradient('x')
        .evaluate({ x: [1, 2, 3] })
        .toArray(),
    ).toEqual([20, 18, 12]);
    expect(formula((x) => cumsum(x!, 0)).directional('x').text).toBe('jvp_cumsum(x,Xi)');
  });

  it('called with other parameters they have another name', () => {
    const f = formula((X) => sum(mul(cumsum(X!, 0), cumsum(X!, 1))), { X: ['m', 'n'] });
    expect(f.gradient('X').text).toBe('vjp_cumsum(X,cumsum2(X))+vjp_cumsum2(X,cumsum(X))');
  });

  it('may take and give any sizes', () => {
    const g = formula((X) => sum(square(reshape(X!, [-1]))), { X: ['m', 'n'] }).gradient('X');
    expect(g.text).toBe('2*vjp_reshape(X,reshape(X))');
    const X = [
      [1, 2],
      [3, 4],
    ];
    expect(g.evaluate({ X }).toArray()).toEqual([
      [2, 4],
      [6, 8],
    ]);
  });

  it('elementwise ones are differentiated by their own rule, as often as it has index notation', () => {
    const f = formula((x) => sum(erf(x!)));
    expect(f.hessian('x').warning).toBeUndefined();
    const h = formula((x) => sum(special.digamma(x!)), { x: ['n'] });
    expect(h.gradient('x').text).toBe('d_digamma(x)');
  });

  it('choices between values are written with step', () => {
    const variables = { x: ['n'], y: ['n'] };
    const f = formula((x, y) => sum(where(greater(x!, y!), square(x!), mul(x!, y!))), variables);
    expect(f.gradient('x').text).toBe('step(x-y).*(2*x-y)+y');
    expect(formula((x, y) => sum(maximum(x!, y!)), variables).gradient('x').text).toBe('step(x-y)');
  });

  it('sizes without a name are refused', () => {
    const f = formula((x) => sum(square(at(x!, [1, null]))));
    expect(() => f.gradient('x')).toThrow(NotDifferentiableError);
    expect(() => f.gradient('x')).toThrow('slice');
  });
});

describe('the matrix exponential', () => {
  const X = { shape: ['n', 'n'], is: 'small' } as const;
  it.each([
    ['tr(A*expm(X))', "vjp_expm(X,A')"],
    ["a'*expm(X)*b", "vjp_expm(X,a*b')"],
    ['logdet(expm(X))', 'eye(n)'],
    ['tr(expm(X))', "expm(X)'"],
  ])('%s', (text, expected) => {
    const g = derive(text, { variables: { A: ['n', 'n'], X, a: ['n'], b: ['n'] } }).gradient('X');
    expect(g.warning).toBeUndefined();
    expect(g.text).toBe(expected);
  });
  it('along a line', () => {
    const g = derive('expm(c*A)*x', { variables: { c: [], A: ['n', 'n'], x: ['n'] } }).jacobian('c');
    expect(g.text).toBe('A*expm(c*A)*x');
  });
});

describe('deep graphs', () => {
  const layered = (count: number, layer: (h: Tensor, W: Tensor) => Tensor) => {
    const weights = Array.from({ length: count }, (_, k) => `W${k + 1}`);
    const variables = { ...Object.fromEntries(weights.map((name) => [name, ['n', 'n']])), x: ['n'], y: ['n'] };
    const f = (...all: Tensor[]): Tensor => {
      const h = all.slice(0, count).reduce(layer, all[count]!);
      return sum(square(sub(h, all[count + 1]!)));
    };
    return derive(f as never, { variables });
  };
  const plain = (h: Tensor, W: Tensor): Tensor => tanh(matmul(W, h));
  const residual = (h: Tensor, W: Tensor): Tensor => add(h, plain(h, W));

  it('a network of five layers is as long as its layers, every layer named once', () => {
    const sizes = [3, 4, 5].map((count) => layered(count, plain).gradient('W1').nodes);
    expect(sizes[2]! - sizes[1]!).toBe(sizes[1]! - sizes[0]!);
    const g = layered(5, plain).gradient('W1');
    expect(g.warning).toBeUndefined();
    expect(g.lets.map(([, definition]) => definition.slice(0, 8))).toEqual([1, 2, 3, 4, 5].map((k) => `tanh(W${k}*`));
  });

  it('residual connections, whose paths double with each layer, cost one term each', () => {
    const sizes = [6, 7, 8].map((count) => layered(count, residual).gradient('W1').nodes);
    expect(sizes[2]!).toBeLessThan(sizes[0]! + 60);
    expect(layered(8, residual).gradient('W1').warning).toBeUndefined();
  });
});
