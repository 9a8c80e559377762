// Program -> plan: every equation becomes a view, part of a cluster, a product, or a call of the reference evaluation.
import { mulOp } from '../ops/addition.ts';
import type { Labels } from '../ops/contract.ts';
import type { PutAddParam } from '../ops/indexing.ts';
import type { PadParam } from '../ops/movement.ts';
import type { Equation, Program, Var } from '../program/program.ts';
import { type DType, isFloat } from '../tensor/dtype.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord, Params } from '../tensor/op.ts';
import { type DenseTensor, filled, Tensor } from '../tensor/tensor.ts';
import { correlateOverlaps } from './correlation.ts';
import { Epilogues } from './epilogues.ts';
import {
  type Buffer,
  type Expression,
  load,
  mapViews,
  reshapeView,
  squeezed,
  squeezeView,
  type View,
  wholeView,
} from './expression.ts';
import { axesOfSource, lowerPutAdd, lowerTake, type Scattered } from './indexing.ts';
import { inRows, type Loop, loopOf, lowerLoop } from './loops.ts';
import { moved, movements } from './moved.ts';
import type { Nest, ReductionKind } from './nest.ts';
import { overlapAddNests } from './overlap-add.ts';
import { planProduct, wantsTranspose } from './product.ts';
import { type Lazy, lazyLoad, Schedule, type Step, type Value } from './schedule.ts';
import { isSymmetric, type Operand } from './symmetry.ts';
import { loopOfWhile, whileOf } from './while.ts';

export interface Plan {
  readonly steps: readonly Step[];
  readonly buffers: readonly Buffer[];
  /** By input; undefined where nothing reads it. */
  readonly inputs: readonly (Buffer | undefined)[];
  readonly constants: readonly { readonly buffer: Buffer; readonly tensor: DenseTensor }[];
  /** Repeated constants whose element stands in the code. */
  readonly inlined: readonly DenseTensor[];
  readonly outputs: readonly Output[];
  /** What has to be there when the program runs again, besides the outputs. */
  readonly lasting: readonly Buffer[];
}

export type Output =
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'constant'; readonly tensor: DenseTensor };

/** Operations that are cheaper to repeat than to store. */
export const cheap: ReadonlySet<string> = new Set(
  `add sub neg mul chain cast where abs square maximum minimum relu step sign equal notEqual less lessEqual greater
  greaterEqual logicalAnd logicalOr logicalXor logicalNot isnan isfinite isinf clip`.split(/\s+/),
);
const MOST_REPEATED = 3;

export function lower(program: Program, isElementwise: (op: OpRecord) => boolean): Plan {
  return new Lowering(correlateOverlaps(program), isElementwise).plan();
}

/** The plan of a loop's body, which may run again without its constants being written again. */
export function lowerBody(body: Program, loop: Loop, isElementwise: (op: OpRecord) => boolean): Plan {
  return new Lowering(correlateOverlaps(body), isElementwise).body(loop);
}

class Lowering {
  private readonly program: Program;
  private readonly isElementwise: (op: OpRecord) => boolean;
  private readonly schedule = new Schedule();
  private readonly values = new Map<Var, Value>();
  private readonly inputs: (Buffer | undefined)[];
  private readonly constants: { buffer: Buffer; tensor: DenseTensor }[] = [];
  private readonly constantViews = new Map<DenseTensor, View>();
  private readonly inlined: DenseTensor[] = [];
  private readonly scattered = new Map<Value, Scattered>();
  private readonly epilogues: Epilogues;

  constructor(program: Program, isElementwise: (op: OpRecord) => boolean) {
    this.program = program;
    this.isElementwise = isElementwise;
    this.inputs = program.inputs.map(() => undefined);
    this.epilogues = new Epilogues(program, this.schedule);
  }

