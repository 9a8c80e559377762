import type { Coordinate, InputSpec } from '../answers.ts';

/** A function to begin with, its inputs, and where it is worth looking at. */
export interface Example {
  readonly id: string;
  readonly title: string;
  readonly code: string;
  readonly inputs: readonly InputSpec[];
  /** The two coordinates of the plane pictures; default: the first two elements. */
  readonly x?: Coordinate;
  readonly y?: Coordinate;
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** The input that matrices are taken in; default the first. */
  readonly wrt?: number;
  /** The view it opens with. */
  readonly tab?: string;
}

/** An input with given entries, row by row. */
export function given(name: string, shape: readonly number[], values: readonly number[]): InputSpec {
  return { name, shape, fill: 'numbers', values };
}
