// Indexing beyond values: derivatives of random indices, batching of every combination, texts of errors, views, tracing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad, jvp, matmul, mul, type Tensor, tensor, transpose, vjp, vmap } from '../../src/index.ts';
import { addAt, at, withAt } from '../../src/ops/at.ts';
import { diagonal } from '../../src/ops/diagonals.ts';
import { einsum } from '../../src/ops/einsum.ts';
import type { IndexEntry } from '../../src/ops/index-plan.ts';
import { gather, indexSelect, take, takeAlongAxis, takeOp } from '../../src/ops/indexing.ts';
import { stack } from '../../src/ops/joining.ts';
import { chunk, split, unbind } from '../../src/ops/partition.ts';
import { cross, dot, multiDot, tensordot } from '../../src/ops/products.ts';
import { sum } from '../../src/ops/reduction.ts';
import { pad, repeat } from '../../src/ops/repetition.ts';
import { maskedFill, nonzero, oneHot, scatter, scatterAdd, segmentSum } from '../../src/ops/scatter.ts';
import { unfold } from '../../src/ops/windows.ts';
import { traceFlat } from '../../src/program/trace.ts';
import { apply } from '../../src/tensor/dispatch.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import { rows } from '../conformance/conventions-indexing.ts';

const real = (shape: readonly number[], salt = 1): Tensor =>
  tensor(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(salt + 1.7 * i)),
    { shape },
  );
const ints = (values: readonly number[], shape: readonly number[] = [values.length]): Tensor =>
  tensor(Int32Array.from(values), { shape });
const bools = (values: readonly boolean[]): Tensor => tensor([...values], { dtype: 'bool' });
const numbers = (x: unknown): number[] => Array.from((x as Tensor).toTypedArray());
const near = (a: unknown, b: unknown, error = 1e-12): void => {
  const [u, v] = [numbers(a), numbers(b)];
  expect((a as Tensor).shape).toEqual((b as Tensor).shape);
  u.forEach((value, i) => {
    expect(Math.abs(value - v[i]!)).toBeLessThanOrEqual(error * Math.max(1, Math.abs(v[i]!)));
  });
};
const inner = (a: unknown, b: unknown): number => {
  const v = numbers(b);
  return numbers(a).reduce((total, value, i) => total + value * v[i]!, 0);
};

describe('conventions', () => {
  test.each(rows.map((row) => [`[${row.behaviour}] ${row.at}: ${row.ours}`, row] as const))('%s', (_, row) => {
    row.check();
  });
});

// ---------------------------------------------------------------------------------------------------- derivatives

const shape = [3, 4, 2];
const rangeEnd = (n: number) => fc.option(fc.integer({ min: -n - 1, max: n + 1 }), { nil: null });
const entry = (n: number): fc.Arbitrary<IndexEntry> =>
  fc.oneof(
    fc.integer({ min: -n, max: n - 1 }),
    fc.constant(':' as const),
    fc.tuple(rangeEnd(n), rangeEnd(n)),
    fc.tuple(rangeEnd(n), rangeEnd(n), fc.constantFrom(1, 2, -1, -2)),
    fc.array(fc.integer({ min: -n, max: n - 1 }), { minLength: 3, maxLength: 3 }).map((v) => ints(v)),
  );
const randomIndex = fc
  .tuple(...shape.map(entry), fc.integer({ min: 0, max: 3 }), fc.boolean())
  .map(([a, b, c, count, newAxis]) => {
    const entries = [a, b, c].slice(0, count as number) as IndexEntry[];
    return newAxis ? [...entries, null] : entries;
  });

