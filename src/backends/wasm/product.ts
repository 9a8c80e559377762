// A batch of matrix products inside a compiled program, as a function of which part is to be computed, so that several
// threads can share one product: parts are entries of the batch where there are enough of them, else panels of rows.
import type { ProductStep } from '../../compile/schedule.ts';
import { sizeOf } from '../../tensor/layout.ts';
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import type { Gemms } from './gemm.ts';
import { scratchBytes } from './matmul.ts';
import { bytesOf } from './memory.ts';

/** Rows of a part. */
const PANEL = 4;
/** From so many entries on, a batch is what is divided. */
const LARGE_BATCH = 8;

const dividesBatch = ({ product }: ProductStep): boolean => sizeOf(product.batch) >= LARGE_BATCH;

/** Into how many parts of equal work a product can be divided. */
export function productParts(step: ProductStep): number {
  return dividesBatch(step) ? sizeOf(step.product.batch) : Math.ceil(step.product.m / PANEL);
}

/** Bytes of scratch memory that one call of a product's function needs; calls at the same time need one block each. */
export function productScratch({ out, product }: ProductStep): number {
  return scratchBytes(out.dtype === 'float32' ? 'f32' : 'f64', product.n, product.k);
}

/** The function (base, scratch, from, to) that computes the parts `from ≤ i < to`; both are addresses. */
export function emitProduct(
  module: ModuleBuilder,
  step: ProductStep,
  addresses: readonly number[],
  gemms: Gemms,
): FunctionBuilder {
  const { product, a, b, out } = step;
  const f = module.function({ params: ['i32', 'i32', 'i32', 'i32'], results: [] });
  const [base, scratch, from, to] = f.params as [Local, Local, Local, Local];
  const dtype = out.dtype as 'float32' | 'float64';
  const bytes = bytesOf[dtype];
  const { m, n, k, batch } = product;
  const whole = dividesBatch(step);
  const [first, count] = [f.local('i32'), f.local('i32')];
  if (whole) {
    f.i32(0);
    f.set(first);
    f.i32(m);
    f.set(count);
  } else {
    f.get(from);
    f.i32(PANEL);
    f.op('i32.mul');
    f.set(first);
    // min(to · PANEL, m) − first
    f.get(to);
    f.i32(PANEL);
    f.op('i32.mul');
    f.set(count);
    f.get(count);
    f.i32(m);
    f.get(count);
    f.i32(m);
    f.op('i32.lt_s');
    f.op('select');
    f.get(first);
    f.op('i32.sub');
    f.set(count);
  }
  const views = [
    { offset: addresses[a.buffer.id]! + a.offset * bytes, strides: product.a.batch, row: product.a.row },
    { offset: addresses[b.buffer.id]! + b.offset * bytes, strides: product.b.batch, row: 0 },
    { offset: addresses[out.id]!, strides: batch.map((_, i) => m * n * sizeOf(batch.slice(i + 1))), row: n },
  ];
  const entry = f.local('i32');
  const rest = f.local('i32');
  /** The address of a view's matrix for the entry, at the first row. */
  const pushAddress = ({ offset, strides, row }: (typeof views)[number]): void => {
    f.get(base);
    f.i32(offset);
    f.op('i32.add');
    f.get(first);
    f.i32(row * bytes);
    f.op('i32.mul');
    f.op('i32.add');
    f.get(entry);
    f.set(rest);
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      f.get(rest);
      f.i32(batch[axis]!);
      f.op('i32.rem_s');
      f.i32(strides[axis]! * bytes);
      f.op('i32.mul');
      f.op('i32.add');
      f.get(rest);
      f.i32(batch[axis]!);
      f.op('i32.div_s');
      f.set(rest);
    }
  };
  f.forRange(entry, whole ? from : 0, whole ? to : sizeOf(batch), 1, () => {
    const [left, right, result] = views as [(typeof views)[0], (typeof views)[0], (typeof views)[0]];
    f.get(count);
    f.i32(n);
    f.i32(k);
    pushAddress(left);
    f.i32(product.a.row * bytes);
    f.i32(product.a.column * bytes);
    pushAddress(right);
    f.i32(product.b.row * bytes);
    f.i32(product.b.column * bytes);
    pushAddress(result);
    f.i32(n * bytes);
    f.get(scratch);
    f.i32(0);
    f.call(gemms[dtype]);
  });
  return f;
}
