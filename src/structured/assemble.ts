// Pieces to values: each piece says which tensors the compiled plan computes for it, and how those become a matrix.
import type { Index } from '../calculus/net.ts';
import { add } from '../ops/arithmetic.ts';
import { reshapeTo } from '../ops/spread.ts';
import type { Var } from '../program/program.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Certificate } from './certificates.ts';
import { deltaMatrix } from './delta.ts';
import type { Emitter } from './emit.ts';
import { KroneckerProduct } from './kronecker-product.ts';
import { LowRank } from './low-rank.ts';
import type { Facts, StructuredMatrix } from './matrix.ts';
import { emitPacked } from './packed.ts';
import { isSymmetricSplit, type KroneckerPiece, type LowRankPiece, type Piece } from './pieces.ts';
import { type Scatter, scatter } from './scatter.ts';
import { emitSquare, squareOf } from './square.ts';
import { sizeOfIndex } from './term.ts';

const isSymmetric = ({ split, term }: LowRankPiece): boolean =>
  isSymmetricSplit(split, term.axes.flat(), term.into.flat(), []);

function partShape({ parts }: KroneckerPiece, k: number): [number, number] {
  const { rows, columns } = parts[k]!;
  return [sizeOf(rows.map(sizeOfIndex)), sizeOf(columns.map(sizeOfIndex))];
}

/** The tensors of a piece. */
export function emitPiece(piece: Piece, emitter: Emitter): Tensor[] {
  if (piece.kind === 'delta') {
    if (piece.packed) return [emitPacked(piece.packed, emitter)];
    const cores = piece.terms.map((part): Tensor => {
      const square = squareOf(part);
      const made = square && emitSquare(part, square, emitter);
      return made ?? emitter.spreadProduct(part.coef, part.factors, part.at);
    });
    return [cores.reduce((a, b) => add(a, b))];
  }
  if (piece.kind === 'kronecker') {
    return piece.parts.map(({ factors, rows, columns }, k) =>
      reshapeTo(
        emitter.spreadProduct(k === 0 ? piece.term.coef : 1, factors, [...rows, ...columns]),
        partShape(piece, k),
      ),
    );
  }
  const { split, term, rank } = piece;
  const matrix = (factors: typeof split.left, side: typeof term.axes): Tensor => {
    const x = emitter.spreadProduct(1, factors, [...side.flat(), ...split.cut]);
    return reshapeTo(x, [x.size / rank, rank]);
  };
  const left = matrix(split.left, term.axes);
  const weights = reshapeTo(emitter.spreadProduct(term.coef, split.middle, split.cut), [rank]);
  return isSymmetric(piece) ? [left, weights] : [left, weights, matrix(split.right, term.into)];
}

/** A piece's part in a matrix: the tensors it takes, and what they make. */
export interface Assembly {
  readonly shapes: readonly (readonly number[])[];
  /** Positions of the inputs whose signs the certificate rests on. */
  readonly assumes: readonly number[];
  /** `certain`: those inputs have no negative entry. */
  make(tensors: readonly Tensor[], certain: boolean): StructuredMatrix;
  /** Adds its entries where all of them are wanted; undefined for a core that is all entries itself, in their order. */
  readonly scatter: Scatter | undefined;
}

export function assembly(
  piece: Piece,
  outShape: readonly number[],
  inShape: readonly number[],
  { symmetric, positiveSemidefinite, assumed }: Certificate,
  inputs: readonly Var[],
): Assembly {
  const assumes = assumed.map((v) => inputs.indexOf(v));
  const facts = (certain: boolean): Partial<Facts> => ({
    symmetric,
    positiveSemidefinite: positiveSemidefinite && certain,
  });
  if (piece.kind === 'delta') {
    const { labels } = piece;
    const shape = labels.core.map((label) => labels.sizes[label]!);
    return {
      shapes: [shape],
      assumes,
      scatter: labels.out.some((label) => labels.in.includes(label)) ? scatter(labels) : undefined,
      make: ([core], certain) => deltaMatrix(core!, labels, outShape, inShape).certified(facts(certain)),
    };
  }
  if (piece.kind === 'kronecker') {
    const { parts, term } = piece;
    const [out, into] = [term.axes.flat(), term.into.flat()];
    const indices = [...out, ...into];
    const label = (index: Index): number => indices.indexOf(index);
    const axes = { sizes: indices.map(sizeOfIndex), out: out.map(label), in: into.map(label) };
    return {
      shapes: parts.map((_, k) => partShape(piece, k)),
      assumes,
      scatter: undefined,
      make: (matrices, certain) => {
        const factors = parts.map(({ rows, columns }, k) => ({
          matrix: matrices[k]!,
          rows: rows.map(label),
          columns: columns.map(label),
        }));
        return new KroneckerProduct(factors, axes, outShape, inShape).certified(facts(certain));
      },
    };
  }
  const [m, n] = [sizeOf(outShape), sizeOf(inShape)];
  const { rank } = piece;
  return {
    shapes: [[m, rank], [rank], ...(isSymmetric(piece) ? [] : [[n, rank]])],
    assumes,
    scatter: undefined,
    make: ([left, weights, right = left], certain) =>
      new LowRank(left!, right, weights, outShape, inShape).certified(facts(certain)),
  };
}
