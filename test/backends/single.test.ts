// Single operations outside of jit that are compiled for their shapes: reductions and added windows of views in any layout,
// elementwise operations on views, and long scans, against the reference.
import { describe, expect, it } from 'vitest';
import { makeBackend } from '../../src/backends/wasm/backend.ts';
import { Arena } from '../../src/backends/wasm/memory.ts';
import { add, grad, matmul, mul, scan, sum, type Tensor, tanh } from '../../src/index.ts';
import { currentBackend, installBackend, referenceBackend } from '../../src/program/backend.ts';
import { allocate, type DType } from '../../src/tensor/dtype.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import { primitives } from '../../src/tensor/op.ts';
import { DenseTensor, dense } from '../../src/tensor/tensor.ts';
import { expectClose } from '../conformance/compare.ts';

const backend = makeBackend(new Arena());

function wave(dtype: DType, shape: readonly number[]): DenseTensor {
  const storage = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < storage.length; i++) storage[i] = 3 * Math.sin(i * 0.37);
  return dense(dtype, shape, storage);
}

/** Compares the first call that was computed by code; false where none was. */
function compare(name: string, x: readonly DenseTensor[], p: unknown): boolean {
  const op = primitives.get(name)!;
  const types = op.type(x, p);
  for (let call = 0; call < 20; call++) {
    const y = backend.evaluate(op, x, p, types);
    if (!y) continue;
    expectClose(name, y, op.evaluate(x, p, types), x[0]!.dtype === 'float64' ? 1e-11 : 1e-5);
    return true;
  }
  return false;
}

const dtypes = ['float32', 'float64', 'int32'] as const;

describe('single operations on wasm', () => {
  it.each(dtypes)('reduce views in any layout, %s', (dtype) => {
    const x = wave(dtype, [40, 33, 50]);
    const turned = x.view([50, 40, 33], [1, 1650, 50]);
    const repeated = x.view([18, 40, 50], [0, 1650, 1], 150);
    const backwards = x.view([40, 33, 50], [1650, -50, 1], 1600);
    for (const view of [x, turned, repeated, backwards]) {
      for (const axes of [[0], [1], [0, 2], [0, 1, 2]]) {
        for (const name of ['sum', 'max', 'min']) expect(compare(name, [view], { axes })).toBe(true);
      }
    }
  });
  it.each(['float32', 'float64'] as const)('add windows where they overlap, %s', (dtype) => {
    // [2, 3, 90, 24, 5] with the windows' elements in the middle of memory.
    const windows = wave(dtype, [2, 3, 5, 24, 90]).view([2, 3, 90, 24, 5], [32_400, 10_800, 1, 90, 2160]);
    for (const [stride, dilation] of [
      [1, 1],
      [2, 1],
      [1, 3],
      [3, 2],
    ] as const) {
      const length = 89 * stride + 4 * dilation + 1;
      expect(compare('overlapAdd', [windows], { axis: 2, size: 5, stride, dilation, length })).toBe(true);
    }
  });
  it('compute on views', () => {
    const x = wave('float32', [200, 300]);
    const turned = x.view([300, 200], [1, 300]);
    const row = x.view([300, 200], [0, 1]);
    expect(compare('add', [turned, row], {})).toBe(true);
    expect(compare('less', [turned, row], {})).toBe(true);
    expect(compare('exp', [turned], {})).toBe(true);
  });
  it('leave small ones and empty ones to the reference', () => {
    expect(compare('sum', [wave('float32', [10, 10])], { axes: [0] })).toBe(false);
    expect(compare('sum', [wave('float32', [100_000, 0])], { axes: [1] })).toBe(false);
    expect(compare('sum', [new DenseTensor('float32', [1], new Float32Array(1))], { axes: [0] })).toBe(false);
  });
});

it('a long scan outside of jit, its gradient, and the reference agree', () => {
  const [w, c, xs] = [wave('float64', [8, 8]), wave('float64', [4, 8]), wave('float64', [700, 4, 8])];
  const f = (weight: Tensor, start: Tensor, steps: Tensor): Tensor => {
    const step = (s: Tensor, x: Tensor): [Tensor, Tensor] => {
      const next = tanh(add(matmul(s, mul(weight, 0.1)), x));
      return [next, next];
    };
    const [last, ys] = scan(step, start, steps) as [Tensor, Tensor];
    return add(sum(last), sum(mul(ys, ys)));
  };
  const results = (): DenseTensor[] =>
    [f(w, c, xs), ...(grad(f, { argnums: [0, 1, 2] })(w, c, xs) as unknown as Tensor[])] as DenseTensor[];
  const before = currentBackend();
  try {
    installBackend(referenceBackend);
    const expected = results();
    installBackend(backend);
    expectClose('scan', results(), expected, 1e-10);
  } finally {
    installBackend(before);
  }
});
