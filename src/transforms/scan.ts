// scan: a loop whose length is known, as one operation that carries the body's program.
//   forward   (c, y_t) = body(c, x_t)
//   tangent   another scan, over values met on the way: dc' = ∂body(c_t, x_t)·(dc, dx_t), linear in (dinit, dx)
//   transpose the tangent scan run backwards, its body transposed, the cotangents of constants summed on the way
import { ArgumentError, ShapeError } from '../errors.ts';
import { accumulate } from '../ops/addition.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { composite } from '../ops/composite.ts';
import { zerosOf } from '../ops/linear.ts';
import { moveaxis } from '../ops/movement.ts';
import { allBatched } from '../ops/spread.ts';
import { type Equation, Program, type Var } from '../program/program.ts';
import { run, traceFlat } from '../program/trace.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { bind } from '../tensor/dispatch.ts';
import { allocate, isFloat } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { Cotangent, OpRecord, TensorType } from '../tensor/op.ts';
import { type DenseTensor, dense, filled, type Tensor } from '../tensor/tensor.ts';
import { flatten, sameTree, showTree, type TreeShape, unflatten } from '../tensor/tree.ts';
import { type AnyFunction, checkFunction, flattenTensors } from './call.ts';
import { dependents, splitLinear } from './partial.ts';
import { batchProgram, closed, cut, jointProgram, pullProgram, runDense } from './programs.ts';
import { traceTree } from './staging.ts';

interface ScanParam {
  /** Inputs: constants, carry, one slice of each xs. Outputs: carry, one slice of each ys. */
  readonly body: Program;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
}

const element = (x: DenseTensor, t: number): DenseTensor =>
  x.view(x.shape.slice(1), x.strides.slice(1), x.offset + t * x.strides[0]!);

/** Inputs: constants, initial carry, xs (leading axis = steps). Outputs: final carry, ys. */
const scanOp: OpRecord<ScanParam> = {
  name: 'scan',
  type: (_x, { body, carry, length }) =>
    body.outputs.map((y, i) => (i < carry ? y : { shape: [length, ...y.shape], dtype: y.dtype })),
  evaluate: (x, { body, constants, carry, length, reverse }, types) => {
    const [fixed, init, xs] = cut(x, constants, carry) as [DenseTensor[], DenseTensor[], DenseTensor[]];
    const ys = types.slice(carry).map((type) => allocate(type.dtype, sizeOf(type.shape)));
    let state: readonly DenseTensor[] = init;
    for (let k = 0; k < length; k++) {
      const t = reverse ? length - 1 - k : k;
      const [next, slices] = cut(runDense(body, [...fixed, ...state, ...xs.map((v) => element(v, t))]), carry) as [
        DenseTensor[],
        DenseTensor[],
      ];
      state = next;
      slices.forEach((y, i) => {
        ys[i]!.set(y.values(), t * sizeOf(y.shape));
      });
    }
    return [...state, ...ys.map((storage, i) => dense(types[carry + i]!.dtype, types[carry + i]!.shape, storage))];
  },
  jvp: (x, dx, p) => scanTangent(x, dx, p),
  transpose: (gy, x, p, types) => scanTranspose(gy, x, p, types),
  batch: (x, batched, size, p) => {
    const { body, constants, carry } = p;
    const [fixed, init, xs] = cut(x, constants, carry) as [Tensor[], Tensor[], Tensor[]];
    const [fixedIn, initIn, xsIn] = cut(batched, constants, carry) as [boolean[], boolean[], boolean[]];
    const inside = batchProgram(body, [...fixedIn, ...initIn.map(() => true), ...xsIn], size);
    const steps = xs.map((v, i) => (xsIn[i] ? moveaxis(v, 0, 1) : v)); // [B, T, …] to [T, B, …]
    const outs = bind(scanOp, [...fixed, ...allBatched(init, initIn, size), ...steps], { ...p, body: inside });
    return { outs: outs.map((y, i) => (i < carry ? y : moveaxis(y, 0, 1))), batched: outs.map(() => true) };
  },
  formula: (x) => call('scan', ...x),
  samples: [], // it needs a program: tested as the composite below
};

/** Residuals of more bytes than this are computed again, step by step, from the carries. */
const MOST_KEPT = 2 ** 27;

/** What the tangents need of a scan: values that stay the same, and values of every step, stacked. */
interface Residuals {
  /** Inputs: what stays, what was stacked, tangents. Outputs: tangents. */
  readonly equations: readonly Equation[];
  readonly fixedVars: readonly Var[];
  readonly fixed: readonly Tensor[];
  readonly stepVars: readonly Var[];
  readonly steps: readonly Tensor[];
}

