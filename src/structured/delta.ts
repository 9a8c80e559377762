// What index notation leaves of a derivative when its deltas are eliminated: a core over some labels, and labels that stand
// in Out and in In at once. A label of both that the core carries makes blocks, one it does not carry an identity:
//   out (i,j), in (i,l), core (j,l)    I ⊗ M          out (i,j), in (i,l), core (i,j,l)    diag of blocks
//   out (i,j), in (k,j), core (i,k)    M ⊗ I          out (i,j), in (j,l), core (i,l)      with commutation
// Up to the order of labels every such matrix is  ⊕_b (M_b ⊗ I), so one implementation serves all of them.
import { ArgumentError, LinalgError, ShapeError } from '../errors.ts';
import { slogdet } from '../linalg/determinant.ts';
import { solve } from '../linalg/solve.ts';
import { mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { contract } from '../ops/contract.ts';
import { diagonal } from '../ops/diagonals.ts';
import { permute } from '../ops/movement.ts';
import { onlyTensor, type TensorLike } from '../ops/operands.ts';
import { broadcastInto, reshapeTo, sumOver } from '../ops/spread.ts';
import { eye } from '../tensor/create.ts';
import { allocate, type DType, type TypedArray } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, filled, Tensor } from '../tensor/tensor.ts';
import { type Core, joinCores, type Labelling } from './cores.ts';
import { Dense } from './dense.ts';
import { Diagonal } from './diagonal.ts';
import { KroneckerProduct } from './kronecker-product.ts';
import { isPlainTensor, StructuredMatrix } from './matrix.ts';
import { scatter } from './scatter.ts';

/** The labels by their part: of the blocks, of identities, of rows and of columns of a block. */
interface Parts {
  readonly blocks: readonly number[];
  readonly same: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

const withLabel = (list: readonly number[], label: number): readonly number[] => [...list, label];

function checkLabels(
  core: Tensor,
  { sizes, out, in: into, core: carried }: Labelling,
  outShape: readonly number[],
  inShape: readonly number[],
): void {
  const along = (list: readonly number[]): number[] => list.map((l) => sizes[l]!);
  const distinct = [out, into, carried].every((list) => new Set(list).size === list.length);
  const placed = sizes.every((_, l) => (carried.includes(l) ? out.includes(l) || into.includes(l) : true));
  const joined = [...out, ...into].every((l) => carried.includes(l) || (out.includes(l) && into.includes(l)));
  if (!distinct || !placed || !joined || !sameShape(along(carried), core.shape)) {
    throw new ArgumentError(
      `a core of shape ${showShape(core.shape)} does not fit its labels.`,
      'each label occurs once in a list, those of the core in out or in, all others in both',
    );
  }
  if (sizeOf(along(out)) !== sizeOf(outShape) || sizeOf(along(into)) !== sizeOf(inShape)) {
    throw new ShapeError(
      `labels of sizes ${showShape(sizes)} for the map ${showShape(inShape)} -> ${showShape(outShape)}.`,
    );
  }
}

export abstract class DeltaMatrix extends StructuredMatrix {
  readonly core: Tensor;
  readonly labels: Labelling;

  constructor(core: Tensor, labels: Labelling, outShape: readonly number[], inShape: readonly number[]) {
    super(outShape, inShape, core.dtype);
    checkLabels(core, labels, outShape, inShape);
    this.core = core;
    this.labels = labels;
  }

  get parts(): Parts {
    const { out, in: into, core } = this.labels;
    return {
      blocks: out.filter((l) => into.includes(l) && core.includes(l)),
      same: out.filter((l) => into.includes(l) && !core.includes(l)),
      rows: out.filter((l) => !into.includes(l)),
      columns: into.filter((l) => !out.includes(l)),
    };
  }

  protected sizes(list: readonly number[]): number[] {
    return list.map((l) => this.labels.sizes[l]!);
  }

  protected count(list: readonly number[]): number {
    return sizeOf(this.sizes(list));
  }

  /** The core as matrices, [blocks, rows, columns]. */
  get blocks(): Tensor {
    const { blocks, rows, columns } = this.parts;
    const order = [...blocks, ...rows, ...columns];
    const moved = permute(
      this.core,
      order.map((l) => this.labels.core.indexOf(l)),
    );
    return reshapeTo(moved, [this.count(blocks), this.count(rows), this.count(columns)]);
  }

  /** How many entries may differ from zero. */
  get entryCount(): number {
    return this.core.size * this.count(this.parts.same);
  }

  private product(columns: Tensor, from: readonly number[], to: readonly number[]): Tensor {
    const k = columns.shape[1]!;
    const label = this.labels.sizes.length;
    const v = reshapeTo(columns, [...this.sizes(from), k]);
    const y = contract(this.core, v, { a: this.labels.core, b: withLabel(from, label), out: withLabel(to, label) });
    return reshapeTo(y, [this.count(to), k]);
  }

  times(columns: Tensor): Tensor {
    return this.product(columns, this.labels.in, this.labels.out);
  }

