// Bad data, dtypes and modes, functions that transforms cannot follow, and values that left their transform.
import { afterEach, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';
import {
  add,
  arange,
  argsort,
  at,
  broadcastTo,
  eye,
  grad,
  isGradEnabled,
  NablaError,
  noGrad,
  pad,
  setDefaultDtype,
  sum,
  type Tensor,
  TracedValueError,
  tensor,
  zeros,
} from '../../src/index.ts';

const x: Tensor = tensor([1, 2, 3]);
const named = nabla as unknown as Readonly<Record<string, (f: unknown) => (v: Tensor) => unknown>>;
const wrong = (value: unknown): never => value as never;

afterEach(() => {
  expect(grad((v: Tensor) => sum(v.square()))(x).toArray()).toEqual([2, 4, 6]);
  expect(isGradEnabled()).toBe(true);
});

describe('data', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [undefined, 'tensor: undefined is not a number or boolean.'],
    [null, 'tensor: null is not a number or boolean.'],
    ['1', 'tensor: a string is not a number or boolean.'],
    [[1, '2'], 'tensor: a string is not a number or boolean.'],
    [1n, 'tensor: a bigint is not a number or boolean.'],
    [[1n], 'tensor: a bigint is not a number or boolean.'],
    [Symbol('s'), 'tensor: a symbol is not a number or boolean.'],
    [() => 1, 'tensor: a function is not a number or boolean.'],
    [Promise.resolve(1), 'tensor: a Promise is not a number or boolean.'],
    [{ a: 1 }, 'tensor: a plain object is not a number or boolean.'],
    [new Map(), 'tensor: a Map is not a number or boolean.'],
    [new Array(2), 'tensor: undefined is not a number or boolean.'],
    [[[1, 2], [3]], 'tensor: rows have different lengths.'],
    [[1, [2]], 'tensor: rows have different lengths.'],
    [[[1], 2], 'tensor: rows have different lengths.'],
    [[x, x], 'tensor: the array holds tensors.'],
    [x, 'tensor: the data is already a tensor.'],
    [new BigInt64Array(2), 'tensor: a BigInt64Array has no matching dtype.'],
    [new DataView(new ArrayBuffer(8)), 'tensor: a DataView has no matching dtype.'],
    [new Uint32Array(2), 'tensor: a Uint32Array has no matching dtype.'],
  ];
  test.each(cases)('%# %o', (data, message) => {
    expect(() => tensor(wrong(data))).toThrow(message);
    expect(() => tensor(wrong(data))).toThrow(NablaError);
  });

  test('a dtype does not make big integers or raw bytes fit', () => {
    for (const data of [new BigInt64Array(2), new DataView(new ArrayBuffer(8))]) {
      expect(() => tensor(wrong(data), { dtype: 'int32' })).toThrow('has no matching dtype.');
    }
  });

  test('sizes that cannot be stored are named', () => {
    expect(() => zeros([1e12])).toThrow(
      'zeros: shape [1000000000000] has 1000000000000 elements; a tensor holds at most 2147483647.',
    );
    expect(() => eye(1e6)).toThrow('eye: shape [1000000,1000000] has 1000000000000 elements');
    expect(() => arange(1e12)).toThrow('arange: shape [1000000000000] has');
    expect(() => broadcastTo(x, [1e12, 3])).toThrow('broadcastTo: shape [1000000000000,3] has');
    expect(() => x.tile(1e12)).toThrow('tile: shape [1000000000000] has');
    expect(() => x.repeat(1e12)).toThrow('repeat: shape [1000000000000] has');
    const long = zeros([1e5]);
    const tooMany = 'allocate: 10000000000 elements of float32 are too many; a tensor holds at most 2147483647.';
    expect(() => nabla.jacobian((v: Tensor) => v.mul(2))(long)).toThrow(tooMany);
    const numbers = arange(1e5, { dtype: 'float32' });
    expect(() => numbers.reshape([-1, 1]).mul(numbers)).toThrow(tooMany);
  });
});

describe('dtypes and modes', () => {
  test('an unknown dtype is refused wherever one is given', () => {
    for (const dtype of ['float16', 'Float32', '', 'toString', 3, {}].map(wrong)) {
      for (const make of [
        () => zeros([1], { dtype }),
        () => tensor([1], { dtype }),
        () => arange(3, undefined, 1, { dtype }),
        () => nabla.oneHot(tensor([0], { dtype: 'int32' }), 2, { dtype }),
        () => x.to(dtype),
        () => setDefaultDtype(dtype),
      ]) {
        expect(make, String(dtype)).toThrow(nabla.DTypeError);
      }
    }
  });

  test('an unknown mode is refused', () => {
    expect(() => pad(x, 1, { mode: wrong('mirror') })).toThrow('pad: unknown mode');
    expect(() => x.gelu({ approximate: wrong('fast') })).toThrow(
      "gelu: approximate must be 'none' or 'tanh', got 'fast'.",
    );
    expect(() => nabla.meshgrid([x], { indexing: wrong('yx') })).toThrow('meshgrid: unknown indexing');
    expect(() => nabla.jacobian((v: Tensor) => v, { mode: wrong('backward') })(x)).toThrow(NablaError);
  });

  test('integers and booleans have no derivative', () => {
    for (const dtype of ['int32', 'bool'] as const) {
      const n = tensor([1, 0], { dtype });
      for (const transform of ['grad', 'jacobian', 'hessian', 'valueAndGrad']) {
        expect(() => named[transform]!((v: Tensor) => sum(v.to('float32')))(n)).toThrow(
          `cannot differentiate with respect to a ${dtype} tensor of shape [2].`,
        );
      }
    }
  });

  test('an index must be an integer inside its axis', () => {
    expect(() => at(x, 3)).toThrow(nabla.IndexError);
    for (const index of [0.5, Number.NaN, '0', {}, 1n, Symbol('s'), () => 1, Promise.resolve(0), x]) {
      expect(() => at(x, wrong(index)), String(index)).toThrow(NablaError);
    }
    expect(() => nabla.take(x, tensor([0.5]))).toThrow(NablaError);
    expect(() => argsort(x, wrong('0'))).toThrow("argsort: axis must be an integer, got '0'.");
  });
});

describe('functions', () => {
  const later = async (v: Tensor): Promise<Tensor> => v;
  const transforms = 'grad valueAndGrad jacobian jacfwd jacrev hessian vmap jit trace checkpoint laplacian'.split(' ');
  test.each(transforms)('%s refuses an async function and one that throws leaves no trace', (name) => {
    expect(() => named[name]!(later)(x)).toThrow('is async; it returned a Promise.');
    expect(() =>
      named[name]!(() => {
        throw new SyntaxError('mine');
      })(x),
    ).toThrow(new SyntaxError('mine'));
  });

  test('noGrad refuses an async function', () => {
    expect(() => noGrad(wrong(async () => 1))).toThrow(NablaError);
  });

  test('a value that left its transform is refused by every use', () => {
    let kept: Tensor | undefined;
    grad((v: Tensor) => {
      kept = v;
      return sum(v);
    })(x);
    for (const use of [() => add(kept!, 1), () => sum(kept!), () => kept!.at(0)]) {
      expect(use).toThrow(TracedValueError);
    }
  });

  test('a value inside jit is not read as a number', () => {
    expect(() => nabla.jit((v: Tensor) => (v.sum().item() > 0 ? v : v.neg()))(x)).toThrow(TracedValueError);
  });
});
