// Convolution (cross-correlation, as all of deep learning has it):
//   y[n, o, p] = b[o] + Σ_{c, k} x[n, c, stride·p + dilation·k − padding] · w[o, c, k]
// which is padding, a view of the sliding windows, and one contraction with the weight. A group is a batch label.

import { ArgumentError, ShapeError } from '../errors.ts';
import { add } from '../ops/arithmetic.ts';
import { contract } from '../ops/contract.ts';
import { onlyTensor, promoted } from '../ops/operands.ts';
import { reshapeTo } from '../ops/spread.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';
import { asBatch, type PerAxis, padForWindows, perAxis, slideWindows, type WindowAxis } from './spatial.ts';

export interface ConvolutionOptions {
  /** [outChannels] */
  readonly bias?: Tensor | undefined;
  /** Default 1. */
  readonly stride?: PerAxis;
  /**
   * Zeros on both sides, default 0. 'same' keeps the spatial sizes (stride 1 only; an odd zero goes to the end), 'valid'
   * adds none.
   */
  readonly padding?: PerAxis | 'same' | 'valid';
  /** Distance between the elements of the kernel, default 1. */
  readonly dilation?: PerAxis;
  /** Channels in this many groups, each convolved by itself; default 1. */
  readonly groups?: number;
}

// Labels of the contraction; spatial axes follow from POSITION, kernel axes from KERNEL.
const BATCH = 0;
const GROUP = 1;
const CHANNEL = 2;
const OUT = 3;
const POSITION = 4;
const KERNEL = 7;

/** The labels of all axes of a convolution over `rank` spatial axes, also those of its transpose. */
export function convolutionLabels(rank: number): { x: number[]; w: number[]; y: number[]; kernel: number[] } {
  const from = (label: number) => Array.from({ length: rank }, (_, i) => label + i);
  return {
    x: [BATCH, GROUP, CHANNEL, ...from(POSITION)],
    w: [GROUP, OUT, CHANNEL, ...from(KERNEL)],
    y: [BATCH, GROUP, OUT, ...from(POSITION)],
    kernel: from(KERNEL),
  };
}

/** The tensors of a convolution in one dtype, with the checks that do not depend on its direction. */
export function convolutionOperands(
  op: string,
  rank: number,
  x: Tensor,
  w: Tensor,
  bias: Tensor | undefined,
  groups: number,
): [x: Tensor, w: Tensor, bias: Tensor | undefined] {
  const given = [onlyTensor(op, x), onlyTensor(op, w), ...(bias === undefined ? [] : [onlyTensor(op, bias)])];
  if (w.ndim !== rank + 2) {
    throw new ShapeError(`${op}: weight of shape ${showShape(w.shape)} has ${w.ndim} axes, expected ${rank + 2}.`);
  }
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ArgumentError(`${op}: groups must be an integer >= 1, got ${String(groups)}.`);
  }
  const [input, weight, shift] = promoted(op, given);
  return [input!, weight!, shift];
}

/** `y` plus one number a channel. */
export function addBias(op: string, y: Tensor, bias: Tensor | undefined): Tensor {
  if (bias === undefined) return y;
  const channels = y.shape[1]!;
  if (bias.ndim !== 1 || bias.shape[0] !== channels) {
    throw new ShapeError(`${op}: bias has shape ${showShape(bias.shape)}, expected [${channels}].`);
  }
  return add(y, reshapeTo(bias, [channels, ...y.shape.slice(2).map(() => 1)]));
}

function resolvePadding(op: string, options: ConvolutionOptions, stride: readonly number[], spans: readonly number[]) {
  const { padding = 0 } = options;
  if (padding === 'same') {
    if (stride.some((s) => s !== 1)) {
      throw new ArgumentError(
        `${op}: padding 'same' needs stride 1, got ${showShape(stride)}.`,
        'give numbers instead',
      );
    }
    return spans.map((span) => ({ low: Math.floor((span - 1) / 2), high: Math.ceil((span - 1) / 2) }));
  }
  if (typeof padding === 'string' && padding !== 'valid') {
    throw new ArgumentError(`${op}: padding must be numbers, 'same' or 'valid', got '${String(padding)}'.`);
  }
  return perAxis(op, 'padding', padding === 'valid' ? 0 : padding, spans.length, 0).map((n) => ({ low: n, high: n }));
}

