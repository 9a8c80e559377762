// Generated code writes to its buffers and nowhere else: every buffer gets guard zones of its own, and all bytes outside the
// buffers are compared after each run. Then what happens when memory has to grow, and when it cannot.
import { describe, expect, it } from 'vitest';
import { makeBackend } from '../../src/backends/wasm/backend.ts';
import { Arena, aligned, bytesOf } from '../../src/backends/wasm/memory.ts';
import { link, planProgram } from '../../src/backends/wasm/program.ts';
import { Kept, slotsOf } from '../../src/backends/wasm/slots.ts';
import type { Plan } from '../../src/compile/lower.ts';
import type { MemoryPlan } from '../../src/compile/memory.ts';
import { BackendMemoryError } from '../../src/errors.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { exp } from '../../src/ops/exponential.ts';
import { matmul } from '../../src/ops/products.ts';
import { sum } from '../../src/ops/reduction.ts';
import { allocate, type DType } from '../../src/tensor/dtype.ts';
import { type DenseTensor, dense } from '../../src/tensor/tensor.ts';
import { arenaOf } from '../backends/crew.ts';
import { drawInputs } from '../conformance/draw.ts';
import { randomSource } from '../conformance/random-source.ts';
import { subjects } from '../conformance/subject.ts';
import { traced } from './compare.ts';

const GUARD = 128;
const PATTERN = 0xa5;

/** A layout in which nothing is shared, and the byte ranges of its buffers. */
function apart(ranges: [number, number][]): (plan: Plan) => MemoryPlan {
  return (plan) => {
    let at = GUARD;
    const offsets = plan.buffers.map(({ size, dtype }) => {
      const start = at;
      ranges.push([start, start + size * bytesOf[dtype]]);
      at += aligned(size * bytesOf[dtype]) + GUARD;
      return start;
    });
    return { offsets, bytes: at };
  };
}

function ramp(dtype: DType, shape: readonly number[]): DenseTensor {
  const size = shape.reduce((n, m) => n * m, 1);
  const storage = allocate(dtype, size);
  for (let i = 0; i < size; i++) storage[i] = (i % 7) - 3;
  return dense(dtype, shape, storage);
}

describe.each([
  { threads: 1, arena: new Arena() },
  { threads: 3, arena: await arenaOf(3) },
])('generated code on $threads threads', ({ arena }) => {
  arena.leave(arena.enter(1 << 20));

  /** With `movable`, results lie in slots, which have to be where the guards of the slots around them are. */
  function expectGuardsKept(f: Parameters<typeof traced>[0], x: readonly DenseTensor[], movable = Infinity): void {
    const ranges: [number, number][] = [];
    const planned = planProgram(traced(f, x), apart(ranges), 0, movable);
    if (!planned) return;
    const run = link(arena, planned);
    const bytes = new Uint8Array(arena.memory.buffer);
    bytes.fill(PATTERN);
    const outs = run(x)!;
    const base = 64;
    const end = base + Math.max(0, ...ranges.map((r) => r[1])) + GUARD;
    const kept = outs.flatMap((y) => (y.kept instanceof Kept ? [y.kept.in(slotsOf(arena))!] : []));
    const slots = kept.map((slot) => [slot.address, slot.address + slot.bytes] as const);
    const own = ranges.map(([from, to]) => [base + from, base + to] as const);
    const inside = new Set<number>();
    for (const [from, to] of [...own, ...slots]) for (let i = from; i < to; i++) inside.add(i);
    let spoilt = 0;
    for (const [from, to] of [[0, end], ...slots.map(([from, to]) => [from - GUARD, to + GUARD])] as const) {
      for (let i = from!; i < to!; i++) if (!inside.has(i) && bytes[i] !== PATTERN) spoilt++;
    }
    expect(spoilt).toBe(0);
  }

  it('writes nothing outside the buffers of any operation', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const { key, sample, call } of subjects()) {
        if (key.includes('nonzero')) continue;
        expectGuardsKept(call, drawInputs(randomSource(key), sample, dtype));
      }
    }
  });

  it('writes nothing outside of slots where results lie in these', () => {
    for (const { key, sample, call } of subjects()) {
      if (key.includes('nonzero')) continue;
      expectGuardsKept(call, drawInputs(randomSource(key), sample, 'float32'), 1);
    }
  });

  it('writes nothing outside the buffers for any length of a row', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (let n = 0; n < 20; n++) {
        const x = ramp(dtype, [3, n]);
        expectGuardsKept((a) => [exp(a!), sum(a!, 0), sum(a!, 1), add(a!, 1)], [x]);
        if (n > 0) expectGuardsKept((a, b) => [matmul(a!, b!)], [x, ramp(dtype, [n, n])]);
      }
    }
  });
});

describe('the memory of the library', () => {
  it('grows in the middle of use, and earlier code goes on', () => {
    const arena = new Arena();
    const backend = makeBackend(arena);
    const small = ramp('float32', [10]);
    const large = ramp('float32', [400_000]);
    const f = (x: Parameters<typeof add>[0]) => [mul(add(x, 1), 2)];
    const onSmall = backend.compile(traced((x) => f(x!), [small]))!;
    const before = onSmall([small])![0]!.toArray();
    const onLarge = backend.compile(traced((x) => f(x!), [large]))!;
    expect(onLarge([large])![0]!.values()[399_999]).toBe(2 * ((399_999 % 7) - 3 + 1));
    expect(onSmall([small])![0]!.toArray()).toEqual(before);
  });

  it('says what was needed and what there is when it cannot grow, and stays usable', () => {
    const arena = new Arena(16);
    const backend = makeBackend(arena);
    const large = ramp('float32', [1_000_000]);
    const run = backend.compile(traced((x) => [add(x!, 1)], [large]))!;
    expect(() => run([large])).toThrow(BackendMemoryError);
    expect(() => run([large])).toThrow(
      "wasm: a program needs 7.6 MiB of WebAssembly memory; 0.1 MiB are allocated and the limit is 1.0 MiB.\n  hint: use smaller batches, or setBackend('js') for this computation",
    );
    const small = ramp('float32', [1000]);
    const onSmall = backend.compile(traced((x) => [add(x!, 1)], [small]))!;
    expect(onSmall([small])![0]!.values()[8]).toBe(-1);
  });

  it('does not grow with the number of calls', () => {
    const arena = new Arena();
    const x = ramp('float32', [1000]);
    const run = makeBackend(arena).compile(traced((v) => [exp(v!)], [x]))!;
    for (let i = 0; i < 2000; i++) run([x]);
    expect(arena.memory.buffer.byteLength).toBe(65536);
  });
});
