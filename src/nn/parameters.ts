// Trees of parameters: plain objects of tensors, which grad, optimizers and save take as they are. Fresh ones are uniform
// in ±1/√n, n the number of inputs of a unit (PyTorch's default), and depend on nothing but the key.
import { ArgumentError } from '../errors.ts';
import { uniform } from '../random/continuous.ts';
import { split } from '../random/keys.ts';
import type { FloatDType } from '../tensor/dtype.ts';
import { checkShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkOptions } from './options.ts';

export interface LinearParams {
  /** [out, in] */
  readonly weight: Tensor;
  /** [out] */
  readonly bias?: Tensor | undefined;
}

/** A convolution: weight [out, in / groups, kernel…] and bias [out]. */
export type ConvolutionParams = LinearParams;

/** A recurrent cell with G gates of size H: rnn 1, gru 3, lstm 4. */
export interface RecurrentParams {
  /** [G·H, in] */
  readonly weightIh: Tensor;
  /** [G·H, H] */
  readonly weightHh: Tensor;
  /** [G·H] */
  readonly biasIh?: Tensor;
  /** [G·H] */
  readonly biasHh?: Tensor;
}

/** Projections of multi-head attention: each a linear layer, [size, size]. */
export interface AttentionParams {
  readonly query: LinearParams;
  readonly key: LinearParams;
  readonly value: LinearParams;
  readonly out: LinearParams;
}

export interface InitOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Default: the default dtype. */
  readonly dtype?: FloatDType;
}

/** Uniform in ±1/√fanIn. */
function draw(key: Tensor, shape: readonly number[], fanIn: number, { dtype }: InitOptions): Tensor {
  const high = 1 / Math.sqrt(Math.max(fanIn, 1));
  return uniform(key, shape, { low: -high, high, ...(dtype === undefined ? {} : { dtype }) });
}

function initUnit(op: string, key: Tensor, shape: readonly number[], options: InitOptions): LinearParams {
  checkOptions(op, options, ['bias', 'dtype']);
  checkShape(op, shape);
  const [forWeight, forBias] = split(key);
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  const weight = draw(forWeight!, shape, fanIn, options);
  return options.bias === false ? { weight } : { weight, bias: draw(forBias!, [shape[0]!], fanIn, options) };
}

/** Parameters of `linear` from `inputs` to `outputs` features. */
export function initLinear(key: Tensor, inputs: number, outputs: number, options: InitOptions = {}): LinearParams {
  return initUnit('initLinear', key, [outputs, inputs], options);
}

/**
 * Parameters of a convolution with a kernel of one to three sizes; `inputs` counts the channels of one group.
 *
 * @example
 * const { weight, bias } = nn.initConv(key, 3, 16, [3, 3])   // for nn.conv2d(x, weight, { bias })
 */
export function initConv(
  key: Tensor,
  inputs: number,
  outputs: number,
  kernel: readonly number[],
  options: InitOptions = {},
): ConvolutionParams {
  return initUnit('initConv', key, [outputs, inputs, ...kernel], options);
}

/** Parameters of `multiHeadAttention` over `size` features. */
export function initAttention(key: Tensor, size: number, options: InitOptions = {}): AttentionParams {
  const [query, k, value, out] = split(key, 4).map((part) => initUnit('initAttention', part, [size, size], options));
  return { query: query!, key: k!, value: value!, out: out! };
}

const GATES = { rnn: 1, gru: 3, lstm: 4 };

/** Parameters of `rnnCell`, `gruCell` or `lstmCell` from `inputs` features to a state of `size`. */
export function initRecurrent(
  key: Tensor,
  cell: 'rnn' | 'gru' | 'lstm',
  inputs: number,
  size: number,
  options: InitOptions = {},
): RecurrentParams {
  const op = 'initRecurrent';
  checkOptions(op, options, ['bias', 'dtype']);
  if (!Object.hasOwn(GATES, cell)) {
    throw new ArgumentError(`${op}: the cell must be one of rnn, gru, lstm, got ${String(cell)}.`);
  }
  const rows = GATES[cell] * size;
  checkShape(op, [rows, inputs]);
  const [a, b, c, d] = split(key, 4);
  const weights = {
    weightIh: draw(a!, [rows, inputs], size, options),
    weightHh: draw(b!, [rows, size], size, options),
  };
  if (options.bias === false) return weights;
  return { ...weights, biasIh: draw(c!, [rows], size, options), biasHh: draw(d!, [rows], size, options) };
}
