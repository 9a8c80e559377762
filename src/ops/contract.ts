// contract: the product of two tensors in index notation, y[out] = Σ a[…] b[…] over every label not in `out`.
// matmul, dot, outer, tensordot, einsum and convolution are this one bilinear operation, and it is closed under
// everything: its transposes are contractions with the label lists exchanged, a batch is one more label, and a
// transposed operand is a reordered list, never a copy.
import { ShapeError } from '../errors.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call, infix, name, postfix } from '../tensor/formula.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord, TensorType } from '../tensor/op.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { multilinear } from './addition.ts';
import { elementwiseType } from './map.ts';

/** One label an axis. No label occurs twice in one list; a label outside `out` occurs in both operands. */
export interface Labels {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

function sizesOf(types: readonly TensorType[], { a, b }: Labels): Map<number, number> {
  const sizes = new Map<number, number>();
  [a, b].forEach((labels, k) => {
    labels.forEach((label, axis) => {
      const size = types[k]!.shape[axis]!;
      const known = sizes.get(label);
      if (known !== undefined && known !== size) {
        throw new ShapeError(
          `contract: label ${letter(label)} has size ${known} in one operand and ${size} in the other.`,
        );
      }
      sizes.set(label, size);
    });
  });
  return sizes;
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
    const sizes = sizesOf(x, p);
    const { dtype } = elementwiseType(
      'contract',
      x.map((v) => ({ shape: [], dtype: v.dtype })),
      'number',
    );
    return [{ shape: p.out.map((label) => sizes.get(label)!), dtype }];
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

/** As a batch of matrix products: labels of both and out | of a and out | of b and out | summed. */
function evaluateContract(a: DenseTensor, b: DenseTensor, p: Labels, y: TensorType): DenseTensor {
  const inOut = new Set(p.out);
  const inB = new Set(p.b);
  const inA = new Set(p.a);
  const batch = p.a.filter((l) => inB.has(l) && inOut.has(l));
  const rows = p.a.filter((l) => !inB.has(l));
  const summed = p.a.filter((l) => inB.has(l) && !inOut.has(l));
  const columns = p.b.filter((l) => !inA.has(l));
  const sizes = sizesOf([a, b], p);
  const count = (labels: readonly number[]) => sizeOf(labels.map((l) => sizes.get(l)!));
  const ordered = (x: DenseTensor, labels: readonly number[], order: readonly number[]) =>
    x
      .view(
        order.map((l) => x.shape[labels.indexOf(l)]!),
        order.map((l) => x.strides[labels.indexOf(l)]!),
      )
      .values();
  const left = ordered(a, p.a, [...batch, ...rows, ...summed]);
  const right = ordered(b, p.b, [...batch, ...summed, ...columns]);
  const [nb, m, k, n] = [count(batch), count(rows), count(summed), count(columns)];
  const out = allocate(y.dtype, nb * m * n);
  const row = new Float64Array(n); // accumulates in float64 whatever the dtype
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
  const order = [...batch, ...rows, ...columns];
  const shape = order.map((l) => sizes.get(l)!);
  const strides = rowMajorStrides(shape);
  return dense(y.dtype, shape, out).view(
    y.shape,
    p.out.map((l) => strides[order.indexOf(l)]!),
  );
}

/** Σ over every label that is not in `out`; see Labels. */
export function contract(a: Tensor, b: Tensor, labels: Labels): Tensor {
  return apply(contractOp, [a, b], labels);
}
