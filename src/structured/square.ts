// A product with equal sides, Σ w A(rows, …) A(columns, …): A is computed once and weighed once, which leaves the compiler a
// product that equals its transpose, diag(w)A against A.
import type { Index } from '../calculus/net.ts';
import { mul } from '../ops/arithmetic.ts';
import { broadcastInto, reshapeTo } from '../ops/spread.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Emitter } from './emit.ts';
import { contractNetwork } from './network.ts';
import { type CoreTerm, isSymmetricSplit, type Split, splitProduct } from './pieces.ts';
import { productCost } from './product-cost.ts';
import { sizeOfIndex } from './term.ts';

interface Square {
  readonly split: Split;
  readonly rows: readonly Index[];
  readonly columns: readonly Index[];
  readonly shared: readonly Index[];
}

/** The sides of a core's product, where they are equal and using that costs less. */
export function squareOf({ factors, at, term }: CoreTerm): Square | undefined {
  const [out, into] = [term.axes.flat(), term.into.flat()];
  const shared = out.filter((index) => into.includes(index));
  const rows = out.filter((index) => !shared.includes(index));
  const columns = into.filter((index) => !shared.includes(index));
  const split = splitProduct(factors, rows, columns, shared);
  if (!split || split.cut.length === 0 || !isSymmetricSplit(split, rows, columns, shared)) return undefined;
  const side = [...split.cut, ...shared, ...rows];
  const indices = new Set([...side, ...columns]);
  const half = [...indices].reduce((n, index) => n * sizeOfIndex(index), 1);
  return productCost(split.left, side) + half <= productCost(factors, at)
    ? { split, rows, columns, shared }
    : undefined;
}

/** The core over `at`; undefined where a weight has an index that the sides lack. */
export function emitSquare(
  { coef, at }: CoreTerm,
  { split, rows, columns, shared }: Square,
  emitter: Emitter,
): Tensor | undefined {
  const side = emitter.product(1, split.left, [...split.cut, ...shared, ...rows]);
  const weight = emitter.product(coef, split.middle, [...split.cut, ...shared]);
  if (!weight.at.every((index) => side.at.includes(index))) return undefined;
  const shape = side.at.map(sizeOfIndex);
  const spread = reshapeTo(
    weight.x,
    side.at.map((index, k) => (weight.at.includes(index) ? shape[k]! : 1)),
  );
  const weighted = mul(broadcastInto(spread, shape), side.x);
  const labels = [...new Set([...side.at, ...columns])];
  const name = (index: Index): number => labels.indexOf(index);
  const result = contractNetwork(
    [
      { x: weighted, labels: side.at.map(name) },
      { x: side.x, labels: side.at.map((index) => name(rows.includes(index) ? columns[rows.indexOf(index)]! : index)) },
    ],
    at.map(name),
    (label) => sizeOfIndex(labels[label]!),
  );
  const sizes = at.map(sizeOfIndex);
  const carried = reshapeTo(
    result.x,
    at.map((index, k) => (result.labels.includes(name(index)) ? sizes[k]! : 1)),
  );
  return broadcastInto(carried, sizes);
}
