// Threads: results to the last bit for any number of them, what workers hand back, errors, and memory that grows. Runs in
// Node and in a page that is cross-origin isolated.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Arena } from '../../src/backends/wasm/memory.ts';
import { link, type Planned, planProgram } from '../../src/backends/wasm/program.ts';
import { threadCount } from '../../src/backends/wasm/threads/count.ts';
import type { Crew, Job, Part } from '../../src/backends/wasm/threads/crew.ts';
import { BackendMemoryError } from '../../src/errors.ts';
import { getThreads, setThreads } from '../../src/index.ts';
import { add, mul, square } from '../../src/ops/arithmetic.ts';
import { exp } from '../../src/ops/exponential.ts';
import { max } from '../../src/ops/extremes.ts';
import { take } from '../../src/ops/indexing.ts';
import { permute } from '../../src/ops/movement.ts';
import { matmul } from '../../src/ops/products.ts';
import { prod, sum } from '../../src/ops/reduction.ts';
import { sin } from '../../src/ops/trig.ts';
import type { FloatDType } from '../../src/tensor/dtype.ts';
import { allocate } from '../../src/tensor/dtype.ts';
import { type DenseTensor, dense, type Tensor } from '../../src/tensor/tensor.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import { traced } from '../compile/compare.ts';
import { programs, scalarFunction, show } from '../property/program.ts';
import { runs } from '../share.ts';
import { arenaOf, assemble, pause } from './crew.ts';

const cores = getThreads();

afterAll(() => setThreads(cores));

function waves(dtype: FloatDType, shape: readonly number[], scale = 1): DenseTensor {
  const storage = allocate(
    dtype,
    shape.reduce((a, b) => a * b, 1),
  );
  for (let i = 0; i < storage.length; i++) storage[i] = scale * Math.sin(1.7 * i + 0.3);
  return dense(dtype, shape, storage);
}

const bits = (y: DenseTensor): string => {
  const values = y.values();
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4).join();
};

/** One thread without shared memory, and crews of two and three. */
const arenas = [new Arena(), await arenaOf(2), await arenaOf(3)] as const;

function expectSameBits(
  what: string,
  f: (...x: Tensor[]) => readonly Tensor[],
  x: readonly DenseTensor[],
  least = 0,
): void {
  const planned = planProgram(traced(f, x), undefined, least);
  if (!planned) return;
  const results = arenas.map((arena) => {
    const run = link(arena, planned);
    return [run(x)!.map(bits), run(x)!.map(bits)];
  });
  for (const [first, again] of results) {
    expect(first, what).toEqual(results[0]![0]);
    expect(again, what).toEqual(results[0]![0]);
  }
}

