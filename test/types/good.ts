// Shapes the compiler must find, exactly. Compiled by types.test.ts, never run.

import { is } from './exact.ts';
import {
  add,
  concat,
  dynamic,
  einsum,
  grad,
  hessian,
  jacfwd,
  jacobian,
  jacrev,
  jit,
  matmul,
  stack,
  type Tensor,
  tensor,
  valueAndGrad,
  withShape,
  zeros,
} from './library.ts';

declare const n: number;
declare const sizes: number[];
declare const unknownRank: Tensor;
const a = zeros([2, 3]);
const c = zeros([3, 5]);
const rows = zeros([n, 3]);

// Data
is<Tensor<[2, 3]>>()(
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]),
  'same',
);
is<Tensor<[2, 2, 1]>>()(
  tensor([
    [[1], [2]],
    [[3], [4]],
  ]),
  'same',
);
is<Tensor<[]>>()(tensor(3), 'same');
is<Tensor<[]>>()(tensor(true), 'same');
is<Tensor<[2]>>()(tensor([true, false]), 'same');
is<Tensor<[0]>>()(tensor([]), 'same');
is<Tensor<[2, 0]>>()(tensor([[], []]), 'same');
is<Tensor<[number]>>()(tensor(new Float64Array(6)), 'same');
is<Tensor<[2, 3]>>()(tensor(new Float32Array(6), { shape: [2, 3] }), 'same');
is<Tensor<[2]>>()(tensor([n, n]), 'same');
is<Tensor<[number]>>()(tensor(sizes), 'same');
is<Tensor<[number, number]>>()(tensor([] as number[][]), 'same');
is<Tensor<[2, number]>>()(tensor([sizes, [1, 2]]), 'same');
is<Tensor<number[]>>()(tensor([] as unknown[]).add(a), 'same');

// Broadcasting
is<Tensor<[2, 3]>>()(a.add(zeros([3])), 'same');
is<Tensor<[2, 3]>>()(a.sub(1), 'same');
is<Tensor<[2, 3]>>()(a.mul(true), 'same');
is<Tensor<[4, 2, 3]>>()(a.mul(zeros([4, 1, 3])), 'same');
is<Tensor<[2, 3]>>()(a.div(zeros([2, 1])), 'same');
is<Tensor<[2, 3]>>()(a.pow(zeros([])), 'same');
is<Tensor<[0, 3]>>()(zeros([1, 3]).maximum(zeros([0, 3])), 'same');
is<Tensor<[2, 3]>>()(a.minimum(a), 'same');
is<Tensor<[2, 3]>>()(add(a, 1), 'same');
is<Tensor<[2, 3]>>()(add(1, a), 'same');
is<Tensor<[2, 3]>>()(add(zeros([3]), a), 'same');
is<Tensor<[2, 3]>>()(a.add(Math.random() > 0.5 ? a : 1), 'same');

// Products
is<Tensor<[2, 5]>>()(a.matmul(c), 'same');
is<Tensor<[2]>>()(a.matmul(zeros([3])), 'same');
is<Tensor<[5]>>()(zeros([3]).matmul(c), 'same');
is<Tensor<[]>>()(zeros([3]).matmul(zeros([3])), 'same');
is<Tensor<[8, 2, 5]>>()(zeros([8, 2, 3]).matmul(c), 'same');
is<Tensor<[6, 5]>>()(zeros([3]).matmul(zeros([6, 3, 5])), 'same');
is<Tensor<[7, 6, 2, 5]>>()(zeros([7, 1, 2, 3]).matmul(zeros([6, 3, 5])), 'same');
is<Tensor<[2, 5]>>()(matmul(a, c), 'same');
is<Tensor<[2, 5]>>()(einsum('ij,jk->ik', a, c), 'same');
is<Tensor<[2, 5]>>()(einsum('ij, jk -> ik', a, c), 'same');
is<Tensor<[]>>()(einsum('ij,ij->', a, a), 'same');
is<Tensor<[3]>>()(einsum('ii->i', zeros([3, 3])), 'same');
is<Tensor<[7, 2, 5]>>()(einsum('bij,bjk->bik', zeros([7, 2, 3]), zeros([7, 3, 5])), 'same');
is<Tensor<[3, 2, 5]>>()(einsum('Ni,ij,jk->jNk', zeros([2, 4]), zeros([4, 3]), c), 'same');

