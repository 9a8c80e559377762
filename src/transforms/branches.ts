// cond and switch. When the predicate is known the taken branch simply runs. While tracing, both branches become programs
// of one operation, of which only the taken one is evaluated, differentiated and transposed. Under vmap with one predicate
// an example every branch runs on the whole batch, but never on the operands of examples that did not take it, so that
// their infinities and NaNs cannot reach a result or a gradient.
import { ArgumentError, ShapeError, TracedValueError } from '../errors.ts';
import { mul, neg, square } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { equal, less } from '../ops/comparison.ts';
import { composite } from '../ops/composite.ts';
import { argmax } from '../ops/extremes.ts';
import { indexTensor, take } from '../ops/indexing.ts';
import { zerosOf } from '../ops/linear.ts';
import { asTensor, describe, onlyTensor } from '../ops/operands.ts';
import { any } from '../ops/reduction.ts';
import { where } from '../ops/select.ts';
import { repeatOverBatch, reshapeTo } from '../ops/spread.ts';
import { Program } from '../program/program.ts';
import { traceFlat } from '../program/trace.ts';
import { bind } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { sameTree, showTree, unflatten } from '../tensor/tree.ts';
import { type AnyFunction, booleansOf, checkFunction, flattenTensors } from './call.ts';
import { batchProgram, closed, runDense, tangentProgram, transposeProgram } from './programs.ts';
import { traceTree } from './staging.ts';

interface BranchesParam {
  /** All with the same input and output types. */
  readonly branches: readonly Program[];
}

/** Inputs: the index (int32 scalar) of the branch, then the operands of every branch. */
const branchOp: OpRecord<BranchesParam> = {
  name: 'cond',
  type: (_x, { branches }) => branches[0]!.outputs,
  evaluate: ([index, ...x], { branches }) => runDense(branches[Number(index!.item())]!, x),
  jvp: ([index, ...x], [, ...dx], { branches }) => {
    const marked = dx.map((d) => d !== null);
    const tangents = branches.map((b) => tangentProgram(b, marked));
    const dy = [...bind(branchOp, [index!, ...x, ...dx.filter((d) => d !== null)], { branches: tangents })];
    return branches[0]!.outputs.map((y) => (isFloat(y.dtype) ? dy.shift()! : null));
  },
  transpose: (gy, [index, ...x], { branches }) => {
    const linear = x.map((v) => v === undefined);
    const given = gy.map((g) => g !== null);
    const transposed = branches.map((b) => transposeProgram(b, linear, given));
    const inputs = [index!, ...x.filter((v) => v !== undefined), ...gy.filter((g) => g !== null)];
    const gx = [...bind(branchOp, inputs, { branches: transposed })];
    return [undefined, ...linear.map((l) => (l ? gx.shift()! : undefined))];
  },
  batch: ([index, ...x], [manyIndices, ...batched], size, { branches }) => {
    const outs = manyIndices
      ? selectBranches(index!, x, batched, size, branches)
      : bind(branchOp, [index!, ...x], { branches: branches.map((b) => batchProgram(b, batched, size)) });
    return { outs, batched: outs.map(() => true) };
  },
  formula: (x) => call('cond', ...x),
  samples: [], // it needs programs: tested as the composites below
};

function selectBranches(
  index: Tensor,
  x: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  branches: readonly Program[],
): readonly Tensor[] {
  const everywhere = x.map((v, i) => (batched[i] ? v : repeatOverBatch(v, size)));
  const allBatched = x.map(() => true);
  let chosen: readonly Tensor[] | undefined;
  branches.forEach((branch, k) => {
    const mine = equal(index, k);
    // Examples of other branches get the operands of one that is here, so nothing undefined is computed for them.
    const example = argmax(cast(mine, 'int32'));
    const safe = everywhere.map((v) => {
      const mask = reshapeTo(mine, [size, ...v.shape.slice(1).map(() => 1)]);
      return where(mask, v, repeatOverBatch(take(v, example, 0), size));
    });
    const program = batchProgram(branch, allBatched, size);
    const nothing = traceFlat('cond', () => program.outputs.map(zerosOf), program.inputs);
    const outs = bind(branchOp, [cast(any(mine), 'int32'), ...safe], { branches: [nothing, program] });
    chosen = chosen
      ? outs.map((y, i) => where(reshapeTo(mine, [size, ...y.shape.slice(1).map(() => 1)]), y, chosen![i]!))
      : outs;
  });
  return chosen!;
}

