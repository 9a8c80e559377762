// Operations that are a few walks over memory in terms of others: softmax and its kin as max, exp, sum. They have records of
// their own because their derivatives do; what is computed is the same, with the same limits at infinities:
//   m = max x,  e = [x = m] ? 1 : exp(x − m),  L = m + log Σ e
import { add, div, sub } from '../ops/arithmetic.ts';
import { equal, isfinite } from '../ops/comparison.ts';
import { exp, log } from '../ops/exponential.ts';
import { max } from '../ops/extremes.ts';
import { sum } from '../ops/reduction.ts';
import { where } from '../ops/select.ts';
import type { Atom, Program } from '../program/program.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { rewrite } from './rewrite.ts';

const keep = { keepdims: true } as const;

/** The largest of each row and exp(x − largest), 1 at the largest also where it is infinite. */
function scaled(x: Tensor, axes: readonly number[]): { readonly m: Tensor; readonly e: Tensor } {
  const m = max(x, axes, keep);
  return { m, e: where(equal(x, m), 1, exp(sub(x, m))) };
}

const expansions: Readonly<Record<string, (x: Tensor, axes: readonly number[]) => Tensor>> = {
  softmax(x, axes) {
    const { m, e } = scaled(x, axes);
    return where(equal(m, -Infinity), 0, div(e, sum(e, axes, keep)));
  },
  logSoftmax(x, axes) {
    const { m, e } = scaled(x, axes);
    const log_ = log(sum(e, axes, keep));
    return where(equal(x, -Infinity), x, sub(where(equal(x, m), 0, sub(x, m)), log_));
  },
  logsumexp(x, axes) {
    const { m, e } = scaled(x, axes);
    const total = sum(e, axes, keep);
    const y = where(isfinite(m), add(m, log(total)), m);
    return sum(y, axes); // axes of size 1
  },
};

/** Rows of one element or none, and wide rows of a scalar, are left to the reference. */
function expandable(op: OpRecord, x: Atom, axes: readonly number[]): boolean {
  return op.name in expansions && axes.length > 0 && sizeOf(x.shape) > 0;
}

/** The program with such operations written out. */
export function expandOperations(program: Program): Program {
  if (!program.equations.some((e) => e.op.name in expansions)) return program;
  return rewrite(program, ({ op, x, p }) =>
    expandable(op, x[0]!, p?.axes ?? []) ? { x: [x[0]!], f: (v) => [expansions[op.name]!(v!, p.axes)] } : undefined,
  );
}
