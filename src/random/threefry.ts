// Threefry-2x32-20: two 32-bit words are encrypted under two key words by 20 rounds of add, rotate, xor, so that equal keys
// and counters give equal bits on every machine, in any order (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As
// Easy as 1, 2, 3; SC 2011). A key is an int32 tensor [..., 2]; leading axes are a batch of keys.
import { DTypeError, ShapeError } from '../errors.ts';
import { type None, none } from '../ops/linear.ts';
import { leadingAxes } from '../ops/spread.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate, type DType } from '../tensor/dtype.ts';
import { call, name } from '../tensor/formula.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type OpRecord, register, type TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';

/** The constant C240 of the Skein hash, truncated to 32 bits. */
const PARITY = 0x1bd11bda;

const rotl = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Writes the encryption of the counter (high, low) to out[at], out[at + 1]. */
export function encrypt(key0: number, key1: number, high: number, low: number, out: Int32Array, at: number): void {
  // The key words take turns: each group of four rounds ends by adding the next two.
  let [now, next, last] = [key0, key1, PARITY ^ key0 ^ key1];
  let a = (high + key0) | 0;
  let b = (low + key1) | 0;
  for (let group = 1; group <= 5; group++) {
    const odd = (group & 1) === 1;
    a = (a + b) | 0;
    b = rotl(b, odd ? 13 : 17) ^ a;
    a = (a + b) | 0;
    b = rotl(b, odd ? 15 : 29) ^ a;
    a = (a + b) | 0;
    b = rotl(b, odd ? 26 : 16) ^ a;
    a = (a + b) | 0;
    b = rotl(b, odd ? 6 : 24) ^ a;
    const first = now;
    now = next;
    next = last;
    last = first;
    a = (a + now) | 0;
    b = (b + next + group) | 0;
  }
  out[at] = a;
  out[at + 1] = b;
}

/**
 * What is made of the two words of each counter: `bits`, their xor; `words`, both, along a new last axis; or a uniform
 * float in [0, 1) of as many bits as the dtype has digits after the leading one, 23 or 52.
 */
export type Draw = 'bits' | 'words' | 'float32' | 'float64';

interface DrawParam {
  readonly shape: readonly number[];
  readonly draw: Draw;
}

const dtypes: Record<Draw, DType> = { bits: 'int32', words: 'int32', float32: 'float32', float64: 'float64' };

function checkKey(op: string, { shape, dtype }: TensorType): void {
  if (dtype !== 'int32') {
    throw new DTypeError(`${op}: the key has dtype ${dtype}, expected int32.`, 'make it with random.key(seed)');
  }
  if (shape.at(-1) !== 2) {
    throw new ShapeError(
      `${op}: the key has shape ${showShape(shape)}, expected [2].`,
      'make it with random.key(seed)',
    );
  }
}

const sample = (shape: readonly number[], draw: Draw) => ({
  inputs: [{ shape: [2], dtype: 'int32', values: [0, 42] } as const],
  params: { shape, draw },
});

/** Encrypts the counters 0, 1, 2, … of a shape; JAX's layout (`jax_threefry_partitionable`). */
const randomBitsOp: OpRecord<DrawParam> = register<DrawParam>({
  name: 'randomBits',
  savesNothing: true,
  type: ([key], { shape, draw }) => {
    checkKey('random', key!);
    const tail = draw === 'words' ? [2] : [];
    return [{ shape: [...key!.shape.slice(0, -1), ...shape, ...tail], dtype: dtypes[draw] }];
  },
  evaluate: ([key], { shape, draw }, [y]) => {
    const keys = key!.values();
    const count = sizeOf(shape);
    const out = allocate(y!.dtype, sizeOf(y!.shape));
    const word = new Int32Array(2);
    for (let k = 0, at = 0; k < keys.length; k += 2) {
      for (let i = 0; i < count; i++) {
        encrypt(keys[k]!, keys[k + 1]!, Math.floor(i / 2 ** 32), i | 0, word, 0);
        const [high, low] = [word[0]!, word[1]!];
        if (draw === 'words') {
          out[at++] = high;
          out[at++] = low;
        } else if (draw === 'bits') out[at++] = high ^ low;
        else if (draw === 'float32') out[at++] = ((high ^ low) >>> 9) * 2 ** -23;
        else out[at++] = ((high >>> 0) * 2 ** 20 + (low >>> 12)) * 2 ** -52;
      }
    }
    return [dense(y!.dtype, y!.shape, out)];
  },
  jvp: () => [null],
  transpose: () => [null],
  batch: leadingAxes(() => randomBitsOp),
  formula: ([key], { shape, draw }) => call('random', key!, name(showShape(shape)), name(draw)),
  samples: [
    sample([2, 3], 'bits'),
    sample([2], 'words'),
    sample([4], 'float32'),
    sample([], 'float64'),
    sample([0], 'bits'),
    {
      inputs: [{ shape: [2, 2], dtype: 'int32', values: [0, 1, -1, 7] }],
      params: { shape: [3], draw: 'float64' },
    },
  ],
});

/** Random numbers of `shape` under `key` [..., 2], behind the axes of the batch of keys. */
export function drawn(key: Tensor, shape: readonly number[], draw: Draw): Tensor {
  return apply(randomBitsOp, [key], { shape, draw });
}

/** The key that encrypts the integer `data` [...] under `key` [..., 2]. */
const foldInOp: OpRecord<None> = register<None>({
  name: 'foldIn',
  savesNothing: true,
  type: ([key, data]) => {
    checkKey('random.foldIn', key!);
    if (data!.dtype !== 'int32')
      throw new DTypeError(`random.foldIn: the data has dtype ${data!.dtype}, expected int32.`);
    if (!sameShape(key!.shape.slice(0, -1), data!.shape)) {
      throw new ShapeError(
        `random.foldIn: data of shape ${showShape(data!.shape)} does not fit keys of shape ${showShape(key!.shape)}.`,
      );
    }
    return [key!];
  },
  evaluate: ([key, data]) => {
    const keys = key!.values();
    const counters = data!.values();
    const out = new Int32Array(keys.length);
    for (let i = 0; i < counters.length; i++) encrypt(keys[2 * i]!, keys[2 * i + 1]!, 0, counters[i]!, out, 2 * i);
    return [dense('int32', key!.shape, out)];
  },
  jvp: () => [null],
  transpose: () => [null, null],
  batch: leadingAxes(() => foldInOp),
  formula: ([key, data]) => call('foldIn', key!, data!),
  samples: [
    {
      inputs: [
        { shape: [2], dtype: 'int32', values: [0, 42] },
        { shape: [], dtype: 'int32', values: [3] },
      ],
    },
    {
      inputs: [
        { shape: [3, 2], dtype: 'int32' },
        { shape: [3], dtype: 'int32' },
      ],
    },
  ],
});

/** See foldInOp. */
export function foldedIn(key: Tensor, data: Tensor): Tensor {
  return apply(foldInOp, [key, data], none);
}
