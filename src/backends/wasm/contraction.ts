// A single large contraction of concrete tensors: operands are copied into scratch memory, multiplied there, and the result
// is copied out. The copies cost a few per cent of the product from some thousand multiplications on.
import { type Product, planProduct, wantsTranspose } from '../../compile/product.ts';
import type { Labels } from '../../ops/contract.ts';
import { isFloat } from '../../tensor/dtype.ts';
import type { TensorType } from '../../tensor/op.ts';
import { DenseTensor } from '../../tensor/tensor.ts';
import { gemmKernels } from './gemm.ts';
import { scratchBytes } from './matmul.ts';
import { type Arena, aligned, bytesOf, copyIn, copyOut } from './memory.ts';
import { productTables } from './offsets.ts';
import { floatOf } from './width.ts';

/** Fewer multiplications than this are left to the reference. */
export const LEAST_PRODUCTS = 2048;

/** The share of the kernel's tiles of four rows and eight columns that is of use. */
function tileUse({ m, n }: Product, columns: number): number {
  return (m * n) / (Math.ceil(m / 4) * 4 * Math.ceil(n / columns) * columns);
}

/** Elements of storage from the first to the last one that a view touches, and where the view starts among them. */
interface Span {
  readonly first: number;
  readonly count: number;
}

function spanOf(x: DenseTensor): Span {
  let low = x.offset;
  let high = x.offset;
  x.shape.forEach((n, i) => {
    const reach = (n - 1) * x.strides[i]!;
    if (reach < 0) low += reach;
    else high += reach;
  });
  return { first: low, count: high - low + 1 };
}

export function evaluateProduct(
  arena: Arena,
  a: DenseTensor,
  b: DenseTensor,
  p: Labels,
  type: TensorType,
): DenseTensor | undefined {
  const { dtype } = type;
  if (wantsTranspose(p)) return evaluateProduct(arena, b, a, { a: p.b, b: p.a, out: p.out }, type);
  if (!isFloat(dtype) || a.size * b.size < LEAST_PRODUCTS) return undefined;
  const [left, right] = [compact(a), compact(b)];
  const product = planProduct(p, left, right);
  const { m, n, k } = product;
  if (product.size * k < LEAST_PRODUCTS || m * n * k < 64) return undefined;
  if (tileUse(product, dtype === 'float32' ? 8 : 4) < 0.25) return undefined;
  const bytes = bytesOf[dtype];
  const float = floatOf(dtype);
  const [spanA, spanB] = [spanOf(left), spanOf(right)];
  const sizeA = aligned(spanA.count * bytes);
  const sizeB = aligned(spanB.count * bytes);
  const sizeC = aligned(product.size * bytes);
  const tables = productTables(product);
  const base = arena.enter(sizeA + sizeB + sizeC + tables.bytes + scratchBytes(float, n, k));
  try {
    const gemm = gemmKernels(arena.memory, float)[`gemm_${float}`];
    copyIn(arena.heap, dtype, base, left.storage, spanA.first, spanA.count);
    copyIn(arena.heap, dtype, base + sizeA, right.storage, spanB.first, spanB.count);
    const c = base + sizeA + sizeB;
    const [rows, depthA, depthB, columns] = tables.fill(arena.heap, c + sizeC, bytes);
    const scratch = c + sizeC + tables.bytes;
    const step = product.rowStride * bytes;
    forEachEntry(product, (atA, atB, atC) => {
      const fromA = base + (left.offset - spanA.first + atA) * bytes;
      const fromB = base + sizeA + (right.offset - spanB.first + atB) * bytes;
      gemm(m, n, k, fromA, rows, depthA, fromB, depthB, columns, c + atC * bytes, step, scratch, 0, n, 0, 0, 0, 0);
    });
    const storage = copyOut(arena.heap, dtype, c, product.size);
    return new DenseTensor(dtype, type.shape, storage, product.strides);
  } finally {
    arena.leave(base);
  }
}

/** `x`, or a row-major copy of it where it is a thin view of a much larger storage. */
function compact(x: DenseTensor): DenseTensor {
  return spanOf(x).count <= 2 * x.size ? x : new DenseTensor(x.dtype, x.shape, x.values());
}

/** Calls `visit` with the element offsets of both operands and the result for every entry of the batch. */
function forEachEntry({ batch }: Product, visit: (atA: number, atB: number, atC: number) => void): void {
  const walk = (axis: number, atA: number, atB: number, atC: number): void => {
    if (axis === batch.length) {
      visit(atA, atB, atC);
      return;
    }
    const { size, a, b, c } = batch[axis]!;
    for (let i = 0; i < size; i++) walk(axis + 1, atA + i * a, atB + i * b, atC + i * c);
  };
  walk(0, 0, 0, 0);
}
