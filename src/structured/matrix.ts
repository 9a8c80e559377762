// A derivative that keeps its structure: a linear map  In -> Out  known by what it is made of (weights, blocks, factors),
// not by its entries. A class gives the three products of a matrix with columns (A V, Aᵀ V, A⁻¹ V); everything else
// follows from them, and is given again where the structure makes it cheaper. `Sum` stands here too, because the sum of
// any two maps is what `add` falls back on.
import { ArgumentError, ShapeError } from '../errors.ts';
import { slogdet } from '../linalg/determinant.ts';
import { solve } from '../linalg/solve.ts';
import { add } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { diagonal } from '../ops/diagonals.ts';
import { onlyTensor, type TensorLike } from '../ops/operands.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import type { DType, TypedArray } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';

/** What is proven about a matrix. False and the full size mean "not proven", never "disproved". */
export interface Facts {
  readonly symmetric: boolean;
  readonly positiveSemidefinite: boolean;
  readonly rankAtMost: number;
}

export abstract class StructuredMatrix {
  /** The name of the class, as toString shows it. */
  abstract readonly kind: string;
  readonly outShape: readonly number[];
  readonly inShape: readonly number[];
  readonly dtype: DType;
  private proven: Partial<Facts> = {};

  constructor(outShape: readonly number[], inShape: readonly number[], dtype: DType) {
    this.outShape = outShape;
    this.inShape = inShape;
    this.dtype = dtype;
  }

  /** [m, n]: the numbers of elements of Out and In. */
  get shape(): readonly [number, number] {
    return [sizeOf(this.outShape), sizeOf(this.inShape)];
  }

  /** A V for columns V, [n, k] -> [m, k]. */
  abstract times(columns: Tensor): Tensor;
  /** Aᵀ V for columns V, [m, k] -> [n, k]. */
  abstract transposeTimes(columns: Tensor): Tensor;
  /** The matrix with rows and columns exchanged, In and Out with them. */
  abstract transpose(): StructuredMatrix;
  /** c A for a number or a tensor of shape []. */
  abstract scale(c: TensorLike): StructuredMatrix;
  /** The entries, [...Out, ...In]. */
  abstract toDense(): Tensor;
  abstract toString(): string;

  /** A⁻¹ V for columns V, [m, k] -> [n, k]; by default with all entries. */
  solveColumns(columns: Tensor): Tensor {
    return solve(this.matrix(), columns);
  }

  /** This and `other`, which has the same shape, as one matrix of a class that holds both; undefined where there is none. */
  merge(_other: StructuredMatrix): StructuredMatrix | undefined {
    return undefined;
  }

  /** What this class knows by construction; `facts()` adds what was proven from outside. */
  protected ownFacts(): Partial<Facts> {
    return {};
  }

  /** A v: [...In] -> [...Out]. */
  matvec(v: Tensor): Tensor {
    return this.onColumn('matvec', v, this.inShape, this.outShape, (x) => this.times(x));
  }

  /** Aᵀ v: [...Out] -> [...In]. */
  rmatvec(v: Tensor): Tensor {
    return this.onColumn('rmatvec', v, this.outShape, this.inShape, (x) => this.transposeTimes(x));
  }

  /** x with A x = b: [...Out] -> [...In]. Throws ShapeError unless A is square, LinalgError where it is singular. */
  solve(b: Tensor): Tensor {
    this.requireSquare('solve');
    return this.onColumn('solve', b, this.outShape, this.inShape, (x) => this.solveColumns(x));
  }

  /** The diagonal of a square matrix, [...In]. */
  diag(): Tensor {
    this.requireSquare('diag');
    return reshapeTo(diagonal(this.matrix()), this.inShape);
  }

  /** The sum of the diagonal, []. */
  trace(): Tensor {
    this.requireSquare('trace');
    const d = this.diag();
    return sumOver(
      d,
      d.shape.map((_, i) => i),
    );
  }

  /** log |det A|, []; -Infinity for a singular matrix. */
  logdet(): Tensor {
    this.requireSquare('logdet');
    return slogdet(this.matrix())[1];
  }

  /** A + B for B of the same Out and In. */
  add(other: StructuredMatrix): StructuredMatrix {
    if (!(other instanceof StructuredMatrix)) {
      throw new ArgumentError('add: expected a structured matrix.', 'for a tensor: new structured.Dense(x, outDims)');
    }
    if (!sameShape(this.outShape, other.outShape) || !sameShape(this.inShape, other.inShape)) {
      throw new ShapeError(`add: the maps ${this.arrow()} and ${other.arrow()} differ.`);
    }
    const sum = this.merge(other) ?? other.merge(this) ?? new Sum([this, other]);
    const [a, b] = [this.facts(), other.facts()];
    if (!a.symmetric || !b.symmetric) return sum;
    return sum.certified({ symmetric: true, positiveSemidefinite: a.positiveSemidefinite && b.positiveSemidefinite });
  }

