// Every class against its own entries: products, solves, diagonal, trace, determinant, sums and transposes of random matrices.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinalgError, ShapeError } from '../../src/errors.ts';
import { linalg, structured, type Tensor, tensor } from '../../src/index.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { diagonal } from '../../src/ops/diagonals.ts';
import { transpose } from '../../src/ops/movement.ts';
import { matmul } from '../../src/ops/products.ts';
import { reshapeTo } from '../../src/ops/spread.ts';
import { dense } from '../../src/tensor/tensor.ts';
import { expectClose } from './close.ts';

const {
  BlockDiagonal,
  blockDiagonal,
  Dense,
  Diagonal,
  Kronecker,
  kronecker,
  KroneckerProduct,
  LowRank,
  LowRankUpdate,
  StructuredMatrix,
  Sum,
} = structured;
type Matrix = structured.StructuredMatrix;

/** Numbers from a small generator, in [-1, 1) away from zero. */
function random(seed: number, shape: readonly number[]): Tensor {
  let state = seed * 2654435761 + 12345;
  const size = shape.reduce((n, m) => n * m, 1);
  const values = Float64Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const v = state / 2 ** 31 - 1;
    return v + Math.sign(v) * 0.3;
  });
  return dense('float64', shape, values);
}

const entries = (a: Matrix): Tensor => reshapeTo(a.toDense(), a.shape);

/** Square matrices of every class, of n·k elements. */
const square: Readonly<Record<string, (seed: number, n: number, k: number) => Matrix>> = {
  Diagonal: (seed, n, k) => new Diagonal(random(seed, [n, k])),
  BlockDiagonal: (seed, n, k) => blockDiagonal(random(seed, [n, k, k])),
  'identity ⊗ M': (seed, n, k) => kronecker(n, random(seed, [k, k])),
  'M ⊗ identity': (seed, n, k) => kronecker(random(seed, [n, n]), k),
  'with commutation': (seed, n, k) =>
    new Kronecker(random(seed, [k, k]), { sizes: [n, k, k], out: [0, 1], in: [2, 0], core: [1, 2] }, [n, k], [k, n]),
  'M ⊗ N': (seed, n, k) => kronecker(random(seed, [n, n]), random(seed + 1, [k, k])),
  'M ⊗ N with commutation': (seed, n, k) =>
    new KroneckerProduct(
      [
        { matrix: random(seed, [n, n]), rows: [0], columns: [2] },
        { matrix: random(seed + 1, [k, k]), rows: [1], columns: [3] },
      ],
      { sizes: [n, k, n, k], out: [0, 1], in: [3, 2] },
      [n, k],
      [k, n],
    ),
  'low rank + M ⊗ N': (seed, n, k) =>
    new LowRankUpdate(
      kronecker(random(seed, [n, n]), random(seed + 1, [k, k])),
      new LowRank(random(seed + 2, [n * k, 1]), random(seed + 3, [n * k, 1]), random(seed + 4, [1]), [n, k], [n, k]),
    ),
  'commutation alone': (_seed, n, k) =>
    new Kronecker(
      dense('float64', [], new Float64Array([2])),
      { sizes: [n, k], out: [0, 1], in: [1, 0], core: [] },
      [n, k],
      [k, n],
    ),
  'blocks of identities': (seed, n, k) =>
    new BlockDiagonal(
      random(seed, [n, k, k]),
      { sizes: [n, k, k, 2], out: [0, 1, 3], in: [0, 2, 3], core: [0, 1, 2] },
      [n, k, 2],
      [n, k, 2],
    ),
  'low rank + diagonal': (seed, n, k) =>
    new LowRankUpdate(
      new Diagonal(random(seed, [n * k])),
      new LowRank(random(seed + 1, [n * k, 1]), random(seed + 2, [n * k, 1]), random(seed + 3, [1])),
    ),
  'low rank + blocks': (seed, n, k) =>
    new LowRankUpdate(
      blockDiagonal(random(seed, [n, k, k])),
      new LowRank(random(seed + 1, [n * k, 2]), random(seed + 2, [n * k, 2]), random(seed + 3, [2]), [n, k], [n, k]),
    ),
  'a full low rank': (seed, n, k) => new LowRank(random(seed, [n * k, n * k]), random(seed + 1, [n * k, n * k])),
  Sum: (seed, n, k) => new Sum([kronecker(n, random(seed, [k, k])), kronecker(random(seed + 1, [n, n]), k)]),
  Dense: (seed, n, k) => new Dense(random(seed, [n, k, n, k]), 2),
};