// Reductions
is<Tensor<[]>>()(a.sum(), 'same');
is<Tensor<[3]>>()(a.sum(0), 'same');
is<Tensor<[2]>>()(a.mean(-1), 'same');
is<Tensor<[2, 1]>>()(a.max(1, { keepdims: true }), 'same');
is<Tensor<[1, 1]>>()(a.min(undefined, { keepdims: true }), 'same');
is<Tensor<[3]>>()(zeros([2, 3, 4]).prod([0, -1]), 'same');
is<Tensor<[1, 3, 1]>>()(zeros([2, 3, 4]).sum([0, -1], { keepdims: true }), 'same');
is<Tensor<[2, 3]>>()(a.sum([]), 'same');
is<Tensor<[2, 3]>>()(a.exp().tanh().softmax(0), 'same');

// Axes
is<Tensor<[3, 2]>>()(a.transpose(), 'same');
is<Tensor<[4, 3, 2]>>()(zeros([2, 3, 4]).transpose(), 'same');
is<Tensor<[4, 2, 3]>>()(zeros([2, 3, 4]).permute([2, 0, 1]), 'same');
is<Tensor<[4, 2, 3]>>()(zeros([2, 3, 4]).permute([-1, 0, -2]), 'same');
is<Tensor<[2, 1, 3]>>()(a.expandDims(1), 'same');
is<Tensor<[2, 3, 1]>>()(a.expandDims(-1), 'same');
is<Tensor<[1, 2, 3]>>()(a.expandDims(-3), 'same');
is<Tensor<[2, 3]>>()(zeros([1, 2, 1, 3]).squeeze(), 'same');
is<Tensor<[1, 2, 3]>>()(zeros([1, 2, 1, 3]).squeeze(2), 'same');
is<Tensor<[5, 3]>>()(concat([a, zeros([3, 3])]), 'same');
is<Tensor<[2, 106]>>()(concat([a, zeros([2, 99]), zeros([2, 4])], -1), 'same');
is<Tensor<[2, 2, 3]>>()(stack([a, a]), 'same');
is<Tensor<[2, 3, 2]>>()(stack([a, a], -1), 'same');

// Reshape
is<Tensor<[3, 2]>>()(a.reshape([3, 2]), 'same');
is<Tensor<[]>>()(zeros([1, 1]).reshape([]), 'same');
is<Tensor<[25088]>>()(zeros([32, 784]).reshape([25088]), 'same');
is<Tensor<[1000, 999, 998]>>()(zeros([997002000]).reshape([1000, 999, 998]), 'same');
is<Tensor<[5, 0]>>()(zeros([0, 3]).reshape([5, 0]), 'same');
is<Tensor<[25088]>>()(zeros([32, 784]).reshape([-1]), 'same');
is<Tensor<[3, 2]>>()(a.reshape([-1, 2]), 'same');
is<Tensor<[6, 1, 4]>>()(zeros([2, 3, 4]).reshape([-1, 1, 4]), 'same');
is<Tensor<[number, 784]>>()(zeros([32, 28, 28]).reshape([-1, 784]), 'same');
is<Tensor<[number, 5]>>()(zeros([n, 5]).reshape([-1, 5]), 'same');
is<Tensor<[number, number]>>()(rows.reshape([-1, n]), 'same');
is<Tensor<[number, 6]>>()(zeros(sizes).reshape([-1, 6]), 'same');
is<Tensor<[number]>>()(zeros(sizes).reshape([-1]), 'same');

