// Detected patterns never miss an entry: for every operation of the library, the numbers of its Jacobian, column by column,
// lie inside; and where the operation only moves, maps or adds elements, nothing else does.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as nabla from '../../src/index.ts';
import { traceFlat } from '../../src/program/trace.ts';
import { type Pattern, readPattern, symmetrized, transposePattern } from '../../src/structured/pattern.ts';
import { gradientProgram, hessianPattern, jacobianPattern } from '../../src/structured/pattern-detection.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import { type DenseTensor, dense, type Tensor } from '../../src/tensor/tensor.ts';
import { jvpFlat } from '../../src/transforms/jvp.ts';
import { linearizeFlat } from '../../src/transforms/vjp.ts';
import { differentiable, subjects, type TensorFunction } from '../conformance/subject.ts';

function asRows({ shape: [rows, columns], indptr, indices }: Pattern): boolean[][] {
  return Array.from({ length: rows }, (_, i) => {
    const row = new Array<boolean>(columns).fill(false);
    for (let k = indptr[i]!; k < indptr[i + 1]!; k++) row[indices[k]!] = true;
    return row;
  });
}

/** Entries that are not zero, one pushforward for every input element. */
function numericRows(f: TensorFunction, x: readonly DenseTensor[]): boolean[][] {
  const columns: number[][] = [];
  x.forEach((v, i) => {
    for (let j = 0; j < v.size; j++) {
      const storage = new Float64Array(v.size);
      storage[j] = 1;
      const e = dense('float64', v.shape, storage);
      const { outs, tangents } = jvpFlat(
        'test',
        f,
        x,
        x.map((_, k) => (k === i ? e : null)),
      );
      columns.push(
        outs.flatMap((y, o) => Array.from(tangents[o] ? tangents[o].toTypedArray() : new Float64Array(y.size))),
      );
    }
  });
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row] !== 0));
}

const uncovered = (numeric: boolean[][], detected: boolean[][]): string[] =>
  numeric.flatMap((row, i) => row.flatMap((entry, j) => (entry && !detected[i]![j] ? [`${i},${j}`] : [])));

const everyInput = (x: readonly unknown[]): number[] => x.map((_, i) => i);

/** Operations whose rule is exact, and whose derivatives do not vanish by accident. */
const exact = new Set(
  (
    'reshape broadcast permute slice flip pad concat diagonal diagEmbed windows overlapAdd sum take putAdd add sub neg ' +
    'floor ceil round sign cumsum roll repeat tile stack squeeze flatten'
  ).split(' '),
);

describe('patterns of every operation', () => {
  for (const subject of subjects()) {
    const point = differentiable(subject);
    if (!point || subject.sample.exempt?.jvp) continue;
    it(`${subject.key} covers its Jacobian`, () => {
      const { f, x } = point;
      const program = traceFlat('test', f, x);
      const pattern = jacobianPattern(program, everyInput(x), everyInput(program.outputs))!;
      const detected = asRows(pattern);
      const numeric = numericRows(f, x);
      if (numeric.length > 0) expect(uncovered(numeric, detected)).toEqual([]);
      if (exact.has(subject.name) && numeric.length > 0) expect(detected).toEqual(numeric);
    });
    if (!point.reverse || subject.sample.exempt?.second) continue;
    it(`${subject.key} covers its Hessian`, () => {
      const { f, x } = point;
      const scalar: TensorFunction = (...v) => [
        f(...v)
          .map((y) => nabla.sum(nabla.sin(nabla.mul(y, nabla.tensor(weights(y.size), { shape: y.shape })))))
          .reduce((a, b) => nabla.add(a, b)),
      ];
      const program = traceFlat('test', scalar, x);
      const detected = asRows(hessianPattern(gradientProgram(program, everyInput(x)), everyInput(x))!);
      const gradient: TensorFunction = (...v) => {
        const linear = linearizeFlat('test', scalar, v);
        return linear.pullback([nabla.ones([], { dtype: 'float64' })]).map((g, i) => g ?? nabla.zerosLike(v[i]!));
      };
      expect(uncovered(numericRows(gradient, x), detected)).toEqual([]);
    });
  }
});

const weights = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => 0.3 + 0.1 * i);

const float64 = { dtype: 'float64' } as const;
const detect = (f: (x: Tensor) => Tensor, shape: number[]): boolean[][] =>
  asRows(
    jacobianPattern(
      traceFlat('test', (x) => [f(x!)], [{ shape, dtype: 'float64' }]),
      [0],
      [0],
    )!,
  );
const entries = (rows: boolean[][]): number => rows.flat().filter(Boolean).length;

