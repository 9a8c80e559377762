// What each kind of argument must not be. A kind has an example that is right and the values that must be refused; values
// that some functions take for this kind (numbers beside tensors, lists of axes) are no part of it.
import { type Tensor, tensor } from '../../src/index.ts';

/** Arrays with a hole, ragged arrays and the like are made anew for each use. */
export type Wrong = readonly [name: string, make: () => unknown];

export type Kind =
  | 'operand'
  | 'tensor'
  | 'integer'
  | 'axis'
  | 'axes'
  | 'size'
  | 'shape'
  | 'number'
  | 'function'
  | 'options'
  | 'list'
  | 'fixed';

const wrong = (name: string, make: () => unknown): Wrong => [name, make];

const nothing: readonly Wrong[] = [wrong('undefined', () => undefined), wrong('null', () => null)];
const foreign: readonly Wrong[] = [
  wrong("'text'", () => 'text'),
  wrong('an object', () => ({ a: 1 })),
  wrong('a Promise', () => Promise.resolve(1)),
  wrong('a bigint', () => 1n),
  wrong('a symbol', () => Symbol('s')),
  wrong('a Map', () => new Map()),
];
const callable: readonly Wrong[] = [wrong('a function', () => () => 1)];
const arrays: readonly Wrong[] = [
  wrong('an array', () => [1, 2]),
  wrong('a Float32Array', () => new Float32Array(2)),
  wrong('a BigInt64Array', () => new BigInt64Array(2)),
];
const fractional: readonly Wrong[] = [
  wrong('0.5', () => 0.5),
  wrong('NaN', () => Number.NaN),
  wrong('Infinity', () => Number.POSITIVE_INFINITY),
];
const x = (): Tensor => tensor([1, 2]);

/** Neither a tensor nor a number. */
const noOperand: readonly Wrong[] = [...nothing, ...foreign, ...callable, ...arrays];
const noTensor: readonly Wrong[] = [...noOperand, wrong('a number', () => Number.NaN)];
const noInteger: readonly Wrong[] = [...foreign, ...callable, ...fractional, wrong('a tensor', x)];
const noAxis: readonly Wrong[] = [...noInteger, wrong('99', () => 99), wrong('-99', () => -99)];
const noAxes: readonly Wrong[] = [
  ...noAxis,
  wrong('[0,0]', () => [0, 0]),
  wrong('[0.5]', () => [0.5]),
  wrong("['a']", () => ['a']),
  wrong('[99]', () => [99]),
  wrong('a sparse array', () => new Array(1)),
];
const noSize: readonly Wrong[] = [
  ...noInteger,
  wrong('null', () => null),
  wrong('-1', () => -1),
  wrong('1e12', () => 1e12),
];
const noShape: readonly Wrong[] = [
  ...foreign,
  ...callable,
  wrong('null', () => null),
  wrong('a number', () => 3),
  wrong('a tensor', x),
  wrong('[-2]', () => [-2]),
  wrong('[NaN]', () => [Number.NaN]),
  wrong('[Infinity]', () => [Number.POSITIVE_INFINITY]),
  wrong('[0.5]', () => [0.5]),
  wrong("['2']", () => ['2']),
  wrong('[1n]', () => [1n]),
  wrong('[null]', () => [null]),
  wrong('a sparse array', () => new Array(2)),
  wrong('[1e12]', () => [1e12]),
  wrong('[1e6,1e6]', () => [1e6, 1e6]),
];
const noNumber: readonly Wrong[] = [...foreign, ...callable, wrong('null', () => null), wrong('an array', () => [1])];
const noFunction: readonly Wrong[] = [
  ...nothing,
  ...foreign,
  ...arrays,
  wrong('a number', () => 3),
  wrong('a tensor', x),
];
const noOptions: readonly Wrong[] = [
  wrong('null', () => null),
  wrong("'text'", () => 'text'),
  wrong('3', () => 3),
  wrong('true', () => true),
  wrong('a symbol', () => Symbol('s')),
];
const noList: readonly Wrong[] = [
  ...nothing,
  ...foreign,
  ...callable,
  wrong('a number', () => 3),
  wrong('[]', () => []),
  wrong('[null]', () => [null]),
  wrong("['a']", () => ['a']),
  wrong('a sparse array', () => new Array(2)),
];

export const wrongs: Readonly<Record<Kind, readonly Wrong[]>> = {
  operand: noOperand,
  tensor: noTensor,
  integer: noInteger,
  axis: noAxis,
  axes: noAxes,
  size: noSize,
  shape: noShape,
  number: noNumber,
  function: noFunction,
  options: noOptions,
  list: noList,
  /** Not replaced. */
  fixed: [],
};