// Derivatives
const A = zeros([3, 3]);
const quadratic = (x: Tensor<[3]>) => x.matmul(A).matmul(x);
is<Tensor<[3]>>()(grad(quadratic)(zeros([3])), 'same');
is<Tensor<[3, 3]>>()(hessian(quadratic)(zeros([3])), 'same');
is<Tensor<[2, 3]>>()(jacobian((x: Tensor<[3]>) => a.matmul(x))(zeros([3])), 'same');
is<Tensor<[3, 3, 3, 3]>>()(jacobian((X: Tensor<[3, 3]>) => X.transpose())(A), 'same');
is<Tensor<[3, 3]>>()(jacobian(grad(quadratic))(zeros([3])), 'same');
is<Tensor<number[]>>()(grad((x: Tensor) => x.exp())(unknownRank), 'same');
is<Tensor<number[]>>()(jacobian((x: Tensor) => x.exp())(zeros([3])), 'same');

// Derivatives with respect to trees, other arguments, and with auxiliary output
interface Weights {
  readonly W: Tensor<[2, 3]>;
  readonly biases: readonly [Tensor<[2]>, number];
}
const loss = ({ W, biases }: Weights, x: Tensor<[3]>, scale: number) =>
  W.matmul(x).add(biases[0]).add(biases[1]).square().sum().mul(scale);
const weights: Weights = { W: a, biases: [zeros([2]), 1] };
const tree = grad(loss)(weights, zeros([3]), 2);
is<Tensor<[2, 3]>>()(tree.W, 'same');
is<Tensor<[2]>>()(tree.biases[0], 'same');
is<Tensor<[]>>()(tree.biases[1], 'same');
is<Tensor<[3]>>()(grad(loss, { argnums: 1 })(weights, zeros([3]), 2), 'same');
is<Tensor<[]>>()(grad(loss, { argnums: 2 })(weights, zeros([3]), 2), 'same');
is<[Tensor<[]>, Tensor<[3]>]>()(grad(loss, { argnums: [2, 1] })(weights, zeros([3]), 2), 'same');
is<[value: Tensor<[]>, gradient: Tensor<[3]>]>()(valueAndGrad(quadratic)(zeros([3])), 'same');
const withAux = (x: Tensor<[3]>): [Tensor<[]>, { steps: number }] => [quadratic(x), { steps: 1 }];
is<[Tensor<[3]>, { steps: number }]>()(grad(withAux, { hasAux: true })(zeros([3])), 'same');
is<[value: [Tensor<[]>, { steps: number }], gradient: Tensor<[3]>]>()(
  valueAndGrad(withAux, { hasAux: true })(zeros([3])),
  'same',
);
is<[Tensor<[3]>, { steps: number }]>()(jacobian(withAux, { hasAux: true })(zeros([3])), 'same');
is<[Tensor<[3, 3]>, { steps: number }]>()(hessian(withAux, { hasAux: true })(zeros([3])), 'same');
is<Tensor<[2, 3]>>()(jacobian((x: Tensor<[3]>) => a.matmul(x), { mode: 'reverse', chunkSize: 2 })(zeros([3])), 'same');
is<Tensor<[3, 3]>>()(hessian(quadratic, { chunkSize: 1 })(zeros([3])), 'same');
is<Tensor<[3]>>()(jacfwd(quadratic)(zeros([3])), 'same');
is<Tensor<[3]>>()(jacrev(quadratic)(zeros([3])), 'same');

// A parameter without a type is any, and so is the derivative; a tensor of unknown rank keeps its own.
export const unannotated: Tensor<[3]> = grad((v) => v.square().sum())(zeros([3]));
export const curvature: Tensor<[3, 3]> = hessian((v) => v.square().sum())(zeros([3]));
is<Tensor>()(grad((v: Tensor) => v.square().sum())(zeros([3])), 'same');
is<Tensor>()(hessian((v: Tensor) => v.square().sum())(zeros([3])), 'same');
export const severalJacobians: Tensor[][] = jacobian((v: Tensor, w: Tensor) => [v.mul(w)], { argnums: [0, 1] })(a, a);

