// A tensor is an immutable value: dtype, shape, elements. `DenseTensor` holds elements (a strided view of a typed array);
// `Tracer` stands for elements that a transform is about to compute. User code sees `Tensor` and cannot tell them apart,
// except by asking a tracer for its numbers. Methods are attached to the prototype by ops/methods.ts and eager/.
import { ArgumentError, DonatedTensorError, TracedValueError } from '../errors.ts';
import { allocate, type DType, getDefaultDtype, type TypedArray } from './dtype.ts';
import { forEachOffset, isRowMajor, rowMajorStrides, sizeOf } from './layout.ts';
import type { TensorMethods } from './methods.ts';
import { formatTensor } from './print.ts';
import type { NestedArray } from './shape-types.ts';

// The methods are attached to the prototype when ops/methods.ts and eager/methods.ts load.
export interface Tensor<out S extends number[] = number[]> extends TensorMethods {
  readonly shape: S;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above declares what is attached later
export abstract class Tensor<out S extends number[] = number[]> {
  declare readonly shape: S;
  readonly dtype: DType;

  constructor(shape: readonly number[], dtype: DType) {
    (this as { shape: readonly number[] }).shape = shape;
    this.dtype = dtype;
  }

  /** The elements themselves; a tracer that has none yet throws, naming `where` they were asked for. */
  abstract concrete(where: string): DenseTensor;

  get ndim(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * The only element. The static type does not know the dtype: a bool tensor gives a boolean, so write
   * `const found: boolean = x.item()` for one.
   */
  item<E extends number | boolean = number>(): E {
    const x = this.concrete('item()');
    if (x.size !== 1) {
      throw new ArgumentError(
        `item: a tensor of shape [${this.shape.join(',')}] has ${this.size} elements, not one.`,
        'use toArray() for all of them, or at(...) to pick one',
      );
    }
    const value = x.storage[x.offset]!;
    return (this.dtype === 'bool' ? value !== 0 : value) as E;
  }

  /**
   * Nested plain arrays; a copy, cut off from the tape. As deep as the rank, `number[][]` for a matrix; of any depth (`any`)
   * when the compiler does not know the rank. The static type does not know the dtype: bool tensors give booleans.
   */
  toArray<S extends number[]>(this: Tensor<S>): NestedArray<S> {
    const x = this.concrete('toArray()');
    const flat = x.values();
    const bool = this.dtype === 'bool';
    let next = 0;
    const build = (axis: number): unknown => {
      if (axis === x.shape.length) {
        const value = flat[next++]!;
        return bool ? value !== 0 : value;
      }
      return Array.from({ length: x.shape[axis]! }, () => build(axis + 1));
    };
    return build(0) as NestedArray<S>;
  }

  /** The elements in row-major order; a copy, cut off from the tape. bool gives bytes 0 and 1. */
  toTypedArray(): TypedArray {
    return this.concrete('toTypedArray()').values().slice() as TypedArray;
  }

  /** The same as toTypedArray(), for backends whose memory is read asynchronously. */
  async data(): Promise<TypedArray> {
    return this.toTypedArray();
  }

  /** Tensors have no primitive value: `x + 1` and `x < y` would silently be NaN or false. */
  [Symbol.toPrimitive](hint: string): string | number {
    if (hint === 'string') return this.toString();
    throw new ArgumentError(
      `tensor: a tensor of shape [${this.shape.join(',')}] was used as a JavaScript ${hint === 'number' ? 'number' : 'value'}.`,
      'use add, mul, less, ... for arithmetic, and item() to read a single number',
    );
  }
}

// What console.log shows in Node; a registered symbol as a method name has no type that a declaration could give.
Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor) {
    return this.toString();
  },
});

/** What the eager tape knows about a tensor; the fields belong to eager/. */
export interface TapeSlot {
  readonly requiresGrad: boolean;
  readonly gradFnName: string | undefined;
}

/** Elements that a backend has in memory of its own; what it keeps for whom is its own business. */
export interface KeptElements {
  /** The same elements where JavaScript can read them; throws where they have been given away. */
  read(): TypedArray;
}

/** Elements in memory: a strided view of a typed array that nobody writes to after construction. */
export class DenseTensor extends Tensor {
  /** Undefined while the elements lie with a backend alone. */
  private array: TypedArray | undefined;
  /** The elements as a backend has them, in the order of the storage; views of one storage share it. */
  kept: KeptElements | undefined;
  /** How often a backend has copied the elements; what it does again and again it keeps. */
  copies = 0;
  readonly strides: readonly number[];
  readonly offset: number;
  /** Set by the eager tape; undefined for tensors that need no gradient. */
  tape: TapeSlot | undefined;