/** Runs the scan, keeping what the equations for the tangents in `joint` read. */
function residualsOf(x: readonly Tensor[], p: ScanParam, joint: Program): Residuals {
  const { body, constants, carry, length } = p;
  const primal = joint.inputs.slice(0, body.inputs.length);
  const [constantVars, , sliceVars] = cut(primal, constants, carry) as [Var[], Var[], Var[]];
  const varying = dependents(joint.equations, primal.slice(constants));
  let { known, linear, residuals } = splitLinear(joint, primal.length, body.outputs.length);
  const isStacked = (v: Var): boolean => varying.has(v) && !sliceVars.includes(v);
  const bytes = residuals
    .filter(isStacked)
    .reduce((sum, v) => sum + sizeOf(v.shape) * (v.dtype === 'float64' ? 8 : 4), 0);
  if (bytes * length > MOST_KEPT) [linear, residuals] = [joint.equations, primal];
  const fixedVars = residuals.filter((v) => !varying.has(v));
  const stacked = residuals.filter(isStacked);
  const given = residuals.filter((v) => sliceVars.includes(v));
  const before = known.filter((e) => !e.outs.some((v) => varying.has(v)));
  const keeping = new Program(primal, known, [...joint.outputs.slice(0, body.outputs.length), ...stacked]);
  const kept = stacked.length > 0 ? bind(scanOp, x, { ...p, body: keeping }).slice(body.outputs.length) : [];
  return {
    equations: linear,
    fixedVars,
    fixed: fixedVars.length > 0 ? run(new Program(constantVars, before, fixedVars), x.slice(0, constants)) : [],
    stepVars: [...stacked, ...given],
    steps: [...kept, ...given.map((v) => x[primal.indexOf(v)]!)],
  };
}

function scanTangent(x: readonly Tensor[], dx: readonly Cotangent[], p: ScanParam): readonly Cotangent[] {
  const { body, constants, carry } = p;
  const n = body.inputs.length;
  const marks = body.inputs.map((v, i) =>
    i >= constants && i < constants + carry ? isFloat(v.dtype) : dx[i] !== null,
  );
  const joint = jointProgram(body, marks);
  const { equations, fixedVars, fixed, stepVars, steps } = residualsOf(x, p, joint);
  const tangents = body.inputs.flatMap((v, i) => (marks[i] ? [dx[i] ?? zerosOf(v)] : []));
  const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;
  const [ofFixed, ofCarry] = cut(marks, constants, carry).map(count) as [number, number];
  const [dFixedVars, dCarryVars, dXsVars] = cut(joint.inputs.slice(n), ofFixed, ofCarry) as [Var[], Var[], Var[]];
  const [dFixed, dCarry, dXs] = cut(tangents, ofFixed, ofCarry) as [Tensor[], Tensor[], Tensor[]];
  const linear = new Program(
    [...fixedVars, ...dFixedVars, ...dCarryVars, ...stepVars, ...dXsVars],
    equations,
    joint.outputs.slice(body.outputs.length),
  );
  const dy = bind(scanOp, [...fixed, ...dFixed, ...dCarry, ...steps, ...dXs], {
    ...p,
    body: linear,
    constants: fixedVars.length + ofFixed,
    carry: ofCarry,
  }).slice();
  return body.outputs.map((y) => (isFloat(y.dtype) ? dy.shift()! : null));
}

function scanTranspose(
  gy: readonly Cotangent[],
  x: readonly (Tensor | undefined)[],
  p: ScanParam,
  types: readonly TensorType[],
): readonly (Cotangent | undefined)[] {
  const { body, constants, carry, length } = p;
  const [fixed, , xs] = cut(x, constants, carry) as (Tensor | undefined)[][];
  const [fixedTypes, carryTypes] = cut(types, constants, carry) as [TensorType[], TensorType[]];
  const knownFixed = fixed!.filter((v) => v !== undefined);
  const knownXs = xs!.filter((v) => v !== undefined);
  const linear = body.inputs.map((_, i) => (i >= constants && i < constants + carry) || x[i] === undefined);
  const summed = fixedTypes.filter((_, i) => fixed![i] === undefined);
  const [gCarry, gYs] = cut(gy, carry) as [Cotangent[], Cotangent[]];
  const stepVars = body.inputs.slice(constants + carry);
  const sliceTypes = body.outputs.slice(carry);
  const backward = traceFlat(
    'vjp',
    (...values) => {
      const [c, g, sums, step, gSlices] = cut(
        values,
        knownFixed.length,
        carry,
        summed.length,
        knownXs.length,
      ) as Tensor[][];
      const pulled = pullProgram(body, linear, [...c!, ...step!], [...g!, ...gSlices!]);
      const [gFixed, gState, gStep] = cut(pulled, summed.length, carry) as [Tensor[], Tensor[], Tensor[]];
      return [...gState, ...sums!.map((s, i) => accumulate(s, gFixed[i]!)!), ...gStep];
    },
    [
      ...fixedTypes.filter((_, i) => fixed![i] !== undefined),
      ...carryTypes,
      ...summed,
      ...stepVars.filter((_, i) => xs![i] !== undefined),
      ...sliceTypes,
    ],
  );
  const stacked = (t: TensorType): TensorType => ({ shape: [length, ...t.shape], dtype: t.dtype });
  const outs = bind(
    scanOp,
    [
      ...knownFixed,
      ...gCarry.map((g, i) => g ?? zerosOf(carryTypes[i]!)),
      ...summed.map(zerosOf),
      ...knownXs,
      ...gYs.map((g, i) => g ?? zerosOf(stacked(sliceTypes[i]!))),
    ],
    { body: backward, constants: knownFixed.length, carry: carry + summed.length, length, reverse: !p.reverse },
  );
  const [gInit, gFixed, gXs] = cut(outs, carry, summed.length) as [Tensor[], Tensor[], Tensor[]];
  return [
    ...fixed!.map((v) => (v ? undefined : gFixed.shift()!)),
    ...gInit,
    ...xs!.map((v) => (v ? undefined : gXs.shift()!)),
  ];
}

