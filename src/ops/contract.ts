// contract: the product of two tensors in index notation, y[out] = Σ a[…] b[…] over every label not in `out`.
// matmul, dot, outer, tensordot, einsum and convolution are this one bilinear operation, and it is closed under
// everything: its transposes are contractions with the label lists exchanged, a batch is one more label, and a
// transposed operand is a reordered list, never a copy.
import { DTypeError, ShapeError } from '../errors.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate, type DType, type TypedArray } from '../tensor/dtype.ts';
import { call, infix, name, postfix } from '../tensor/formula.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord, TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { multilinear } from './addition.ts';
import { checkAccepted } from './map.ts';

/** One label an axis. No label occurs twice in one list; a label outside `out` occurs in both operands. */
export interface Labels {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

/** The size of a label, which both operands agree on. */
function sizeOfLabel(label: number, [a, b]: readonly TensorType[], p: Labels): number {
  const axis = p.a.indexOf(label);
  return axis >= 0 ? a!.shape[axis]! : b!.shape[p.b.indexOf(label)]!;
}

function checkLabels([a, b]: readonly TensorType[], p: Labels): void {
  for (let axis = 0; axis < p.a.length; axis++) {
    const other = p.b.indexOf(p.a[axis]!);
    if (other >= 0 && a!.shape[axis] !== b!.shape[other]) {
      throw new ShapeError(
        `contract: label ${letter(p.a[axis]!)} has size ${a!.shape[axis]} in one operand and ${b!.shape[other]} in the other.`,
      );
    }
  }
}

const letter = (label: number): string =>
  String.fromCharCode(97 + ((label + 8) % 26)) + (label < 26 ? '' : Math.floor(label / 26));

/** The contraction in einsum's notation, `ij,jk->ik`. */
function showLabels({ a, b, out }: Labels): string {
  const text = (labels: readonly number[]) => labels.map(letter).join('');
  return `${text(a)},${text(b)}->${text(out)}`;
}

export const contractOp: OpRecord<Labels> = multilinear<Labels>({
  name: 'contract',
  type: (x, p) => {
    checkLabels(x, p);
    const [{ dtype }, other] = x as readonly [TensorType, TensorType];
    if (other.dtype !== dtype) throw new DTypeError(`contract: operand dtypes ${dtype} and ${other.dtype} differ.`);
    checkAccepted('contract', dtype, 'number');
    return [{ shape: p.out.map((label) => sizeOfLabel(label, x, p)), dtype }];
  },
  evaluate: ([a, b], p, [y]) => [evaluateContract(a!, b!, p, y!)],
  transpose: ([gy], [a, b], p) => [
    a || !gy ? undefined : apply(contractOp, [gy, b!], { a: p.out, b: p.b, out: p.a }),
    b || !gy ? undefined : apply(contractOp, [a!, gy], { a: p.a, b: p.out, out: p.b }),
  ],
  batch: ([a, b], [inA, inB], _size, p) => {
    const label = 1 + Math.max(-1, ...p.a, ...p.b);
    const out = apply(contractOp, [a!, b!], {
      a: inA ? [label, ...p.a] : p.a,
      b: inB ? [label, ...p.b] : p.b,
      out: [label, ...p.out],
    });
    return { outs: [out], batched: [true] };
  },
  formula: ([a, b], p) => {
    const plain = showLabels(relabel(p));
    if (plain === 'ij,jk->ik' || plain === 'ij,j->i') return infix('*', 'product', a!, b!);
    if (plain === 'i,i->') return call('dot', a!, b!);
    if (plain === 'i,j->ij') return infix('*', 'product', a!, postfix("'", b!));
    if (plain === 'i,ij->j') return infix('*', 'product', postfix("'", b!), a!);
    return call('einsum', name(`"${plain}"`), a!, b!);
  },
  showParams: showLabels,
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [3, 4] }], params: { a: [0, 1], b: [1, 2], out: [0, 2] } },
    { inputs: [{ shape: [3] }, { shape: [3] }], params: { a: [0], b: [0], out: [] } },
    { inputs: [{ shape: [2] }, { shape: [3] }], params: { a: [0], b: [1], out: [1, 0] } },
    { inputs: [{ shape: [2, 3, 4] }, { shape: [4, 2] }], params: { a: [0, 1, 2], b: [2, 0], out: [1, 0] } },
    { inputs: [{ shape: [2, 0] }, { shape: [0, 3] }], params: { a: [0, 1], b: [1, 2], out: [0, 2] } },
  ],
});

/** The same contraction with labels 0, 1, … in order of appearance. */
function relabel(p: Labels): Labels {
  const names = new Map<number, number>();
  const list = (labels: readonly number[]) =>
    labels.map((label) => {
      if (!names.has(label)) names.set(label, names.size);
      return names.get(label)!;
    });
  return { a: list(p.a), b: list(p.b), out: list(p.out) };
}

