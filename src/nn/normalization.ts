// Normalization: y = (x − μ) / √(σ² + ε) · weight + bias, with the mean and the (biased) variance over
//   layerNorm     the last axes of each example       groupNorm      a group of channels of each example
//   instanceNorm  each channel of each example        batchNorm      each channel of the whole batch
// and rmsNorm, which divides by √(mean x² + ε) and subtracts nothing (Zhang & Sennrich 2019).

import { ArgumentError, ShapeError } from '../errors.ts';
import { add, mul, square, sub } from '../ops/arithmetic.ts';
import { floating, onlyTensor } from '../ops/operands.ts';
import { rsqrt } from '../ops/power.ts';
import { mean } from '../ops/reduction.ts';
import { reshapeTo } from '../ops/spread.ts';
import { stopGradient } from '../ops/stop-gradient.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';

export interface AffineOptions {
  /** What the result is multiplied with; default 1. */
  readonly weight?: Tensor | undefined;
  /** What is added then; default 0. */
  readonly bias?: Tensor | undefined;
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
}

const affineNames = ['weight', 'bias', 'eps'];

/** (x − μ) / √(σ² + ε) over the axes, and the two statistics with those axes of size 1. */
function standardize(x: Tensor, axes: readonly number[], eps: number): { y: Tensor; mu: Tensor; variance: Tensor } {
  const mu = mean(x, axes, { keepdims: true });
  const centered = sub(x, mu);
  const variance = mean(square(centered), axes, { keepdims: true });
  return { y: mul(centered, rsqrt(add(variance, eps))), mu, variance };
}

/** `y` times weight plus bias, which have `shape` and are seen as `view` beside y. */
function affine(op: string, y: Tensor, options: AffineOptions, shape: readonly number[], view = shape): Tensor {
  const fitted = (name: 'weight' | 'bias', value: Tensor): Tensor => {
    const given: readonly number[] = onlyTensor(op, value).shape;
    if (!sameShape(given, shape)) {
      throw new ShapeError(`${op}: ${name} has shape ${showShape(given)}, expected ${showShape(shape)}.`);
    }
    return reshapeTo(value, view);
  };
  const { weight, bias } = options;
  const scaled = weight === undefined ? y : mul(y, fitted('weight', weight));
  return bias === undefined ? scaled : add(scaled, fitted('bias', bias));
}

/** The last axes of `x`, which must have the sizes `normalizedShape`. */
function lastAxes(op: string, x: Tensor, normalizedShape: number | readonly number[]): [number[], readonly number[]] {
  const sizes = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (!Array.isArray(sizes)) {
    throw new ArgumentError(`${op}: the normalized shape is a list of sizes.`, `write ${op}(x, [x.shape.at(-1)])`);
  }
  const first = x.ndim - sizes.length;
  if (sizes.length === 0 || first < 0 || !sameShape(x.shape.slice(first), sizes)) {
    throw new ShapeError(`${op}: input of shape ${showShape(x.shape)} does not end in ${showShape(sizes)}.`);
  }
  return [sizes.map((_, i) => first + i), sizes];
}

/**
 * Normalizes over the last axes, whose sizes are `normalizedShape` (a number: the last axis). weight and bias have that
 * shape; the result has the shape of x. Throws ShapeError where x does not end in it.
 *
 * @example
 * nn.layerNorm(x, [64], { weight, bias })   // x: [8,10,64]
 */
export function layerNorm(x: Tensor, normalizedShape: number | readonly number[], options: AffineOptions = {}): Tensor {
  checkOptions('layerNorm', options, affineNames);
  const input = floating('layerNorm', onlyTensor('layerNorm', x));
  const [axes, shape] = lastAxes('layerNorm', input, normalizedShape);
  return affine('layerNorm', standardize(input, axes, options.eps ?? 1e-5).y, options, shape);
}

const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 };

/**
 * x / √(mean x² + ε) · weight over the last axes, whose sizes are `normalizedShape`. The default ε is the spacing of the
 * dtype at 1. Same shape as x.
 */
export function rmsNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  options: Omit<AffineOptions, 'bias'> = {},
): Tensor {
  checkOptions('rmsNorm', options, ['weight', 'eps']);
  const input = floating('rmsNorm', onlyTensor('rmsNorm', x));
  const [axes, shape] = lastAxes('rmsNorm', input, normalizedShape);
  const eps = options.eps ?? EPSILON[input.dtype as 'float32' | 'float64'];
  const scale = rsqrt(add(mean(square(input), axes, { keepdims: true }), eps));
  return affine('rmsNorm', mul(input, scale), options, shape);
}

/** [1, C, 1, …]: one number a channel, beside x [N, C, …]. */
const perChannel = (x: Tensor): number[] => x.shape.map((n, i) => (i === 1 ? n : 1));

function withChannels(op: string, x: Tensor, least = 2): Tensor {
  const input = floating(op, onlyTensor(op, x));
  if (input.ndim < least) {
    throw new ShapeError(
      `${op}: input of shape ${showShape(x.shape)} has ${x.ndim} axes, expected at least ${least}: [batch, channels${least > 2 ? ', positions' : ''}, …].`,
    );
  }
  return input;
}

/**
 * Normalizes each of `groups` groups of neighbouring channels of each example: x [N, C, …], weight and bias [C]. Same shape
 * as x. Throws ShapeError where the groups do not divide C.
 */
export function groupNorm(x: Tensor, groups: number, options: AffineOptions = {}): Tensor {
  checkOptions('groupNorm', options, affineNames);
  const input = withChannels('groupNorm', x);
  const shape: readonly number[] = input.shape;
  const [n, channels, ...rest] = shape as [number, number, ...number[]];
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ShapeError(
      `groupNorm: ${channels} channels of shape ${showShape(shape)} do not make ${String(groups)} groups.`,
    );
  }
  const grouped = reshapeTo(input, [n, groups, (channels / groups) * sizeOf(rest)]);
  const y = standardize(grouped, [2], options.eps ?? 1e-5).y;
  return affine('groupNorm', reshapeTo(y, shape), options, [channels], perChannel(input));
}

