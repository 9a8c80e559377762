// A product takes over the bias that is added to it and relu: the plan shows it, the values are the reference's.
import { describe, expect, it } from 'vitest';
import { canShare } from '../../src/backends/wasm/threads/spawn.ts';
import { compileStages, einsum, nn, relu, type Tensor } from '../../src/index.ts';
import { type DenseTensor, dense } from '../../src/tensor/tensor.ts';
import { withCrew } from '../backends/crew.ts';
import { compareOn, type Flat, onOneThread, traced } from './compare.ts';

/** Numbers with the special ones among them. */
function numbers(dtype: 'float32' | 'float64', shape: readonly number[], seed: number): DenseTensor {
  const size = shape.reduce((n, m) => n * m, 1);
  const values = Array.from({ length: size }, (_, i) => Math.sin(seed + 1.7 * i));
  return dense(dtype, shape, dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values));
}

const compilers = [{ where: 'one thread', compile: onOneThread }];
if (canShare()) compilers.push({ where: 'three threads', compile: await withCrew(3) });

const loops = (f: Flat, ...x: DenseTensor[]): string => compileStages(traced(f, x)).loops;
const layer: Flat = (x, w, b) => [x!.matmul(w!).add(b!).relu()];

describe.each(compilers)('a product with bias and relu on $where', ({ compile }) => {
  const check = (what: string, f: Flat, ...x: DenseTensor[]): void => {
    expect(compareOn(what, f, x, { float32: 3e-5, float64: 1e-13 }, compile)).toBe(true);
  };

  it.each([
    [2, 2, 2],
    [4, 8, 8],
    [5, 9, 7],
    [33, 17, 12],
    [130, 700, 30],
    [9, 640, 520],
    [70, 20, 1030],
  ])('of [%i,%i] and [%i] columns, for every kind of bias', (m, k, n) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const [x, w] = [numbers(dtype, [m, k], 1), numbers(dtype, [k, n], 2)];
      for (const shape of [[n], [1, n], [m, 1], [1], []]) {
        const b = numbers(dtype, shape, 3);
        check(`${dtype} [${m},${k}]·[${k},${n}] + [${shape}]`, layer, x, w, b);
        expect(loops(layer, x, w, b)).toMatch(/^loops \{\n {2}%\d+ <- product \S+ %\d+ %\d+ \+ %\d+, relu\n\}$/);
      }
    }
  });

  it('of a convolution, where it repeats along the places', () => {
    const conv: Flat = (x, w, b) => [nn.conv2d(x!, w!, { bias: b!, padding: 1 }).relu()];
    const x = numbers('float32', [2, 3, 8, 9], 1);
    const [w, b] = [numbers('float32', [5, 3, 3, 3], 2), numbers('float32', [5], 3)];
    check('conv2d', conv, x, w, b);
    expect(loops(conv, x, w, b)).toContain('+ %4, relu');
  });

  it('keeps NaN, and makes 0 of −0', () => {
    const x = dense('float32', [2, 2], Float32Array.of(Number.NaN, 0, -1, 0));
    const w = dense('float32', [2, 2], Float32Array.of(0, 1, 0, 1));
    const run = compile(traced((x, w) => [relu(x!.matmul(w!))], [x, w]))!;
    expect([...run([x, w])![0]!.values()]).toEqual([Number.NaN, Number.NaN, 0, 0]);
  });

  it('in another order of the axes', () => {
    const x = numbers('float64', [6, 30], 1);
    const [w, b] = [numbers('float64', [30, 20], 2), numbers('float64', [20], 3)];
    check(
      'transposed',
      (x, w, b) => [
        x!
          .matmul(w!)
          .t()
          .add(b!.reshape([20, 1]))
          .relu(),
      ],
      x,
      w,
      b,
    );
    check('reshaped', (x, w, b) => [x!.matmul(w!).reshape([2, 3, 20]).add(b!).relu()], x, w, b);
    check('batched', (x, w, b) => [einsum('bij,jk->bik', x!.reshape([2, 3, 30]), w!).add(b!)], x, w, b);
  });
});

describe('what follows a product stays a walk of its own', () => {
  const x = numbers('float64', [6, 7], 1);
  const w = numbers('float64', [7, 9], 2);
  const b = numbers('float64', [9], 3);
  const walks = (f: Flat, ...more: DenseTensor[]): number =>
    loops(f, x, w, b, ...more).match(/^ {2}for/gm)?.length ?? 0;
  const same = (f: Flat, ...more: DenseTensor[]): void => {
    compareOn('walk', f, [x, w, b, ...more], { float32: 0, float64: 1e-13 });
  };

  it('where something else reads the product', () => {
    const f: Flat = (x, w, b) => {
      const z = x!.matmul(w!);
      return [z.add(b!).relu(), z.sum()];
    };
    expect(walks(f)).toBeGreaterThan(0);
    same(f);
    const g: Flat = (x, w, b) => {
      const z = x!.matmul(w!).add(b!);
      return [z.relu(), z];
    };
    expect(walks(g)).toBe(1);
    same(g);
  });

  it('where what is added does not repeat, or comes later', () => {
    const whole = numbers('float64', [6, 9], 4);
    const f: Flat = (x, w, _b, c) => [x!.matmul(w!).add(c!)];
    expect(walks(f, whole)).toBe(1);
    same(f, whole);
    const late: Flat = (x, w, b) => {
      const z = x!.matmul(w!);
      return [z.add(b!.exp().sum())];
    };
    same(late);
  });

  it('where it is a second bias, or a part of the product', () => {
    const f: Flat = (x, w, b) => [x!.matmul(w!).add(b!).add(b!.mul(2)).relu()];
    expect(walks(f)).toBe(1);
    same(f);
    const part: Flat = (x, w, b) => [(x!.matmul(w!).at([0, 3]) as Tensor).add(b!)];
    expect(walks(part)).toBe(1);
    same(part);
    const spread: Flat = (x, w, b) => [x!.matmul(w!).broadcastTo([3, 6, 9]).add(b!)];
    same(spread);
  });
});