describe('random indices', () => {
  test('[48] the pullback of at is the transpose of its jvp, at every order', () => {
    fc.assert(
      fc.property(randomIndex, (index) => {
        const x = real(shape, 1);
        const dx = real(shape, 2);
        const f = (v: Tensor): Tensor => at(mul(v, v), ...index);
        const [y, dy] = jvp(f, x, dx) as [Tensor, Tensor];
        near(dy, at(mul(mul(x, dx), 2), ...index));
        const gy = real(y.shape, 3);
        const gx = vjp(f, x)[1](gy)[0];
        expect(Math.abs(inner(gy, dy) - inner(gx, dx))).toBeLessThan(1e-12);
        const second = jvp((v: Tensor) => vjp(f, v)[1](gy)[0], x, dx) as [Tensor, Tensor];
        near(second[1], mul(mul(addAt(mul(x, 0), index, gy), dx), 2));
      }),
    );
  });

  test('[46] with: zero gradient at overwritten elements, and theirs flows to the value', () => {
    fc.assert(
      fc.property(randomIndex, fc.boolean(), (index, scalar) => {
        const x = real(shape, 1);
        const v = scalar ? real([], 4) : real(at(x, ...index).shape, 4);
        const g = real(shape, 3);
        const [gx, gv] = vjp((a: Tensor, b: Tensor) => withAt(a, index, b), x, v)[1](g) as [Tensor, Tensor];
        near(gx, withAt(g, index, 0));
        // Where the value went, by storing the number of each of its elements.
        const marks = withAt(
          mul(x, 0),
          index,
          tensor(
            Float64Array.from({ length: v.size }, (_, i) => i + 1),
            { shape: v.shape },
          ),
        );
        const expected = new Array<number>(v.size).fill(0);
        numbers(marks).forEach((mark, i) => {
          if (mark > 0) expected[mark - 1]! += numbers(g)[i]!;
        });
        near(gv, tensor(Float64Array.from(expected), { shape: v.shape }));
      }),
    );
  });

  test('at, with and addAt under vmap are the stacked loop', () => {
    fc.assert(
      fc.property(randomIndex, (index) => {
        const x = [real(shape, 1), real(shape, 2)];
        const v = [real([], 5), real([], 6)];
        for (const f of [
          (a: Tensor): Tensor => at(a, ...index),
          (a: Tensor, b: Tensor): Tensor => withAt(a, index, b),
          (a: Tensor, b: Tensor): Tensor => addAt(a, index, b),
        ]) {
          const mapped = vmap(f)(stack(x), stack(v));
          near(mapped, stack(x.map((a, i) => f(a, v[i]!))));
        }
      }),
    );
  });
});

// ------------------------------------------------------------------------------------------------------- batching

describe('vmap of take and its relatives is the stacked loop', () => {
  const x = [real([3, 4, 2], 1), real([3, 4, 2], 2)];
  const index = [ints([0, -1, 2, 1], [2, 2]), ints([1, 1, 0, -2], [2, 2])];
  const indexInto = (v: Tensor, i: Tensor, axis: number): Tensor => take(v, i, axis);
  for (const axis of [0, 1, 2]) {
    const own =
      axis === 2
        ? index.map((i) =>
            ints(
              numbers(i)
                .map((k) => Math.sign(k))
                .map((k) => Math.min(k, 1)),
              [2, 2],
            ),
          )
        : index;
    test.each([
      [true, false],
      [false, true],
      [true, true],
    ])(`take along axis ${axis}, x batched: %s, index batched: %s`, (inX, inIndex) => {
      const f = (a: Tensor, i: Tensor): Tensor => indexInto(a, i, axis);
      const args = [inX ? stack(x) : x[0]!, inIndex ? stack(own) : own[0]!];
      const y = vmap(f, { inAxes: [inX ? 0 : null, inIndex ? 0 : null] })(...args);
      near(y, stack([0, 1].map((e) => f(x[inX ? e : 0]!, own[inIndex ? e : 0]!))));
      const gradOf = (a: Tensor, i: Tensor): Tensor => grad((v: Tensor) => sum(mul(f(v, i), f(v, i))))(a) as Tensor;
      const g = vmap(gradOf, { inAxes: [inX ? 0 : null, inIndex ? 0 : null] })(...args);
      near(g, stack([0, 1].map((e) => gradOf(x[inX ? e : 0]!, own[inIndex ? e : 0]!))));
    });
  }

  test('two batches, one inside the other', () => {
    const f = vmap((a: Tensor) => vmap((i: Tensor) => at(a, i, ':', i))(ints([0, 1, 1, -1], [2, 2])));
    near(f(stack(x)), stack(x.map((a) => stack([ints([0, 1]), ints([1, -1])].map((i) => at(a, i, ':', i))))));
  });

  test('a batched index stores and adds in each example', () => {
    const target = real([4], 1);
    const places = [ints([0, 0]), ints([3, -2])];
    for (const write of [withAt, addAt]) {
      const f = (i: Tensor): Tensor => write(target, [i], real([2], 7));
      near(vmap(f)(stack(places)), stack(places.map(f)));
    }
    const src = real([2], 7);
    for (const write of [scatter, scatterAdd]) {
      const f = (i: Tensor): Tensor => write(target, i, src, 0);
      near(vmap(f)(stack(places)), stack(places.map(f)));
    }
  });

  test('an index out of range in one example is found', () => {
    const f = (a: Tensor, i: Tensor): Tensor => take(a, i, 0);
    expect(() => vmap(f)(real([2, 3]), ints([0, 3]))).toThrow('take: index 3 is out of range for axis 0 with size 3.');
  });
});

