// Trees of parameters: plain objects of tensors, which grad, optimizers and save take as they are.
import type { Tensor } from '../tensor/tensor.ts';

export interface LinearParams {
  /** [out, in] */
  readonly weight: Tensor;
  /** [out] */
  readonly bias?: Tensor;
}

/** A recurrent cell with G gates of size H: rnn 1, gru 3, lstm 4. */
export interface RecurrentParams {
  /** [G·H, in] */
  readonly weightIh: Tensor;
  /** [G·H, H] */
  readonly weightHh: Tensor;
  /** [G·H] */
  readonly biasIh?: Tensor;
  readonly biasHh?: Tensor;
}