  plan(): Plan {
    for (const equation of this.program.equations) this.equation(equation);
    const outputs = this.program.outputs.map((atom): Output => {
      if (atom instanceof Tensor) return { kind: 'constant', tensor: atom as DenseTensor };
      const index = this.program.inputs.indexOf(atom);
      return index >= 0 ? { kind: 'input', index } : this.output(this.values.get(atom)!);
    });
    return this.made(outputs, []);
  }

  /** Outputs have buffers of their own, in rows. */
  body({ constants, carry }: Loop): Plan {
    for (const v of this.program.inputs.slice(constants, constants + carry)) this.value(v);
    for (const equation of this.program.equations) this.equation(equation);
    const outputs = this.program.outputs.map((atom): Output => {
      const view = inRows(this.schedule, this.value(atom));
      const own = view.buffer.position >= 0;
      return { kind: 'view', view: own ? view : this.schedule.materialise(this.schedule.copied(lazyLoad(view))) };
    });
    const given = this.inputs.slice(0, constants + carry).filter((b) => b !== undefined);
    return this.made(outputs, [...given, ...this.constants.map(({ buffer }) => buffer)]);
  }

  private made(outputs: readonly Output[], lasting: readonly Buffer[]): Plan {
    const { buffers } = this.schedule;
    // What was computed where it is read may have left its own walk with nothing to do.
    const steps = this.schedule.steps.filter((s) => s.kind !== 'cluster' || s.stores.length + s.reductions.length > 0);
    return { steps, buffers, inputs: this.inputs, constants: this.constants, inlined: this.inlined, outputs, lasting };
  }

  private output(value: Value): Output {
    if (value.kind === 'lazy' && value.expression.kind === 'constant') {
      return { kind: 'constant', tensor: filled(value.shape, value.expression.value, value.dtype) };
    }
    const view = this.schedule.materialise(value);
    const fits = view.buffer.size <= sizeOf(view.shape);
    return { kind: 'view', view: fits ? view : this.schedule.materialise(this.schedule.copied(lazyLoad(view))) };
  }

  private value(atom: Var | Tensor): Value {
    if (atom instanceof Tensor) return this.constant(atom as DenseTensor);
    const known = this.values.get(atom);
    if (known) return known;
    const index = this.program.inputs.indexOf(atom);
    const buffer = this.schedule.buffer(atom.dtype, sizeOf(atom.shape), -1);
    this.inputs[index] = buffer;
    const value = lazyLoad(wholeView(buffer, atom.shape));
    this.values.set(atom, value);
    return value;
  }

  private constant(tensor: DenseTensor): Value {
    const { shape, dtype } = tensor;
    const repeated = tensor.size === 1 || tensor.strides.every((s) => s === 0);
    if (tensor.size > 0 && tensor.tape === undefined && repeated) {
      this.inlined.push(tensor);
      return constantValue(shape, dtype, tensor.storage[tensor.offset]!);
    }
    let view = this.constantViews.get(tensor);
    if (!view) {
      // An axis along which the tensor repeats is not written out. A leaf of the tape may be given other elements and strides.
      const repeats = shape.map((n, axis) => tensor.tape === undefined && tensor.strides[axis] === 0 && n > 0);
      const base = repeats.includes(true)
        ? tensor.view(
            shape.map((n, axis) => (repeats[axis] ? 1 : n)),
            tensor.strides,
          )
        : tensor;
      const buffer = this.schedule.buffer(dtype, base.size, -1);
      const strides = rowMajorStrides(base.shape).map((s, axis) => (repeats[axis] ? 0 : s));
      this.constants.push({ buffer, tensor: base });
      view = { buffer, shape, strides, offset: 0 };
      this.constantViews.set(tensor, view);
    }
    return lazyLoad(view);
  }

  private constantIn(buffer: Buffer): DenseTensor | undefined {
    return this.constants.find((c) => c.buffer === buffer)?.tensor;
  }

