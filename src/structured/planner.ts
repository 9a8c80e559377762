// The planner behind jacobian and hessian: makes the plan of a traced function, asks the cost model, and turns the tensors
// of the plan into entries or typed values. Products take over where they are cheaper, and where a plan meets a number
// that is not finite: a product knows 0 · ∞ = 0 along a branch that was not taken, a weight that was merged does not.
import { reshapeTo } from '../ops/spread.ts';
import { allocate, isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { installPlanner, type PlannedCall, type PlanRequest } from '../transforms/planner.ts';
import { type Choice, choose } from './choice.ts';
import { Dense } from './dense.ts';
import { Diagonal } from './diagonal.ts';
import type { StructuredMatrix } from './matrix.ts';
import { type Block, makePlan, type Plan } from './plan.ts';
import { Sparse, zeroMatrix } from './sparse.ts';

/** [...Out, ...In] of a block from its cores. A full core that nothing else holds is filled up, not copied. */
function entries({ assemblies, outShape, inShape, dtype }: Block, cores: readonly Tensor[], held: () => Held): Tensor {
  const shape = [...outShape, ...inShape];
  const at = assemblies.findIndex(({ scatter }) => scatter === undefined);
  const whole = at < 0 ? undefined : (cores[at] as DenseTensor);
  if (whole && assemblies.length === 1) return reshapeTo(held().isInput(whole) ? view(whole) : whole, shape);
  const storage = whole
    ? whole.isRowMajor && held().isOwned(whole)
      ? whole.values()
      : whole.toTypedArray()
    : allocate(dtype, sizeOf(shape));
  for (const [k, { scatter }] of assemblies.entries()) scatter?.(storage, (cores[k] as DenseTensor).values());
  return dense(dtype, shape, storage);
}

interface Held {
  readonly isInput: (x: DenseTensor) => boolean;
  /** Whether nobody else has the elements of a computed tensor. */
  readonly isOwned: (x: DenseTensor) => boolean;
}

const view = (x: DenseTensor): DenseTensor => x.view(x.shape, x.strides);

function typed(block: Block, list: readonly StructuredMatrix[]): StructuredMatrix {
  if (list.length > 0) return list.reduce((sum, part) => sum.add(part));
  return zeroMatrix(block.outShape, block.inShape, block.dtype);
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
  const tensors = execute(inputs) as DenseTensor[];
  for (let k = plan.tensors; k < tensors.length; k++) {
    const { storage, offset } = tensors[k]!;
    if (!Number.isFinite(storage[offset]!)) return undefined;
  }
  const held = (): Held => ({
    isInput: (x) => inputs.includes(x),
    isOwned: ({ storage }) =>
      [...constants, ...inputs, ...tensors].filter((other) => other.storage === storage).length === 1,
  });
  let next = 0;
  return plan.blocks.map((row) =>
    row.map((block) => {
      if (!structured) {
        next += block.assemblies.length;
        return entries(block, tensors.slice(next - block.assemblies.length, next), held);
      }
      return typed(
        block,
        block.assemblies.map(({ shapes, assumes, make }) => {
          next += shapes.length;
          // An input that is a core itself is handed out as a view: it may be a leaf that an optimizer moves later.
          const own = tensors.slice(next - shapes.length, next).map((x) => (inputs.includes(x) ? view(x) : x));
          return make(
            own,
            assumes.every((k) => isNonnegative(inputs[k]!)),
          );
        }),
      );
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
  if (choice.way === 'products') return undefined;
  if (choice.way === 'sparse') {
    return compressed(choice.sparse!, inputs)?.map((row) =>
      row.map((matrix) => (structured ? matrix : matrix.toDense())),
    );
  }
  const rows = evaluatePlan(plan, inputs, structured);
  if (rows || !structured) return rows;
  const strict = choice.strict();
  return strict && compressed(strict, inputs)?.map((row) => row.map(simplest));
}

/** Fewer entries than these are computed by products where colours are not sure of them. */
const FEW_ENTRIES = 1e7;

/** A NaN of one column may spread to others of its colour: undefined where products can tell. */
function compressed(
  candidates: NonNullable<Choice['sparse']>,
  inputs: readonly DenseTensor[],
): StructuredMatrix[][] | undefined {
  const rows = candidates.map((row) => row.map((candidate) => candidate.evaluate(inputs)));
  const entries = rows.flat().reduce((n, { shape }) => n + shape[0] * shape[1], 0);
  const unsure = (matrix: StructuredMatrix): boolean =>
    matrix instanceof Sparse && (matrix.values as DenseTensor).values().some(Number.isNaN);
  return entries <= FEW_ENTRIES && rows.flat().some(unsure) ? undefined : rows;
}

/** A sparse matrix that has its diagonal only is a diagonal one. */
function simplest(matrix: StructuredMatrix): StructuredMatrix {
  if (!(matrix instanceof Sparse)) return matrix;
  const [m, n] = matrix.shape;
  const { indices, values } = matrix;
  const isDiagonal = m === n && indices.length === n && indices.every((j, i) => i === j && matrix.indptr[i] === i);
  return isDiagonal ? new Diagonal(reshapeTo(values, matrix.inShape), matrix.outShape) : matrix;
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
