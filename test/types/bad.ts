// Mistakes the compiler must find, each under the text it must show: the library's own, which is the run-time error's text
// too, or after `TypeScript:` the compiler's. types.test.ts compiles this file without the directives, runs the mistakes, and
// compares the texts.

import { add, concat, einsum, grad, hessian, stack, type Tensor, tensor, zeros } from './library.ts';

const a = zeros([2, 3]);

export const mistakes: readonly (() => unknown)[] = [
  // @ts-expect-error matmul: inner sizes differ: [2,3] @ [4,5] needs 3 = 4.
  () => a.matmul(zeros([4, 5])),
  // @ts-expect-error matmul: inner sizes differ: [3] @ [4] needs 3 = 4.
  () => zeros([3]).matmul(zeros([4])),
  // @ts-expect-error matmul: batch shapes [7] and [6] of [7,2,3] @ [6,3,5] do not broadcast (sizes 7 and 6 differ and neither is 1).
  () => zeros([7, 2, 3]).matmul(zeros([6, 3, 5])),
  // @ts-expect-error matmul: left operand is a scalar; use mul.
  () => zeros([]).matmul(a),
  // @ts-expect-error matmul: right operand is a scalar; use mul.
  () => a.matmul(zeros([])),
  // @ts-expect-error add: shapes [2,3] and [2] do not broadcast (sizes 3 and 2 differ and neither is 1).
  () => a.add(zeros([2])),
  // @ts-expect-error add: shapes [2,3] and [4,1] do not broadcast (sizes 2 and 4 differ and neither is 1).
  () => add(a, zeros([4, 1])),
  // @ts-expect-error mul: shapes [2,3] and [0,3] do not broadcast (sizes 2 and 0 differ and neither is 1).
  () => a.mul(zeros([0, 3])),
  // @ts-expect-error reshape: cannot view [2,3] (6 elements) as [4,2] (8 elements).
  () => a.reshape([4, 2]),
  // @ts-expect-error reshape: cannot view [997002000] (997002000 elements) as [1000,999,997] (996003000 elements).
  () => zeros([997002000]).reshape([1000, 999, 997]),
  // @ts-expect-error reshape: cannot view [2,3] (6 elements) as [-1,-1]: only one size can be -1.
  () => a.reshape([-1, -1]),
  // @ts-expect-error sum: axis 2 is out of range for shape [2,3] of rank 2.
  () => a.sum(2),
  // @ts-expect-error sum: axis -3 is out of range for shape [2,3] of rank 2.
  () => a.sum([0, -3]),
  // @ts-expect-error mean: axis 0 is out of range for shape [] of rank 0.
  () => zeros([]).mean(0, { keepdims: true }),
  // @ts-expect-error max: axis 1 is given twice for shape [2,3].
  () => a.max([1, -1]),
  // @ts-expect-error permute: [1,0,2] lists 3 axes, but shape [2,3] has rank 2.
  () => a.permute([1, 0, 2]),
  // @ts-expect-error permute: axis 0 is given twice for shape [2,3].
  () => a.permute([0, 0]),
  // @ts-expect-error permute: axis 2 is out of range for shape [2,3] of rank 2.
  () => a.permute([0, 2]),
  // @ts-expect-error expandDims: axis 3 is out of range for shape [2,3] of rank 2.
  () => a.expandDims(3),
  // @ts-expect-error squeeze: axis 1 of shape [1,3] has size 3, not 1.
  () => zeros([1, 3]).squeeze(1),
  // @ts-expect-error concat: shapes [2,3] and [2,4] differ outside axis 0.
  () => concat([a, a, zeros([2, 4])]),
  // @ts-expect-error concat: axis -3 is out of range for shape [2,3] of rank 2.
  () => concat([a, a], -3),
  // @ts-expect-error stack: shapes [2,3] and [3] differ.
  () => stack([a, zeros([3])]),
  // @ts-expect-error tensor: rows have different lengths.
  // biome-ignore format: the directive covers one line
  () => tensor([[1, 2, 3], [4, 5]]),
  // @ts-expect-error tensor: rows have different lengths.
  // biome-ignore format: the directive covers one line
  () => tensor([[[1, 2], [3]], [[1], [2]]]),
  // @ts-expect-error tensor: rows have different lengths.
  () => tensor([1, [2]]),
  // @ts-expect-error einsum 'ij,jk->ik': index 'j' is 3 in one operand and 4 in another.
  () => einsum('ij,jk->ik', a, zeros([4, 5])),
  // @ts-expect-error einsum 'ij,jk->iz': output index 'z' appears in no operand.
  () => einsum('ij,jk->iz', a, zeros([3, 5])),
  // @ts-expect-error einsum 'ij->ii': output index 'i' is given twice.
  () => einsum('ij->ii', a),
  // @ts-expect-error einsum 'ijk,jk->i': term 'ijk' has 3 indices but its operand has shape [2,3] (rank 2).
  () => einsum('ijk,jk->i', a, zeros([3, 5])),
  // @ts-expect-error einsum 'ij,jk->ik': more terms than operands.
  () => einsum('ij,jk->ik', a),
  // @ts-expect-error einsum 'ij->': more operands than terms.
  () => einsum('ij->', a, a),
  // @ts-expect-error grad: f must return a scalar (shape []), but returns shape [2]; use jacobian() or vjp().
  () => grad((x: Tensor<[3]>) => a.matmul(x))(zeros([3])),
  // Only the compiler refuses this one: at run time the second derivatives of a vector have the shape [...Out, ...In, ...In].
  // @ts-expect-error hessian: f must return a scalar (shape []), but returns shape [3]; use jacobian(jacobian(f)).
  () => hessian((x: Tensor<[3]>) => x.exp())(zeros([3])),
  // One mistake is one error, however much is computed from its result.
  // @ts-expect-error matmul: inner sizes differ: [2,3] @ [2,3] needs 3 = 2.
  // biome-ignore format: the directive covers one line
  () => a.matmul(a).add(zeros([2])).matmul(zeros([7])).sum(5),
];

declare const unknownRank: Tensor;
declare function layer<N extends number, I extends number, O extends number>(
  x: Tensor<[N, I]>,
  w: Tensor<[NoInfer<I>, O]>,
): Tensor<[N, O]>;

// The functions below are compiled and not run.
// A shape that is unknown does not pass for one that is known.
// @ts-expect-error TypeScript: Type 'Tensor<number[]>' is not assignable to type 'Tensor<[2, 3]>'.
export const narrow = (): Tensor<[2, 3]> => unknownRank;
// @ts-expect-error TypeScript: Type 'Tensor<[2, 3]>' is not assignable to type 'Tensor<[3, 2]>'.
export const wrong = (): Tensor<[3, 2]> => a;
// The type that is expected of a result does not change what its operands are.
// @ts-expect-error TypeScript: Type 'Tensor<[]>' is not assignable to type 'Tensor<[3]>'.
export const total = (): Tensor<[3]> => a.sum();
// @ts-expect-error TypeScript: Type 'Tensor<[2]>' is not assignable to type 'Tensor<[5]>'.
export const data = (): Tensor<[5]> => tensor([1, 2]);
// Sizes of two arguments that must be equal.
// @ts-expect-error TypeScript: Argument of type 'Tensor<[4, 5]>' is not assignable to parameter of type 'Tensor<[3, 5]>'.
export const applied = (): Tensor<[2, 5]> => layer(a, zeros([4, 5]));
