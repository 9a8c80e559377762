// Compiled products on small integers, which are exact: sizes around the blocks of the kernel, views, batches, products that
// equal their transpose, convolutions with their gradients, and windows that are added where they overlap.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isElementwise } from '../../src/backends/wasm/elementwise.ts';
import { lower } from '../../src/compile/lower.ts';
import { simplify } from '../../src/compile/simplify.ts';
import { type ConvolutionOptions, conv1d, conv2d, convTranspose2d } from '../../src/nn/index.ts';
import { mul, neg } from '../../src/ops/arithmetic.ts';
import { contract } from '../../src/ops/contract.ts';
import { exp } from '../../src/ops/exponential.ts';
import { broadcastTo, expandDims, flip, permute, slice } from '../../src/ops/movement.ts';
import { matmul } from '../../src/ops/products.ts';
import { overlapAddOp, windowCount } from '../../src/ops/windows.ts';
import { apply } from '../../src/tensor/dispatch.ts';
import { allocate, type FloatDType } from '../../src/tensor/dtype.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import { type DenseTensor, dense, type Tensor } from '../../src/tensor/tensor.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import { withCrew } from '../backends/crew.ts';
import { compareOn, type Flat, onOneThread, traced } from './compare.ts';

const exact = { float32: 0, float64: 0 };
const dtypes = ['float32', 'float64'] as const;

function integers(dtype: FloatDType, shape: readonly number[], seed = 0): DenseTensor {
  const storage = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < storage.length; i++) storage[i] = ((i * 7 + seed * 13 + (i >> 4)) % 11) - 5;
  return dense(dtype, shape, storage);
}

const transposed = (x: Tensor): Tensor => permute(x, [1, 0]);

/** Every second row and column, backwards. */
function sparse(
  dtype: FloatDType,
  [m, n]: readonly [number, number],
  seed: number,
): [DenseTensor, (x: Tensor) => Tensor] {
  return [
    integers(dtype, [2 * m + 1, 2 * n + 3], seed),
    (x) => flip(slice(x, [1, 2], [2 * m + 1, 2 * n + 2], [2, 2]), [0, 1]),
  ];
}

const sizes: readonly (readonly [m: number, n: number, k: number])[] = [
  [0, 3, 4],
  [3, 0, 4],
  [3, 4, 0],
  [1, 1, 1],
  [1, 5, 7],
  [5, 1, 9],
  [2, 2, 2],
  [4, 8, 3],
  [5, 9, 1],
  [64, 10, 128],
  [129, 17, 321],
  [130, 515, 33],
  [7, 9, 643],
  [257, 8, 6],
];

const differentiated = vjp as unknown as (
  f: (x: Tensor, w: Tensor) => Tensor,
  ...x: Tensor[]
) => [y: Tensor, pullback: (gy: Tensor) => Tensor[]];

/** The products of a compiled function: whether each is computed by halves. */
function halves(f: Flat, x: readonly DenseTensor[]): boolean[] {
  const { steps } = lower(simplify(traced(f, x)), isElementwise);
  return steps.flatMap((step) => (step.kind === 'product' ? [step.product.symmetric] : []));
}