const wide: typeof square = {
  'I ⊗ wide': (seed, n, k) => kronecker(n, random(seed, [k, k + 2])),
  'wide ⊗ tall': (seed, n, k) => kronecker(random(seed, [n, n + 1]), random(seed + 1, [k + 2, k])),
  'tall blocks': (seed, n, k) => blockDiagonal(random(seed, [n, k + 1, k])),
  'wide low rank': (seed, n, k) => new LowRank(random(seed, [n, 2]), random(seed + 1, [n + k, 2])),
  'tall dense': (seed, n, k) => new Dense(random(seed, [n + k, n]), 1),
};

const numbers = [
  fc.integer({ min: 1, max: 1000 }),
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 3 }),
] as const;

describe.each(Object.entries({ ...square, ...wide }))('%s', (_name, make) => {
  test('products with vectors are those of its entries', () => {
    fc.assert(
      fc.property(...numbers, (seed, n, k) => {
        const a = make(seed, n, k);
        const [m, count] = a.shape;
        const [v, u] = [random(seed + 7, a.inShape), random(seed + 8, a.outShape)];
        expectClose(reshapeTo(a.matvec(v), [m, 1]), matmul(entries(a), reshapeTo(v, [count, 1])));
        expectClose(reshapeTo(a.rmatvec(u), [count, 1]), matmul(transpose(entries(a)), reshapeTo(u, [m, 1])));
      }),
      { numRuns: 30 },
    );
  });

  test('transposes, scales, adds', () => {
    fc.assert(
      fc.property(...numbers, (seed, n, k) => {
        const a = make(seed, n, k);
        expectClose(entries(a.transpose()), transpose(entries(a)));
        expectClose(entries(a.scale(-2.5)), mul(entries(a), -2.5));
        expectClose(entries(a.add(make(seed + 50, n, k))), add(entries(a), entries(make(seed + 50, n, k))));
      }),
      { numRuns: 20 },
    );
  });
});

describe.each(Object.entries(square))('%s', (_name, make) => {
  test('solve, diagonal, trace and determinant are those of its entries', () => {
    fc.assert(
      fc.property(...numbers, (seed, n, k) => {
        const a = make(seed, n, k);
        const all = entries(a);
        expectClose(reshapeTo(a.diag(), [a.shape[0]]), diagonal(all));
        expectClose(a.trace(), linalg.trace(all));
        const [, expected] = linalg.slogdet(all);
        if (!(expected.item() > -8)) return; // nearly singular
        expectClose(a.logdet(), expected, 1e-8);
        const x = random(seed + 9, a.inShape);
        expectClose(a.solve(a.matvec(x)), x, 1e-6);
      }),
      { numRuns: 30 },
    );
  });
});

describe('sums', () => {
  const [n, k] = [3, 2];
  const pairs = Object.entries(square).filter(([, make]) => {
    const a = make(1, n, k);
    return a.outShape.join() === '3,2' && a.inShape.join() === '3,2';
  });
  test.each(pairs.flatMap(([one, a]) => pairs.map(([other, b]) => [one, other, a, b] as const)))(
    '%s + %s',
    (_one, _other, a, b) => {
      const [x, y] = [a(1, n, k), b(2, n, k)];
      expectClose(entries(x.add(y)), add(entries(x), entries(y)));
    },
  );

  test('of one class stay in it', () => {
    expect(String(kronecker(3, random(1, [2, 2])).add(kronecker(3, random(2, [2, 2]))))).toBe('Kronecker(I(3), [2,2])');
    expect(String(new Diagonal(random(1, [4])).add(new Diagonal(random(2, [4]))))).toBe('Diagonal([4])');
  });

  test('of blocks and a Kronecker product are blocks', () => {
    const sum = blockDiagonal(random(1, [3, 2, 2])).add(kronecker(3, random(2, [2, 2])));
    expect(String(sum)).toBe('BlockDiagonal(3 × [2,2])');
  });

  test('of a diagonal and a thin product keep both, and solve by Woodbury', () => {
    const sum = new LowRank(random(1, [50, 2])).add(new Diagonal(random(2, [50])));
    expect(String(sum)).toBe('LowRank(rank 2) + Diagonal([50])');
    const x = random(3, [50]);
    expectClose(sum.solve(sum.matvec(x)), x, 1e-8);
  });
});

