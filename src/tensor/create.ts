// Tensors from data and from nothing: tensor, zeros, ones, full, eye, arange, linspace and their -Like forms.

import { ArgumentError, ShapeError } from '../errors.ts';
import { checkNumber, checkOptions } from './arguments.ts';
import { describe } from './describe.ts';
import { allocate, checkDType, type DType, getDefaultDtype, type TypedArray } from './dtype.ts';
import { sizeOf } from './layout.ts';
import { checkShape } from './shape.ts';
import { raggedMessage, showShape } from './shape-messages.ts';
import { type DenseTensor, dense, filled, Tensor } from './tensor.ts';

export interface CreateOptions {
  readonly dtype?: DType;
  /** Records operations on this tensor for backward(). */
  readonly requiresGrad?: boolean;
}

export interface TensorOptions extends CreateOptions {
  /** The shape of typed-array data; nested arrays have their own. */
  readonly shape?: readonly number[];
}

export type Data = number | boolean | Tensor | ArrayBufferView | readonly Data[];

function finish(x: DenseTensor, options: CreateOptions): DenseTensor {
  if (options.requiresGrad) x.requiresGrad = true;
  return x;
}

function chosenDType(where: string, options: CreateOptions): DType {
  checkOptions(where, options, 'dtype', 'requiresGrad');
  if (options.dtype !== undefined) checkDType(where, options.dtype);
  return options.dtype ?? getDefaultDtype();
}

const dtypeOfArray = (data: ArrayBufferView): DType => {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array || data instanceof Int16Array || data instanceof Int8Array) return 'int32';
  if (data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Uint8ClampedArray) return 'int32';
  throw new ArgumentError(
    `tensor: a ${data.constructor.name} has no matching dtype.`,
    'use Float32Array, Float64Array, Int32Array or Uint8Array',
  );
};

const isBigIntArray = (data: ArrayBufferView): boolean =>
  data instanceof BigInt64Array || data instanceof BigUint64Array;

/** Copies `values` into a buffer of `dtype`, by that dtype's rules: truncation into int32, "not zero" into bool. */
function convert(dtype: DType, values: ArrayLike<number>): TypedArray {
  const out = allocate(dtype, values.length);
  if (dtype === 'bool') for (let i = 0; i < out.length; i++) out[i] = values[i] === 0 ? 0 : 1;
  else out.set(values);
  return out;
}

/**
 * A tensor of numbers, booleans, nested arrays or a typed array (copied; with `shape`). Numbers become the default float
 * dtype, booleans bool, a typed array the dtype of its kind, unless `dtype` says otherwise. Ragged arrays throw.
 */
export function tensor(data: Data, options: TensorOptions = {}): DenseTensor {
  if (data instanceof Tensor) {
    throw new ArgumentError('tensor: the data is already a tensor.', 'use it as it is, or x.to(dtype), x.detach()');
  }
  checkOptions('tensor', options, 'dtype', 'requiresGrad', 'shape');
  if (options.dtype !== undefined) checkDType('tensor', options.dtype);
  if (options.shape !== undefined) checkShape('tensor', options.shape);
  if (ArrayBuffer.isView(data)) {
    const values = data as unknown as ArrayLike<number>;
    const dtype =
      data instanceof DataView || isBigIntArray(data) ? dtypeOfArray(data) : (options.dtype ?? dtypeOfArray(data));
    return finish(dense(dtype, fit(options.shape ?? [values.length], values.length), convert(dtype, values)), options);
  }
  const { shape, values, allBoolean } = readNested(data);
  const dtype = options.dtype ?? (allBoolean ? 'bool' : getDefaultDtype());
  const given = options.shape === undefined ? shape : fit(options.shape, values.length);
  return finish(dense(dtype, given, convert(dtype, values)), options);
}

function fit(shape: readonly number[], length: number): readonly number[] {
  if (sizeOf(shape) !== length) {
    throw new ShapeError(`tensor: ${length} values do not fill shape ${showShape(shape)} (${sizeOf(shape)} elements).`);
  }
  return shape;
}

function readNested(data: unknown): { shape: number[]; values: number[]; allBoolean: boolean } {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values: number[] = [];
  let booleans = 0;
  const visit = (node: unknown, axis: number): void => {
    if (axis < shape.length) {
      if (!Array.isArray(node) || node.length !== shape[axis]) throw new ShapeError(raggedMessage());
      for (const item of node) visit(item, axis + 1);
    } else if (typeof node === 'number') values.push(node);
    else if (typeof node === 'boolean') {
      booleans++;
      values.push(node ? 1 : 0);
    } else if (Array.isArray(node)) throw new ShapeError(raggedMessage());
    else if (node instanceof Tensor) {
      throw new ArgumentError('tensor: the array holds tensors.', 'use stack([...]), which keeps their gradients');
    } else {
      throw new ArgumentError(`tensor: ${describe(node)} is not a number or boolean.`);
    }
  };
  visit(data, 0);
  return { shape, values, allBoolean: booleans > 0 && booleans === values.length };
}

/** All zeros. */
export function zeros(shape: readonly number[], options: CreateOptions = {}): DenseTensor {
  return filledAs('zeros', shape, 0, options);
}

/** All ones. */
export function ones(shape: readonly number[], options: CreateOptions = {}): DenseTensor {
  return filledAs('ones', shape, 1, options);
}

