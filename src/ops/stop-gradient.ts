// stopGradient: the identity with derivative zero. What it returns is a constant for every transform and for the tape.
import { apply } from '../tensor/dispatch.ts';
import { call } from '../tensor/formula.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type None, none } from './linear.ts';
import { asTensor, type TensorLike } from './operands.ts';
import { leadingAxes } from './spread.ts';

export const stopGradientOp: OpRecord<None> = register<None>({
  name: 'stopGradient',
  type: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  evaluate: ([x]) => [x!.view(x!.shape, x!.strides)],
  jvp: () => [null],
  transpose: () => [null],
  savesNothing: true,
  batch: leadingAxes(() => stopGradientOp),
  formula: ([x]) => call('stopGradient', x!),
  samples: [{ inputs: [{ shape: [2, 3] }], exempt: { jvp: 'its derivative is zero by definition' } }],
});

/** `x`, as a constant: d(x · stopGradient(x)) = x dx. */
export function stopGradient(x: TensorLike): Tensor {
  return apply(stopGradientOp, [asTensor('stopGradient', x)], none);
}