// ----------------------------------------------------------------------------------------------------------- views

describe('[200] views', () => {
  const x = real([4, 5]);
  test.each([
    ['ranges, integers and new axes', (v: Tensor) => at(v, [1, null, 2], null, [null, null, -2])],
    ['integers', (v: Tensor) => at(v, -1)],
    ['a diagonal', (v: Tensor) => diagonal(v, 1)],
    ['windows', (v: Tensor) => unfold(v, 1, 3)],
  ])('%s copy nothing', (_, f) => {
    expect(f(x).concrete('test').storage).toBe(x.concrete('test').storage);
  });
});

// ---------------------------------------------------------------------------------------------------------- errors

describe('errors say what is wrong', () => {
  const x = real([3, 4]);
  const bad: readonly (readonly [string, () => unknown])[] = [
    ['IndexError: at: index 5 is out of range for axis 0 with size 3.', () => at(x, 5)],
    ['IndexError: at: index -5 is out of range for axis 1 with size 4.', () => at(x, ':', -5)],
    ['IndexError: at: index 7 is out of range for axis 1 with size 4.', () => at(x, ints([0]), ints([7]))],
    ['IndexError: with: index 9 is out of range for axis 0 with size 3.', () => withAt(x, [9], 0)],
    ['IndexError: at: too many indices: 3 for shape [3,4] of rank 2.', () => at(x, 0, 0, 0)],
    ["ArgumentError: at: '...' can stand only once in an index.", () => at(x, '...', '...')],
    ['ArgumentError: at: index 1.5 is not an integer.', () => at(x, 1.5)],
    ["ArgumentError: at: 'all' is not an index.", () => at(x, 'all' as ':')],
    ['ArgumentError: at: a boolean is not an index.', () => at(x, true as never)],
    ['ArgumentError: at: undefined is not an index.', () => at(x, undefined as never)],
    [
      'ArgumentError: at: [0, 1, 2, 3] is not a range: [start, stop] or [start, stop, step] of integers or null, step not 0.',
      () => at(x, [0, 1, 2, 3] as never),
    ],
    [
      'ArgumentError: at: [0, 1, 0] is not a range: [start, stop] or [start, stop, step] of integers or null, step not 0.',
      () => at(x, [0, 1, 0]),
    ],
    [
      'DTypeError: at: an index tensor of shape [1] has dtype float64, expected int32, or bool with rank >= 1.',
      () => at(x, real([1])),
    ],
    [
      'ShapeError: at: a mask of shape [4] does not fit axis 0 of shape [3,4].',
      () => at(x, bools([true, false, true, false])),
    ],
    [
      'ShapeError: with: a value of shape [3] does not broadcast to the indexed shape [4].',
      () => withAt(x, [0], real([3])),
    ],
    [
      'DTypeError: with: the value 1.5 does not fit into a tensor of dtype int32.',
      () => withAt(ints([1, 2]), [0], 1.5),
    ],
    [
      'DTypeError: addAt: a float64 value does not fit into a tensor of dtype int32.',
      () => addAt(ints([1]), [0], real([])),
    ],
    ['DTypeError: take: the index has dtype float64, expected int32.', () => take(x, real([2]), 0)],
    ['ArgumentError: take: an index must be an integer, got 0.5.', () => take(x, 0.5, 0)],
    ['IndexError: take: index 4 is out of range for axis 1 with size 4.', () => take(x, 4, 1)],
    ['ShapeError: indexSelect: the index must be a vector, got shape [].', () => indexSelect(x, ints([0], []))],
    [
      'ShapeError: gather: the index needs as many axes as x, and at least one: shapes [3,4] and [2].',
      () => gather(x, ints([0, 1]), 0),
    ],
    [
      'ShapeError: gather: the index of shape [1,5] does not fit into shape [3,4] outside axis 0.',
      () => gather(x, ints([0, 0, 0, 0, 0], [1, 5]), 0),
    ],
    [
      'ShapeError: takeAlongAxis: shapes [1,4] and [1,2] do not broadcast (sizes 4 and 2 differ and neither is 1).',
      () => takeAlongAxis(x, ints([0, 0], [1, 2]), 0),
    ],
    [
      'ShapeError: scatterAdd: the index of shape [2,2] does not fit into shape [1,2].',
      () => scatterAdd(x, ints([0, 0, 0, 0], [2, 2]), real([1, 2]), 0),
    ],
    [
      'IndexError: segmentSum: index 2 is out of range for axis 0 with size 2.',
      () => segmentSum(x, ints([0, 1, 2]), 2),
    ],
    ['IndexError: oneHot: index 3 is out of range for axis 1 with size 3.', () => oneHot(ints([3]), 3)],
    ['DTypeError: maskedFill: the mask has dtype float64, expected bool.', () => maskedFill(x, x, 0)],
    ['ShapeError: split: axis 1 of shape [3,4] does not divide into 3 equal sections.', () => split(x, 3, 1)],
    ['ShapeError: split: sizes [1,1] sum to 2, but axis 0 of shape [3,4] has size 3.', () => split(x, [1, 1])],
    ['ArgumentError: chunk: the number of chunks must be an integer >= 1, got 0.', () => chunk(x, 0)],
    ['ShapeError: repeat: 2 counts for axis 0 of shape [3,4].', () => repeat(x, [1, 2], 0)],
    [
      'ArgumentError: pad: widths must be an integer >= 0, a pair [before, after] or one such pair for each axis.',
      () => pad(x, -1),
    ],
    ['ArgumentError: pad: unknown mode mirror.', () => pad(x, 1, { mode: 'mirror' as 'edge' })],
    ['ShapeError: unfold: a window of 5 does not fit into axis 1 of shape [3,4].', () => unfold(x, 1, 5)],
    ['ShapeError: dot: axis 1 of shape [3,4] and axis 0 of shape [3,4] have sizes 4 and 3.', () => dot(x, x)],
    ['ShapeError: cross: axis -1 of shapes [3,4] and [3,4] must have size 3.', () => cross(x, x)],
    [
      'ShapeError: tensordot: axis 1 of shape [3,4] and axis 0 of shape [3,4] have sizes 4 and 3.',
      () => tensordot(x, x, 1),
    ],
    ['ShapeError: multiDot: factor 1 has shape [2], expected a matrix.', () => multiDot([x, real([2]), x])],
    [
      "ShapeError: einsum 'ij,jk->ik': index 'j' is 4 in one operand and 3 in another.",
      () => einsum('ij,jk->ik', x, x),
    ],
    ["ShapeError: einsum 'ii': index 'i' is 3 in one operand and 4 in another.", () => einsum('ii', x)],
    [
      "ShapeError: einsum 'ijk->i': term 'ijk' has 3 indices but its operand has shape [3,4] (rank 2).",
      () => einsum('ijk->i', x),
    ],
    ["ArgumentError: einsum 'ij,jk': more terms than operands.", () => einsum('ij,jk', x)],
    ["ArgumentError: einsum 'ij': more operands than terms.", () => einsum('ij', x, x)],
    ["ArgumentError: einsum 'ij->k': output index 'k' appears in no operand.", () => einsum('ij->k', x)],
    ["ArgumentError: einsum 'ij->ii': output index 'i' is given twice.", () => einsum('ij->ii', x)],
    ["ArgumentError: einsum 'i$': '$' is not an index.", () => einsum('i$', x)],
  ];
  test.each(bad)('%s', (text, f) => {
    let message = 'nothing was thrown';
    try {
      f();
    } catch (error) {
      message = String(error).split('\n')[0]!;
    }
    expect(message).toBe(text);
  });

  test('what depends on the values of a traced mask says so', () => {
    const mask = stack([bools([true, false]), bools([false, true])]);
    const data = real([2]);
    expect(() => vmap((m: Tensor) => at(data, m))(mask)).toThrow(
      'at with a boolean mask: a value of shape [2] inside vmap stands for 2 examples, not one.',
    );
    expect(() => vmap((m: Tensor) => nonzero(m)[0]!)(mask)).toThrow('nonzero: a value of shape [2] inside vmap');
    near(vmap((m: Tensor) => withAt(data, [m], 0))(mask), stack([0, 1].map((e) => maskedFill(data, at(mask, e), 0))));
    near(vmap((m: Tensor) => addAt(data, [m], 1))(mask), stack([0, 1].map((e) => addAt(data, [at(mask, e)], 1))));
  });
});

