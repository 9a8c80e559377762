// What the passes before lowering make of a program: products with one-hot and identity matrices, broadcasts that sink, moves
// that undo each other. Values stay those of the reference.
import { describe, expect, it } from 'vitest';
import { prepared } from '../../src/backends/wasm/program.ts';
import { checkProgram } from '../../src/compile/check.ts';
import {
  einsum,
  exp,
  eye,
  grad,
  logSoftmax,
  matmul,
  mul,
  oneHot,
  permute,
  sum,
  type Tensor,
  tensor,
} from '../../src/index.ts';
import type { Program } from '../../src/program/program.ts';
import { type DenseTensor, dense } from '../../src/tensor/tensor.ts';
import { compareOn, type Flat, traced } from './compare.ts';

const numbers = (shape: number[], first = 1): DenseTensor => {
  const size = shape.reduce((n, m) => n * m, 1);
  return dense(
    'float64',
    shape,
    Float64Array.from({ length: size }, (_, i) => Math.sin(first + i)),
  );
};
const indices = (shape: number[], ...values: number[]): DenseTensor => dense('int32', shape, Int32Array.from(values));
const f64 = { dtype: 'float64' } as const;

function names(program: Program): string[] {
  checkProgram(program);
  return program.equations.map(({ op }) => op.name);
}

/** The operations that are left, after the values were compared with the reference. */
function left(f: Flat, ...x: DenseTensor[]): string[] {
  compareOn('rewriting', f, x, { float32: 1e-6, float64: 1e-14 });
  return names(prepared(traced(f, x)));
}

describe('products with a one-hot matrix', () => {
  const index = indices([4], 2, 0, -1, 2);
  const hot = (i: Tensor): Tensor => oneHot(i, 3, f64);

  it('by its rows are reads at the places', () => {
    const w = numbers([3, 5]);
    expect(left((i, w) => [matmul(hot(i!), w!)], index, w)).toEqual(['take']);
    expect(left((i, w) => [einsum('ic,dc->di', hot(i!), w!)], index, numbers([5, 3]))).toEqual(
      expect.arrayContaining(['take']),
    );
    expect(left((i, w) => [matmul(hot(i!), w!)], index, numbers([3]))).toEqual(['take']);
  });

  it('by its columns are additions at the places', () => {
    const g = numbers([4, 5]);
    expect(left((i, g) => [matmul(hot(i!).t(), g!)], index, g)).toEqual(['putAdd']);
    expect(left((i, g) => [matmul(g!, hot(i!))], index, numbers([2, 4]))).toContain('putAdd');
  });

  it('entry by entry, and summed, are reads along the axis', () => {
    const x = numbers([4, 3]);
    expect(left((i, x) => [sum(mul(hot(i!), x!), 1)], index, x)).toEqual(['take']);
    expect(left((i, x) => [sum(mul(x!, hot(i!)))], index, x)).toEqual(['take', 'sum']);
    expect(left((i, x) => [einsum('ic,ic->i', hot(i!), x!)], index, x)).toEqual(['take']);
    expect(
      left((i, x) => [einsum('ijc,ijcd->id', hot(i!), x!)], indices([2, 2], 0, 1, 2, 0), numbers([2, 2, 3, 5])),
    ).toEqual(['take', 'sum']);
  });

  it('of a single place are slices', () => {
    expect(left((i, w) => [matmul(hot(i!), w!)], indices([], 1), numbers([3, 2]))).toEqual(['take']);
  });

  it('stay where the places themselves are wanted', () => {
    expect(left((i, x) => [mul(hot(i!), x!)], index, numbers([4, 3]))).toEqual(['putAdd', 'mul']);
    expect(left((i, x) => [einsum('ic,id->ic', hot(i!), x!)], index, numbers([4, 5]))).toContain('contract');
  });

  it('in a cross-entropy leave no product, forward and back', () => {
    const loss = (x: Tensor, i: Tensor): Tensor => sum(mul(logSoftmax(x), hot(i))).neg();
    const ops = left((x, i) => [loss(x!, i!), grad(loss)(x!, i!)], numbers([4, 3]), index);
    expect(ops).toContain('take');
  });

  it('read places out of range as the reference does', () => {
    const f = prepared(traced((i, w) => [matmul(hot(i!), w!)], [index, numbers([3, 5])]));
    expect(f.equations[0]!.p.origin).toEqual({ op: 'oneHot', axis: 1 });
  });
});

describe('products with an identity matrix', () => {
  it('are the other operand', () => {
    const a = numbers([3, 4]);
    expect(left((a) => [matmul(eye(3, f64), a!)], a)).toEqual([]);
    expect(left((a) => [matmul(a!, eye(4, f64))], a)).toEqual([]);
    expect(left((a) => [exp(matmul(eye(3, f64).t(), a!))], a)).toEqual(['exp']);
    expect(left((a) => [einsum('ij,ij->', eye(3, f64), a!)], numbers([3, 3]))).toEqual(['take', 'sum']);
  });

  it('or a permutation are reads in another order', () => {
    const p = tensor(
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
      f64,
    );
    expect(left((a) => [matmul(p, a!)], numbers([3, 2]))).toEqual(['take']);
    expect(left((a) => [matmul(a!, p)], numbers([2, 3]))).toContain('take');
  });

  it('but for one entry are products', () => {
    const a = tensor(
      [
        [1, 0],
        [0, 0.5],
      ],
      f64,
    );
    const b = tensor(
      [
        [1, 1],
        [0, 1],
      ],
      f64,
    );
    for (const m of [a, b]) expect(left((x) => [matmul(m, x!)], numbers([2, 2]))).toEqual(['contract']);
  });
});

describe('broadcasts', () => {
  const shapeOf = (program: Program, name: string) =>
    program.equations.find(({ op }) => op.name === name)!.outs[0]!.shape;

  it('sink behind elementwise operations', () => {
    const f: Flat = (x) => [exp(x!.broadcastTo([50, 3]).neg()).mul(2)];
    expect(left(f, numbers([3]))).toEqual(['reshape', 'neg', 'exp', 'mul', 'broadcast']);
    expect(shapeOf(prepared(traced(f, [numbers([3])])), 'exp')).toEqual([1, 3]);
  });

  it('of two operands sink as far as the smaller shape of both', () => {
    const f: Flat = (x, y) => [
      x!
        .broadcastTo([4, 5, 6])
        .mul(y!.broadcastTo([4, 5, 6]))
        .sum(0),
    ];
    const x = numbers([5, 1]);
    const y = numbers([6]);
    left(f, x, y);
    expect(shapeOf(prepared(traced(f, [x, y])), 'mul')).toEqual([1, 5, 6]);
  });

  it('stay before an operand that does not repeat', () => {
    const f: Flat = (x, y) => [x!.broadcastTo([4, 3]).add(y!)];
    expect(left(f, numbers([3]), numbers([4, 3]))).toEqual(['broadcast', 'add']);
  });
});

describe('moves', () => {
  it('that undo each other, or move nothing, are gone', () => {
    const f: Flat = (x) => [
      permute(permute(x!, [1, 2, 0]), [2, 0, 1]),
      x!.reshape([6, 4]).reshape([2, 3, 4]),
      permute(x!, [0, 1, 2]),
    ];
    expect(left(f, numbers([2, 3, 4]))).toEqual([]);
  });
});
