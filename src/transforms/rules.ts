// One step of differentiation, read from an operation's record:
//   push   tangents of the outputs from tangents of the inputs (the jvp)
//   pull   cotangents of the inputs from cotangents of the outputs = transpose ∘ linearize of the same jvp
// An operation with only a jvp is pulled by recording the linear equations its rule makes and transposing them backwards.
import { NotDifferentiableError } from '../errors.ts';
import { accumulate, chainOp } from '../ops/addition.ts';
import { none } from '../ops/linear.ts';
import { apply, bind, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Cotangent, OpRecord, Params, TensorType } from '../tensor/op.ts';
import { type Tensor, Tracer } from '../tensor/tensor.ts';

export function push(
  op: OpRecord,
  x: readonly Tensor[],
  dx: readonly Cotangent[],
  p: Params,
  y: readonly Tensor[],
): readonly Cotangent[] {
  return op.jvp(x, dx, p, () => y);
}

/** Cotangents of the inputs marked in `wanted`; the others come back as null. */
export function pull(
  op: OpRecord,
  x: readonly Tensor[],
  y: readonly Tensor[],
  p: Params,
  gy: readonly Cotangent[],
  wanted: readonly boolean[],
): Cotangent[] {
  const gx = new Array<Cotangent>(x.length).fill(null);
  if (gy.every((g) => g === null)) return gx;
  if (op.partials) {
    const rates = op.partials(x, () => y[0]!, p);
    for (let i = 0; i < x.length; i++) {
      const rate = wanted[i] ? rates[i] : null;
      if (rate) gx[i] = apply(chainOp, [rate, gy[0]!], none);
    }
    return gx;
  }
  if (op.transpose && op.savesNothing) {
    const held = x.map((v) => (isFloat(v.dtype) ? undefined : v));
    const all = op.transpose(gy, held, p, x);
    for (let i = 0; i < x.length; i++) if (wanted[i]) gx[i] = all[i] ?? null;
    return gx;
  }
  if (op.transpose && op.multilinear) {
    for (let i = 0; i < x.length; i++) {
      if (!wanted[i] || !isFloat(x[i]!.dtype)) continue;
      const held: (Tensor | undefined)[] = x.slice();
      held[i] = undefined;
      gx[i] = op.transpose(gy, held, p, x)[i] ?? null;
    }
    return gx;
  }
  const map = recordLinear(
    x.map((v, i) => (wanted[i] && isFloat(v.dtype) ? v : null)),
    (dx) => push(op, x, dx, p, y),
  );
  return transposeLinear(map, gy);
}

// ------------------------------------------------------------------------------------------- recorded linear maps

/** A tangent without numbers: the argument of a linear map that is being written down. */
export class LinearTracer extends Tracer {
  readonly transform: string;
  readonly owner: LinearRecorder;

  constructor(type: TensorType, owner: LinearRecorder) {
    super(type.shape, type.dtype);
    this.owner = owner;
    this.transform = owner.label;
  }
}

export interface LinearEquation {
  readonly op: OpRecord;
  readonly x: readonly Tensor[];
  readonly p: Params;
  readonly outs: readonly LinearTracer[];
}

export interface LinearMap {
  readonly inputs: readonly (LinearTracer | null)[];
  readonly equations: readonly LinearEquation[];
  readonly outputs: readonly Cotangent[];
  readonly recorder: LinearRecorder;
}

/** Computes what does not depend on the tangents at once, and writes down what does. */
export class LinearRecorder implements Interpreter {
  readonly name = 'linear';
  readonly label: string;
  readonly equations: LinearEquation[] = [];
  readonly parent: Interpreter;

  constructor(label: string) {
    this.label = label;
    this.parent = currentInterpreter();
  }

  owns(x: Tensor | null | undefined): x is LinearTracer {
    return x instanceof LinearTracer && x.owner === this;
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    if (!x.some((v) => this.owns(v))) return within(this.parent, () => bind(op, x, p));
    const outs = op.type(x, p).map((type) => new LinearTracer(type, this));
    this.equations.push({ op: op as OpRecord, x, p, outs });
    return outs;
  }
}

/** Writes down `body`, a linear function of one tangent for each non-null type. */
export function recordLinear(
  types: readonly (TensorType | null)[],
  body: (dx: readonly Cotangent[]) => readonly Cotangent[],
  label = 'a derivative rule',
): LinearMap {
  const recorder = new LinearRecorder(label);
  const inputs = types.map((type) => type && new LinearTracer(type, recorder));
  const outputs = within(recorder, () => body(inputs));
  return { inputs, equations: recorder.equations, outputs, recorder };
}

/** Cotangents of the inputs of a recorded linear map, walking its equations backwards. */
export function transposeLinear(map: LinearMap, gy: readonly Cotangent[]): Cotangent[] {
  const { recorder } = map;
  const cotangents = new Map<Tensor, Tensor>();
  const add = (to: Tensor | null | undefined, g: Cotangent | undefined): void => {
    if (!g || !recorder.owns(to)) return;
    cotangents.set(to, accumulate(cotangents.get(to) ?? null, g)!);
  };
  map.outputs.forEach((out, i) => {
    add(out, gy[i]);
  });
  for (let k = map.equations.length - 1; k >= 0; k--) {
    const { op, x, p, outs } = map.equations[k]!;
    const g = outs.map((out) => cotangents.get(out) ?? null);
    if (g.every((v) => v === null)) continue;
    for (const out of outs) cotangents.delete(out);
    if (!op.transpose) {
      throw new NotDifferentiableError(`${op.name}: not linear in its tangent, so it cannot be transposed.`);
    }
    const held = x.map((v) => (recorder.owns(v) ? undefined : v));
    op.transpose(g, held, p, x).forEach((c, i) => {
      add(x[i], c);
    });
  }
  return map.inputs.map((input) => (input && cotangents.get(input)) ?? null);
}