/** Σ aᵢ bᵢ */
function dotOf(a: DenseTensor, b: DenseTensor, dtype: DType): DenseTensor {
  const [from, other] = [a.storage, b.storage];
  const [step, otherStep] = [a.strides[0]!, b.strides[0]!];
  let sum = 0;
  for (let i = 0, at = a.offset, to = b.offset; i < a.shape[0]!; i++, at += step, to += otherStep) {
    sum += from[at]! * other[to]!;
  }
  const out = allocate(dtype, 1);
  out[0] = sum;
  return dense(dtype, [], out);
}

/** s aᵢ */
function multipleOf(s: DenseTensor, a: DenseTensor, dtype: DType): DenseTensor {
  const factor = s.storage[s.offset]!;
  const from = a.storage;
  const step = a.strides[0]!;
  const out = allocate(dtype, a.shape[0]!);
  // As in a sum that starts at 0, where 0 + −0 is 0.
  for (let i = 0, at = a.offset; i < out.length; i++, at += step) out[i] = 0 + factor * from[at]!;
  return dense(dtype, a.shape, out);
}

/** As a batch of matrix products: labels of both and out | of a and out | of b and out | summed. */
function evaluateContract(a: DenseTensor, b: DenseTensor, p: Labels, y: TensorType): DenseTensor {
  const [m, n] = [p.a.length, p.b.length];
  if (p.out.length === 0 && m === 1 && n === 1) return dotOf(a, b, y.dtype);
  if (p.out.length === 1 && m + n === 1) return m === 0 ? multipleOf(a, b, y.dtype) : multipleOf(b, a, y.dtype);
  const batch = p.a.filter((l) => p.b.includes(l) && p.out.includes(l));
  const rows = p.a.filter((l) => !p.b.includes(l));
  const summed = p.a.filter((l) => p.b.includes(l) && !p.out.includes(l));
  const columns = p.b.filter((l) => !p.a.includes(l));
  const types = [a, b];
  const sizes = (labels: readonly number[]) => labels.map((l) => sizeOfLabel(l, types, p));
  const ordered = (x: DenseTensor, labels: readonly number[], order: readonly number[]) =>
    x
      .view(
        order.map((l) => x.shape[labels.indexOf(l)]!),
        order.map((l) => x.strides[labels.indexOf(l)]!),
      )
      .values();
  const left = ordered(a, p.a, [...batch, ...rows, ...summed]);
  const right = ordered(b, p.b, [...batch, ...summed, ...columns]);
  const count = (labels: readonly number[]) => sizeOf(sizes(labels));
  const counts: Sizes = [count(batch), count(rows), count(summed), count(columns)];
  const out = allocate(y.dtype, counts[0] * counts[1] * counts[3]);
  multiply(left, right, out, counts);
  const order = [...batch, ...rows, ...columns];
  if (sameShape(order, p.out)) return dense(y.dtype, y.shape, out);
  const shape = sizes(order);
  const strides = rowMajorStrides(shape);
  return dense(y.dtype, shape, out).view(
    y.shape,
    p.out.map((l) => strides[order.indexOf(l)]!),
  );
}

type Sizes = readonly [batch: number, rows: number, summed: number, columns: number];

/** A batch of products of row-major matrices. Accumulates in float64 whatever the dtype. */
function multiply(left: TypedArray, right: TypedArray, out: TypedArray, [nb, m, k, n]: Sizes): void {
  if (n === 1) {
    for (let i = 0; i < nb * m; i++) {
      const base = Math.floor(i / m) * k;
      let sum = 0;
      for (let q = 0; q < k; q++) sum += left[i * k + q]! * right[base + q]!;
      out[i] = sum;
    }
    return;
  }
  if (k === 1) {
    for (let i = 0; i < nb * m; i++) {
      const base = Math.floor(i / m) * n;
      // As in a sum that starts at 0, where 0 + −0 is 0.
      for (let j = 0; j < n; j++) out[i * n + j] = 0 + left[i]! * right[base + j]!;
    }
    return;
  }
  const row = new Float64Array(n);
  for (let i = 0; i < nb * m; i++) {
    row.fill(0);
    const base = Math.floor(i / m) * k * n;
    for (let q = 0; q < k; q++) {
      const factor = left[i * k + q]!;
      const start = base + q * n;
      for (let j = 0; j < n; j++) row[j]! += factor * right[start + j]!;
    }
    for (let j = 0; j < n; j++) out[i * n + j] = row[j]!;
  }
}

/** Σ over every label that is not in `out`; see Labels. */
export function contract(a: Tensor, b: Tensor, labels: Labels): Tensor {
  return apply(contractOp, [a, b], labels);
}