  private equation(e: Equation): void {
    const { op, p, outs } = e;
    const single = (value: Value): void => {
      this.values.set(outs[0]!, value);
    };
    const x = (): Value[] => e.x.map((atom) => this.value(atom));
    const out = outs[0];
    if (!out) return;
    if (movements.has(op.name)) {
      const [from] = x();
      single(this.epilogues.moved(from!, this.move(op, p, from!, out.shape), out));
    } else if (this.isElementwise(op)) {
      const values = x();
      single(this.epilogues.merged(op, values, out) ?? this.elementwise(op, p, values, out.dtype, out.shape));
    } else if (out.dtype !== 'bool' && (op.name === 'sum' || op.name === 'max' || op.name === 'min')) {
      single(this.reduction(op.name, x()[0]!, p.axes));
    } else if (op.name === 'prod') single(this.reduction('prod', x()[0]!, [p.axis]));
    else if (op.name === 'contract' && out.dtype !== 'bool') {
      single(this.epilogues.begun(this.contraction(x()[0]!, x()[1]!, p, out.shape), out));
    } else if (op.name === 'pad') single(this.pad(x()[0]!, p, out.shape));
    else if (op.name === 'concat') single(this.concat(x(), p.axis, out.shape));
    else if (op.name === 'take') single(lowerTake(this.schedule, x()[0]!, x()[1]!, p, out.shape));
    else if (op.name === 'putAdd') single(this.putAdd(x()[0]!, x()[1]!, p, out.shape));
    else if (op.name === 'overlapAdd') this.overlapAdd(e, x()[0]!);
    else if (loopOf(e)) this.results(e, lowerLoop(this.schedule, loopOf(e)!, x(), outs));
    else if (whileOf(e)) this.whileLoop(e, x());
    else this.opaque(e, x());
  }

  private putAdd(g: Value, index: Value, p: PutAddParam, shape: readonly number[]): Value {
    const value = lowerPutAdd(this.schedule, g, index, p, shape);
    this.scattered.set(value, { g, p, axes: g.shape.length - shape.length + 1 });
    return value;
  }

  private elementwise(op: OpRecord, p: Params, x: readonly Value[], dtype: DType, shape: readonly number[]): Value {
    const value = this.computed(op, p, x, dtype, shape);
    const source = op.name === 'neg' ? this.scattered.get(x[0]!) : undefined;
    if (source) this.scattered.set(value, { ...source, g: this.computed(op, p, [source.g], dtype, source.g.shape) });
    return value;
  }

  private computed(op: OpRecord, p: Params, x: readonly Value[], dtype: DType, shape: readonly number[]): Value {
    const make = (args: readonly Expression[]): Expression => ({ kind: 'apply', dtype, op, p, x: args });
    if (x.every((v): v is Lazy => v.kind === 'lazy')) {
      const cost = x.reduce((sum, v) => sum + v.cost, cheap.has(op.name) ? 1 : MOST_REPEATED + 1);
      if (cost <= MOST_REPEATED) {
        return { kind: 'lazy', shape, dtype, expression: make(x.map((v) => v.expression)), cost };
      }
    }
    return this.schedule.place(make, x, shape);
  }

  private move(op: OpRecord, p: Params, x: Value, shape: readonly number[]): Value {
    const onView = (view: View): View | undefined => moved(op, p, view);
    if (x.kind === 'placed') {
      if (op.name === 'reshape' && squeezed(shape).join() === squeezed(x.shape).join()) return { ...x, shape };
    } else {
      const expression = mapViews(x.expression, onView);
      if (expression) return { kind: 'lazy', shape, dtype: x.dtype, expression, cost: x.cost };
    }
    const whole = this.schedule.materialise(x);
    const view = onView(whole);
    if (view) return lazyLoad(view);
    // Only a copy has this shape.
    return lazyLoad(onView(this.schedule.materialise(this.schedule.copied(lazyLoad(whole))))!);
  }

