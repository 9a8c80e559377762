// A batch of matrix products inside a compiled program, as a function of which part is to be computed, so that several
// threads can share one product: parts are entries of the batch where there are enough of them, else panels of rows.
import type { Product } from '../../compile/product.ts';
import type { ProductStep } from '../../compile/schedule.ts';
import { sizeOf } from '../../tensor/layout.ts';
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import type { Gemms } from './gemm.ts';
import { scratchBytes } from './matmul.ts';
import { bytesOf } from './memory.ts';
import { productTables } from './offsets.ts';
import { integerFunction, locals } from './width.ts';

/** Rows of a part: tiles that the diagonal cuts lie in one part. */
const PANEL = 8;
/** From so many entries on, a batch is what is divided. */
const LARGE_BATCH = 8;

const entries = ({ batch }: Product): number => sizeOf(batch.map((axis) => axis.size));

const dividesBatch = (product: Product): boolean => entries(product) >= LARGE_BATCH;

/** Into how many parts of equal work a product can be divided. */
export function productParts({ product }: ProductStep): number {
  return dividesBatch(product) ? entries(product) : Math.ceil(product.m / PANEL);
}

/** Bytes of scratch memory that one call of a product's function needs; calls at the same time need one block each. */
export function productScratch({ out, product }: ProductStep): number {
  return productTables(product).bytes + scratchBytes(out.dtype === 'float32' ? 'f32' : 'f64', product.n, product.k);
}

/** The function (base, scratch, from, to) that computes the parts `from ≤ i < to`; both are addresses. */
export function emitProduct(
  module: ModuleBuilder,
  step: ProductStep,
  addresses: readonly number[],
  gemms: Gemms,
): FunctionBuilder {
  const { product, a, b, out } = step;
  const dtype = out.dtype as 'float32' | 'float64';
  const bytes = bytesOf[dtype];
  const { m, n, k, batch, rowStride } = product;
  const { f, params } = integerFunction(module, 4);
  const [base, scratch, from, to] = params;
  const [first, count, entry, rest] = locals(f, 4);
  const tables = productTables(product);
  const whole = dividesBatch(product);
  const [rows, depthA, depthB, columns] = tables.emit(f, scratch, bytes);
  if (whole) {
    f.i32(m);
    f.set(count);
  } else setRows(f, first, count, from, to, m);
  /** The address of a view's matrix for the entry of the batch. */
  const pushAddress = (offset: number, operand: 'a' | 'b' | 'c'): void => {
    f.get(base);
    f.i32(offset);
    f.op('i32.add');
    f.get(entry);
    f.set(rest);
    for (const axis of [...batch].reverse()) {
      f.get(rest);
      f.i32(axis.size);
      f.op('i32.rem_s');
      f.i32(axis[operand] * bytes);
      f.op('i32.mul');
      f.op('i32.add');
      f.get(rest);
      f.i32(axis.size);
      f.op('i32.div_s');
      f.set(rest);
    }
  };
  /** `step` bytes for every row before the first one. */
  const addRows = (step: number): void => {
    f.get(first);
    f.i32(step);
    f.op('i32.mul');
    f.op('i32.add');
  };
  f.forRange(entry, whole ? from : 0, whole ? to : entries(product), 1, () => {
    f.get(count);
    f.i32(n);
    f.i32(k);
    pushAddress(addresses[a.buffer.id]! + a.offset * bytes, 'a');
    f.get(rows);
    addRows(4);
    f.get(depthA);
    pushAddress(addresses[b.buffer.id]! + b.offset * bytes, 'b');
    f.get(depthB);
    f.get(columns);
    pushAddress(addresses[out.id]!, 'c');
    addRows(rowStride * bytes);
    f.i32(rowStride * bytes);
    f.get(scratch);
    f.i32(tables.bytes);
    f.op('i32.add');
    f.i32(0);
    if (product.symmetric) f.get(first);
    else f.i32(n);
    f.call(gemms[dtype].multiply);
    if (product.symmetric) {
      pushAddress(addresses[out.id]!, 'c');
      f.i32(rowStride * bytes);
      f.get(first);
      f.get(count);
      f.call(gemms[dtype].mirror);
    }
  });
  return f;
}

/** first = from · PANEL, count = min(to · PANEL, m) − first */
function setRows(f: FunctionBuilder, first: Local, count: Local, from: Local, to: Local, m: number): void {
  f.get(from);
  f.i32(PANEL);
  f.op('i32.mul');
  f.set(first);
  f.get(to);
  f.i32(PANEL);
  f.op('i32.mul');
  f.tee(count);
  f.i32(m);
  f.get(count);
  f.i32(m);
  f.op('i32.lt_s');
  f.op('select');
  f.get(first);
  f.op('i32.sub');
  f.set(count);
}