export interface ScanOptions {
  /** Steps to take when xs is null. */
  readonly length?: number;
  /** Start at the last element. */
  readonly reverse?: boolean;
}

/** The carry a body returned must have the structure and types it was given. */
export function checkCarry(
  name: string,
  given: TreeShape,
  types: readonly TensorType[],
  got: TreeShape,
  outs: readonly TensorType[],
): void {
  if (!sameTree(given, got)) {
    throw new ArgumentError(
      `${name}: the body returned a carry of structure ${showTree(got)}, expected ${showTree(given)}.`,
    );
  }
  outs.forEach((y, i) => {
    const expected = types[i]!;
    if (y.dtype !== expected.dtype || y.shape.join() !== expected.shape.join()) {
      throw new ShapeError(
        `${name}: the carry changes from ${expected.dtype}[${expected.shape.join(',')}] to ${y.dtype}[${y.shape.join(',')}] in one step; it must keep its type.`,
      );
    }
  });
}

/**
 * `scan(f, init, xs)` loops over the leading axis of xs: `f(carry, x)` returns `[carry, y]`; the result is
 * `[finalCarry, ys]` with the y's stacked. Carry, xs and y are trees; xs may be null when `length` is given, and ys is null where y is. f is traced
 * once. Differentiable in both modes to any order; reverse mode keeps what the derivative of each step reads, or one carry a step
 * where that is too much.
 */
export function scan(
  f: AnyFunction,
  init: unknown,
  xs: unknown,
  options: ScanOptions = {},
): [carry: unknown, ys: unknown] {
  checkFunction('scan', f);
  checkOptions('scan', options, 'length', 'reverse');
  const carry = flattenTensors('scan', init);
  const steps = xs === null || xs === undefined ? { leaves: [], shape: flatten([]).shape } : flattenTensors('scan', xs);
  const scalar = steps.leaves.find((v) => v.ndim === 0);
  if (scalar) throw new ShapeError('scan: xs must have a leading axis to loop over, got a scalar.');
  const lengths = new Set([
    ...steps.leaves.map((v) => v.shape[0]!),
    ...(options.length === undefined ? [] : [options.length]),
  ]);
  const [length] = lengths;
  if (length === undefined) throw new ArgumentError('scan: without xs the option length is needed.');
  if (lengths.size > 1) throw new ShapeError(`scan: xs have different lengths: ${[...lengths].join(', ')}.`);
  if (!Number.isInteger(length) || length < 0)
    throw new ArgumentError(`scan: length must be an integer >= 0, got ${length}.`);

  const types: TensorType[] = [
    ...carry.leaves,
    ...steps.leaves.map((v) => ({ shape: v.shape.slice(1), dtype: v.dtype })),
  ];
  let outCarry: TreeShape | undefined;
  let outYs: TreeShape | undefined;
  let withoutYs = false;
  const step = (c: unknown, x: unknown): unknown => {
    const result: unknown = f(c, x);
    if (!Array.isArray(result) || result.length !== 2)
      throw new ArgumentError('scan: the body must return [carry, y].');
    withoutYs = result[1] === null || result[1] === undefined;
    const [nextCarry, y] = [flattenTensors('scan', result[0]), flattenTensors('scan', withoutYs ? [] : result[1])];
    checkCarry('scan', carry.shape, carry.leaves, nextCarry.shape, nextCarry.leaves);
    [outCarry, outYs] = [nextCarry.shape, y.shape];
    return [...nextCarry.leaves, ...y.leaves];
  };
  const traced = traceTree(
    'scan',
    step,
    { kind: 'list', items: [carry.shape, steps.shape] },
    types.map((t) => filled(t.shape, 0, t.dtype)),
  );
  const { program, captured } = closed(traced.program);
  const outs = bind(scanOp, [...captured, ...carry.leaves, ...steps.leaves], {
    body: program,
    constants: captured.length,
    carry: carry.leaves.length,
    length,
    reverse: options.reverse ?? false,
  });
  const [last, ys] = cut(outs, carry.leaves.length) as [Tensor[], Tensor[]];
  return [unflatten(outCarry!, last), withoutYs ? null : unflatten(outYs!, ys)];
}

composite(
  'scan',
  (w: Tensor, c: Tensor, xs: Tensor) =>
    scan((state: Tensor, x: Tensor) => [add(mul(w, state), mul(x, state)), mul(x, x)], c, xs) as Tensor[],
  [{ inputs: [{ shape: [2] }, { shape: [2] }, { shape: [4, 2] }] }],
);
