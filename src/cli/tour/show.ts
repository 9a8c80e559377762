// Tensors as the tour writes them.
import type { Tensor } from '../../index.ts';
import { showNumber, showVector } from '../numbers.ts';
import { matrixLines } from '../table.ts';

export const numbers = (x: Tensor): number[] => [...x.toTypedArray()];

export const vector = (x: Tensor): string => showVector(numbers(x));

export const scalar = (x: Tensor): string => showNumber(Number(x.item()));

/** A matrix between brackets. */
export function matrix(name: string, x: Tensor): string[] {
  return matrixLines(
    name,
    (x.toArray() as number[][]).map((row) => row.map((v) => showNumber(v))),
  );
}
