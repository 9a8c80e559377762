// Indices as compiled code needs them: counted from the front, and known to be in range before anything is read or written
// there. It is a step of compiled code only; no program has it.
import { type Origin, wrapIndex } from '../ops/indexing.ts';
import type { OpRecord } from '../tensor/op.ts';

export interface IndexRange {
  readonly size: number;
  readonly origin: Origin;
}

const only = (): never => {
  throw new Error('wrapIndex exists in compiled code only');
};

export const wrapIndexOp: OpRecord = {
  name: 'wrapIndex',
  type: ([x]) => [{ shape: x!.shape, dtype: 'int32' }],
  scalar:
    ({ size, origin }: IndexRange) =>
    (i) =>
      wrapIndex(i!, size, origin),
  evaluate: only,
  jvp: only,
  batch: only,
  formula: only,
  samples: [],
};
