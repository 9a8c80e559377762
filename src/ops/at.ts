// NumPy indexing. Ranges, integers and new axes are views made of slice, flip and reshape; index tensors become one take
// over the axes they index, merged into one. Writing is functional: `withAt` and `addAt` give a new tensor, made of the
// transposes of the same maps, so that gradients are zero where something was overwritten and flow to the value.
import { ArgumentError, DTypeError, ShapeError } from '../errors.ts';
import { arange } from '../tensor/create.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate, dtypeOfScalar, isFloat, promote } from '../tensor/dtype.ts';
import { call, name } from '../tensor/formula.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, filled, Tensor } from '../tensor/tensor.ts';
import { add } from './arithmetic.ts';
import { cast } from './cast.ts';
import { composite } from './composite.ts';
import { type IndexEntry, type IndexPlan, planIndex } from './index-plan.ts';
import { putAddOp, takeOp, wrapIndex } from './indexing.ts';
import { checkAccepted } from './map.ts';
import { flip, padWith, permute, slice } from './movement.ts';
import { asTensor, broadcastOperands, describe, onlyTensor, type TensorLike } from './operands.ts';
import { overwrite } from './scatter.ts';
import { where } from './select.ts';
import { broadcastInto, leadingAxes, reshapeTo } from './spread.ts';

interface RavelParam {
  /** The sizes of the axes that are merged, and what they are called in an IndexError. */
  readonly sizes: readonly number[];
  readonly axes: readonly number[];
  readonly op: string;
}

/** Positions on several axes -> positions on these axes merged into one. */
const ravelIndexOp: OpRecord<RavelParam> = register<RavelParam>({
  name: 'ravelIndex',
  type: ([first]) => [{ shape: first!.shape, dtype: 'int32' }],
  evaluate: (x, { sizes, axes, op }, [y]) => {
    const out = allocate('int32', sizeOf(y!.shape));
    const strides = rowMajorStrides(sizes);
    x.forEach((index, k) => {
      const positions = index.values();
      const origin = { op, axis: axes[k]! };
      for (let i = 0; i < out.length; i++) out[i]! += wrapIndex(positions[i]!, sizes[k]!, origin) * strides[k]!;
    });
    return [dense('int32', y!.shape, out)];
  },
  jvp: () => [null],
  batch: leadingAxes(() => ravelIndexOp),
  formula: (x, { sizes }) => call('ravelIndex', ...x, name(showShape(sizes))),
  samples: [
    {
      inputs: [
        { shape: [4], dtype: 'int32', values: [0, 1, -1, 0] },
        { shape: [4], dtype: 'int32', values: [2, -3, 1, 0] },
      ],
      params: { sizes: [2, 3], axes: [0, 1], op: 'at' },
    },
  ],
});

// ------------------------------------------------------------------------------------------------------- reading

/** The box of a plan, reversed where steps are negative, without the axes of integers and with the new ones. */
function readBox(x: Tensor, plan: IndexPlan): Tensor {
  const cut = slice(x, plan.starts, plan.stops, plan.steps);
  return reshapeTo(plan.flips.length === 0 ? cut : flip(cut, plan.flips), plan.kept);
}

/** The positions of the index tensors, over their axes merged into one. */
function mergedIndex(op: string, plan: IndexPlan): Tensor {
  const { indexed, kept } = plan;
  if (indexed.length === 1) return indexed[0]!.index;
  const tensors = broadcastOperands(
    op,
    indexed.map((v) => v.index),
  );
  const sizes = indexed.map((v) => kept[v.axis]!);
  return apply(ravelIndexOp, tensors, { sizes, axes: indexed.map((v) => v.named), op });
}

function read(op: string, x: Tensor, plan: IndexPlan): Tensor {
  const box = readBox(x, plan);
  const { indexed, place, kept } = plan;
  if (indexed.length === 0) return box;
  const axes = indexed.map((v) => v.axis);
  const others = kept.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
  const order = [...others.slice(0, place), ...axes, ...others.slice(place)];
  const sizes = order.map((i) => kept[i]!);
  const merged = [...sizes.slice(0, place), sizeOf(axes.map((i) => kept[i]!)), ...sizes.slice(place + axes.length)];
  return apply(takeOp, [reshapeTo(permute(box, order), merged), mergedIndex(op, plan)], {
    axis: place,
    batch: 0,
    origin: { op, axis: indexed[0]!.named },
  });
}

