// Functions in PyTorch's style: forward and backward with a context between them. They become an operation with rules of
// its own (transforms/custom.ts), so they work on the tape, under grad, vmap and jit, and at every order at which their
// backward is made of differentiable operations.
import { ArgumentError, NotDifferentiableError } from '../errors.ts';
import { describe } from '../ops/operands.ts';
import { stopGradient } from '../ops/stop-gradient.ts';
import { bottomInterpreter } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sameShape } from '../tensor/shape.ts';
import { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { flatten, unflatten } from '../tensor/tree.ts';
import { customJvp, customVjp } from '../transforms/custom.ts';
import { evaluator } from '../transforms/evaluate.ts';

/** What forward leaves for backward. Anything that is not a tensor may be stored on it as a property. */
export interface FunctionContext {
  /** Keeps inputs, outputs or values in between; backward finds them in `saved`. */
  save(...values: Tensor[]): void;
  readonly saved: readonly Tensor[];
  /** Which arguments need a gradient; inside a transform, every float tensor that it traces. */
  readonly needsInputGrad: readonly boolean[];
  /** These outputs are constants. */
  markNonDifferentiable(...outputs: Tensor[]): void;
  /** With false, cotangents that are zero throughout are given to backward as null instead of zeros. */
  setMaterializeGrads(value: boolean): void;
  [property: string]: unknown;
}

type Gradients = Tensor | null | readonly (Tensor | null | undefined)[];

export interface FunctionRules<A extends readonly unknown[], Y> {
  /** The value: a tensor or a list of tensors. */
  forward(ctx: FunctionContext, ...args: A): Y;
  /** One cotangent for each argument, null for zero; `gy` has one for each output. */
  backward(ctx: FunctionContext, ...gy: Tensor[]): Gradients;
  /** Tangents of the outputs, linear in dx, for forward mode. Tangents of arguments that are no tensors are null. */
  jvp?(ctx: FunctionContext, ...dx: Tensor[]): Y;
  /** The backward is not to be differentiated again: trying raises. */
  readonly onceDifferentiable?: boolean;
}

class Context {
  [property: string]: unknown;
  saved: readonly Tensor[] = [];
  readonly needsInputGrad: readonly boolean[];

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
    settings.set(this, { constants: new Set(), materialize: true });
  }

  save(...values: Tensor[]): void {
    for (const v of values) {
      if (!(v instanceof Tensor)) {
        throw new ArgumentError(
          `customFunction: ctx.save takes tensors, got ${describe(v)}.`,
          'store anything else as a property of ctx',
        );
      }
    }
    this.saved = values;
  }

  markNonDifferentiable(...outputs: Tensor[]): void {
    for (const y of outputs) settings.get(this)!.constants.add(y);
  }

  setMaterializeGrads(value: boolean): void {
    settings.get(this)!.materialize = value;
  }

  /** The same context with the saved tensors as the transform in charge sees them. */
  seenWith(saved: readonly Tensor[]): FunctionContext {
    return Object.create(this, { saved: { value: saved, enumerable: true } }) as FunctionContext;
  }
}

/** What a context is told about outputs and cotangents, kept apart from the properties that belong to the user. */
const settings: WeakMap<Context, { readonly constants: Set<Tensor>; materialize: boolean }> = new WeakMap();

/** A function whose derivative is given by `backward` (and `jvp`); see FunctionRules. */
export function customFunction<A extends readonly unknown[], Y>(rules: FunctionRules<A, Y>): (...args: A) => Y {
  for (const name of ['forward', 'backward'] as const) {
    if (typeof rules?.[name] !== 'function') {
      throw new ArgumentError(`customFunction: ${name} must be a function, got ${describe(rules?.[name])}.`);
    }
  }
  return (...args: A): Y => {
    const call = new Call(rules, args);
    const out = flatten(call.custom()(...call.tensors));
    return unflatten(
      out.shape,
      out.leaves.map((y, i) => (call.constants.has(i) ? stopGradient(y as Tensor) : y)),
    ) as Y;
  };
}

/** One call. Only its tensors are operands; other arguments stay what they are. */
class Call<A extends readonly unknown[], Y> {
  readonly tensors: readonly Tensor[];
  /** Positions of the outputs marked non-differentiable. */
  readonly constants: Set<number> = new Set();
  private readonly rules: FunctionRules<A, Y>;
  private readonly args: A;
  private readonly needs: readonly boolean[];

  constructor(rules: FunctionRules<A, Y>, args: A) {
    this.rules = rules;
    this.args = args;
    this.tensors = args.filter((a) => a instanceof Tensor);
    this.needs = args.map(needsGrad);
  }

