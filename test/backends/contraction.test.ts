// Eager contractions on wasm against the reference: every size from 1 to 20, batches, and operands of any strides.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { setBackend } from '../../src/backends/backend.ts';
import { evaluateProduct } from '../../src/backends/wasm/contraction.ts';
import { Arena } from '../../src/backends/wasm/memory.ts';
import { contractOp, type Labels } from '../../src/ops/contract.ts';
import { allocate, type FloatDType } from '../../src/tensor/dtype.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import { DenseTensor } from '../../src/tensor/tensor.ts';

const arena = new Arena();

/** A tensor of small integers, whose products and sums are exact, laid out in memory in the order `axes`, some reversed. */
function integers(dtype: FloatDType, shape: readonly number[], axes: readonly number[], flips: number, seed: number) {
  const strides = new Array<number>(shape.length).fill(0);
  let step = 1 + (seed % 2);
  for (const axis of [...axes].reverse()) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  const storage = allocate(dtype, step + 3);
  for (let i = 0; i < storage.length; i++) storage[i] = ((i * 7 + seed * 13) % 11) - 5;
  let offset = 1;
  const signed = strides.map((s, axis) => {
    if (((flips >> axis) & 1) === 0) return s;
    offset += s * (shape[axis]! - 1);
    return -s;
  });
  return new DenseTensor(dtype, shape, storage, signed, offset);
}

function compare(a: DenseTensor, b: DenseTensor, p: Labels): boolean {
  const types = contractOp.type([a, b], p);
  const fast = evaluateProduct(arena, a, b, p, types[0]!);
  if (!fast) return false;
  const [reference] = contractOp.evaluate([a, b], p, types);
  expect(fast.shape).toEqual(reference!.shape);
  expect(Array.from(fast.values())).toEqual(Array.from(reference!.values()));
  return true;
}

afterEach(() => setBackend('wasm'));

describe('contractions on wasm', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    it(`are exact on small integers for all sizes of rows and columns up to 20, ${dtype}`, () => {
      let computed = 0;
      for (let m = 1; m <= 20; m++) {
        for (let n = 1; n <= 20; n++) {
          const k = 1 + ((m * 5 + n * 3) % 40);
          const a = integers(dtype, [m, k], m % 2 ? [0, 1] : [1, 0], 0, m);
          const b = integers(dtype, [k, n], n % 2 ? [0, 1] : [1, 0], 0, n);
          if (compare(a, b, { a: [0, 1], b: [1, 2], out: [0, 2] })) computed++;
        }
      }
      expect(computed).toBeGreaterThan(100);
    });
  }

  it('are exact for random label lists, layouts and directions', () => {
    const property = fc.property(
      fc.array(fc.record({ size: fc.integer({ min: 1, max: 7 }), where: fc.nat({ max: 3 }) }), {
        minLength: 3,
        maxLength: 6,
      }),
      fc.constantFrom<FloatDType>('float32', 'float64'),
      fc.nat({ max: 1000 }),
      (labels, dtype, seed) => {
        const shuffled = <T>(list: T[], salt: number): T[] =>
          list
            .map((v, i) => [((i + 1) * 7919 * (seed + salt)) % 101, v] as const)
            .sort((x, y) => x[0] - y[0])
            .map(([, v]) => v);
        const pick = (wanted: (where: number) => boolean): number[] =>
          labels.flatMap(({ where }, label) => (wanted(where) ? [label] : []));
        // 0: batch, 1: rows, 2: columns, 3: summed
        const p = {
          a: shuffled(
            pick((w) => w !== 2),
            1,
          ),
          b: shuffled(
            pick((w) => w !== 1),
            2,
          ),
          out: shuffled(
            pick((w) => w !== 3),
            3,
          ),
        };
        const shape = (list: number[]) => list.map((l) => 2 * labels[l]!.size);
        const axes = (list: number[], salt: number) =>
          shuffled(
            list.map((_, i) => i),
            salt,
          );
        fc.pre(sizeOf(shape(p.a)) * sizeOf(shape(p.b)) < 1e6);
        const a = integers(dtype, shape(p.a), axes(p.a, 4), seed, seed);
        const b = integers(dtype, shape(p.b), axes(p.b, 5), seed >> 3, seed + 1);
        compare(a, b, p);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('spread a repeated operand', () => {
    const a = new DenseTensor('float32', [40, 30], Float32Array.of(3), [0, 0]);
    const b = integers('float32', [30, 20], [0, 1], 0, 4);
    expect(compare(a, b, { a: [0, 1], b: [1, 2], out: [0, 2] })).toBe(true);
  });
});
