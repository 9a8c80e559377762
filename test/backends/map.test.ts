// Large eager elementwise operations on wasm against the reference, for lengths around the pieces they are cut into.
import { describe, expect, it } from 'vitest';
import { makeBackend } from '../../src/backends/wasm/backend.ts';
import { Arena } from '../../src/backends/wasm/memory.ts';
import { allocate, type DType } from '../../src/tensor/dtype.ts';
import { primitives } from '../../src/tensor/op.ts';
import { DenseTensor, dense, filled } from '../../src/tensor/tensor.ts';
import { expectClose } from '../conformance/compare.ts';
import '../../src/index.ts';

const backend = makeBackend(new Arena());

function wave(dtype: DType, n: number, phase: number): DenseTensor {
  const storage = allocate(dtype, n);
  for (let i = 0; i < n; i++) storage[i] = dtype === 'bool' ? ((i + phase) % 3) & 1 : 3 * Math.sin(i * 0.37 + phase);
  return dense(dtype, [n], storage);
}

function compare(name: string, x: readonly DenseTensor[], p: unknown): boolean {
  const op = primitives.get(name)!;
  const types = op.type(x, p);
  const y = backend.evaluate(op, x, p, types);
  if (!y) return false;
  expectClose(name, y, op.evaluate(x, p, types), x.some((v) => v.dtype === 'float64') ? 1e-15 : 2.5e-7);
  return true;
}

describe('large elementwise operations on wasm', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    it(`agree with the reference, ${dtype}`, () => {
      let computed = 0;
      for (const n of [8192, 8193, 20_000, 65_537, 200_001]) {
        const [a, b] = [wave(dtype, n, 0), wave(dtype, n, 1)];
        for (const name of ['neg', 'exp', 'tanh', 'sin', 'square']) if (compare(name, [a], {})) computed++;
        for (const name of ['add', 'mul', 'chain', 'less', 'maximum']) if (compare(name, [a, b], {})) computed++;
        if (compare('mul', [a, filled([n], 0.5, dtype)], {})) computed++;
        if (compare('where', [wave('bool', n, 0), a, b], {})) computed++;
        if (compare('cast', [a], { dtype: dtype === 'float32' ? 'float64' : 'float32' })) computed++;
      }
      expect(computed).toBeGreaterThanOrEqual(13);
    });
  }

  it('read views', () => {
    const n = 300_000;
    const x = new DenseTensor('float32', [n], wave('float32', n, 0).storage, [-1], n - 1);
    expect(compare('exp', [x], {})).toBe(true);
  });

  it('leave small tensors and repeated ones to the reference', () => {
    expect(compare('exp', [wave('float32', 100, 0)], {})).toBe(false);
    expect(compare('exp', [filled([1_000_000], 2, 'float32')], {})).toBe(false);
  });
});
