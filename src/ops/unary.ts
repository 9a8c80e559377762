// Float functions of one tensor: the record and the public function in one step. Integers and booleans become floats first.
import { apply } from '../tensor/dispatch.ts';
import type { Sample } from '../tensor/op.ts';
import { filled, type Tensor } from '../tensor/tensor.ts';
import { chainOp } from './addition.ts';
import { type Elementwise, elementwise } from './elementwise.ts';
import { type None, none } from './linear.ts';
import { floating, type TensorLike } from './operands.ts';

/** A function of one tensor or number, entry by entry. */
export type Unary = (x: TensorLike) => Tensor;

/** Registers the record and returns the public function around it. */
export function unary(fields: Elementwise<None>): Unary {
  const record = elementwise(fields);
  return (x) => apply(record, [floating(fields.name, x)], none);
}

/** `value` in the shape and dtype of `x`; one stored element. */
export function constantLike(x: Tensor, value: number): Tensor {
  return filled(x.shape, value, x.dtype);
}

/** `rate * d` for factors that may be infinite where a branch is not taken: what is zero stays zero, in both modes. */
export function chained(rate: Tensor, d: Tensor): Tensor {
  return apply(chainOp, [rate, d], none);
}

/** A sample whose tensors are drawn from one interval each. */
export function drawn(...domains: readonly (readonly [number, number])[]): Sample<None> {
  return { inputs: domains.map((domain) => ({ shape: [2, 3], domain })) };
}

/** A sample of given entries, one list for each tensor. */
export function given(...values: readonly (readonly number[])[]): Sample<None> {
  return { inputs: values.map((v) => ({ shape: [v.length], values: v })) };
}