/**
 * Elements by NumPy's rules: integers (negative ones count from the end), `':'`, ranges `[start, stop]` and
 * `[start, stop, step]` with null for open ends, `'...'`, `null` for a new axis, int32 tensors of positions, bool tensors
 * as masks. Several tensors broadcast against each other; where ranges separate them their axes come first. Throws
 * IndexError for too many or out-of-range indices. A mask needs numbers: inside vmap or trace use `where`.
 * @example at(tensor([[1, 2, 3], [4, 5, 6]]), ':', [null, null, -1]) // [[3, 2, 1], [6, 5, 4]]
 */
export function at(x: Tensor, ...index: readonly IndexEntry[]): Tensor {
  return read('at', x, planIndex('at', index, onlyTensor('at', x).shape));
}

// ------------------------------------------------------------------------------------------------------- writing

/** The transpose of readBox: values of the shape `kept` at their places in zeros of the shape of x. */
function spreadBox(v: Tensor, plan: IndexPlan, shape: readonly number[]): Tensor {
  const box = reshapeTo(v, plan.box);
  const reach = plan.box.map((n, i) => Math.max(0, (n - 1) * plan.steps[i]! + 1));
  return padWith(
    plan.flips.length === 0 ? box : flip(box, plan.flips),
    0,
    plan.starts,
    shape.map((n, i) => n - plan.starts[i]! - reach[i]!),
    plan.steps.map((s) => s - 1),
  );
}

/** The value to write, in the dtype of x; a float is not silently truncated into integers. */
function valueFor(op: string, x: Tensor, value: TensorLike): Tensor {
  const v = asTensor(op, value);
  const widens =
    value instanceof Tensor
      ? promote(v.dtype, x.dtype) !== x.dtype && !(isFloat(v.dtype) && isFloat(x.dtype))
      : dtypeOfScalar(value, x.dtype) !== x.dtype;
  if (widens) {
    const what = value instanceof Tensor ? `a ${v.dtype} value` : `the value ${String(value)}`;
    throw new DTypeError(
      `${op}: ${what} does not fit into a tensor of dtype ${x.dtype}.`,
      'convert one of them with to(dtype)',
    );
  }
  return cast(v, x.dtype);
}

function broadcastValue(op: string, v: Tensor, shape: readonly number[]): Tensor {
  const lead = shape.length - v.ndim;
  if (lead < 0 || v.shape.some((n: number, i: number) => n !== 1 && n !== shape[lead + i])) {
    throw new ShapeError(
      `${op}: a value of shape ${showShape(v.shape)} does not broadcast to the indexed shape ${showShape(shape)}.`,
    );
  }
  return broadcastInto(v, shape);
}

/** The mask, spread over x, where the index is one mask and the value a scalar: that needs no numbers of the mask. */
function singleMask(x: Tensor, index: readonly IndexEntry[], v: Tensor): Tensor | undefined {
  const mask = index[0];
  if (index.length !== 1 || !(mask instanceof Tensor) || mask.dtype !== 'bool' || v.ndim !== 0) return undefined;
  const shape: readonly number[] = x.shape;
  const fits = mask.ndim > 0 && sameShape(mask.shape, shape.slice(0, mask.ndim));
  return fits
    ? broadcastInto(reshapeTo(mask, [...mask.shape, ...shape.slice(mask.ndim).map(() => 1)]), shape)
    : undefined;
}

/** Row-major positions in x, as a vector, of the elements that `at` would read, and the shape it would give them. */
function positionsOf(
  op: string,
  shape: readonly number[],
  plan: IndexPlan,
): { flat: Tensor; shape: readonly number[] } {
  const every = reshapeTo(arange(sizeOf(shape), undefined, 1, { dtype: 'int32' }), shape);
  const chosen = read(op, every, plan);
  return { flat: reshapeTo(chosen, [chosen.size]), shape: chosen.shape };
}

/**
 * `x` with `v` stored at the indexed elements, the method `x.with([…], v)`; `v` broadcasts. Of several writes to one
 * element the last stays. The gradient of x is zero at overwritten elements; theirs flows to v.
 * @example withAt(tensor([1, 2, 3]), [[null, 2]], 0) // [0, 0, 3]
 */
