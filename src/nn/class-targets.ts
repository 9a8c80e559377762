// Targets that are class numbers: an int32 tensor of the shape of the logits without the class axis.
import { DTypeError, IndexError, ShapeError } from '../errors.ts';
import { equal, less, notEqual } from '../ops/comparison.ts';
import { takeAlongAxis } from '../ops/indexing.ts';
import { expandDims, squeeze } from '../ops/movement.ts';
import { where } from '../ops/select.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';

/** The axis of the classes: [C] or [N, C, …]. */
export function classAxis(op: string, x: Tensor): 0 | 1 {
  if (x.ndim === 0)
    throw new ShapeError(`${op}: a scalar has no class axis; expected [classes] or [batch, classes, …].`);
  return x.ndim === 1 ? 0 : 1;
}

export interface ClassTargets {
  /** True where the target is not ignored. */
  readonly kept: Tensor;
  /** The class numbers; class 0 stands where the target is ignored. */
  readonly classes: Tensor;
}

function checkType(op: string, x: Tensor, target: Tensor, axis: number): void {
  const expected = x.shape.filter((_, i) => i !== axis);
  if (isFloat(target.dtype) || target.dtype === 'bool') {
    throw new DTypeError(
      `${op}: class numbers have dtype int32, got ${target.dtype} ${showShape(target.shape)} for logits ${showShape(x.shape)}.`,
      "create them with { dtype: 'int32' } or convert them: target.to('int32')",
    );
  }
  if (!sameShape(target.shape, expected)) {
    throw new ShapeError(
      `${op}: target has shape ${showShape(target.shape)}, expected ${showShape(expected)} for ${showShape(x.shape)}.`,
      `the classes are axis ${axis} of the first argument`,
    );
  }
}

function checkRange(op: string, target: DenseTensor, x: Tensor, count: number, ignoreIndex: number): void {
  const bad = target.values().find((t) => t !== ignoreIndex && (t < 0 || t >= count));
  if (bad !== undefined) {
    throw new IndexError(`${op}: target ${bad} is not one of the ${count} classes of shape ${showShape(x.shape)}.`);
  }
}

export function classTargets(op: string, x: Tensor, target: Tensor, ignoreIndex: number): ClassTargets {
  const axis = classAxis(op, x);
  checkType(op, x, target, axis);
  const count = x.shape[axis]!;
  if (target instanceof DenseTensor) checkRange(op, target, x, count, ignoreIndex);
  const kept = notEqual(target, ignoreIndex);
  // Indexing counts negative numbers from the end; a negative class is an error, so it is moved out of range.
  const inRange = where(less(target, 0), count, target);
  return { kept, classes: where(equal(target, ignoreIndex), 0, inRange) };
}

/** The entry of `x` at each target's class: the shape of the target. */
export function atClasses(x: Tensor, classes: Tensor): Tensor {
  const axis = x.ndim === 1 ? 0 : 1;
  return squeeze(takeAlongAxis(x, expandDims(classes, axis), axis), axis);
}