/** Every element `value`; a boolean gives dtype bool. */
export function full(shape: readonly number[], value: number | boolean, options: CreateOptions = {}): DenseTensor {
  return filledAs('full', shape, value, options);
}

function filledAs(op: string, shape: readonly number[], value: number | boolean, options: CreateOptions): DenseTensor {
  checkShape(op, shape);
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ArgumentError(`${op}: the value must be a number or boolean, got ${describe(value)}.`);
  }
  checkOptions(op, options, 'dtype', 'requiresGrad');
  const dtype = options.dtype === undefined && typeof value === 'boolean' ? 'bool' : chosenDType(op, options);
  return finish(filled([...shape], Number(value), dtype), options);
}

/**
 * Numbers that may be left out, then the options, which may stand in the place of the first number left out:
 * `eye(3, { dtype })`, `arange(0, 6, { dtype })`.
 */
function numbersThenOptions(op: string, rest: readonly unknown[], count: number): [number[], CreateOptions] {
  const early = rest.slice(0, count).findIndex((value) => typeof value === 'object' && value !== null);
  const at = early < 0 ? count : early;
  if (rest.slice(at + 1).some((value) => value !== undefined)) {
    throw new ArgumentError(`${op}: nothing may follow the options, got ${describe(rest[at + 1])}.`);
  }
  const options = rest[at] === undefined ? {} : rest[at];
  checkOptions(op, options, 'dtype', 'requiresGrad');
  return [rest.slice(0, at) as number[], options as CreateOptions];
}

/** The identity matrix, n×n or n×m with ones on the main diagonal. */
export function eye(n: number, options: CreateOptions): DenseTensor;
export function eye(n: number, m?: number, options?: CreateOptions): DenseTensor;
export function eye(n: number, ...rest: readonly unknown[]): DenseTensor {
  const [[m = n], options] = numbersThenOptions('eye', rest, 1);
  checkShape('eye', [n, m]);
  const dtype = chosenDType('eye', options);
  const storage = allocate(dtype, n * m);
  for (let i = 0; i < Math.min(n, m); i++) storage[i * m + i] = 1;
  return finish(dense(dtype, [n, m], storage), options);
}

/** start, start + step, … below stop; `arange(n)` counts from 0. int32 when all three are integers and no dtype is given. */
export function arange(stop: number, options: CreateOptions): DenseTensor;
export function arange(start: number, stop: number, options: CreateOptions): DenseTensor;
export function arange(start: number, stop?: number, step?: number, options?: CreateOptions): DenseTensor;
export function arange(start: number, ...rest: readonly unknown[]): DenseTensor {
  const [[stop, step = 1], options] = numbersThenOptions('arange', rest, 2);
  for (const value of [start, stop ?? 0, step]) checkNumber('arange', 'start, stop and step', value);
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (![from, to, step].every(Number.isFinite) || step === 0) {
    throw new ArgumentError(`arange: start ${from}, stop ${to} and step ${step} must be finite and step not 0.`);
  }
  const integers = [from, to, step].every(Number.isInteger);
  const dtype = options.dtype === undefined && integers ? 'int32' : chosenDType('arange', options);
  const size = Math.max(0, Math.ceil((to - from) / step));
  checkShape('arange', [size]);
  const storage = allocate(dtype, size);
  for (let i = 0; i < size; i++) storage[i] = from + i * step;
  return finish(dense(dtype, [size], storage), options);
}

/** `count` numbers evenly spaced from start to stop, both included. */
export function linspace(start: number, stop: number, options: CreateOptions): DenseTensor;
export function linspace(start: number, stop: number, count?: number, options?: CreateOptions): DenseTensor;
export function linspace(start: number, stop: number, ...rest: readonly unknown[]): DenseTensor {
  const [[count = 50], options] = numbersThenOptions('linspace', rest, 1);
  checkNumber('linspace', 'start', start);
  checkNumber('linspace', 'stop', stop);
  checkShape('linspace', [count]);
  const dtype = chosenDType('linspace', options);
  const storage = allocate(dtype, count);
  for (let i = 0; i < count; i++)
    storage[i] = i === count - 1 && i > 0 ? stop : start + ((stop - start) * i) / (count - 1 || 1);
  return finish(dense(dtype, [count], storage), options);
}

/** `value` in the shape of `x`, and in its dtype unless the options name another. */
function filledLike(op: string, x: Tensor, value: number | boolean, options: CreateOptions): DenseTensor {
  if (!(x instanceof Tensor)) throw new ArgumentError(`${op}: expected a tensor, got ${describe(x)}.`);
  checkOptions(op, options, 'dtype', 'requiresGrad');
  return filledAs(op, x.shape, value, { dtype: x.dtype, ...options });
}

/** Zeros of the shape and dtype of `x`. */
export function zerosLike(x: Tensor, options: CreateOptions = {}): DenseTensor {
  return filledLike('zerosLike', x, 0, options);
}

/** Ones of the shape and dtype of `x`. */
export function onesLike(x: Tensor, options: CreateOptions = {}): DenseTensor {
  return filledLike('onesLike', x, 1, options);
}

/** `value` in the shape and dtype of `x`. */
export function fullLike(x: Tensor, value: number | boolean, options: CreateOptions = {}): DenseTensor {
  return filledLike('fullLike', x, value, options);
}
