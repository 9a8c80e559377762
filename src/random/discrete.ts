// Discrete samples: comparisons with uniform ones (bernoulli), the argmax of noisy logits (categorical), bits modulo a span
// (randint) and sorting by random keys (permutation). Their values are integers or booleans and carry no derivative.
import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../nn/options.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { remainder } from '../ops/binary.ts';
import { cast } from '../ops/cast.ts';
import { less } from '../ops/comparison.ts';
import { log } from '../ops/exponential.ts';
import { argmax } from '../ops/extremes.ts';
import { take } from '../ops/indexing.ts';
import { reshape } from '../ops/movement.ts';
import { asTensor, floating, onlyTensor, type TensorLike } from '../ops/operands.ts';
import { argsort, topk } from '../ops/sorting.ts';
import { broadcastInto } from '../ops/spread.ts';
import { arange } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { checkShape, normalizeAxis, sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';
import { bits, gumbel, parameter, uniform, violation } from './continuous.ts';
import { checkCount, oneKey, split } from './keys.ts';

const WORD = 2 ** 32;

/** True with probability p: uniform samples less than p. `shape` defaults to that of p. Throws unless 0 <= p <= 1. */
export function bernoulli(key: Tensor, p: TensorLike = 0.5, shape?: readonly number[]): Tensor {
  const op = 'random.bernoulli';
  oneKey(op, key);
  if (shape !== undefined) checkShape(op, shape);
  const x = floating(op, p);
  const dtype = isFloat(x.dtype) ? x.dtype : 'float32';
  const size = shape ?? x.shape;
  const u = uniform(key, size, { dtype });
  const bad = violation(x, x, (a) => !(a >= 0 && a <= 1));
  if (bad) throw new ArgumentError(`${op}: the probability ${bad[0]} is not between 0 and 1.`);
  return less(u, parameter(op, 'p', x, size, dtype));
}

export interface CategoricalOptions {
  /** The axis of the categories; default the last. */
  readonly axis?: number;
  /** The shape of the result; it ends with that of the logits without their axis, which is the default. */
  readonly shape?: readonly number[];
}

/** Category i with probability softmax(logits)_i, as int32: the argmax of logits + Gumbel noise, as `jax.random.categorical`. */
export function categorical(key: Tensor, logits: Tensor, options: CategoricalOptions = {}): Tensor {
  const op = 'random.categorical';
  checkOptions(op, options, ['axis', 'shape']);
  const x = floating(op, onlyTensor(op, logits));
  const axis = normalizeAxis(op, options.axis ?? -1, x.shape);
  const classes = x.shape[axis]!;
  if (classes === 0) throw new ArgumentError(`${op}: logits of shape ${showShape(x.shape)} have no categories.`);
  const batch = x.shape.filter((_, i) => i !== axis);
  const shape = options.shape ?? batch;
  checkShape(op, shape);
  const lead = shape.slice(0, Math.max(0, shape.length - batch.length));
  if (!sameShape(shape.slice(lead.length), batch)) {
    throw new ArgumentError(
      `${op}: shape ${showShape(shape)} does not end with ${showShape(batch)}, the shape of the logits without axis ${axis}.`,
    );
  }
  const full = [...lead, ...x.shape];
  const dtype = isFloat(x.dtype) ? x.dtype : 'float32';
  return argmax(add(gumbel(key, full, { dtype }), broadcastInto(x, full)), axis + lead.length);
}

/** Int32 words read as unsigned numbers, in float64. */
function unsigned(words: Tensor): Tensor {
  return remainder(cast(words, 'float64'), WORD);
}

/**
 * Integers in [low, high), as int32: 64 random bits modulo high - low, so that none is more likely than another by more
 * than a part in 2³². Equal to `jax.random.randint` for up to 65536 different values. Throws unless low < high.
 */
export function randint(key: Tensor, shape: readonly number[], low: number, high: number): Tensor {
  const op = 'random.randint';
  oneKey(op, key);
  checkShape(op, shape);
  for (const [what, value] of [
    ['low', low],
    ['high', high],
  ] as const) {
    if (!Number.isInteger(value) || value < -(2 ** 31) || value > 2 ** 31) {
      throw new ArgumentError(`${op}: ${what} must be an int32 number, got ${String(value)}.`);
    }
  }
  if (!(low < high)) throw new ArgumentError(`${op}: low ${low} must be less than high ${high}.`);
  const span = high - low;
  const [first, second] = split(key).map((k) => remainder(unsigned(bits(k, shape)), span));
  // first·2³² in two steps of 16 bits, so that every product is exact in float64.
  const half = remainder(mul(first!, 2 ** 16), span);
  const offset = remainder(add(remainder(mul(half, 2 ** 16), span), second!), span);
  return cast(add(offset, low), 'int32');
}

export interface PermutationOptions {
  /** The axis along which a tensor is reordered; default 0. */
  readonly axis?: number;
}

/**
 * The integers below n in random order, int32 [n]; or a tensor with its entries along an axis in random order. Sorts by
 * random words, as often as it takes for equal words not to matter; the order is that of `jax.random.permutation`.
 */
export function permutation(key: Tensor, x: number | Tensor, options: PermutationOptions = {}): Tensor {
  const op = 'random.permutation';
  checkOptions(op, options, ['axis']);
  if (x instanceof Tensor) {
    const axis = normalizeAxis(op, options.axis ?? 0, x.shape);
    return take(x, permutation(key, x.shape[axis]!), axis);
  }
  const n = checkCount(op, x);
  let order: Tensor = arange(n);
  let rest = key;
  for (let rounds = Math.ceil((3 * Math.log(Math.max(1, n))) / Math.log(WORD - 1)); rounds > 0; rounds--) {
    const [next, now] = split(rest);
    rest = next!;
    order = take(order, argsort(unsigned(bits(now!, [n]))), 0);
  }
  return order;
}

export interface ChoiceOptions {
  /** The shape of the draws; default one. */
  readonly shape?: readonly number[];
  /** Whether an entry may be drawn more than once; default true. */
  readonly replace?: boolean;
  /** Probabilities of the entries, [n], up to a common factor; default equal. */
  readonly p?: Tensor;
  /** The axis of a tensor that is drawn from; default 0. */
  readonly axis?: number;
}

/** Entries drawn at random from a tensor along an axis, or from the integers below n. */
export function choice(key: Tensor, x: number | Tensor, options: ChoiceOptions = {}): Tensor {
  const op = 'random.choice';
  checkOptions(op, options, ['shape', 'replace', 'p', 'axis']);
  const { shape = [], replace = true } = options;
  checkShape(op, shape);
  const axis = x instanceof Tensor ? normalizeAxis(op, options.axis ?? 0, x.shape) : 0;
  const n = x instanceof Tensor ? x.shape[axis]! : checkCount(op, x);
  const draws = sizeOf(shape);
  if (draws > (replace && n > 0 ? Infinity : n)) {
    throw new ArgumentError(`${op}: cannot draw ${draws} of ${n} entries${replace ? '' : ' without replacement'}.`);
  }
  const index = reshape(options.p ? weighted(key, options.p, n, shape, replace) : even(key, n, shape, replace), shape);
  return x instanceof Tensor ? take(x, index, axis) : index;
}

function even(key: Tensor, n: number, shape: readonly number[], replace: boolean): Tensor {
  return replace && n > 0 ? randint(key, shape, 0, n) : take(permutation(key, n), arange(sizeOf(shape)), 0);
}

function weighted(key: Tensor, p: Tensor, n: number, shape: readonly number[], replace: boolean): Tensor {
  const op = 'random.choice';
  const x = floating(op, asTensor(op, p));
  if (!sameShape(x.shape, [n])) {
    throw new ArgumentError(`${op}: the probabilities have shape ${showShape(x.shape)}, expected [${n}].`);
  }
  const bad = violation(x, x, (a) => !(a >= 0));
  if (bad) throw new ArgumentError(`${op}: the probability ${bad[0]} is negative.`);
  const logits = log(x);
  if (replace) return categorical(key, logits, { shape });
  // The largest of the noisy logits are a sample without replacement (Efraimidis and Spirakis 2006).
  const noise = gumbel(key, [n], { dtype: isFloat(x.dtype) ? x.dtype : 'float32' });
  return topk(add(logits, noise), sizeOf(shape))[1];
}
