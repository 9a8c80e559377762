// Small maps on the last two axes that the derivative rules are written with, and the checks of matrix arguments.
import { add, mul } from '../ops/arithmetic.ts';
import { tril, triu } from '../ops/diagonals.ts';
import { concat } from '../ops/joining.ts';
import { expandDims, slice, swapaxes } from '../ops/movement.ts';
import { floating, onlyTensor, promoted } from '../ops/operands.ts';
import { broadcastInto, sumOver } from '../ops/spread.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Aᵀ. */
export function t(x: Tensor): Tensor {
  return swapaxes(x, -2, -1);
}

/** (A + Aᵀ) / 2. */
export function symmetricPart(x: Tensor): Tensor {
  const half = mul(x, 0.5);
  return add(half, t(half));
}

/** Entries with i > j; with i ≥ j when the diagonal is included. */
export function lowerPart(x: Tensor, includeDiagonal: boolean): Tensor {
  return tril(x, includeDiagonal ? 0 : -1);
}

/** Entries with i < j; with i ≤ j when the diagonal is included. */
export function upperPart(x: Tensor, includeDiagonal: boolean): Tensor {
  return triu(x, includeDiagonal ? 0 : 1);
}

/** aₖᵀ bₖ for every column k: the diagonal of aᵀ b, each entry from its own columns only. */
export function columnwise(a: Tensor, b: Tensor): Tensor {
  return sumOver(mul(a, b), [a.ndim - 2]);
}

/** Rows and columns of the last two axes, each as [start, stop]. */
export function block(x: Tensor, rows: readonly [number, number], columns: readonly [number, number]): Tensor {
  const lead = x.ndim - 2;
  const before = (x.shape as readonly number[]).slice(0, lead);
  return slice(x, [...before.map(() => 0), rows[0], columns[0]], [...before, rows[1], columns[1]]);
}

/** The matrices above each other. */
export function stackRows(top: Tensor, bottom: Tensor): Tensor {
  return concat([top, bottom], -2);
}

/** Σ aᵢⱼ bᵢⱼ over the last two axes. */
export function inner(a: Tensor, b: Tensor): Tensor {
  return sumOver(mul(a, b), [a.ndim - 2, a.ndim - 1]);
}

/** d as a row beside every row of an [m, n] matrix: column j is scaled by d_j in a product with it. */
export function asRow(d: Tensor): Tensor {
  return expandDims(d, -2);
}

/** d as a column. */
export function asColumn(d: Tensor): Tensor {
  return expandDims(d, -1);
}

/** A matrix argument in a float dtype. */
export function matrixArgument(name: string, x: Tensor): Tensor {
  return floating(name, onlyTensor(name, x));
}

/** Two matrix arguments in one float dtype, their batch axes broadcast against each other. */
export function matrixArguments(name: string, a: Tensor, b: Tensor): [Tensor, Tensor] {
  const [x, y] = promoted(name, [onlyTensor(name, a), onlyTensor(name, b)]).map((v) => floating(name, v)) as [
    Tensor,
    Tensor,
  ];
  const lead = (v: Tensor) => (v.shape as readonly number[]).slice(0, Math.max(0, v.ndim - 2));
  const batch = broadcastShapes(`${name} (batch dims)`, lead(x), lead(y));
  return [broadcastInto(x, [...batch, ...x.shape.slice(-2)]), broadcastInto(y, [...batch, ...y.shape.slice(-2)])];
}