function convolve(op: string, rank: number, x: Tensor, w: Tensor, options: ConvolutionOptions): Tensor {
  checkOptions(op, options, ['bias', 'stride', 'padding', 'dilation', 'groups']);
  const { groups = 1 } = options;
  const [input, weight, bias] = convolutionOperands(op, rank, x, w, options.bias, groups);
  const { batch, restore } = asBatch(op, input, rank);
  const [n, channels, ...lengths] = batch.shape as [number, number, ...number[]];
  const [out, inner, ...kernel] = weight.shape as [number, number, ...number[]];
  if (channels !== inner * groups) {
    const expected = groups === 1 ? `${inner}` : `${groups} groups of ${inner}`;
    throw new ShapeError(
      `${op}: input has ${channels} channels but the weight expects ${expected}: ${showShape(x.shape)} with ${showShape(w.shape)}.`,
      groups === 1
        ? 'the weight is [outChannels, inChannels, kernel…], the input [batch, channels, …]'
        : 'the weight is [outChannels, inChannels / groups, kernel…]',
    );
  }
  if (out % groups !== 0) {
    throw new ShapeError(`${op}: ${out} output channels of weight ${showShape(w.shape)} do not make ${groups} groups.`);
  }
  const stride = perAxis(op, 'stride', options.stride ?? 1, rank, 1);
  const dilation = perAxis(op, 'dilation', options.dilation ?? 1, rank, 1);
  const spans = kernel.map((size, i) => (size - 1) * dilation[i]! + 1);
  const padding = resolvePadding(op, options, stride, spans);
  const axes: WindowAxis[] = kernel.map((size, i) => ({
    size,
    stride: stride[i]!,
    dilation: dilation[i]!,
    ...padding[i]!,
  }));
  const grouped = reshapeTo(batch, [n, groups, inner, ...lengths]);
  const windows = slideWindows(padForWindows(op, grouped, axes, 0, x.shape), axes);
  const labels = convolutionLabels(rank);
  const y = contract(windows, reshapeTo(weight, [groups, out / groups, inner, ...kernel]), {
    a: [...labels.x, ...labels.kernel],
    b: labels.w,
    out: labels.y,
  });
  return restore(addBias(op, reshapeTo(y, [n, out, ...y.shape.slice(3)]), bias));
}

/**
 * Convolution over one axis: x [N, C, L] or [C, L] with w [O, C / groups, K] gives [N, O, L'], where
 * L' = ⌊(L + 2 padding − dilation (K − 1) − 1) / stride⌋ + 1. Throws ShapeError where channels or sizes do not fit.
 *
 * @example
 * nn.conv1d(ones([1, 1, 5]), ones([1, 1, 3]), { padding: 1 })   // [[[2, 3, 3, 3, 2]]]
 */
export function conv1d(x: Tensor, w: Tensor, options: ConvolutionOptions = {}): Tensor {
  return convolve('conv1d', 1, x, w, options);
}

/**
 * Convolution over two axes: x [N, C, H, W] or [C, H, W] with w [O, C / groups, KH, KW] gives [N, O, H', W'], sizes as in
 * conv1d. Settings are numbers or lists [height, width]. Throws ShapeError where channels or sizes do not fit.
 *
 * @example
 * nn.conv2d(images, weight, { bias, stride: 2, padding: 1 })   // [8,3,32,32] with [16,3,3,3] gives [8,16,16,16]
 */
export function conv2d(x: Tensor, w: Tensor, options: ConvolutionOptions = {}): Tensor {
  return convolve('conv2d', 2, x, w, options);
}

/** Convolution over three axes: x [N, C, D, H, W] with w [O, C / groups, KD, KH, KW], otherwise as conv2d. */
export function conv3d(x: Tensor, w: Tensor, options: ConvolutionOptions = {}): Tensor {
  return convolve('conv3d', 3, x, w, options);
}

record('conv1d', conv1d, [
  { inputs: [{ shape: [2, 3, 6] }, { shape: [2, 3, 3] }], params: [] },
  { inputs: [{ shape: [4, 5] }, { shape: [2, 2, 2] }], params: [{ groups: 2, padding: 'same' }] },
  { inputs: [{ shape: [0, 2, 4] }, { shape: [1, 2, 2] }], params: [{ stride: 2 }] },
]);
record(
  'conv2d',
  (x: Tensor, w: Tensor, bias: Tensor, options: ConvolutionOptions) => conv2d(x, w, { ...options, bias }),
  [
    { inputs: [{ shape: [2, 2, 4, 4] }, { shape: [3, 2, 3, 2] }, { shape: [3] }], params: [{}] },
    {
      inputs: [{ shape: [1, 2, 5, 4] }, { shape: [2, 1, 2, 2] }, { shape: [2] }],
      params: [{ stride: [2, 1], padding: 1, dilation: [1, 2], groups: 2 }],
    },
  ],
);
record('conv3d', conv3d, [
  { inputs: [{ shape: [1, 1, 3, 3, 2] }, { shape: [2, 1, 2, 2, 1] }], params: [{ stride: 2, padding: [1, 0, 0] }] },
]);
