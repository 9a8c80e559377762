// The shape of the data that `tensor()` takes: `[[1,2,3],[4,5,6]]` is [2,3]. All rows of a literal are read at once, as one
// union of row types, so that the cost grows with the number of different rows and not with their count.

import type { IsUnion, ShapeFailure } from './shape.ts';

/** A number, a boolean, nested arrays of them, or a typed array. */
// Not recursive: a recursive constraint makes inference "excessively deep". ShapeOfData and the run-time check look inside.
export type Data = number | boolean | readonly unknown[] | ArrayBufferView;

/** The shape of nested arrays; a typed array, or an array that is no literal, has one axis of unknown size. */
export type ShapeOfData<D> = D extends number | boolean
  ? []
  : D extends readonly (infer Row)[]
    ? [Row] extends [never]
      ? [0]
      : ShapeOfData<Row> extends infer Rows
        ? WithRows<D['length'], CommonShape<Rows>>
        : never
    : D extends ArrayBufferView
      ? [number]
      : number[];

type WithRows<Rows extends number, Row> = Row extends number[] ? [Rows, ...Row] : Row;

type Ragged = ShapeFailure<'tensor: rows have different lengths.'>;

/** The one shape that all rows have; an unknown size may be any. */
type CommonShape<Rows> = [Rows] extends [number[]]
  ? true extends IsUnion<Rows>
    ? IsUnion<Rows['length']> extends true
      ? Ragged
      : number extends Rows['length']
        ? number[]
        : CommonSizes<Rows>
    : Rows
  : Ragged;

type CommonSizes<Rows extends number[], Done extends number[] = []> = Done['length'] extends Rows['length']
  ? Done
  : Rows[Done['length']] extends infer Size extends number
    ? IsUnion<Size> extends true
      ? Ragged
      : CommonSizes<Rows, [...Done, Size]>
    : number[];