describe.each([
  { where: 'one thread', compile: onOneThread },
  { where: 'three threads', compile: await withCrew(3) },
])('products on $where', ({ compile }) => {
  const check = (what: string, f: Flat, x: readonly DenseTensor[]): boolean => compareOn(what, f, x, exact, compile);

  for (const dtype of dtypes) {
    it(`are exact for sizes around the blocks and operands of any layout, ${dtype}`, () => {
      let compiled = 0;
      for (const [m, n, k] of sizes) {
        const [a, b] = [integers(dtype, [m, k], 1), integers(dtype, [k, n], 2)];
        const [at, bt] = [integers(dtype, [k, m], 3), integers(dtype, [n, k], 4)];
        const [wideA, viewA] = sparse(dtype, [m, k], 5);
        const [wideB, viewB] = sparse(dtype, [k, n], 6);
        const what = `[${m},${k}] by [${k},${n}]`;
        if (check(what, (x, y) => [matmul(x!, y!)], [a, b])) compiled++;
        check(`Aᵀ B, ${what}`, (x, y) => [matmul(transposed(x!), y!)], [at, b]);
        check(`A Bᵀ, ${what}`, (x, y) => [matmul(x!, transposed(y!))], [a, bt]);
        check(`Aᵀ Bᵀ, ${what}`, (x, y) => [matmul(transposed(x!), transposed(y!))], [at, bt]);
        check(`(A B)ᵀ, ${what}`, (x, y) => [transposed(matmul(x!, y!))], [a, b]);
        check(`sparse views, ${what}`, (x, y) => [matmul(viewA(x!), viewB(y!))], [wideA, wideB]);
      }
      expect(compiled).toBeGreaterThan(8);
    });

    it(`broadcast their batches, ${dtype}`, () => {
      const [a, b] = [integers(dtype, [3, 1, 6, 5], 1), integers(dtype, [4, 5, 11], 2)];
      check('batch', (x, y) => [matmul(x!, y!)], [a, b]);
      check('one matrix for all', (x, y) => [matmul(x!, y!)], [integers(dtype, [9, 5], 1), b]);
      check('repeated', (x, y) => [matmul(broadcastTo(x!, [3, 4, 6, 5]), y!)], [a, b]);
    });

    it(`are computed by halves where they equal their transpose, ${dtype}`, () => {
      for (const [k, n] of [
        [5, 2],
        [3, 3],
        [7, 4],
        [37, 8],
        [9, 13],
        [6, 31],
        [330, 100],
        [3, 131],
        [2, 260],
      ] as const) {
        const [x, s] = [integers(dtype, [k, n], n), integers(dtype, [k], 3)];
        const scaled = (x: Tensor, s: Tensor): Tensor => mul(x, expandDims(s, -1));
        const forms: Readonly<Record<string, Flat>> = {
          'Xᵀ X': (x) => [matmul(transposed(x!), x!)],
          'Xᵀ diag(s) X': (x, s) => [matmul(transposed(scaled(x!, s!)), x!)],
          'Xᵀ (−diag(s)) X': (x, s) => [matmul(transposed(x!), neg(scaled(x!, s!)))],
          'Xᵀ diag(s)² X': (x, s) => [matmul(transposed(scaled(x!, s!)), scaled(x!, s!))],
          'X written down with numbers': (_x, s) => [matmul(transposed(scaled(x, s!)), integers(dtype, [k, n], n))],
          'diag(s) X written down with numbers': (_x, s) => [
            matmul(transposed(mul(integers(dtype, [k, n], n), expandDims(integers(dtype, [k], 3), -1))), scaled(x, s!)),
          ],
        };
        for (const [what, f] of Object.entries(forms)) {
          expect(halves(f, [x, s]), what).toEqual([true]);
          check(`${what} of [${k},${n}]`, f, [x, s]);
        }
      }
    });
  }

  it('are computed in full where they do not', () => {
    const [x, y] = [integers('float64', [9, 9], 1), integers('float64', [9, 9], 2)];
    const forms: Readonly<Record<string, Flat>> = {
      'X X': (x) => [matmul(x!, x!)],
      'Xᵀ Y': (x, y) => [matmul(transposed(x!), y!)],
      'factors along the rows': (x, y) => [matmul(transposed(mul(x!, y!)), x!)],
      'factors of the columns': (x, y) => [matmul(transposed(mul(x!, slice(y!, [0, 0], [1, 9]))), x!)],
      'other rows of one matrix': (x) => [matmul(slice(x!, [0], [4]), transposed(slice(x!, [4], [8])))],
      'a function of X': (x) => [matmul(transposed(exp(x!)), x!)],
      'other numbers': () => [matmul(transposed(x), y)],
    };
    for (const [what, f] of Object.entries(forms)) expect(halves(f, [x, y]).includes(true), what).toBe(false);
    for (const what of ['X X', 'Xᵀ Y', 'factors along the rows', 'factors of the columns'])
      check(what, forms[what]!, [x, y]);
  });

  it('are exact for random labels', () => {
    const label = fc.record({ size: fc.constantFrom(1, 2, 3, 5, 9, 20), where: fc.nat({ max: 3 }) });
    const property = fc.property(
      fc.array(label, { minLength: 2, maxLength: 6 }),
      fc.constantFrom<FloatDType>(...dtypes),
      fc.nat({ max: 1000 }),
      (labels, dtype, seed) => {
        // 0: batch, 1: rows, 2: columns, 3: summed
        const pick = (without: number, salt: number): number[] =>
          labels
            .flatMap(({ where }, l) => (where === without ? [] : [l]))
            .sort((x, y) => (((x + 1) * 7919 * (seed + salt)) % 101) - (((y + 1) * 7919 * (seed + salt)) % 101));
        const p = { a: pick(2, 1), b: pick(1, 2), out: pick(3, 3) };
        const shape = (list: readonly number[]): number[] => list.map((l) => labels[l]!.size);
        fc.pre(sizeOf(labels.map((l) => l.size)) < 2e5);
        check(JSON.stringify(p), (x, y) => [contract(x!, y!, p)], [
          integers(dtype, shape(p.a), seed),
          integers(dtype, shape(p.b), seed + 1),
        ]);
      },
    );
    fc.assert(property, { numRuns: 150 });
  });

  it('make convolutions and their gradients', () => {
    const forms: readonly (readonly [ConvolutionOptions, x: number[], w: number[]])[] = [
      [{ padding: 1 }, [2, 3, 9, 10], [5, 3, 3, 3]],
      [{ padding: 'same' }, [3, 2, 8, 7], [4, 2, 4, 2]],
      [{}, [1, 2, 12, 12], [9, 2, 5, 1]],
      [{ padding: 2, dilation: 2 }, [2, 2, 9, 9], [6, 2, 3, 3]],
      [{ groups: 2, padding: 1 }, [2, 4, 6, 6], [6, 2, 3, 3]],
      [{ stride: 2, padding: 1 }, [2, 3, 9, 10], [5, 3, 3, 3]],
      [{ stride: [3, 1], padding: [0, 2] }, [2, 3, 11, 5], [4, 3, 2, 3]],
      [{ padding: 4 }, [1, 1, 5, 5], [1, 1, 3, 3]],
    ];
    for (const [options, shape, kernel] of forms) {
      const x = integers('float32', shape, 1);
      const w = integers('float32', kernel, 2);
      const f: Flat = (x, w) => {
        const [y, pullback] = differentiated((x, w) => conv2d(x, w, options), x!, w!);
        return [y, ...pullback(mul(y, 2))];
      };
      check(JSON.stringify(options), f, [x, w]);
      check(`transposed, ${JSON.stringify(options)}`, (y, w) => [convTranspose2d(y!, w!, { stride: 2, dilation: 2 })], [
        integers('float32', [2, kernel[0]!, 4, 5]),
        w,
      ]);
    }
    check('one axis', (x, w) => [conv1d(x!, w!, { padding: 3 })], [
      integers('float64', [3, 2, 40], 1),
      integers('float64', [7, 2, 7], 2),
    ]);
  });

  it('add windows where they overlap', () => {
    for (const [length, size, stride, dilation] of [
      [20, 3, 1, 1],
      [21, 3, 2, 2],
      [64, 16, 4, 1],
      [40, 5, 7, 1],
      [50, 20, 1, 1],
      [30, 2, 1, 9],
    ] as const) {
      const p = { axis: 1, size, stride, dilation, length };
      const windows = integers('float32', [3, windowCount(length, p), 4, size]);
      check(JSON.stringify(p), (x) => [apply(overlapAddOp, [x!], p)], [windows]);
    }
  });
});

it('an input gradient of a convolution with stride 1 has no windows in memory', () => {
  const f: Flat = (x, w) => {
    const [y, pullback] = differentiated((x) => conv2d(x, w!, { padding: 1 }), x!);
    return pullback(y);
  };
  const x = [integers('float32', [2, 3, 9, 9]), integers('float32', [4, 3, 3, 3])];
  const { steps, buffers } = lower(simplify(traced(f, x)), isElementwise);
  expect(steps.filter((s) => s.kind === 'product')).toHaveLength(2);
  expect(Math.max(...buffers.map((b) => b.size))).toBeLessThanOrEqual(2 * 4 * 11 * 11);
});