  constructor(
    dtype: DType,
    shape: readonly number[],
    storage: TypedArray | undefined,
    strides: readonly number[] = rowMajorStrides(shape),
    offset = 0,
    kept?: KeptElements,
  ) {
    super(shape, dtype);
    this.array = storage;
    this.kept = kept;
    this.strides = strides;
    this.offset = offset;
    this.tape = undefined;
  }

  get storage(): TypedArray {
    this.array ??= this.kept!.read();
    return this.array;
  }

  /** Whether both are views of the same elements. */
  sharesStorage(other: DenseTensor): boolean {
    return this.array === undefined || other.array === undefined
      ? this.kept === other.kept
      : this.array === other.array;
  }

  override concrete(): DenseTensor {
    return this;
  }

  /**
   * Takes over the elements of `value`, a tensor of the same shape and dtype: how an optimizer moves a leaf of the tape
   * that its user holds. Storage is not written to, so views and snapshots of the old value keep it.
   */
  assign(value: DenseTensor): void {
    const self = this as { -readonly [K in 'strides' | 'offset']: DenseTensor[K] };
    this.array = value.array;
    this.kept = value.kept;
    self.strides = value.strides;
    self.offset = value.offset;
  }

  /** The same storage seen through other sizes and strides. */
  view(shape: readonly number[], strides: readonly number[], offset: number = this.offset): DenseTensor {
    return new DenseTensor(this.dtype, shape, this.array, strides, offset, this.kept);
  }

  /** Parts with its elements: whoever reads this tensor from now on is told so. */
  giveAway(): void {
    this.array = undefined;
    this.kept = GIVEN_AWAY;
  }

  get isRowMajor(): boolean {
    return isRowMajor(this.shape, this.strides);
  }

  /** All elements in row-major order: the storage itself where it already is, else a copy. Read only. */
  values(): TypedArray {
    const size = this.size;
    if (this.isRowMajor) {
      return this.offset === 0 && this.storage.length === size
        ? this.storage
        : (this.storage.subarray(this.offset, this.offset + size) as TypedArray);
    }
    const out = allocate(this.dtype, size);
    const from = this.storage;
    forEachOffset(this.shape, this.strides, this.offset, (position, offset) => {
      out[position] = from[offset]!;
    });
    return out;
  }

  override toString(): string {
    const flat = this.values();
    const slot = this.tape;
    return formatTensor(
      { shape: this.shape, dtype: this.dtype, at: (i) => flat[i]! },
      {
        defaultDtype: getDefaultDtype(),
        ...(slot?.gradFnName !== undefined
          ? { gradFn: slot.gradFnName }
          : slot
            ? { requiresGrad: slot.requiresGrad }
            : {}),
      },
    );
  }
}

/** Throws what reading donated elements leads to. */
export function refuseDonated(): never {
  throw new DonatedTensorError(
    'tensor: the elements were donated to a jitted function and are gone.',
    'use what the function returned, or leave the argument out of donateArgnums',
  );
}

const GIVEN_AWAY: KeptElements = { read: refuseDonated };

/** A value inside a transform. */
export abstract class Tracer extends Tensor {
  /** The transform it belongs to, for messages. */
  abstract readonly transform: string;

  override concrete(where: string): DenseTensor {
    throw new TracedValueError(
      `${where}: a value of shape [${this.shape.join(',')}] inside ${this.transform} has no numbers yet.`,
      'branch with cond, where, scan or whileLoop instead of reading it, or compute it outside the transform',
    );
  }

  override toString(): string {
    return `${this.transform}Tracer(${this.dtype}[${this.shape.join(',')}])`;
  }
}

/**
 * `x` as it is now, for values saved until a backward pass: only leaves of the tape are ever assigned to, and for those
 * this is a view with the same place on the tape. So an optimizer step cannot change what an older graph remembers.
 */
export function snapshot(x: Tensor): Tensor {
  if (!(x instanceof DenseTensor) || x.tape === undefined || x.tape.gradFnName !== undefined) return x;
  const kept = x.view(x.shape, x.strides);
  kept.tape = x.tape;
  return kept;
}

/** A tensor whose elements all are `value`: one stored element, strides 0. */
export function filled(shape: readonly number[], value: number, dtype: DType): DenseTensor {
  const storage = allocate(dtype, 1);
  storage[0] = value;
  return new DenseTensor(dtype, shape, storage, new Array<number>(shape.length).fill(0));
}

/** A fresh row-major tensor around `storage`. */
export function dense(dtype: DType, shape: readonly number[], storage: TypedArray): DenseTensor {
  return new DenseTensor(dtype, shape, storage);
}