describe('names', () => {
  test.each([
    [kronecker(200, random(1, [10, 10])), 'Kronecker(I(200), [10,10])'],
    [kronecker(random(1, [10, 4]), 200), 'Kronecker([10,4], I(200))'],
    [square['with commutation']!(1, 3, 2), 'Kronecker(I(3), [2,2]) * K'],
    [square['commutation alone']!(1, 3, 2), 'Kronecker(I(3), I(2)) * K'],
    [kronecker(random(1, [3, 2]), random(2, [4, 5])), 'Kronecker([3,2], [4,5])'],
    [square['M ⊗ N with commutation']!(1, 3, 2), 'Kronecker([3,3], [2,2]) * K'],
    [blockDiagonal(random(1, [5, 2, 2])), 'BlockDiagonal(5 × [2,2])'],
    [new Diagonal(random(1, [4, 2])), 'Diagonal([8])'],
    [new Dense(random(1, [4, 2]), 1), 'Dense([4,2])'],
    [square.Sum!(1, 3, 2), 'Kronecker(I(3), [2,2]) + Kronecker([3,3], I(2))'],
  ] as const)('%s', (matrix, name) => {
    expect(String(matrix)).toBe(name);
    expect(matrix).toBeInstanceOf(StructuredMatrix);
  });
});

describe('errors', () => {
  const diagonalOf = (...w: number[]): Matrix => new Diagonal(tensor(w, { dtype: 'float64' }));
  const tall = blockDiagonal(random(1, [2, 3, 1]));

  test('a vector of another shape', () => {
    expect(() => diagonalOf(1, 2).matvec(tensor([1, 2, 3]))).toThrow(
      'matvec: the vector has shape [3], Diagonal needs [2].',
    );
  });

  test.each(['solve', 'diag', 'trace', 'logdet'] as const)('%s of a matrix that is not square', (name) => {
    const call = () => (name === 'solve' ? tall.solve(random(1, [2, 3])) : tall[name]());
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(`${name}: needs a square matrix: BlockDiagonal is [6,2].`);
  });

  test('singular matrices', () => {
    expect(() => diagonalOf(1, 0).solve(tensor([1, 2]))).toThrow('solve: Diagonal([2]) is singular (entry 1 is zero).');
    expect(() => new LowRank(random(1, [5, 2])).solve(random(2, [5]))).toThrow(LinalgError);
    expect(() =>
      kronecker(
        3,
        tensor([
          [1, 1],
          [1, 1],
        ]),
      ).solve(random(1, [3, 2])),
    ).toThrow('singular');
  });

  test('Kronecker products whose factors are not square', () => {
    const a = kronecker(random(1, [2, 3]), random(2, [3, 2]));
    expect(a.shape).toEqual([6, 6]);
    expect(() => a.solve(random(1, [2, 3]))).toThrow('solve: Kronecker([2,3], [3,2]) is singular');
    expect(a.logdet().item()).toBe(Number.NEGATIVE_INFINITY);
    expect(a.facts().rankAtMost).toBe(4);
  });

  test('adding maps of other shapes', () => {
    expect(() => diagonalOf(1, 2).add(diagonalOf(1, 2, 3))).toThrow('add: the maps [2] -> [2] and [3] -> [3] differ.');
  });
});

test('facts follow sums and never claim what is not proven', () => {
  const a = new Diagonal(random(1, [4]));
  expect(a.facts()).toEqual({ symmetric: true, positiveSemidefinite: false, rankAtMost: 4 });
  const u = new LowRank(random(1, [4, 1]));
  expect(u.facts()).toEqual({ symmetric: true, positiveSemidefinite: false, rankAtMost: 1 });
  expect(new LowRank(random(1, [4, 1]), random(2, [4, 1])).facts().symmetric).toBe(false);
  const certified = a.certified({ positiveSemidefinite: true }).add(u.certified({ positiveSemidefinite: true }));
  expect(certified.facts().positiveSemidefinite).toBe(true);
  expect(a.add(u).facts()).toEqual({ symmetric: true, positiveSemidefinite: false, rankAtMost: 4 });
});