/** The number a tensor holds, or undefined where it is not known yet. */
function known(x: Tensor, where: string): DenseTensor | undefined {
  try {
    return x.concrete(where);
  } catch (error) {
    if (error instanceof TracedValueError) return undefined;
    throw error;
  }
}

function choose(name: string, index: Tensor, branches: readonly AnyFunction[], operands: readonly unknown[]): unknown {
  const input = flattenTensors(name, operands);
  const given = booleansOf(operands);
  const traced = branches.map((f) => traceTree(name, (...x: unknown[]) => f(...given(x)), input.shape, input.leaves));
  const [first, ...others] = traced;
  for (const other of others) {
    if (!sameTree(first!.shape, other.shape)) {
      throw new ArgumentError(
        `${name}: branches return different structures: ${showTree(first!.shape)} and ${showTree(other.shape)}.`,
      );
    }
    other.program.outputs.forEach((y, i) => {
      const expected = first!.program.outputs[i]!;
      if (y.dtype !== expected.dtype || y.shape.join() !== expected.shape.join()) {
        throw new ShapeError(
          `${name}: branches return different types: ${expected.dtype}[${expected.shape.join(',')}] and ${y.dtype}[${y.shape.join(',')}].`,
        );
      }
    });
  }
  const parts = traced.map((t) => closed(t.program));
  const captured = parts.flatMap((part) => part.captured);
  // Every branch takes the captured values of all, and uses its own.
  const programs = parts.map(({ program, captured: own }, k) => {
    const inputs = parts.flatMap((part, j) =>
      j === k ? program.inputs.slice(0, own.length) : part.program.inputs.slice(0, part.captured.length),
    );
    return new Program([...inputs, ...program.inputs.slice(own.length)], program.equations, program.outputs);
  });
  return unflatten(first!.shape, bind(branchOp, [index, ...captured, ...input.leaves], { branches: programs }));
}

/**
 * `f(...operands)` if the scalar `predicate` is true, else `g(...operands)`. Only the taken branch is computed and only
 * it contributes to derivatives. While tracing, both branches must return the same structure, shapes and dtypes.
 */
export function cond(predicate: Tensor | boolean, f: AnyFunction, g: AnyFunction, ...operands: unknown[]): unknown {
  checkFunction('cond', f);
  checkFunction('cond', g);
  const p = cast(asTensor('cond', predicate), 'bool');
  if (p.ndim !== 0)
    throw new ShapeError(
      `cond: the predicate must be a scalar, got shape [${p.shape.join(',')}].`,
      'use where for a choice entry by entry',
    );
  const value = known(p, 'cond');
  if (value) return value.item() ? f(...operands) : g(...operands);
  return choose('cond', cast(p, 'int32'), [g, f], operands);
}

/** `branches[index](...operands)`, the index clamped into range. */
export function switchCase(index: Tensor | number, branches: readonly AnyFunction[], ...operands: unknown[]): unknown {
  if (!Array.isArray(branches) || branches.length === 0)
    throw new ArgumentError(`switch: expected a non-empty list of functions, got ${describe(branches)}.`);
  for (const f of branches) checkFunction('switch', f);
  const i = typeof index === 'number' ? indexTensor('switch', index) : onlyTensor('switch', index);
  if (i.ndim !== 0 || i.dtype !== 'int32')
    throw new ShapeError(`switch: the index must be an int32 scalar, got ${i.dtype}[${i.shape.join(',')}].`);
  const value = known(i, 'switch');
  const last = branches.length - 1;
  if (value) return branches[Math.min(Math.max(Number(value.item()), 0), last)]!(...operands);
  return choose('switch', where(less(i, 0), 0, where(less(i, last), i, last)), branches, operands);
}

composite(
  'cond',
  (p: Tensor, x: Tensor) =>
    cond(
      p,
      (v: Tensor) => square(v),
      (v: Tensor) => neg(v),
      x,
    ) as Tensor,
  [
    { inputs: [{ shape: [], dtype: 'bool', values: [1] }, { shape: [3] }] },
    { inputs: [{ shape: [], dtype: 'bool', values: [0] }, { shape: [3] }] },
  ],
);
composite(
  'switch',
  (i: Tensor, x: Tensor) => switchCase(i, [neg, square, (v: Tensor) => mul(square(v), v)], x) as Tensor,
  [{ inputs: [{ shape: [], dtype: 'int32', values: [2] }, { shape: [3] }] }],
);
