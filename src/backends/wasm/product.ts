// A batch of matrix products inside a compiled program, as a function of which part is to be computed, so that several
// threads can share one product: parts are entries of the batch where there are enough of them, else panels of rows or of
// columns, whichever there are more of, because every thread packs the operand that is not divided.
import type { Buffer } from '../../compile/expression.ts';
import type { Product } from '../../compile/product.ts';
import type { ProductStep } from '../../compile/schedule.ts';
import { sizeOf } from '../../tensor/layout.ts';
import type { Addresses } from './addresses.ts';
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import type { Gemms } from './gemm.ts';
import { scratchBytes } from './matmul.ts';
import { bytesOf } from './memory.ts';
import { productTables } from './offsets.ts';
import { floatOf, integerFunction, locals } from './width.ts';

/** Rows of a part: tiles that the diagonal cuts lie in one part. */
const ROW_PANEL = 8;
/** Columns of a part: whole tiles. */
const COLUMN_PANEL = 16;
/** From so many entries on, a batch is what is divided. */
const LARGE_BATCH = 8;

const entries = ({ batch }: Product): number => sizeOf(batch.map((axis) => axis.size));

type Axis = 'batch' | 'rows' | 'columns';

function dividedAxis(product: Product): Axis {
  if (entries(product) >= LARGE_BATCH) return 'batch';
  return product.n > product.m && !product.symmetric ? 'columns' : 'rows';
}

/** Into how many parts of equal work a product can be divided. */
export function productParts({ product }: ProductStep): number {
  const axis = dividedAxis(product);
  if (axis === 'batch') return entries(product);
  return axis === 'rows' ? Math.ceil(product.m / ROW_PANEL) : Math.ceil(product.n / COLUMN_PANEL);
}

/** Bytes of scratch memory that one call of a product's function needs; calls at the same time need one block each. */
export function productScratch({ out, product }: ProductStep): number {
  return productTables(product).bytes + scratchBytes(floatOf(out.dtype), product.n, product.k);
}

/** The function (base, scratch, from, to) that computes the parts `from ≤ i < to`; both are addresses. */
export function emitProduct(
  module: ModuleBuilder,
  step: ProductStep,
  addresses: Addresses,
  gemms: Gemms,
): FunctionBuilder {
  const { product, a, b, out, epilogue } = step;
  const gemm = gemms.get(floatOf(out.dtype))!;
  const bytes = bytesOf[out.dtype];
  const { m, n, k, batch, rowStride } = product;
  const { f, params } = integerFunction(module, 4);
  const [base, scratch, from, to] = params;
  const [first, count, entry, rest] = locals(f, 4);
  const tables = productTables(product);
  const axis = dividedAxis(product);
  const whole = axis === 'batch';
  const [rows, depthA, depthB, columns] = tables.emit(f, scratch, bytes);
  if (axis === 'rows') setRange(f, first, count, from, to, ROW_PANEL, m);
  if (axis === 'columns') setRange(f, first, count, from, to, COLUMN_PANEL, n);
  /** The address of a buffer's matrix for the entry of the batch. */
  const pushAddress = (buffer: Buffer, offset: number, operand: 'a' | 'b' | 'c'): void => {
    addresses.push(f, base, buffer, offset * bytes);
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
  /** `step` bytes for every row or column before the first one, where these are divided. */
  const addFirst = (of: Axis, step: number): void => {
    if (of !== axis) return;
    f.get(first);
    f.i32(step);
    f.op('i32.mul');
    f.op('i32.add');
  };
  const pushEpilogue = (): void => {
    const { bias, relu } = epilogue;
    if (!bias) f.i32(0);
    else {
      addresses.push(f, base, bias.view.buffer, bias.view.offset * bytes);
      addFirst('rows', bias.row * bytes);
      addFirst('columns', bias.column * bytes);
    }
    f.i32((bias?.row ?? 0) * bytes);
    f.i32((bias?.column ?? 0) * bytes);
    f.i32(relu ? 1 : 0);
  };
  const pushCount = (of: Axis, all: number): void => (of === axis ? f.get(count) : f.i32(all));
  f.forRange(entry, whole ? from : 0, whole ? to : entries(product), 1, () => {
    pushCount('rows', m);
    pushCount('columns', n);
    f.i32(k);
    pushAddress(a.buffer, a.offset, 'a');
    f.get(rows);
    addFirst('rows', 4);
    f.get(depthA);
    pushAddress(b.buffer, b.offset, 'b');
    f.get(depthB);
    f.get(columns);
    addFirst('columns', 4);
    pushAddress(out, 0, 'c');
    addFirst('rows', rowStride * bytes);
    addFirst('columns', bytes);
    f.i32(rowStride * bytes);
    f.get(scratch);
    f.i32(tables.bytes);
    f.op('i32.add');
    f.i32(0);
    if (product.symmetric) f.get(first);
    else f.i32(n);
    pushEpilogue();
    f.call(gemm.multiply);
    if (product.symmetric) {
      pushAddress(out, 0, 'c');
      f.i32(rowStride * bytes);
      f.get(first);
      pushCount('rows', m);
      f.call(gemm.mirror);
    }
  });
  return f;
}

/** first = from · panel, count = min(to · panel, n) − first */
function setRange(
  f: FunctionBuilder,
  first: Local,
  count: Local,
  from: Local,
  to: Local,
  panel: number,
  n: number,
): void {
  f.get(from);
  f.i32(panel);
  f.op('i32.mul');
  f.set(first);
  f.get(to);
  f.i32(panel);
  f.op('i32.mul');
  f.tee(count);
  f.i32(n);
  f.get(count);
  f.i32(n);
  f.op('i32.lt_s');
  f.op('select');
  f.get(first);
  f.op('i32.sub');
  f.set(count);
}
