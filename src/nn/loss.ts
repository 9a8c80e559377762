// What every loss ends with: the losses of the elements, their mean or their sum.
import { ShapeError } from '../errors.ts';
import { floating, promoted, type TensorLike } from '../ops/operands.ts';
import { mean, sum } from '../ops/reduction.ts';
import { broadcastInto } from '../ops/spread.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkChoice } from './options.ts';

/** 'none' keeps one loss an element. */
export type Reduction = 'mean' | 'sum' | 'none';

export interface LossOptions {
  /** Default 'mean'. The mean over nothing is NaN. */
  readonly reduction?: Reduction;
}

export function checkReduction(op: string, reduction: Reduction): void {
  checkChoice(op, 'reduction', reduction, ['mean', 'sum', 'none']);
}

export function reduceLoss(op: string, loss: Tensor, reduction: Reduction = 'mean'): Tensor {
  checkReduction(op, reduction);
  if (reduction === 'none') return loss;
  return reduction === 'sum' ? sum(loss) : mean(loss);
}

/**
 * Prediction and target in one dtype and one shape. Only a scalar target is broadcast: [N, 1] against [N] would give N²
 * differences, which is never meant.
 */
export function lossOperands(op: string, x: TensorLike, target: TensorLike): [x: Tensor, target: Tensor] {
  const [a, b] = promoted(op, [x, target]).map((v) => floating(op, v)) as [Tensor, Tensor];
  if (b.ndim === 0) return [a, broadcastInto(b, a.shape)];
  if (!sameShape(a.shape, b.shape)) {
    throw new ShapeError(
      `${op}: prediction and target have different shapes: ${showShape(a.shape)} and ${showShape(b.shape)}.`,
      'reshape or broadcast one of them first',
    );
  }
  return [a, b];
}