/** Normalizes each channel of each example: x [N, C, …], weight and bias [C]. Same shape as x. */
export function instanceNorm(x: Tensor, options: AffineOptions = {}): Tensor {
  checkOptions('instanceNorm', options, affineNames);
  const input = withChannels('instanceNorm', x, 3);
  const axes = input.shape.map((_, i) => i).slice(2);
  const y = standardize(input, axes, options.eps ?? 1e-5).y;
  return affine('instanceNorm', y, options, [input.shape[1]!], perChannel(input));
}

export interface BatchNormOptions extends AffineOptions {
  /** [C], used when not training and updated when training; default: none. */
  readonly runningMean?: Tensor | undefined;
  readonly runningVar?: Tensor | undefined;
  /** True: statistics of this batch. False (default): the running ones. */
  readonly training?: boolean;
  /** The weight of this batch in the running statistics, default 0.1. */
  readonly momentum?: number;
}

/**
 * Normalizes each channel over the batch: x [N, C, …], weight, bias and statistics [C]. Returns `[y, runningMean,
 * runningVar]`: the statistics updated with this batch when training (its own where none were given; the running variance
 * is the unbiased one), as given otherwise. They carry no gradient. Throws where the statistics to use are missing, or
 * where training has one value a channel only.
 *
 * @example
 * const [y, runningMean, runningVar] = nn.batchNorm(x, { runningMean, runningVar, weight, bias, training: true })
 */
export function batchNorm(
  x: Tensor,
  options: BatchNormOptions = {},
): [y: Tensor, runningMean: Tensor, runningVar: Tensor] {
  checkOptions('batchNorm', options, [...affineNames, 'runningMean', 'runningVar', 'training', 'momentum']);
  const { runningMean, runningVar, training = false, momentum = 0.1, eps = 1e-5 } = options;
  const input = withChannels('batchNorm', x);
  const channels = [input.shape[1]!];
  const view = perChannel(input);
  for (const [name, v] of Object.entries({ runningMean, runningVar })) {
    if (v !== undefined && !sameShape(onlyTensor('batchNorm', v).shape, channels)) {
      throw new ShapeError(`batchNorm: ${name} has shape ${showShape(v.shape)}, expected ${showShape(channels)}.`);
    }
  }
  if (!training) {
    if (runningMean === undefined || runningVar === undefined) {
      throw new ArgumentError(
        'batchNorm: runningMean and runningVar are needed when not training.',
        'pass what the call with training: true returned, or train with { training: true }',
      );
    }
    const scale = rsqrt(add(reshapeTo(runningVar, view), eps));
    const y = mul(sub(input, reshapeTo(runningMean, view)), scale);
    return [affine('batchNorm', y, options, channels, view), runningMean, runningVar];
  }
  const axes = input.shape.map((_, i) => i).filter((i) => i !== 1);
  const count = sizeOf(axes.map((i) => input.shape[i]!));
  if (count === 1) {
    throw new ShapeError(
      `batchNorm: training needs more than one value a channel, got shape ${showShape(x.shape)}.`,
      'use a larger batch, or training: false',
    );
  }
  const { y, mu, variance } = standardize(input, axes, eps);
  const update = (running: Tensor | undefined, batch: Tensor): Tensor => {
    // An empty batch has no statistics.
    const seen = stopGradient(reshapeTo(batch, channels));
    if (running === undefined) return seen;
    return count === 0 ? running : add(mul(stopGradient(running), 1 - momentum), mul(seen, momentum));
  };
  const unbiased = mul(variance, count / (count - 1));
  return [affine('batchNorm', y, options, channels, view), update(runningMean, mu), update(runningVar, unbiased)];
}

record(
  'layerNorm',
  (x: Tensor, weight: Tensor, bias: Tensor, shape: number[]) => layerNorm(x, shape, { weight, bias }),
  [
    { inputs: [{ shape: [3, 4] }, { shape: [4] }, { shape: [4] }], params: [[4]] },
    { inputs: [{ shape: [2, 3, 2] }, { shape: [3, 2] }, { shape: [3, 2] }], params: [[3, 2]] },
    { inputs: [{ shape: [0, 3] }, { shape: [3] }, { shape: [3] }], params: [[3]] },
  ],
);
record('rmsNorm', (x: Tensor, weight: Tensor, eps: number) => rmsNorm(x, 4, { weight, eps }), [
  { inputs: [{ shape: [3, 4] }, { shape: [4] }], params: [1e-5] },
]);
record(
  'groupNorm',
  (x: Tensor, weight: Tensor, bias: Tensor, groups: number) => groupNorm(x, groups, { weight, bias }),
  [{ inputs: [{ shape: [2, 4, 3] }, { shape: [4] }, { shape: [4] }], params: [2] }],
);
record('instanceNorm', instanceNorm, [{ inputs: [{ shape: [2, 3, 4] }] }]);
record(
  'batchNorm',
  (x: Tensor, given: Tensor | BatchNormOptions, runningVar: Tensor) =>
    batchNorm(x, given instanceof Tensor ? { runningMean: given, runningVar } : given)[0],
  [
    { inputs: [{ shape: [4, 3] }], params: [{ training: true }] },
    { inputs: [{ shape: [2, 3, 2, 2] }], params: [{ training: true }] },
    { inputs: [{ shape: [4, 3] }, { shape: [3] }, { shape: [3], domain: [0.5, 2] }] },
  ],
);
