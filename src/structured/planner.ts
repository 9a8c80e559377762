// The planner behind jacobian and hessian: makes the plan of a traced function, asks the cost model, and turns the tensors
// of the plan into entries or typed values. Products take over where they are cheaper, and where a plan meets a number
// that is not finite: a product knows 0 · ∞ = 0 along a branch that was not taken, a weight that was merged does not.
import { allocate, isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type DenseTensor, dense, filled, type Tensor } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { installPlanner, type PlannedCall, type PlanRequest } from '../transforms/planner.ts';
import { type Choice, choose } from './choice.ts';
import { Dense } from './dense.ts';
import type { StructuredMatrix } from './matrix.ts';
import { type Block, makePlan, type Plan } from './plan.ts';

/** [...Out, ...In] of a block. A full part that nothing else holds is filled up, not copied. */
function entries(block: Block, list: readonly StructuredMatrix[], isOwned: (x: DenseTensor) => boolean): Tensor {
  const shape = [...block.outShape, ...block.inShape];
  const whole = list.find((part): part is Dense => part instanceof Dense);
  if (list.length === 1 && whole) return whole.entries;
  const given = whole?.entries as DenseTensor | undefined;
  const owned = given?.isRowMajor && isOwned(given);
  const storage = given ? (owned ? given.values() : given.toTypedArray()) : allocate(block.dtype, sizeOf(shape));
  for (const part of list) if (part !== whole) part.addInto(storage);
  return dense(block.dtype, shape, storage);
}

function typed(block: Block, list: readonly StructuredMatrix[]): StructuredMatrix {
  if (list.length > 0) return list.reduce((sum, part) => sum.add(part));
  return new Dense(filled([...block.outShape, ...block.inShape], 0, block.dtype), block.outShape.length);
}

/** More elements than these are not looked at for a certificate. */
const FEW = 10_000;

function isNonnegative(x: DenseTensor): boolean {
  const repeated = x.strides.every((s) => s === 0);
  if (!repeated && x.size > FEW) return false;
  return repeated ? x.storage[x.offset]! >= 0 : x.values().every((v) => v >= 0);
}

/** All blocks, output by output. Undefined where a number is not finite. */
export function evaluatePlan(
  plan: Plan,
  inputs: readonly DenseTensor[],
  structured: boolean,
): (StructuredMatrix | Tensor)[][] | undefined {
  const { execute, constants } = plan.cores();
  const computed = execute(inputs) as DenseTensor[];
  const count = plan.blocks
    .flat()
    .reduce((n, { assemblies }) => n + assemblies.reduce((m, a) => m + a.shapes.length, 0), 0);
  for (const { storage, offset } of computed.slice(count)) if (!Number.isFinite(storage[offset]!)) return undefined;
  // A core that is an input itself is handed out as a view: the input may be a leaf that an optimizer moves later.
  const tensors = computed.slice(0, count).map((x) => (inputs.includes(x) ? x.view(x.shape, x.strides) : x));
  const held = [...constants, ...inputs, ...tensors].map(({ storage }) => storage);
  const isOwned = ({ storage }: DenseTensor): boolean => held.filter((other) => other === storage).length === 1;
  let next = 0;
  return plan.blocks.map((row) =>
    row.map((block) => {
      const list = block.assemblies.map((part) => {
        const from = next;
        next += part.shapes.length;
        return part.make(
          tensors.slice(from, next),
          part.assumes.every((k) => structured && isNonnegative(inputs[k]!)),
        );
      });
      return structured ? typed(block, list) : entries(block, list, isOwned);
    }),
  );
}

/** All blocks in the way that was chosen; undefined where that is products. */
export function evaluateChoice(
  plan: Plan,
  choice: Choice,
  inputs: readonly DenseTensor[],
  structured: boolean,
): (StructuredMatrix | Tensor)[][] | undefined {
  if (choice.way === 'structured') return evaluatePlan(plan, inputs, structured);
  if (choice.way === 'products') return undefined;
  return choice.sparse!.map((row) =>
    row.map((candidate) => {
      const matrix = candidate.evaluate(inputs);
      return structured ? matrix : matrix.toDense();
    }),
  );
}

/** Whether the second derivative of a program is a Hessian: of one scalar. */
export const isScalar = (program: PlanRequest['program']): boolean =>
  program.outputs.length === 1 && program.outputs[0]!.shape.length === 0;

function plan({ kind, structured, program, output, count, perInput }: PlanRequest): PlannedCall | undefined {
  if (kind === 'hessian' && !(isScalar(program) && output.kind === 'leaf')) return undefined;
  // One row is one pullback.
  if (kind === 'jacobian' && isScalar(program) && !structured) return undefined;
  const made = makePlan(kind, program, count, structured);
  if (!made) return undefined;
  // Patterns follow indices and masks, whose numbers come with the first call.
  const held = program.inputs.slice(0, program.inputs.length - count);
  const waits = held.some(({ dtype }) => !isFloat(dtype));
  let choice = waits ? undefined : choose(made, structured);
  if (choice?.way === 'products') return undefined;
  const assembled = (rows: readonly (readonly unknown[])[]): unknown =>
    kind === 'hessian' ? perInput(rows.map(perInput)) : unflatten(output, rows.map(perInput));
  return (inputs) => {
    const known = (): (DenseTensor | undefined)[] =>
      held.map(({ dtype }, i) => (isFloat(dtype) ? undefined : inputs[i]!));
    choice ??= choose(made, structured, undefined, known());
    const rows = evaluateChoice(made, choice, inputs, structured);
    return rows && { result: assembled(rows) };
  };
}

installPlanner({
  plan,
  dense: (entriesOfBlock, inDims) => new Dense(entriesOfBlock, entriesOfBlock.ndim - inDims),
});