describe('patterns of programs', () => {
  it('a tridiagonal map has three diagonals', () => {
    const rows = detect(
      (x) => {
        const wide = nabla.pad(x, [[1, 1]]);
        return nabla.add(nabla.mul(nabla.slice(wide, [0], [6]), nabla.slice(wide, [2], [8])), nabla.exp(x));
      },
      [6],
    );
    rows.forEach((row, i) => {
      row.forEach((entry, j) => {
        expect(entry).toBe(Math.abs(i - j) <= 1);
      });
    });
  });

  it('a choice depends on both branches, unless the condition is known', () => {
    const f = (c: Tensor) => (x: Tensor) => nabla.where(c, x.at([0, 2]), x.at([2, 4]));
    expect(detect((x) => nabla.where(nabla.greater(x.at([0, 2]), 0), x.at([0, 2]), x.at([2, 4])), [4])).toEqual([
      [true, false, true, false],
      [false, true, false, true],
    ]);
    expect(detect(f(nabla.tensor([true, false])), [4])).toEqual([
      [true, false, false, false],
      [false, false, false, true],
    ]);
  });

  it('zeros of a constant matrix cut dependences off', () => {
    const A = nabla.tensor(
      [
        [1, 0, 2],
        [0, 0, 0],
        [0, 3, 0],
      ],
      float64,
    );
    expect(detect((x) => nabla.matmul(A, x), [3])).toEqual([
      [true, false, true],
      [false, false, false],
      [false, true, false],
    ]);
  });

  it('positions that depend on the input mix the whole axis', () => {
    expect(entries(detect((x) => nabla.sort(x), [5]))).toBe(25);
    expect(entries(detect((x) => nabla.sort(x, 1), [2, 3]))).toBe(18);
  });

  it('softmax mixes along its axis only', () => {
    expect(entries(detect((x) => nabla.softmax(x, 1), [4, 3]))).toBe(4 * 9);
  });

  it('scan, cond and checkpoint are followed inside', () => {
    const decay = (x: Tensor) =>
      (
        nabla.scan((c: Tensor, v: Tensor) => [nabla.mul(c, 0).add(v), c.mul(v)], nabla.zeros([], float64), x) as [
          Tensor,
          Tensor,
        ]
      )[1];
    expect(entries(detect(decay, [4]))).toBe(4 + 3);
    expect(entries(detect((x) => nabla.checkpoint((v: Tensor) => nabla.square(v))(x) as Tensor, [4]))).toBe(4);
    const choose = (x: Tensor) =>
      nabla.cond(
        nabla.greater(x.at(0), 0),
        (v: Tensor) => nabla.sin(v),
        (v: Tensor) => nabla.flip(v),
        x,
      ) as Tensor;
    expect(entries(detect(choose, [4]))).toBe(8);
  });

  it('a custom backward rule, which cannot be read, mixes everything', () => {
    const f = nabla.customVjp(
      (x: Tensor) => nabla.sin(x),
      (x: Tensor) => [nabla.sin(x), x],
      (x: Tensor, g: Tensor) => [nabla.mul(g, nabla.cos(x))],
    );
    expect(entries(detect((x) => f(x) as Tensor, [3]))).toBe(9);
  });

  it('gives up on running sums of a hundred thousand elements', () => {
    const program = traceFlat('test', (x) => [nabla.cumsum(x!, 0)], [{ shape: [100_000], dtype: 'float64' }]);
    expect(jacobianPattern(program, [0], [0])).toBeUndefined();
  });

  it('a product of all elements is dense without costing its square', () => {
    const program = traceFlat('test', (x) => [nabla.mul(nabla.sum(x!), x!)], [{ shape: [1500], dtype: 'float64' }]);
    expect(jacobianPattern(program, [0], [0])!.indices.length).toBe(1500 ** 2);
  });

  it('random index maps: take and scatterAdd are exact', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 8 }), (list) => {
        const index = nabla.tensor(Int32Array.from(list));
        const taken = detect((x) => nabla.take(x, index, 0), [7]);
        expect(taken).toEqual(list.map((j) => Array.from({ length: 7 }, (_, k) => k === j)));
        const put = detect((x) => nabla.scatterAdd(nabla.zeros([7], float64), index, x, 0), [list.length]);
        expect(put).toEqual(Array.from({ length: 7 }, (_, i) => list.map((k) => k === i)));
      }),
    );
  });
});

describe('patterns that users give', () => {
  const shape: [number, number] = [2, 3];
  const want = [
    [true, false, true],
    [false, true, false],
  ];

  it('as pairs, as CSR arrays and as a matrix mean the same', () => {
    expect(
      asRows(
        readPattern(
          'p',
          [
            [1, 1],
            [0, 2],
            [0, 0],
            [0, 2],
          ],
          shape,
        ),
      ),
    ).toEqual(want);
    expect(asRows(readPattern('p', { indptr: [0, 2, 3], indices: [0, 2, 1] }, shape))).toEqual(want);
    expect(asRows(readPattern('p', nabla.tensor(want), shape))).toEqual(want);
  });

  it('are checked', () => {
    expect(() => readPattern('p', [[2, 0]], shape)).toThrow("p: the pattern's entry [2, 0] is outside of shape [2,3].");
    expect(() => readPattern('p', [[0.5, 0]], shape)).toThrow('pairs [row, column] of integers');
    expect(() => readPattern('p', { indptr: [0, 1], indices: [0] }, shape)).toThrow(
      'indptr must have 3 ascending entries',
    );
    expect(() => readPattern('p', { indptr: [0, 2, 1], indices: [0] }, shape)).toThrow('indptr must have 3');
    expect(() => readPattern('p', { indptr: [0, 1, 1], indices: [7] }, shape)).toThrow('outside of shape [2,3]');
    expect(() => readPattern('p', nabla.ones([3, 2]), shape)).toThrow('the pattern has shape [3,2], expected [2,3].');
    expect(() => readPattern('p', 'dense' as never, shape)).toThrow('a pattern is a list of [row, column]');
  });

  it('transpose and symmetrize', () => {
    const p = readPattern(
      'p',
      [
        [0, 1],
        [0, 2],
        [2, 0],
      ],
      [3, 3],
    );
    const { transposed, places } = transposePattern(p);
    expect(asRows(transposed)).toEqual(
      asRows(
        readPattern(
          'p',
          [
            [1, 0],
            [2, 0],
            [0, 2],
          ],
          [3, 3],
        ),
      ),
    );
    expect(Array.from(places)).toEqual([2, 0, 1]);
    expect(sizeOf([symmetrized(p).indices.length])).toBe(4);
  });
});