  private reduction(kind: ReductionKind, x: Value, axes: readonly number[]): Value {
    const source = kind === 'sum' ? this.scattered.get(x) : undefined;
    if (source && axes.includes(source.p.axis)) return this.reduction(kind, source.g, axesOfSource(source, axes));
    const shape = x.shape.filter((_, i) => !axes.includes(i));
    if (axes.some((axis) => x.shape[axis] !== 1)) return this.schedule.reduce(kind, x, axes, shape);
    if (x.kind === 'placed') return { ...x, shape };
    const expression = mapViews(x.expression, (view) => reshapeView(view, shape));
    return { kind: 'lazy', shape, dtype: x.dtype, expression: expression!, cost: x.cost };
  }

  // --------------------------------------------------------------------------------------------------- contractions

  private contraction(a: Value, b: Value, p: Labels, shape: readonly number[]): Value {
    if (wantsTranspose(p)) return this.contraction(b, a, { a: p.b, b: p.a, out: p.out }, shape);
    const viewA = this.schedule.materialise(a);
    const viewB = this.schedule.materialise(b);
    const product = planProduct(p, viewA, viewB);
    const { m, n, k } = product;
    if (m <= 1 || n <= 1 || k <= 1 || product.size === 0 || !isFloat(a.dtype)) {
      return this.productAsSum(viewA, viewB, p, a.dtype);
    }
    const symmetric = isSymmetric(p, product, operand(a, p.a), operand(b, p.b), (buffer) => this.constantIn(buffer));
    const position = this.schedule.end;
    const out = this.schedule.buffer(a.dtype, product.size, position);
    this.schedule.steps.push({
      kind: 'product',
      position,
      product: { ...product, symmetric },
      a: viewA,
      b: viewB,
      out,
      epilogue: { relu: false },
    });
    return lazyLoad({ buffer: out, shape, strides: product.strides, offset: 0 });
  }

  /** Dot products, products with a vector, outer products: multiplied and summed in one walk along the larger operand. */
  private productAsSum(a: View, b: View, p: Labels, dtype: DType): Value {
    const size = (label: number): number =>
      p.a.includes(label) ? a.shape[p.a.indexOf(label)]! : b.shape[p.b.indexOf(label)]!;
    const [large, labels] = sizeOf(a.shape) >= sizeOf(b.shape) ? [a, p.a] : [b, p.b];
    const stride = (label: number): number => {
      const axis = labels.indexOf(label);
      return axis < 0 || large.shape[axis] === 1 ? Infinity : Math.abs(large.strides[axis]!) || Infinity;
    };
    const summed = p.a.filter((l) => !p.out.includes(l)).sort((x, y) => stride(y) - stride(x));
    const lastSummed = summed.length === 0 ? Infinity : stride(summed[summed.length - 1]!);
    const lastKept = p.out.length === 0 ? Infinity : stride(p.out[p.out.length - 1]!);
    const order = lastKept < lastSummed ? [...summed, ...p.out] : [...p.out, ...summed];
    const shape = order.map(size);
    const along = (view: View, own: readonly number[]): Expression =>
      load({ ...view, shape, strides: order.map((l) => (own.includes(l) ? view.strides[own.indexOf(l)]! : 0)) });
    const expression: Expression = {
      kind: 'apply',
      dtype,
      op: mulOp as OpRecord,
      p: {},
      x: [along(a, p.a), along(b, p.b)],
    };
    const product: Lazy = { kind: 'lazy', shape, dtype, expression, cost: 1 };
    if (summed.length === 0) return product;
    return this.reduction(
      'sum',
      product,
      summed.map((l) => order.indexOf(l)),
    );
  }

  // --------------------------------------------------------------------------------------- buffers filled by parts

  private pad(x: Value, { value, low, interior }: PadParam, shape: readonly number[]): Value {
    return this.filledByParts(x.dtype, shape, (out) => {
      const whole = wholeView(out, shape);
      const strides = rowMajorStrides(shape);
      const border: Expression = { kind: 'constant', dtype: x.dtype, value };
      return [
        { value: border, target: whole },
        {
          value: this.lazy(x).expression,
          target: {
            buffer: out,
            shape: x.shape,
            strides: strides.map((s, i) => s * (interior[i]! + 1)),
            offset: low.reduce((at, n, i) => at + n * strides[i]!, 0),
          },
        },
      ];
    });
  }

