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
import { asTensor, onlyTensor, type TensorLike } from '../ops/operands.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import { checkDType, type DType, promote, type TypedArray } from '../tensor/dtype.ts';
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

  /** Whether it has no entries that may differ from zero. */
  get isZero(): boolean {
    return false;
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
  protected abstract scaled(c: TensorLike): StructuredMatrix;
  /** The same with every tensor it is made of in `dtype`. */
  protected abstract converted(dtype: DType): StructuredMatrix;
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
    return this.onColumn('matvec', v, this.inShape, this.outShape, (a, x) => a.times(x));
  }

  /** Aᵀ v: [...Out] -> [...In]. */
  rmatvec(v: Tensor): Tensor {
    return this.onColumn('rmatvec', v, this.outShape, this.inShape, (a, x) => a.transposeTimes(x));
  }

  /** x with A x = b: [...Out] -> [...In]. Throws ShapeError unless A is square, LinalgError where it is singular. */
  solve(b: Tensor): Tensor {
    this.requireSquare('solve');
    return this.onColumn('solve', b, this.outShape, this.inShape, (a, x) => a.solveColumns(x));
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
    this.requireSameMap('add', other);
    const dtype = promote(this.dtype, other.dtype);
    const sum = sumOf(this.to(dtype), other.to(dtype));
    const [a, b] = [this.facts(), other.facts()];
    if (!a.symmetric || !b.symmetric) return sum;
    return sum.certified({ symmetric: true, positiveSemidefinite: a.positiveSemidefinite && b.positiveSemidefinite });
  }

  /** c A for a number or a tensor of shape []. */
  scale(c: TensorLike): StructuredMatrix {
    const { shape } = asTensor('scale', c);
    if (shape.length > 0)
      throw new ShapeError(`scale: needs a number or a tensor of shape [], got ${showShape(shape)}.`);
    const { symmetric } = this.facts();
    return symmetric ? this.scaled(c).certified({ symmetric }) : this.scaled(c);
  }

  /** The same matrix with entries of another dtype. */
  to(dtype: DType): StructuredMatrix {
    if (dtype === this.dtype) return this;
    checkDType('to', dtype);
    const made = this.converted(dtype);
    if (promote(this.dtype, dtype) === dtype) return made.certified(this.proven);
    // Rounding keeps symmetry, but may make an eigenvalue negative and columns independent.
    return made.certified({ symmetric: this.facts().symmetric });
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

  requireSameMap(operation: string, other: StructuredMatrix): void {
    if (sameShape(this.outShape, other.outShape) && sameShape(this.inShape, other.inShape)) return;
    throw new ShapeError(`${operation}: the maps ${this.arrow()} and ${other.arrow()} differ.`);
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
    map: (a: StructuredMatrix, columns: Tensor) => Tensor,
  ): Tensor {
    if (!sameShape(onlyTensor(operation, v).shape, from)) {
      throw new ShapeError(
        `${operation}: the vector has shape ${showShape(v.shape)}, ${this.kind} needs ${showShape(from)}.`,
      );
    }
    const dtype = promote(this.dtype, v.dtype);
    return reshapeTo(map(this.to(dtype), reshapeTo(cast(v, dtype), [sizeOf(from), 1])), to);
  }
}

/** Whether the elements of a tensor may be read without losing anything. */
export function isPlainTensor(x: Tensor): x is DenseTensor {
  return x instanceof DenseTensor && !x.tape?.requiresGrad;
}

/** Two matrices of the same shape and dtype as one, in the class that holds both; a sum where there is none. */
export function sumOf(a: StructuredMatrix, b: StructuredMatrix): StructuredMatrix {
  if (a.isZero) return b;
  if (b.isZero) return a;
  return a.merge(b) ?? b.merge(a) ?? new Sum([a, b]);
}

/** A sum of maps of different structure. */
export class Sum extends StructuredMatrix {
  readonly kind = 'Sum';
  readonly terms: readonly StructuredMatrix[];

  constructor(terms: readonly StructuredMatrix[]) {
    const flat = terms.flatMap((term) => (term instanceof Sum ? term.terms : [term]));
    const [first, ...rest] = flat;
    if (!first) throw new ArgumentError('Sum: needs at least one matrix.');
    super(
      first.outShape,
      first.inShape,
      flat.reduce((dtype: DType, term) => promote(dtype, term.dtype), first.dtype),
    );
    for (const term of rest) first.requireSameMap('Sum', term);
    this.terms = flat.map((term) => term.to(this.dtype));
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

  protected scaled(c: TensorLike): Sum {
    return new Sum(this.terms.map((term) => term.scale(c)));
  }

  protected converted(dtype: DType): Sum {
    return new Sum(this.terms.map((term) => term.to(dtype)));
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

  /** Into the term that makes one matrix with it, and that into the next. */
  override merge(other: StructuredMatrix): StructuredMatrix {
    if (other instanceof Sum) return other.terms.reduce((sum: StructuredMatrix, term) => sumOf(sum, term), this);
    for (const [k, term] of this.terms.entries()) {
      const merged = term.merge(other) ?? other.merge(term);
      if (!merged) continue;
      const rest = this.terms.filter((_, i) => i !== k);
      return rest.reduce((sum, next) => sumOf(sum, next), merged);
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