// --------------------------------------------------------------------------------------------------------- the rest

test('the positions of elements stay right in a traced program', () => {
  const program = traceFlat('trace', (x, i) => [at(x!, i!), withAt(x!, [i!], 0)], [
    { shape: [3], dtype: 'float64' },
    { shape: [2], dtype: 'int32' },
  ]);
  expect(program.equations.map((e) => e.op.name)).toContain(takeOp.name);
});

test('[49] the gradient of what was broadcast by an index sums back', () => {
  near(grad((v: Tensor) => sum(withAt(real([2, 3]), [':'], v)))(real([])), tensor(6, { dtype: 'float64' }));
});

test('einsum multiplies a chain in the order that needs the fewest operations', () => {
  const program = traceFlat(
    'trace',
    (a, b, v) => [einsum('ij,jk,k->i', a!, b!, v!)],
    [[9, 9], [9, 9], [9]].map((shape) => ({ shape, dtype: 'float64' as const })),
  );
  expect(program.equations.filter((e) => e.op.name === 'contract').map((e) => e.outs[0]!.shape)).toEqual([[9], [9]]);
});

test('multiDot brackets from the right in front of a vector', () => {
  const shapes = [[9, 9], [9, 9], [9]];
  const program = traceFlat(
    'trace',
    (...x) => [multiDot(x)],
    shapes.map((shape) => ({ shape, dtype: 'float64' as const })),
  );
  expect(program.equations.map((e) => e.outs[0]!.shape)).toEqual([[9], [9]]);
  const [a, b, c, d] = [real([2, 5], 1), real([5, 3], 2), real([3, 4], 3), real([4, 2], 4)] as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  near(multiDot([a, b, c, d]), matmul(matmul(matmul(a, b), c), d));
});

