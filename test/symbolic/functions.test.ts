// Functions of tensors, traced, give the formulas their texts give.
import { describe, expect, it } from 'vitest';
import { NotDifferentiableError } from '../../src/errors.ts';
import * as linalg from '../../src/linalg/index.ts';
import { add, div, mul, square, sub } from '../../src/ops/arithmetic.ts';
import { cumsum } from '../../src/ops/cumulative.ts';
import { diag } from '../../src/ops/diagonals.ts';
import { log } from '../../src/ops/exponential.ts';
import { tanh } from '../../src/ops/hyperbolic.ts';
import { sigmoid, softplus } from '../../src/ops/logistic.ts';
import { transpose } from '../../src/ops/movement.ts';
import { norm } from '../../src/ops/norm.ts';
import { pow } from '../../src/ops/power.ts';
import { dot, matmul, outer } from '../../src/ops/products.ts';
import { mean, sum } from '../../src/ops/reduction.ts';
import { logSoftmax, logsumexp, softmax } from '../../src/ops/softmax.ts';
import { derive } from '../../src/symbolic/derive.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

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

  it('operations without index notation are refused by name', () => {
    const variables = { x: ['n'] };
    expect(() => derive(((x: Tensor) => sum(cumsum(x, 0))) as never, { variables }).gradient('x')).toThrow(
      NotDifferentiableError,
    );
    expect(() => derive(((x: Tensor) => sum(cumsum(x, 0))) as never, { variables }).gradient('x')).toThrow('cumsum');
  });
});