export function withAt(x: Tensor, index: readonly IndexEntry[], v: TensorLike): Tensor {
  const { shape } = onlyTensor('with', x);
  const entries = entryList('with', index);
  const value = valueFor('with', x, v);
  const mask = singleMask(x, entries, value);
  if (mask) return where(mask, value, x);
  const plan = planIndex('with', entries, shape);
  if (plan.indexed.length === 0) {
    const spread = spreadBox(broadcastValue('with', value, plan.kept), plan, shape);
    if (sameShape(plan.box, shape)) return spread;
    return where(spreadBox(filled(plan.kept, 1, 'bool'), plan, shape), spread, x);
  }
  const places = positionsOf('with', shape, plan);
  const values = reshapeTo(broadcastValue('with', value, places.shape), places.flat.shape);
  const origin = { op: 'with', axis: 0 };
  return reshapeTo(overwrite(reshapeTo(x, [x.size]), places.flat, values, origin), shape);
}

/**
 * `x` with `v` added to the indexed elements, the method `x.addAt([…], v)`; `v` broadcasts and duplicates add up.
 * @example addAt(tensor([1, 2, 3]), [tensor([0, 0], { dtype: 'int32' })], 1) // [3, 2, 3]
 */
export function addAt(x: Tensor, index: readonly IndexEntry[], v: TensorLike): Tensor {
  const { shape } = onlyTensor('addAt', x);
  const entries = entryList('addAt', index);
  const value = valueFor('addAt', x, v);
  checkAccepted('addAt', x.dtype, 'number');
  const mask = singleMask(x, entries, value);
  if (mask) return add(x, where(mask, value, 0));
  const plan = planIndex('addAt', entries, shape);
  if (plan.indexed.length === 0) return add(x, spreadBox(broadcastValue('addAt', value, plan.kept), plan, shape));
  const places = positionsOf('addAt', shape, plan);
  const values = reshapeTo(broadcastValue('addAt', value, places.shape), places.flat.shape);
  const origin = { op: 'addAt', axis: 0 };
  const added = apply(putAddOp, [values, places.flat], { axis: 0, batch: 0, size: x.size, origin });
  return add(x, reshapeTo(added, shape));
}

function entryList(op: string, index: unknown): readonly IndexEntry[] {
  if (Array.isArray(index)) return index;
  throw new ArgumentError(
    `${op}: the index must be a list of entries, got ${describe(index)}.`,
    `write ${op}([i, j], v)`,
  );
}

const range3: readonly IndexEntry[] = [':', [null, null, -2], null];
composite('at', at, [
  { inputs: [{ shape: [3, 5] }], params: range3 },
  { inputs: [{ shape: [3, 5] }], params: [-1, '...', [1, 4]] },
]);
composite('atPositions', (x: Tensor, i: Tensor, j: Tensor): Tensor => at(x, i, ':', j), [
  {
    inputs: [
      { shape: [3, 2, 4] },
      { shape: [2, 1], dtype: 'int32', values: [2, -1] },
      { shape: [3], dtype: 'int32', values: [0, 3, 0] },
    ],
  },
]);
composite('with', (x: Tensor, v: Tensor): Tensor => withAt(x, [[null, null, 2], 1], v), [
  { inputs: [{ shape: [3, 4] }, { shape: [2] }] },
]);
composite('withPositions', (x: Tensor, i: Tensor, v: Tensor): Tensor => withAt(x, [':', i], v), [
  { inputs: [{ shape: [2, 4] }, { shape: [3], dtype: 'int32', values: [0, -1, 0] }, { shape: [2, 3] }] },
]);
composite('addAt', (x: Tensor, v: Tensor): Tensor => addAt(x, ['...', [3, null, -1]], v), [
  { inputs: [{ shape: [3, 4] }, { shape: [3, 4] }] },
  { inputs: [{ shape: [3, 4] }, { shape: [] }] },
]);
composite('addAtPositions', (x: Tensor, i: Tensor, v: Tensor): Tensor => addAt(x, [':', i], v), [
  { inputs: [{ shape: [2, 4] }, { shape: [3], dtype: 'int32', values: [0, -1, 0] }, { shape: [3] }] },
]);