  /** What is proven about this matrix. */
  facts(): Facts {
    const [m, n] = this.shape;
    const own = this.ownFacts();
    return {
      symmetric: (this.proven.symmetric || own.symmetric) ?? false,
      positiveSemidefinite: (this.proven.positiveSemidefinite || own.positiveSemidefinite) ?? false,
      rankAtMost: Math.min(m, n, this.proven.rankAtMost ?? m, own.rankAtMost ?? m),
    };
  }

  /** The same matrix with facts proven elsewhere. */
  certified(facts: Partial<Facts>): this {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(this)), this);
    copy.proven = { ...this.proven, ...facts };
    return copy;
  }

  /** Whether it is made of plain numbers, which may be read: nothing traced, nothing on the tape. */
  isPlain(): boolean {
    return false;
  }

  /** Adds all entries to `storage`, the row-major elements of an [...Out, ...In]. */
  addInto(storage: TypedArray): void {
    const from = this.toDense().concrete('addInto').values();
    for (let i = 0; i < storage.length; i++) storage[i]! += from[i]!;
  }

  /** All entries as a matrix, [m, n]. */
  protected matrix(): Tensor {
    return reshapeTo(this.toDense(), this.shape);
  }

  protected arrow(): string {
    return `${showShape(this.inShape)} -> ${showShape(this.outShape)}`;
  }

  protected requireSquare(operation: string): void {
    const [m, n] = this.shape;
    if (m !== n) throw new ShapeError(`${operation}: needs a square matrix: ${this.kind} is [${m},${n}].`);
  }

  private onColumn(
    operation: string,
    v: Tensor,
    from: readonly number[],
    to: readonly number[],
    map: (columns: Tensor) => Tensor,
  ): Tensor {
    if (!sameShape(onlyTensor(operation, v).shape, from)) {
      throw new ShapeError(
        `${operation}: the vector has shape ${showShape(v.shape)}, ${this.kind} needs ${showShape(from)}.`,
      );
    }
    return reshapeTo(map(reshapeTo(cast(v, this.dtype), [sizeOf(from), 1])), to);
  }
}

/** Whether the elements of a tensor may be read without losing anything. */
export function isPlainTensor(x: Tensor): x is DenseTensor {
  return x instanceof DenseTensor && !x.tape?.requiresGrad;
}

/** A sum of maps of different structure. */
export class Sum extends StructuredMatrix {
  readonly kind = 'Sum';
  readonly terms: readonly StructuredMatrix[];

  constructor(terms: readonly StructuredMatrix[]) {
    const first = terms[0]!;
    super(first.outShape, first.inShape, first.dtype);
    this.terms = terms;
  }

  private total(f: (term: StructuredMatrix) => Tensor): Tensor {
    return this.terms.map(f).reduce((a, b) => add(a, b));
  }

  times(columns: Tensor): Tensor {
    return this.total((term) => term.times(columns));
  }

  transposeTimes(columns: Tensor): Tensor {
    return this.total((term) => term.transposeTimes(columns));
  }

  override diag(): Tensor {
    return this.total((term) => term.diag());
  }

  transpose(): Sum {
    return new Sum(this.terms.map((term) => term.transpose()));
  }

  scale(c: TensorLike): Sum {
    return new Sum(this.terms.map((term) => term.scale(c)));
  }

  toDense(): Tensor {
    return this.total((term) => term.toDense());
  }

  override isPlain(): boolean {
    return this.terms.every((term) => term.isPlain());
  }

  override addInto(storage: TypedArray): void {
    for (const term of this.terms) term.addInto(storage);
  }

  /** Into the term of the same class where there is one. */
  override merge(other: StructuredMatrix): StructuredMatrix | undefined {
    if (other instanceof Sum) return other.terms.reduce((sum: StructuredMatrix, term) => sum.add(term), this);
    for (const [k, term] of this.terms.entries()) {
      const merged = term.merge(other) ?? other.merge(term);
      if (!merged) continue;
      const rest = this.terms.filter((_, i) => i !== k);
      return rest.reduce((sum, next) => sum.add(next), merged);
    }
    return new Sum([...this.terms, other]);
  }

  protected override ownFacts(): Partial<Facts> {
    const facts = this.terms.map((term) => term.facts());
    return {
      symmetric: facts.every((f) => f.symmetric),
      positiveSemidefinite: facts.every((f) => f.positiveSemidefinite),
      rankAtMost: facts.reduce((total, f) => total + f.rankAtMost, 0),
    };
  }

  toString(): string {
    return this.terms.map(String).join(' + ');
  }
}
