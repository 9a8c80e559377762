// A single large contraction of concrete tensors: operands are copied into scratch memory, multiplied there, and the result
// is copied out. The copies cost a few per cent of the product from some thousand multiplications on.
import { type Product, planProduct, wantsTranspose } from '../../compile/product.ts';
import type { Labels } from '../../ops/contract.ts';
import { isFloat, type TypedArray } from '../../tensor/dtype.ts';
import { sizeOf } from '../../tensor/layout.ts';
import type { TensorType } from '../../tensor/op.ts';
import { DenseTensor } from '../../tensor/tensor.ts';
import { gemmKernels } from './gemm.ts';
import { scratchBytes } from './matmul.ts';
import { type Arena, aligned, bytesOf, copyIn, copyOut } from './memory.ts';

/** Fewer multiplications than this are left to the reference. */
const LEAST_PRODUCTS = 2048;

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

/** What is copied in for an operand, and where in it the view starts. */
interface Source {
  readonly storage: TypedArray;
  readonly first: number;
  readonly count: number;
  readonly start: number;
}

function sourceOf(x: DenseTensor, copy: readonly number[] | undefined): Source {
  if (copy) {
    const ordered = x.view(
      copy.map((axis) => x.shape[axis]!),
      copy.map((axis) => x.strides[axis]!),
    );
    const storage = ordered.values();
    return { storage, first: 0, count: storage.length, start: 0 };
  }
  const { first, count } = spanOf(x);
  return { storage: x.storage, first, count, start: x.offset - first };
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
  if (!isFloat(dtype) || a.size === 0 || b.size === 0 || a.size * b.size < LEAST_PRODUCTS) return undefined;
  const product = planProduct(p, compact(a), compact(b));
  const { m, n, k } = product;
  const batches = sizeOf(product.batch);
  if (batches * m * n * k < LEAST_PRODUCTS || m * n * k < 64) return undefined;
  if (tileUse(product, dtype === 'float32' ? 8 : 4) < 0.25) return undefined;
  const bytes = bytesOf[dtype];
  const left = sourceOf(compact(a), product.a.copy);
  const right = sourceOf(compact(b), product.b.copy);
  const float = dtype === 'float32' ? 'f32' : 'f64';
  const sizeA = aligned(left.count * bytes);
  const sizeB = aligned(right.count * bytes);
  const sizeC = aligned(batches * m * n * bytes);
  const base = arena.enter(sizeA + sizeB + sizeC + scratchBytes(float, n, k));
  try {
    const gemm = gemmKernels(arena.memory)[`gemm_${float}`];
    copyIn(arena.heap, dtype, base, left.storage, left.first, left.count);
    copyIn(arena.heap, dtype, base + sizeA, right.storage, right.first, right.count);
    const c = base + sizeA + sizeB;
    forEachBatch(product, (atA, atB, i) => {
      gemm(
        m,
        n,
        k,
        base + (left.start + atA) * bytes,
        product.a.row * bytes,
        product.a.column * bytes,
        base + sizeA + (right.start + atB) * bytes,
        product.b.row * bytes,
        product.b.column * bytes,
        c + i * m * n * bytes,
        n * bytes,
        c + sizeC,
        0,
      );
    });
    const storage = copyOut(arena.heap, dtype, c, batches * m * n);
    return new DenseTensor(dtype, type.shape, storage, product.strides);
  } finally {
    arena.leave(base);
  }
}

/** `x`, or a row-major copy of it where it is a thin view of a much larger storage. */
function compact(x: DenseTensor): DenseTensor {
  return spanOf(x).count <= 2 * x.size ? x : new DenseTensor(x.dtype, x.shape, x.values());
}

/** Calls `visit` with the element offsets of both operands for every entry of the batch. */
function forEachBatch(product: Product, visit: (atA: number, atB: number, index: number) => void): void {
  const { batch, a, b } = product;
  const total = sizeOf(batch);
  for (let i = 0; i < total; i++) {
    let rest = i;
    let atA = 0;
    let atB = 0;
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      const at = rest % batch[axis]!;
      rest = (rest - at) / batch[axis]!;
      atA += at * a.batch[axis]!;
      atB += at * b.batch[axis]!;
    }
    visit(atA, atB, i);
  }
}
