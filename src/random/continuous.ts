// Continuous distributions, all functions of uniform bits: y = F⁻¹(u). Samples are constants of their key; parameters of
// location and scale are differentiable (the reparameterisation y = loc + scale·ε), so gradients flow through samples.
import { ArgumentError, DTypeError } from '../errors.ts';
import { checkOptions } from '../nn/options.ts';
import { add, mul, neg, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { clip } from '../ops/clip.ts';
import { erf, erfinv } from '../ops/erf.ts';
import { log, log1p } from '../ops/exponential.ts';
import { asTensor, type TensorLike } from '../ops/operands.ts';
import { broadcastInto } from '../ops/spread.ts';
import { stopGradient } from '../ops/stop-gradient.ts';
import { type DType, type FloatDType, getDefaultDtype, isFloat } from '../tensor/dtype.ts';
import { broadcastShapes, checkShape, sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { oneKey } from './keys.ts';
import { drawn } from './threefry.ts';

export interface DrawOptions {
  /** float32 or float64; default the default dtype. */
  readonly dtype?: DType;
}

export interface UniformOptions extends DrawOptions {
  /** Included; default 0. */
  readonly low?: TensorLike;
  /** Excluded, up to rounding; default 1. */
  readonly high?: TensorLike;
}

export interface NormalOptions extends DrawOptions {
  /** The mean; default 0. */
  readonly loc?: TensorLike;
  /** The standard deviation; default 1. */
  readonly scale?: TensorLike;
}

export interface ExponentialOptions extends DrawOptions {
  /** The mean; default 1. */
  readonly scale?: TensorLike;
}

export function floatDType(op: string, { dtype = getDefaultDtype() }: DrawOptions): FloatDType {
  if (!isFloat(dtype)) throw new DTypeError(`${op}: dtype ${String(dtype)} is not a float dtype.`);
  return dtype;
}

/** A parameter in the dtype of the samples; it must broadcast to their shape. */
export function parameter(
  op: string,
  what: string,
  value: TensorLike,
  shape: readonly number[],
  dtype: FloatDType,
): Tensor {
  const x = cast(asTensor(op, value), dtype);
  if (!sameShape(broadcastShapes(op, x.shape, shape), shape)) {
    throw new ArgumentError(`${op}: ${what} of shape ${showShape(x.shape)} does not fit samples ${showShape(shape)}.`);
  }
  return x;
}

/** The first pair of entries for which `wrong` holds, where both parameters are known numbers. */
export function violation(
  a: Tensor,
  b: Tensor,
  wrong: (a: number, b: number) => boolean,
): [number, number] | undefined {
  if (!(a instanceof DenseTensor && b instanceof DenseTensor)) return undefined;
  const shape = broadcastShapes('random', a.shape, b.shape);
  const [x, y] = [a, b].map((v) => broadcastInto(v, shape).concrete('random').values());
  const at = x!.findIndex((v, i) => wrong(v, y![i]!));
  return at < 0 ? undefined : [x![at]!, y![at]!];
}

/** The unit uniform samples under a key. */
function unit(op: string, key: Tensor, shape: readonly number[], dtype: FloatDType): Tensor {
  checkShape(op, shape);
  return drawn(oneKey(op, key), shape, dtype);
}

/** 32 random bits an element, as int32. Equal to `jax.random.bits(key, shape, uint32)`. */
export function bits(key: Tensor, shape: readonly number[] = []): Tensor {
  checkShape('random.bits', shape);
  return drawn(oneKey('random.bits', key), shape, 'bits');
}

/**
 * Uniform samples in [low, high), of 23 random bits in float32 and 52 in float64. Equal to `jax.random.uniform` for the
 * bounds 0 and 1, and to rounding for others. Throws unless low < high.
 */
export function uniform(key: Tensor, shape: readonly number[] = [], options: UniformOptions = {}): Tensor {
  const op = 'random.uniform';
  checkOptions(op, options, ['dtype', 'low', 'high']);
  const dtype = floatDType(op, options);
  const u = unit(op, key, shape, dtype);
  if (options.low === undefined && options.high === undefined) return u;
  const low = parameter(op, 'low', options.low ?? 0, shape, dtype);
  const high = parameter(op, 'high', options.high ?? 1, shape, dtype);
  const bad = violation(low, high, (a, b) => !(a < b));
  if (bad) throw new ArgumentError(`${op}: low ${bad[0]} must be less than high ${bad[1]}.`);
  return add(mul(u, sub(high, low)), low);
}

/** The float next to -1 inside (-1, 1): where the samples that erf⁻¹ turns into normal ones begin. */
const aboveMinusOne: Record<FloatDType, number> = { float32: -1 + 2 ** -24, float64: -1 + 2 ** -53 };

/** Normal samples loc + scale·√2 erf⁻¹(u), u uniform in (-1, 1), as `jax.random.normal`. */
export function normal(key: Tensor, shape: readonly number[] = [], options: NormalOptions = {}): Tensor {
  const op = 'random.normal';
  checkOptions(op, options, ['dtype', 'loc', 'scale']);
  const dtype = floatDType(op, options);
  const u = add(mul(unit(op, key, shape, dtype), 2), aboveMinusOne[dtype]);
  const standard = mul(erfinv(u), Math.SQRT2);
  const scale = options.scale === undefined ? undefined : parameter(op, 'scale', options.scale, shape, dtype);
  const bad = scale && violation(scale, scale, (a) => !(a >= 0));
  if (bad) throw new ArgumentError(`${op}: scale ${bad[0]} must not be negative.`);
  const scaled = scale ? mul(standard, scale) : standard;
  return options.loc === undefined ? scaled : add(scaled, parameter(op, 'loc', options.loc, shape, dtype));
}

/**
 * Standard normal samples that fall between lower and upper: √2 erf⁻¹(u), u uniform in (erf(lower/√2), erf(upper/√2)), as
 * `jax.random.truncated_normal`. `shape` defaults to that of the bounds. Throws unless lower < upper.
 */
export function truncatedNormal(
  key: Tensor,
  lower: TensorLike,
  upper: TensorLike,
  shape?: readonly number[],
  options: DrawOptions = {},
): Tensor {
  const op = 'random.truncatedNormal';
  checkOptions(op, options, ['dtype']);
  const dtype = floatDType(op, options);
  const size = shape ?? broadcastShapes(op, asTensor(op, lower).shape, asTensor(op, upper).shape);
  const u = unit(op, key, size, dtype);
  const low = parameter(op, 'lower', lower, size, dtype);
  const high = parameter(op, 'upper', upper, size, dtype);
  const bad = violation(low, high, (a, b) => !(a < b));
  if (bad) throw new ArgumentError(`${op}: lower ${bad[0]} must be less than upper ${bad[1]}.`);
  const from = erf(mul(low, Math.SQRT1_2));
  const to = erf(mul(high, Math.SQRT1_2));
  const samples = mul(erfinv(add(mul(u, sub(to, from)), from)), Math.SQRT2);
  // Rounding in erf and its inverse may lead out of the interval by an ulp.
  return clip(samples, stopGradient(low), stopGradient(high));
}

/** Exponential samples -scale·log(1 - u), as `jax.random.exponential`. */
export function exponential(key: Tensor, shape: readonly number[] = [], options: ExponentialOptions = {}): Tensor {
  const op = 'random.exponential';
  checkOptions(op, options, ['dtype', 'scale']);
  const dtype = floatDType(op, options);
  const standard = neg(log1p(neg(unit(op, key, shape, dtype))));
  if (options.scale === undefined) return standard;
  const scale = parameter(op, 'scale', options.scale, shape, dtype);
  const bad = violation(scale, scale, (a) => !(a >= 0));
  if (bad) throw new ArgumentError(`${op}: scale ${bad[0]} must not be negative.`);
  return mul(standard, scale);
}

/** The smallest normal float, which keeps log away from 0. */
const tiny: Record<FloatDType, number> = { float32: 2 ** -126, float64: 2 ** -1022 };

/** Gumbel samples -log(-log u): their argmax after adding logits is a categorical sample. */
export function gumbel(key: Tensor, shape: readonly number[] = [], options: DrawOptions = {}): Tensor {
  const op = 'random.gumbel';
  checkOptions(op, options, ['dtype']);
  const dtype = floatDType(op, options);
  return neg(log(neg(log(add(unit(op, key, shape, dtype), tiny[dtype])))));
}