  private concat(x: readonly Value[], axis: number, shape: readonly number[]): Value {
    return this.filledByParts(x[0]!.dtype, shape, (out) => {
      const strides = rowMajorStrides(shape);
      let start = 0;
      return x.map((v) => {
        const target = { buffer: out, shape: v.shape, strides, offset: start * strides[axis]! };
        start += v.shape[axis]!;
        return { value: this.lazy(v).expression, target };
      });
    });
  }

  private lazy(x: Value): Lazy {
    return x.kind === 'lazy' ? x : lazyLoad(this.schedule.materialise(x));
  }

  private filledByParts(
    dtype: DType,
    shape: readonly number[],
    parts: (out: Buffer) => readonly { readonly value: Expression; readonly target: View }[],
  ): Value {
    // What the parts read is placed first, so that the buffer comes at the end.
    const probe = parts({ id: -1, dtype, size: sizeOf(shape), position: 0 });
    const position = this.schedule.end;
    const out = this.schedule.buffer(dtype, sizeOf(shape), position);
    const nests = probe
      .filter(({ target }) => sizeOf(target.shape) > 0)
      .map(
        ({ value, target }): Nest => ({
          shape: target.shape,
          reduced: [],
          stores: [{ value, target: { ...target, buffer: out } }],
          reductions: [],
        }),
      );
    this.schedule.steps.push({ kind: 'copies', position, nests });
    return lazyLoad(wholeView(out, shape));
  }

  private overlapAdd(e: Equation, x: Value): void {
    const view = this.schedule.materialise(x);
    const [type] = e.outs;
    const position = this.schedule.end;
    const out = this.schedule.buffer(type!.dtype, sizeOf(type!.shape), position);
    const nests = overlapAddNests(view, out, type!.shape, e.p);
    if (nests) {
      this.schedule.steps.push({ kind: 'copies', position, nests });
      this.values.set(type!, lazyLoad(wholeView(out, type!.shape)));
    } else this.opaque(e, [lazyLoad(view)]);
  }

  private results({ outs }: Equation, values: readonly Value[]): void {
    outs.forEach((v, i) => {
      this.values.set(v, values[i]!);
    });
  }

  private whileLoop(e: Equation, x: readonly Value[]): void {
    const { first, answer, loop } = loopOfWhile(whileOf(e)!, e.x);
    for (const part of first) this.equation(part);
    this.results(e, lowerLoop(this.schedule, loop, [...x, this.value(answer)], [...e.outs, answer]));
  }

  private opaque(e: Equation, x: readonly Value[]): void {
    const { op, p, outs } = e;
    const views = x.map((v) => this.schedule.materialise(v));
    const position = this.schedule.end;
    const buffers = outs.map((v) => this.schedule.buffer(v.dtype, sizeOf(v.shape), position));
    this.schedule.steps.push({ kind: 'opaque', position, op, p, x: views, outs: buffers, types: outs });
    const values = outs.map((v, i) => lazyLoad(wholeView(buffers[i]!, v.shape)));
    this.results(e, values);
  }
}

function constantValue(shape: readonly number[], dtype: DType, value: number): Lazy {
  return { kind: 'lazy', shape, dtype, expression: { kind: 'constant', dtype, value }, cost: 0 };
}

/** An operand of a product without its axes of size 1. */
function operand(x: Value, labels: readonly number[]): Operand {
  return {
    expression: x.kind === 'placed' ? x.node.expression : mapViews(x.expression, squeezeView)!,
    shape: squeezed(x.shape),
    labels: labels.filter((_, axis) => x.shape[axis] !== 1),
  };
}