  /** The function of the tensors alone, with its rules. */
  custom(): (...x: Tensor[]) => Y {
    const value = (...x: Tensor[]): Y => this.forward(x)[0];
    const { jvp } = this.rules;
    const pushed = jvp
      ? customJvp(value, (x: Tensor[], dx: Tensor[]) => {
          const [y, ctx] = this.forward(x);
          return [y, jvp.call(this.rules, ctx as FunctionContext, ...(this.among(dx, null) as Tensor[]))];
        })
      : value;
    return customVjp(
      pushed,
      (...x: Tensor[]) => {
        const [y, ctx] = this.forward(x);
        return [y, [ctx, ...ctx.saved]];
      },
      ([ctx, ...saved]: [Context, ...Tensor[]], gy: unknown) =>
        this.pullback(ctx, saved, flatten(gy).leaves as Tensor[]),
    );
  }

  /** `x` at the places of the tensors; elsewhere `other`, or the argument itself. */
  private among(x: readonly Tensor[], other?: null): unknown[] {
    let next = 0;
    return this.args.map((a) => (a instanceof Tensor ? x[next++] : other === null ? null : a));
  }

  /** The last run of forward, for the backward pass that asks for it at the same values. */
  private last: { readonly x: readonly Tensor[]; readonly result: [Y, Context] } | undefined;

  private forward(x: readonly Tensor[]): [Y, Context] {
    const { last } = this;
    this.last = undefined;
    if (last?.x.every((v, i) => sameValue(v, x[i]!)) && !recording(x)) return last.result;
    const result = this.run(x);
    this.last = { x, result };
    return result;
  }

  private run(x: readonly Tensor[]): [Y, Context] {
    const ctx = new Context(this.needs);
    const y = this.rules.forward(ctx as FunctionContext, ...(this.among(x) as unknown as A));
    flatten(y).leaves.forEach((v, i) => {
      if (settings.get(ctx)!.constants.has(v as Tensor)) this.constants.add(i);
    });
    return [y, ctx];
  }

  private pullback(ctx: Context, saved: readonly Tensor[], gy: readonly Tensor[]): Cotangents {
    const cotangents = settings.get(ctx)!.materialize ? gy : gy.map((g) => (isZero(g) ? null : g));
    const run: Pullback = (values, g) => {
      const result = this.rules.backward(ctx.seenWith(values), ...(g as Tensor[]));
      const gx = Array.isArray(result) ? (result as Cotangents) : [result as Tensor | null];
      if (gx.length !== this.args.length) {
        throw new ArgumentError(
          `customFunction: backward returned ${counted(gx.length, 'gradient')} for ${counted(this.args.length, 'argument')}.`,
          'return one for each argument of forward, null for those without',
        );
      }
      return gx.filter((_, i) => this.args[i] instanceof Tensor);
    };
    return this.rules.onceDifferentiable ? differentiableOnce(run)(saved, cotangents) : run(saved, cotangents);
  }
}

/** Whether forward's operations at `x` would leave a trace that its values alone lack. */
const recording = (x: readonly Tensor[]): boolean =>
  bottomInterpreter() !== evaluator && x.some((v) => !(v instanceof DenseTensor) || v.requiresGrad);

const sameValue = (a: Tensor, b: Tensor): boolean =>
  a === b ||
  (a instanceof DenseTensor &&
    b instanceof DenseTensor &&
    a.sharesStorage(b) &&
    a.offset === b.offset &&
    sameShape(a.strides, b.strides) &&
    sameShape(a.shape, b.shape));

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function needsGrad(a: unknown): boolean {
  if (a instanceof Tensor) return isFloat(a.dtype) && (!(a instanceof DenseTensor) || a.requiresGrad);
  if (flatten(a).leaves.some((leaf) => leaf instanceof Tensor)) {
    throw new ArgumentError(
      'customFunction: an argument is a list or object of tensors, which would get no gradients.',
      'pass each tensor as an argument of its own',
    );
  }
  return false;
}

const isZero = (g: Tensor): boolean =>
  g instanceof DenseTensor && g.strides.every((s) => s === 0) && g.storage[g.offset] === 0;

type Cotangents = readonly (Tensor | null | undefined)[];
type Pullback = (saved: readonly Tensor[], gy: readonly (Tensor | null)[]) => Cotangents;

/** The same pullback as an operation whose own derivative raises. Its nulls are set aside, since outputs are tensors. */
function differentiableOnce(run: Pullback): Pullback {
  return (saved, gy) => {
    let places: number[] = [];
    let count = 0;
    const tensors = customJvp(
      (values: readonly Tensor[], g: readonly (Tensor | null)[]): Tensor[] => {
        const gx = run(values, g);
        count = gx.length;
        places = gx.flatMap((v, i) => (v ? [i] : []));
        return places.map((i) => gx[i]!);
      },
      () => {
        throw new NotDifferentiableError(
          'customFunction: this function is onceDifferentiable; its backward has no derivative.',
          'leave out onceDifferentiable and write backward with differentiable operations for second derivatives',
        );
      },
    )(saved, gy);
    const gx = new Array<Tensor | null>(count).fill(null);
    places.forEach((at, i) => {
      gx[at] = tensors[i]!;
    });
    return gx;
  };
}
