// A value of the formula language as nets: its slots are groups of indices, so that vec and kron only regroup them.
import { product } from '../calculus/algebra.ts';
import { type Index, indices, type Sum } from '../calculus/net.ts';

/** A sum of nets whose free positions are grouped into 0, 1 or 2 slots (more for tensors). */
export interface NetValue {
  readonly sum: Sum;
  /** How many indices each slot holds. */
  readonly groups: readonly number[];
  readonly row: boolean;
}

export const plainValue = (sum: Sum): NetValue => ({ sum, groups: sum.sizes.map(() => 1), row: false });

/** Rows of a then rows of b, columns of a then columns of b; a vector lacks one of them. */
export function kronecker(a: NetValue, b: NetValue): NetValue {
  const [ia, ib] = [indices(a.sum.sizes), indices(b.sum.sizes)];
  const split = (v: NetValue, at: Index[]): [Index[], Index[]] =>
    v.groups.length === 2 ? [at.slice(0, v.groups[0]), at.slice(v.groups[0])] : v.row ? [[], at] : [at, []];
  const [ra, ca] = split(a, ia);
  const [rb, cb] = split(b, ib);
  const [rows, columns] = [
    [...ra, ...rb],
    [...ca, ...cb],
  ];
  const parts = [
    { sum: a.sum, at: ia },
    { sum: b.sum, at: ib },
  ];
  const sum = product(parts, [...rows, ...columns]);
  const vector = a.groups.length < 2 && b.groups.length < 2 && (rows.length === 0 || columns.length === 0);
  const groups = vector
    ? rows.length + columns.length === 0
      ? []
      : [rows.length + columns.length]
    : [rows.length, columns.length];
  return { sum, groups, row: vector && columns.length > 0 };
}