  transposeTimes(columns: Tensor): Tensor {
    return this.product(columns, this.labels.out, this.labels.in);
  }

  /** One small solve a block, with the identities' copies as columns. */
  override solveColumns(columns: Tensor): Tensor {
    const { blocks, same, rows, columns: across } = this.parts;
    const k = columns.shape[1]!;
    if (!this.hasSquareBlocks()) {
      const [, m, n] = this.blocks.shape;
      throw new LinalgError(`solve: ${String(this)} is singular (its blocks are [${m},${n}]).`);
    }
    const ordered = (list: readonly number[], order: readonly number[]) => [...order.map((l) => list.indexOf(l))];
    const { out, in: into } = this.labels;
    const end = out.length;
    const b = permute(reshapeTo(columns, [...this.sizes(out), k]), [
      ...ordered(out, [...blocks, ...rows, ...same]),
      end,
    ]);
    const x = solve(this.blocks, reshapeTo(b, [this.count(blocks), this.count(rows), this.count(same) * k]));
    const order = [...blocks, ...across, ...same];
    const shaped = reshapeTo(x, [...this.sizes(order), k]);
    const y = permute(shaped, [...into.map((l) => order.indexOf(l)), order.length]);
    return reshapeTo(y, [this.count(into), k]);
  }

  private hasSquareBlocks(): boolean {
    const { rows, columns } = this.parts;
    return this.count(rows) === this.count(columns);
  }

  /** Whether Out and In have the same labels in the same places, but for rows facing columns of the same size. */
  get aligned(): boolean {
    const { out, in: into, sizes } = this.labels;
    if (out.length !== into.length) return false;
    return out.every((l, k) => l === into[k] || (sizes[l] === sizes[into[k]!] && !into.includes(l)));
  }

  override diag(): Tensor {
    this.requireSquare('diag');
    if (!this.aligned) return super.diag();
    const { out, in: into } = this.labels;
    let core = this.core;
    let labels = [...this.labels.core];
    for (const [k, l] of out.entries()) {
      const m = into[k]!;
      if (l === m) continue;
      core = diagonal(core, 0, labels.indexOf(l), labels.indexOf(m));
      labels = [...labels.filter((v) => v !== l && v !== m), l];
    }
    const present = out.filter((l) => labels.includes(l));
    const moved = permute(
      core,
      present.map((l) => labels.indexOf(l)),
    );
    const spread = reshapeTo(
      moved,
      out.map((l) => (labels.includes(l) ? this.labels.sizes[l]! : 1)),
    );
    return reshapeTo(broadcastInto(spread, this.sizes(out)), this.inShape);
  }

  override logdet(): Tensor {
    this.requireSquare('logdet');
    if (!this.hasSquareBlocks()) return filled([], Number.NEGATIVE_INFINITY, this.dtype);
    return mul(sumOver(slogdet(this.blocks)[1], [0]), this.count(this.parts.same));
  }

  transpose(): StructuredMatrix {
    const { out, in: into, ...rest } = this.labels;
    return deltaMatrix(this.core, { ...rest, out: into, in: out }, this.inShape, this.outShape);
  }

  protected scaled(c: TensorLike): StructuredMatrix {
    return deltaMatrix(mul(this.core, c), this.labels, this.outShape, this.inShape);
  }

  protected converted(dtype: DType): StructuredMatrix {
    return deltaMatrix(cast(this.core, dtype), this.labels, this.outShape, this.inShape);
  }

  toDense(): Tensor {
    const shape = [...this.outShape, ...this.inShape];
    if (!this.isPlain()) {
      const n = this.count(this.labels.in);
      return reshapeTo(this.times(eye(n, n, { dtype: this.dtype })), shape);
    }
    const storage = allocate(this.dtype, sizeOf(shape));
    this.addInto(storage);
    return dense(this.dtype, shape, storage);
  }

  override isPlain(): boolean {
    return isPlainTensor(this.core);
  }

  override addInto(storage: TypedArray): void {
    scatter(this.labels)(storage, this.core.concrete('addInto').values());
  }

  override merge(other: StructuredMatrix): StructuredMatrix | undefined {
    const core = coreOf(other, this.labels);
    const joined = core && joinCores(this, core);
    return joined && deltaMatrix(joined.core, joined.labels, this.outShape, this.inShape);
  }
}

/** A matrix of deltas as its core; a diagonal takes the digits of `like`. */
function coreOf(matrix: StructuredMatrix, like: Labelling): Core | undefined {
  if (matrix instanceof DeltaMatrix) return matrix;
  if (!(matrix instanceof Diagonal)) return undefined;
  const sizes = like.in.map((l) => like.sizes[l]!);
  const labels = sizes.map((_, k) => k);
  return { core: reshapeTo(matrix.weights, sizes), labels: { sizes, out: labels, in: labels, core: labels } };
}

/** I ⊗ M, M ⊗ I, and what lies between them: one core, repeated. */
export class Kronecker extends DeltaMatrix {
  readonly kind = 'Kronecker';

