// Code that is generic in sizes: what works, what does not, and what to write instead. Compiled by types.test.ts.

import { is } from './exact.ts';
import { dynamic, jacobian, type Tensor, withShape, zeros } from './library.ts';

// Elementwise operations, sums over everything and numbers as operands keep a shape that is a type parameter.
export function negativeExp<S extends number[]>(x: Tensor<S>): Tensor<S> {
  return x.exp().neg().add(1);
}
export function total<N extends number>(x: Tensor<[N]>): Tensor<[]> {
  return x.sum();
}

// Two tensors of one generic shape cannot be combined: whether S broadcasts with S is decided only when S is known.
export function squared<S extends number[]>(x: Tensor<S>): Tensor<S> {
  // @ts-expect-error not known to fit; x.square() says the same and works
  return x.mul(x);
}
export function square<S extends number[]>(x: Tensor<S>): Tensor<S> {
  return x.square();
}

// A product of generic sizes cannot be computed either.
export function linear<N extends number, I extends number, O extends number>(
  x: Tensor<[N, I]>,
  w: Tensor<[I, O]>,
): Tensor<[N, O]> {
  // @ts-expect-error not known to fit
  return x.matmul(w);
}

// Instead: compute without static shapes and attach the result's. The signature keeps what the callers see checked; without
// NoInfer, I would be inferred as the union 3 | 4 from a mismatched pair and nothing would be reported.
export function layer<N extends number, I extends number, O extends number>(
  x: Tensor<[N, I]>,
  w: Tensor<[NoInfer<I>, O]>,
): Tensor<[N, O]> {
  return withShape(dynamic(x).matmul(dynamic(w)), [x.shape[0], w.shape[1]]);
}
is<Tensor<[2, 5]>>()(layer(zeros([2, 3]), zeros([3, 5])), 'same');
// @ts-expect-error [2,3] @ [4,5]
layer(zeros([2, 3]), zeros([4, 5]));

// A variable that changes its shape in a loop has an unknown one.
let h: Tensor = zeros([2, 3]);
for (const w of [zeros([3, 4]), zeros([4, 5])]) h = h.matmul(w);
is<Tensor>()(h, 'same');

// A method cannot be called on a choice of shapes; forget the shape first.
declare const choice: Tensor<[2, 3]> | Tensor<[4, 3]>;
// @ts-expect-error `this` would have to be both
choice.matmul(zeros([3, 7]));
is<Tensor>()(dynamic(choice).matmul(zeros([3, 7])), 'same');

// A function without a shape in its parameter gives a derivative of unknown rank.
is<Tensor>()(jacobian((x: Tensor) => x.exp())(zeros([3])), 'same');