describe('results on one, two and three threads are the same bits', () => {
  it('for random programs and their gradients', () => {
    const property = fc.property(programs, (program) => {
      const f = scalarFunction(program);
      const x = dense('float64', [program.point.length], Float64Array.from(program.point));
      const both = (v: Tensor): Tensor[] => {
        const [y, pullback] = vjp((u: Tensor) => f(u), v) as [Tensor, (gy: unknown) => Tensor[]];
        return [y, ...pullback(dense('float64', [], Float64Array.of(1)))];
      };
      expectSameBits(show(program), (v) => both(v!), [x]);
    });
    fc.assert(property, { numRuns: runs(20) });
  });

  for (const dtype of ['float32', 'float64'] as const) {
    it(`for elementwise work and reductions over all axes, ${dtype}`, () => {
      for (const shape of [[10_007], [4, 2500], [2500, 4], [37, 41, 11], [1, 5000], [3, 1, 700]]) {
        const f = (x: Tensor): Tensor[] => {
          const y = exp(mul(x, 0.5));
          return [y, sum(y), ...shape.flatMap((_, axis) => [sum(y, axis), max(y, axis)]), prod(add(mul(y, 1e-4), 1))];
        };
        expectSameBits(`${dtype}[${shape}]`, (x) => f(x!), [waves(dtype, shape)]);
      }
    });

    it(`for products of any sizes, ${dtype}`, () => {
      const size = fc.integer({ min: 1, max: 90 });
      const property = fc.property(size, size, size, fc.boolean(), fc.boolean(), (m, n, k, flipA, flipB) => {
        const a = waves(dtype, flipA ? [k, m] : [m, k]);
        const b = waves(dtype, flipB ? [n, k] : [k, n], 3);
        const f = (x: Tensor, y: Tensor): Tensor[] => [matmul(flipA ? permute(x) : x, flipB ? permute(y) : y)];
        expectSameBits(`${m} ${n} ${k} ${flipA} ${flipB}`, (x, y) => f(x!, y!), [a, b]);
      });
      fc.assert(property, { numRuns: runs(60) });
    });

    it(`for batches of products, symmetric products and products of ordinary sizes, ${dtype}`, () => {
      for (const shape of [
        [11, 9, 17],
        [2, 65, 70],
        [160, 300],
      ]) {
        const x = waves(dtype, shape);
        const turned = (v: Tensor): Tensor =>
          permute(v, [...shape.keys()].slice(0, -2).concat(shape.length - 1, shape.length - 2));
        expectSameBits(`${shape}`, (v) => [matmul(v!, turned(v!)), matmul(turned(v!), mul(v!, 2))], [x], 20_000);
        expectSameBits(`${shape}`, (v) => [matmul(v!, turned(v!)), matmul(turned(v!), mul(v!, 2))], [x]);
      }
    });
  }

  it('for elements taken from places and added to places', () => {
    const x = waves('float32', [300, 40]);
    const places = dense(
      'int32',
      [500],
      Int32Array.from({ length: 500 }, (_, i) => (i * 7) % 300),
    );
    expectSameBits('take', (v, i) => [take(v!, i!, 0), sum(square(take(v!, i!, 0)))], [x, places]);
    const pulled = (v: Tensor, i: Tensor): Tensor[] => {
      const [y, pullback] = vjp((u: Tensor) => sum(square(take(u, i, 0))), v) as [Tensor, (gy: unknown) => Tensor[]];
      return [y, ...pullback(dense('float32', [], Float32Array.of(1)))];
    };
    expectSameBits('the gradient of take', (v, i) => pulled(v!, i!), [x, places]);
  });

  it('where workers meet lanes that need a function of the caller', () => {
    const x = waves('float64', [50_000], 1e12);
    expectSameBits('sin', (v) => [sin(v!), sum(sin(v!))], [x]);
    const [y] = link(
      arenas[2],
      planProgram(
        traced((v) => [sin(v!)], [x]),
        undefined,
        0,
      )!,
    )([x])!;
    for (const i of [0, 17, 49_999]) expect(y!.values()[i]).toBe(Math.sin(x.values()[i]!));
  });
});