  /** The factors in the order of Out, I(n) for an identity; K where In has them in another order. */
  toString(): string {
    const { out, in: into, sizes } = this.labels;
    const { rows, columns } = this.parts;
    const core = `[${this.count(rows)},${this.count(columns)}]`;
    const factorsOf = (list: readonly number[], other: readonly number[]): string[] => {
      const factors = list.map((l) => (other.includes(l) ? `I(${sizes[l]!})` : core));
      const distinct = factors.filter((text, k) => text !== core || factors.indexOf(core) === k);
      return distinct.includes(core) || rows.length + columns.length === 0 ? distinct : [...distinct, core];
    };
    const [left, right] = [factorsOf(out, into), factorsOf(into, out)];
    const sameOrder = sameShape(
      out.filter((l) => into.includes(l)),
      into.filter((l) => out.includes(l)),
    );
    return `Kronecker(${left.join(', ')})${sameOrder && left.join() === right.join() ? '' : ' * K'}`;
  }
}

/** One block for every value of the labels that Out and In share. */
export class BlockDiagonal extends DeltaMatrix {
  readonly kind = 'BlockDiagonal';

  toString(): string {
    const { blocks, same, rows, columns } = this.parts;
    const identity = same.length > 0 ? ` ⊗ I(${this.count(same)})` : '';
    return `BlockDiagonal(${this.count(blocks)} × [${this.count(rows)},${this.count(columns)}]${identity})`;
  }
}

/** The matrix of a core and its labels, in the class that says most about it. */
export function deltaMatrix(
  core: Tensor,
  labels: Labelling,
  outShape: readonly number[],
  inShape: readonly number[],
): StructuredMatrix {
  const { sizes, out, in: into, core: carried } = labels;
  const sizesOf = (list: readonly number[]): number[] => list.map((l) => sizes[l]!);
  const ordered = (order: readonly number[]): Tensor =>
    permute(
      core,
      order.map((l) => carried.indexOf(l)),
    );
  const shared = out.filter((l) => into.includes(l));
  if (shared.length === 0) {
    return new Dense(reshapeTo(ordered([...out, ...into]), [...outShape, ...inShape]), outShape.length);
  }
  if (sameShape(out, into)) {
    const spread = reshapeTo(
      ordered(into.filter((l) => carried.includes(l))),
      into.map((l) => (carried.includes(l) ? sizes[l]! : 1)),
    );
    return new Diagonal(reshapeTo(broadcastInto(spread, sizesOf(into)), inShape), outShape);
  }
  const Class = shared.some((l) => carried.includes(l)) ? BlockDiagonal : Kronecker;
  return new Class(core, labels, outShape, inShape);
}

/** ⊕ᵢ blocks[i] for blocks [b, r, c]: Out is [b, r], In is [b, c]. */
export function blockDiagonal(blocks: Tensor): BlockDiagonal {
  const [b, r, c] = requireRank('blockDiagonal', blocks, 3) as [number, number, number];
  return new BlockDiagonal(blocks, { sizes: [b, r, c], out: [0, 1], in: [0, 2], core: [0, 1, 2] }, [b, r], [b, c]);
}

/** A ⊗ B; a number n stands for I(n). Out and In are one axis of A's and one of B's. */
export function kronecker(a: Tensor | number, b: Tensor | number): Kronecker | KroneckerProduct {
  if (a instanceof Tensor && b instanceof Tensor) {
    const [m, n] = requireRank('kronecker', a, 2) as [number, number];
    const [p, q] = requireRank('kronecker', b, 2) as [number, number];
    return new KroneckerProduct(
      [
        { matrix: a, rows: [0], columns: [2] },
        { matrix: b, rows: [1], columns: [3] },
      ],
      { sizes: [m, p, n, q], out: [0, 1], in: [2, 3] },
      [m, p],
      [n, q],
    );
  }
  if (typeof a === 'number' && b instanceof Tensor) {
    const [r, c] = requireRank('kronecker', b, 2) as [number, number];
    return new Kronecker(b, { sizes: [a, r, c], out: [0, 1], in: [0, 2], core: [1, 2] }, [a, r], [a, c]);
  }
  if (typeof b === 'number' && a instanceof Tensor) {
    const [r, c] = requireRank('kronecker', a, 2) as [number, number];
    return new Kronecker(a, { sizes: [b, r, c], out: [1, 0], in: [2, 0], core: [1, 2] }, [r, b], [c, b]);
  }
  throw new ArgumentError(
    'kronecker: expected two matrices, or one and the size of an identity.',
    'write kronecker(n, M) for I ⊗ M and kronecker(M, n) for M ⊗ I',
  );
}

function requireRank(name: string, x: Tensor, rank: number): readonly number[] {
  const { shape } = onlyTensor(name, x);
  if (shape.length === rank) return shape;
  throw new ShapeError(`${name}: needs a tensor of ${rank} axes, got ${showShape(shape)}.`);
}
