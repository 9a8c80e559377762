// The planner behind jacobian and hessian: makes the plan of a traced function, asks the cost model, and turns the tensors
// of the plan into entries or typed values. Products take over where they are cheaper, and where a plan meets a number
// that is not finite: a product knows 0 · ∞ = 0 along a branch that was not taken, a weight that was merged does not.
import { allocate } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type DenseTensor, dense, filled, type Tensor } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { installPlanner, type PlannedCall, type PlanRequest } from '../transforms/planner.ts';
import { Dense } from './dense.ts';
import type { StructuredMatrix } from './matrix.ts';
import { type Block, makePlan, type Plan } from './plan.ts';

/** The matrices of a block's pieces. */
function parts(block: Block, tensors: readonly Tensor[], from: number): { list: StructuredMatrix[]; next: number } {
  let next = from;
  const list = block.assemblies.map(({ count, make }) => {
    const made = make(tensors.slice(next, next + count));
    next += count;
    return made;
  });
  return { list, next };
}

/** [...Out, ...In] of a block. A dense part that nothing else holds is filled up, not copied. */
function entries(block: Block, list: readonly StructuredMatrix[], isOwned: (x: DenseTensor) => boolean): Tensor {
  const shape = [...block.outShape, ...block.inShape];
  const whole = list.find((part): part is Dense => part instanceof Dense);
  if (list.length === 1 && whole) return whole.entries;
  const given = whole?.entries as DenseTensor | undefined;
  const storage = given
    ? given.isRowMajor && isOwned(given)
      ? given.values()
      : given.toTypedArray()
    : allocate(block.dtype, sizeOf(shape));
  for (const part of list) if (part !== whole) part.addInto(storage);
  return dense(block.dtype, shape, storage);
}

function typed(block: Block, list: readonly StructuredMatrix[]): StructuredMatrix {
  if (list.length === 0) {
    return new Dense(filled([...block.outShape, ...block.inShape], 0, block.dtype), block.outShape.length);
  }
  return list.reduce((sum, part) => sum.add(part));
}

/** All blocks, output by output. Undefined where a number is not finite. */
export function evaluatePlan(
  plan: Plan,
  inputs: readonly DenseTensor[],
  structured: boolean,
): (StructuredMatrix | Tensor)[][] | undefined {
  const computed = plan.execute(inputs) as DenseTensor[];
  const count = plan.blocks
    .flat()
    .reduce((n, { assemblies }) => n + assemblies.reduce((m, part) => m + part.count, 0), 0);
  // A core that is an input itself is handed out as a view: the input may be a leaf that an optimizer moves later.
  const tensors = computed.slice(0, count).map((x) => (inputs.includes(x) ? x.view(x.shape, x.strides) : x));
  for (const { storage, offset } of computed.slice(count)) if (!Number.isFinite(storage[offset]!)) return undefined;
  const held = [...plan.constants, ...inputs, ...tensors].map(({ storage }) => storage);
  const isOwned = ({ storage }: DenseTensor): boolean => held.filter((other) => other === storage).length === 1;
  let next = 0;
  return plan.blocks.map((row) =>
    row.map((block) => {
      const made = parts(block, tensors, next);
      next = made.next;
      return structured ? typed(block, made.list) : entries(block, made.list, isOwned);
    }),
  );
}

/** A plan may cost this much more than products before they are preferred: it runs as one program. */
const ADVANTAGE = 2;

export const isWorthwhile = ({ costs }: Plan): boolean => costs.plan <= ADVANTAGE * costs.product * costs.products;

function plan({ kind, structured, program, output, count, perInput }: PlanRequest): PlannedCall | undefined {
  if (kind === 'hessian' && (output.kind !== 'leaf' || program.outputs[0]!.shape.length > 0)) return undefined;
  if (!structured && kind === 'jacobian' && sizeOf(program.outputs.flatMap(({ shape }) => shape)) === 1) {
    return undefined;
  }
  const made = makePlan(kind, program, count, structured);
  if (!made || (!structured && !isWorthwhile(made))) return undefined;
  const assembled = (rows: readonly (readonly unknown[])[]): unknown =>
    kind === 'hessian' ? perInput(rows.map(perInput)) : unflatten(output, rows.map(perInput));
  return (inputs) => {
    const rows = evaluatePlan(made, inputs, structured);
    return rows && { result: assembled(rows) };
  };
}

installPlanner({
  plan,
  dense: (entriesOfBlock, inDims) => new Dense(entriesOfBlock, entriesOfBlock.ndim - inDims),
});