describe('a crew', async () => {
  const arena = await arenaOf(2);
  const crew: Crew = arena.crew!;
  const x = waves('float32', [200_000]);
  const plan: Planned = planProgram(
    traced((v) => [exp(v!)], [x]),
    undefined,
    0,
  )!;
  const expected = bits(link(new Arena(), plan)([x])![0]!);

  /** The share of the parts that the calling thread computed itself in one run. */
  function ownShare(run: () => void): number {
    const before = crew.run;
    let [own, all] = [0, 0];
    crew.run = function (job: Job, place, compute: Part): void {
      all += job.count;
      before.call(this, job, place, (base, scratch, from, to) => {
        own += to - from;
        compute(base, scratch, from, to);
      });
    };
    try {
      run();
    } finally {
      crew.run = before;
    }
    return own / all;
  }

  it('shares the work', async () => {
    const run = link(arena, plan);
    let share = 1;
    // A worker that the operating system lets wait comes too late, but not always.
    for (let tries = 0; share === 1 && tries < 5000; tries++) {
      share = ownShare(() => expect(bits(run([x])![0]!)).toBe(expected));
      await pause(1);
    }
    expect(share).toBeLessThan(1);
  });

  it('goes on after an error in the share of the caller', () => {
    const run = link(arena, plan);
    const before = crew.run;
    crew.run = function (job, place, own): void {
      before.call(this, job, place, (base, scratch, from, to) => {
        own(base, scratch, from, to);
        throw new RangeError('mine');
      });
    };
    try {
      // Now and then the worker has done everything before the caller takes a part.
      expect(() => {
        for (let tries = 0; tries < 1000; tries++) run([x]);
      }).toThrow('mine');
    } finally {
      crew.run = before;
    }
    for (let i = 0; i < 20; i++) expect(bits(run([x])![0]!)).toBe(expected);
  });

  it('works on while the memory grows', () => {
    const run = link(arena, plan);
    for (const n of [300_000, 1_000_000, 4_000_000]) {
      const before = arena.memory.buffer.byteLength;
      const large = waves('float32', [n]);
      const runLarge = link(
        arena,
        planProgram(
          traced((v) => [add(mul(v!, 2), 1)], [large]),
          undefined,
          0,
        )!,
      );
      const [y] = runLarge([large])!;
      expect(arena.memory.buffer.byteLength).toBeGreaterThan(before);
      expect(y!.values()[n - 1]).toBe(Math.fround(Math.fround(2 * large.values()[n - 1]!) + 1));
      expect(bits(run([x])![0]!)).toBe(expected);
    }
  });

  it('is as usable after memory has run out', async () => {
    const small = await arenaOf(2, 64);
    const large = waves('float32', [2_000_000]);
    const runLarge = link(small, planProgram(traced((v) => [add(v!, 1)], [large]))!);
    expect(() => runLarge([large])).toThrow(BackendMemoryError);
    expect(bits(link(small, plan)([x])![0]!)).toBe(expected);
    small.crew!.stop();
  });

  it('learns more programs than a worker keeps, and those it has forgotten again', () => {
    const inputs = Array.from({ length: 150 }, (_, i) => waves('float32', [300 + i]));
    const runs = inputs.map((v) =>
      link(
        arena,
        planProgram(
          traced((u) => [add(u!, 1)], [v]),
          undefined,
          0,
        )!,
      ),
    );
    for (let round = 0; round < 2; round++) {
      runs.forEach((run, i) => {
        const v = inputs[i]!;
        expect(Array.from(run([v])![0]!.values())).toEqual(Array.from(v.values(), (e) => Math.fround(e + 1)));
      });
    }
  });

  it('can be made larger and smaller, and switched off', async () => {
    const arena = new Arena(undefined, threadCount);
    const run = link(arena, plan);
    for (const threads of [3, 1, 2, 4, 1]) {
      setThreads(threads);
      expect(arena.crew!.size).toBe(1);
      if (threads > 1) await assemble(arena.crew!, threads);
      for (let i = 0; i < 3; i++) expect(bits(run([x])![0]!)).toBe(expected);
    }
  });
});

describe('setThreads', () => {
  it('is what getThreads gives', () => {
    setThreads(3);
    expect(getThreads()).toBe(3);
    setThreads(1);
    expect(getThreads()).toBe(1);
  });

  it('takes integers from 1 to 256', () => {
    for (const [count, shown] of [
      [0, '0'],
      [-1, '-1'],
      [1.5, '1.5'],
      [257, '257'],
      [NaN, 'NaN'],
      ['2', "'2'"],
      [undefined, 'undefined'],
    ] as const) {
      expect(() => setThreads(count as number)).toThrow(
        `setThreads: the number of threads must be an integer from 1 to 256, got ${shown}.\n  hint: setThreads(1) computes in the calling thread alone`,
      );
    }
  });
});
