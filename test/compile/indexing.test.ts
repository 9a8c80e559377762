// Reading and adding at integer positions as loops: against the reference, for all dtypes, positions in each layout, with
// arithmetic before and after; and what happens out of range.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBackend } from '../../src/backends/wasm/backend.ts';
import { Arena } from '../../src/backends/wasm/memory.ts';
import { IndexError } from '../../src/errors.ts';
import { add, mul, neg } from '../../src/ops/arithmetic.ts';
import { cast } from '../../src/ops/cast.ts';
import { exp } from '../../src/ops/exponential.ts';
import { putAddOp, takeOp } from '../../src/ops/indexing.ts';
import { permute } from '../../src/ops/movement.ts';
import { sum } from '../../src/ops/reduction.ts';
import { apply } from '../../src/tensor/dispatch.ts';
import { allocate, type DType } from '../../src/tensor/dtype.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import { type DenseTensor, dense, type Tensor } from '../../src/tensor/tensor.ts';
import { compareOn, traced } from './compare.ts';

const exact = { float32: 0, float64: 0 };
const origin = { op: 'take', axis: 0 };

function ramp(dtype: DType, shape: readonly number[]): DenseTensor {
  const storage = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < storage.length; i++) storage[i] = dtype === 'bool' ? (i * 3) % 2 : ((i * 7) % 13) - 6;
  return dense(dtype, shape, storage);
}

/** Positions on both sides of 0. */
function positions(shape: readonly number[], size: number, seed: number): DenseTensor {
  const storage = Int32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * seed + seed) % (2 * size)) - size);
  return dense('int32', shape, storage);
}

const axesOf = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 });
const layouts = fc.record({
  dtype: fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool'),
  batch: axesOf,
  lead: axesOf,
  trail: axesOf,
  index: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
  size: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer({ min: 1, max: 30 }),
});

describe('positions in compiled code', () => {
  it('are read as on the reference', () => {
    const property = fc.property(layouts, ({ dtype, batch, lead, trail, index, size, seed }) => {
      const x = ramp(dtype, [...batch, ...lead, size, ...trail]);
      const i = positions([...batch, ...index], size, seed);
      const p = { axis: batch.length + lead.length, batch: batch.length, origin };
      const read = (v: Tensor): Tensor => apply(takeOp, [v, i], p);
      const f = (v: Tensor): Tensor[] => {
        const number = cast(v, dtype === 'bool' ? 'int32' : dtype);
        return [read(v), add(read(add(mul(number, number), 1)), 2), sum(read(number))];
      };
      compareOn('take', (v) => f(v!), [x], exact);
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('are added to as on the reference, and so are the sums of what they make', () => {
    const property = fc.property(layouts, ({ dtype, batch, lead, trail, index, size, seed }) => {
      const kind = dtype === 'bool' ? 'int32' : dtype;
      const g = ramp(kind, [...batch, ...lead, ...index, ...trail]);
      const i = positions([...batch, ...index], size, seed);
      const axis = batch.length + lead.length;
      const p = { axis, batch: batch.length, size, origin };
      const put = (v: Tensor): Tensor => apply(putAddOp, [v, i], p);
      const f = (v: Tensor): Tensor[] => [
        put(v),
        add(put(mul(v, v)), 1),
        sum(neg(put(v)), axis),
        sum(put(v)),
        permute(put(v), [...Array(axis + 1 + trail.length).keys()].reverse()),
      ];
      compareOn('putAdd', (v) => f(v!), [g], exact);
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('take a little of much arithmetic, a table by rows, and add thousands of float32 to one place', () => {
    const x = ramp('float32', [64, 100]);
    const i = positions([64, 1], 100, 7);
    const few = { axis: 1, batch: 1, origin };
    compareOn('few', (v) => [apply(takeOp, [exp(mul(v!, 0.1)), i], few)], [x], { float32: 2e-7, float64: 0 });
    const rows = positions([5000], 64, 11);
    const table = { axis: 0, batch: 0, origin };
    compareOn('rows', (v) => [apply(takeOp, [v!, rows], table)], [x], exact);
    const g = dense('float32', [5000, 3], new Float32Array(15000).fill(0.1));
    const back = { ...table, size: 2 };
    compareOn('many', (v) => [apply(putAddOp, [v!, positions([5000], 2, 2)], back)], [g], exact);
  });

  it.each([3, -4, 2147483647, -2147483648])('out of range throw what the reference throws: %d', (wrong) => {
    const backend = makeBackend(new Arena());
    const x = ramp('float32', [3, 5]);
    const index = (...values: number[]): DenseTensor => dense('int32', [values.length], Int32Array.from(values));
    const read = { axis: 0, batch: 0, origin };
    const taken = traced((v, i) => [mul(apply(takeOp, [add(v!, 1), i!], read), 2)], [x, index(0, 1)]);
    const put = traced(
      (v, i) => [apply(putAddOp, [v!, i!], { ...read, size: 3 })],
      [ramp('float32', [2, 5]), index(0, 1)],
    );
    const one = traced(
      (v, i) => [apply(putAddOp, [v!, i!], { ...read, size: 3 })],
      [ramp('float32', [1, 5]), index(0)],
    );
    const runs = [
      () => backend.compile(taken)!([x, index(2, wrong)]),
      () => backend.compile(put)!([ramp('float32', [2, 5]), index(wrong, 0)]),
      () => backend.compile(one)!([ramp('float32', [1, 5]), index(wrong)]),
    ];
    for (const run of runs) {
      expect(run).toThrow(IndexError);
      expect(run).toThrow(`take: index ${wrong} is out of range for axis 0 with size 3.`);
    }
    expect(backend.compile(taken)!([x, index(-3, 2)])![0]!.shape).toEqual([2, 5]);
  });
});
