// Transposed convolution, the adjoint of convolution in its input: each element of x places a copy of the kernel,
//   y[n, o, stride·p + dilation·k − padding] += Σ_c x[n, c, p] · w[c, o, k]
// which is one contraction into windows, and the windows added where they overlap.

import { ArgumentError, ShapeError } from '../errors.ts';
import { contract } from '../ops/contract.ts';
import { slice } from '../ops/movement.ts';
import { reshapeTo } from '../ops/spread.ts';
import { overlapAddOp } from '../ops/windows.ts';
import { apply } from '../tensor/dispatch.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { addBias, convolutionLabels, convolutionOperands } from './convolution.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';
import { asBatch, type PerAxis, perAxis } from './spatial.ts';

export interface TransposedConvolutionOptions {
  /** [outChannels] */
  readonly bias?: Tensor | undefined;
  /** Default 1. */
  readonly stride?: PerAxis;
  /** Elements cut from both sides of the result (the padding of the convolution that this undoes), default 0. */
  readonly padding?: PerAxis;
  /** Elements added at the end only, to pick one of the sizes that a strided convolution maps to the same; default 0. */
  readonly outputPadding?: PerAxis;
  /** Default 1. */
  readonly dilation?: PerAxis;
  /** Default 1. */
  readonly groups?: number;
}

/** Along one spatial axis: where the windows go, and the range of their sum that is kept. */
interface FoldedAxis {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly length: number;
  readonly start: number;
  readonly stop: number;
}

function foldedAxes(
  op: string,
  lengths: readonly number[],
  kernel: readonly number[],
  options: TransposedConvolutionOptions,
): FoldedAxis[] {
  const rank = kernel.length;
  const stride = perAxis(op, 'stride', options.stride ?? 1, rank, 1);
  const dilation = perAxis(op, 'dilation', options.dilation ?? 1, rank, 1);
  const padding = perAxis(op, 'padding', options.padding ?? 0, rank, 0);
  const extra = perAxis(op, 'outputPadding', options.outputPadding ?? 0, rank, 0);
  return kernel.map((size, i) => {
    const [s, d, p, e] = [stride[i]!, dilation[i]!, padding[i]!, extra[i]!];
    if (e > 0 && e >= Math.max(s, d)) {
      throw new ArgumentError(
        `${op}: outputPadding ${e} must be smaller than the stride ${s} or the dilation ${d}.`,
        'pad the result for anything larger',
      );
    }
    const length = (lengths[i]! - 1) * s + (size - 1) * d + 1 + e;
    if (lengths[i] === 0 || length - 2 * p < 1) {
      throw new ShapeError(
        `${op}: axis ${i + 2} would have size ${Math.max(0, length - 2 * p)}: ${showShape(lengths)} with kernel ${showShape(kernel)} and padding ${showShape(padding)}.`,
      );
    }
    return { size, stride: s, dilation: d, length, start: p, stop: length - p };
  });
}

function convolveTransposed(
  op: string,
  rank: number,
  x: Tensor,
  w: Tensor,
  options: TransposedConvolutionOptions,
): Tensor {
  checkOptions(op, options, ['bias', 'stride', 'padding', 'outputPadding', 'dilation', 'groups']);
  const { groups = 1 } = options;
  const [input, weight, bias] = convolutionOperands(op, rank, x, w, options.bias, groups);
  const { batch, restore } = asBatch(op, input, rank);
  const [n, channels, ...lengths] = batch.shape as [number, number, ...number[]];
  const [inner, out, ...kernel] = weight.shape as [number, number, ...number[]];
  if (channels !== inner) {
    throw new ShapeError(
      `${op}: input has ${channels} channels but the weight expects ${inner}: ${showShape(x.shape)} with ${showShape(w.shape)}.`,
      'the weight of a transposed convolution is [inChannels, outChannels / groups, kernel…]',
    );
  }
  if (channels % groups !== 0) {
    throw new ShapeError(`${op}: ${channels} input channels of ${showShape(x.shape)} do not make ${groups} groups.`);
  }
  const axes = foldedAxes(op, lengths, kernel, options);
  const labels = convolutionLabels(rank);
  const [group, outLabel, channel, ...kernelLabels] = labels.w as [number, number, number, ...number[]];
  const windows = contract(
    reshapeTo(batch, [n, groups, channels / groups, ...lengths]),
    reshapeTo(weight, [groups, channels / groups, out, ...kernel]),
    { a: labels.x, b: [group, channel, outLabel, ...kernelLabels], out: [...labels.y, ...labels.kernel] },
  );
  // Each fold takes the last axis, so the kernel axes go from the last to the first.
  const sums = axes.reduceRight((y, { size, stride, dilation, length }, i) => {
    return apply(overlapAddOp, [y], { axis: 3 + i, size, stride, dilation, length });
  }, windows);
  const kept = slice(
    reshapeTo(sums, [n, groups * out, ...axes.map(({ length }) => length)]),
    [0, 0, ...axes.map(({ start }) => start)],
    [n, groups * out, ...axes.map(({ stop }) => stop)],
  );
  return restore(addBias(op, kept, bias));
}

/**
 * Transposed convolution over one axis: x [N, C, L] or [C, L] with w [C, O / groups, K] gives [N, O, L'], where
 * L' = (L − 1) stride − 2 padding + dilation (K − 1) + outputPadding + 1. Throws ShapeError where channels do not fit.
 *
 * @example
 * nn.convTranspose1d(ones([1, 1, 2]), ones([1, 1, 2]), { stride: 2 })   // [[[1, 1, 1, 1]]]
 */
export function convTranspose1d(x: Tensor, w: Tensor, options: TransposedConvolutionOptions = {}): Tensor {
  return convolveTransposed('convTranspose1d', 1, x, w, options);
}

/** Transposed convolution over two axes: x [N, C, H, W] with w [C, O / groups, KH, KW]; sizes as in convTranspose1d. */
export function convTranspose2d(x: Tensor, w: Tensor, options: TransposedConvolutionOptions = {}): Tensor {
  return convolveTransposed('convTranspose2d', 2, x, w, options);
}

/** Transposed convolution over three axes: x [N, C, D, H, W] with w [C, O / groups, KD, KH, KW]. */
export function convTranspose3d(x: Tensor, w: Tensor, options: TransposedConvolutionOptions = {}): Tensor {
  return convolveTransposed('convTranspose3d', 3, x, w, options);
}

record('convTranspose1d', convTranspose1d, [
  { inputs: [{ shape: [2, 3, 4] }, { shape: [3, 2, 3] }], params: [] },
  {
    inputs: [{ shape: [4, 3] }, { shape: [4, 1, 2] }],
    params: [{ groups: 2, stride: 3, outputPadding: 2, padding: 1 }],
  },
  { inputs: [{ shape: [0, 2, 3] }, { shape: [2, 1, 2] }], params: [{ dilation: 2 }] },
]);
record(
  'convTranspose2d',
  (x: Tensor, w: Tensor, bias: Tensor, options: TransposedConvolutionOptions) =>
    convTranspose2d(x, w, { ...options, bias }),
  [
    {
      inputs: [{ shape: [1, 2, 3, 2] }, { shape: [2, 2, 3, 2] }, { shape: [2] }],
      params: [{ stride: [2, 1], padding: [1, 0], outputPadding: [1, 0] }],
    },
  ],
);
record('convTranspose3d', convTranspose3d, [
  { inputs: [{ shape: [1, 2, 2, 2, 1] }, { shape: [2, 1, 2, 1, 2] }], params: [{ stride: [1, 2, 2] }] },
]);