test('float32 duplicates are summed in float64', () => {
  const n = 1 << 20;
  const x = tensor(new Float32Array(n).fill(0.1));
  const y = segmentSum(x, ints(new Array<number>(n).fill(0)), 1);
  expect(numbers(y)[0]).toBe(Math.fround(Math.fround(0.1) * n));
});

test('empty indices and empty axes', () => {
  expect(take(real([3, 2]), ints([], [0]), 0).shape).toEqual([0, 2]);
  expect(take(real([0, 2]), ints([], [0]), 0).shape).toEqual([0, 2]);
  expect(() => take(real([0, 2]), 0, 0)).toThrow('take: index 0 is out of range for axis 0 with size 0.');
  near(withAt(real([3]), [ints([], [0])], 1), real([3]));
  near(scatterAdd(real([3]), ints([], [0]), real([0]), 0), real([3]));
  expect(
    numbers(apply(takeOp, [real([2, 0]), ints([0])], { axis: 0, batch: 0, origin: { op: 'take', axis: 0 } })),
  ).toEqual([]);
});

test('long rows, which are copied as blocks, and the same rows of a transposed view', () => {
  const x = real([5, 40]);
  const rows = ints([4, 0, -1, 2]);
  const expected = stack([4, 0, 4, 2].map((i) => at(x, i)));
  near(take(x, rows, 0), expected);
  near(take(transpose(stack(unbind(x, 1))), rows, 0), expected);
});