// jit keeps the type of its function.
is<typeof quadratic>()(jit(quadratic), 'same');
is<Tensor<[3, 3]>>()(jit(hessian(quadratic))(zeros([3])), 'same');

// Chains of methods
is<Tensor<[5, 2]>>()(a.matmul(c).relu().sub(1).div(2).transpose().softmax(0), 'same');
is<Tensor<[2, 1]>>()(a.sub(a.mean(0)).square().sum(1, { keepdims: true }).sqrt().clip(0, 1), 'same');
is<Tensor<[6]>>()(a.cumsum(0).tril().maskedFill(a.greater(0), 0).to('float64').reshape([-1]), 'same');
is<Tensor<[3]>>()(
  a
    .std(0)
    .add(a.var(0, { correction: 0 }))
    .add(a.argmax(0))

    .add(zeros([3])),
  'same',
);

// Reading numbers
is<number[][]>()(a.toArray(), 'same');
is<number>()(a.sum().toArray(), 'same');
is<number[][][]>()(zeros([n, 3, 1]).toArray(), 'same');
export const ofAnyDepth: number[][] = unknownRank.toArray();
export const row: readonly number[] = zeros(sizes).toArray();
is<number>()(a.sum().item(), 'same');
export const found: boolean = a.equal(a).all().item();

// Unknown sizes
is<Tensor<[number, 3]>>()(rows, 'same');
is<Tensor<[number, 5]>>()(rows.matmul(c), 'same');
is<Tensor<[number, 3]>>()(rows.add(zeros([1, 3])), 'same');
is<Tensor<[2, 3]>>()(rows.add(a), 'same');
is<Tensor<[3]>>()(rows.sum(0), 'same');
is<Tensor<[6, 2]>>()(rows.reshape([6, 2]), 'same');
is<Tensor<[number, 3]>>()(concat([a, rows]), 'same');
is<Tensor<[2, 5]>>()(einsum('ij,kj,il->kl', rows, a, zeros([4, 5])), 'same');

// Unknown ranks
is<Tensor<number[]>>()(zeros(sizes).matmul(c), 'same');
is<Tensor<number[]>>()(unknownRank.add(a), 'same');
is<Tensor<number[]>>()(unknownRank.sum(0), 'same');
is<Tensor<number[]>>()(a.sum(n), 'same');
is<Tensor<number[]>>()(a.sum(sizes), 'same');
is<Tensor<number[]>>()(a.sum(0, { keepdims: n > 0 }), 'same');
is<Tensor<number[]>>()(a.reshape(sizes), 'same');
is<Tensor<number[]>>()(unknownRank.transpose(), 'same');
is<Tensor<number[]>>()(unknownRank.squeeze(), 'same');
is<Tensor<number[]>>()(concat([a, unknownRank]), 'same');
is<Tensor<number[]>>()(concat([a] as Tensor[]), 'same');
is<Tensor<number[]>>()(einsum('ij,jk->ik', unknownRank, c), 'same');
is<Tensor<number[]>>()(einsum('...ij,jk', a, c), 'same');
is<Tensor<number[]>>()(einsum(String(n), a, c), 'same');

// From known to unknown and back
const up: Tensor = a;
const partly: Tensor<[number, 3]> = a;
is<Tensor<[2, 3]>>()(withShape(up, [2, 3]), 'same');
is<Tensor<number[]>>()(dynamic(partly), 'same');

// A type that the context expects leaves the operands alone.
export const scalar: Tensor<[]> = a.sum();
export const kept: Tensor<[1, 1]> = a.sum(undefined, { keepdims: true });
export const viewed: Tensor = a.reshape([6]);
export const flat: Tensor<[3]> = zeros([1, 3]).squeeze();

// A failed computation is one error, and what follows is of unknown rank.
// @ts-expect-error the inner sizes differ
const failed = a.matmul(a);
is<Tensor<number[]>>()(failed.add(zeros([2])).sum(0), 'same');
