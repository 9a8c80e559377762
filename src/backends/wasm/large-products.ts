// Single large contractions as programs, so that threads share them as they share the products of compiled programs, and
// operands and results stay in memory. A transposed operand is taken as its storage lies, with its labels in another order.
import type { Labels } from '../../ops/contract.ts';
import { contractOp } from '../../ops/contract.ts';
import type { Executable } from '../../program/backend.ts';
import { Program, Var } from '../../program/program.ts';
import type { OpRecord, TensorType } from '../../tensor/op.ts';
import type { DenseTensor } from '../../tensor/tensor.ts';
import type { Arena } from './memory.ts';
import { link, planProgram } from './program.ts';

/** Fewer multiplications than this are not worth a program. */
const LEAST_PRODUCTS = 2 ** 22;
/** Programs that are kept. */
const MOST_PROGRAMS = 64;

export class LargeProducts {
  private readonly arena: Arena;
  private readonly programs = new Map<string, Executable | undefined>();

  constructor(arena: Arena) {
    this.arena = arena;
  }

  evaluate(a: DenseTensor, b: DenseTensor, p: Labels, type: TensorType): DenseTensor | undefined {
    if (multiplications(a, b, p) < LEAST_PRODUCTS) return undefined;
    const [left, labelsA] = asStored(a, p.a);
    const [right, labelsB] = asStored(b, p.b);
    const labels: Labels = { ...p, a: labelsA, b: labelsB };
    const key = `${type.dtype} ${left.shape.join()} ${right.shape.join()} ${JSON.stringify(labels)}`;
    let run = this.programs.get(key);
    if (!run && !this.programs.has(key)) {
      run = this.compile(left, right, labels, type);
      if (this.programs.size === MOST_PROGRAMS) this.programs.clear();
      this.programs.set(key, run);
    }
    return run?.([left, right])?.[0];
  }

  private compile(a: DenseTensor, b: DenseTensor, p: Labels, type: TensorType): Executable | undefined {
    const x = [new Var(a), new Var(b)];
    const out = new Var(type);
    const planned = planProgram(new Program(x, [{ op: contractOp as OpRecord, x, p, outs: [out] }], [out]));
    return planned && link(this.arena, planned);
  }
}

function multiplications(a: DenseTensor, b: DenseTensor, p: Labels): number {
  return b.shape.reduce((product, n, i) => (p.a.includes(p.b[i]!) ? product : product * n), a.size);
}

/** The tensor and its labels with the axis of the largest stride first. */
function asStored(x: DenseTensor, labels: readonly number[]): [DenseTensor, readonly number[]] {
  if (x.isRowMajor) return [x, labels];
  const order = x.shape.map((_, i) => i).sort((i, j) => x.strides[j]! - x.strides[i]!);
  const stored = x.view(
    order.map((i) => x.shape[i]!),
    order.map((i) => x.strides[i]!),
  );
  return stored.isRowMajor ? [stored, order.map((i) => labels[i]!)] : [x, labels];
}
