// Writing down what a function does before anyone computes it. A deferred value has a type and a place in a recording; its
// numbers are computed only if the function asks for them. So a function runs once, and what it did can then be read by any
// transform, or recognised as something that was compiled before.
import { TracedValueError } from '../errors.ts';
import { bind, bindUnder, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import { type OpRecord, type Params, primitives, type TensorType } from '../tensor/op.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, type Tensor, Tracer } from '../tensor/tensor.ts';
import { evaluate, evaluator } from './evaluate.ts';

export class DeferredTracer extends Tracer {
  readonly transform: string;
  readonly owner: Recording;
  /** Its place among the values of the recording. */
  readonly index: number;

  constructor(owner: Recording, type: TensorType, index: number) {
    super(type.shape, type.dtype);
    this.transform = owner.name;
    this.owner = owner;
    this.index = index;
  }

  override concrete(where: string): DenseTensor {
    return this.owner.read(this, where);
  }
}

/** One operation; operands and results by their places. */
export interface Step {
  readonly op: OpRecord;
  readonly p: Params;
  readonly x: readonly number[];
  /** The place of the first result; the others follow. */
  readonly out: number;
  readonly outs: number;
}

/** Where a value comes from. A `number` is a tensor that repeats one of a few common numbers, which belongs to the structure. */
export type Source = 'input' | 'step' | 'captured' | 'number';

/** Numbers that are part of a formula rather than data that happens to have one element. */
const isCommon = (value: number): boolean => (Number.isInteger(value) && Math.abs(value) <= 16) || value === 0.5;

const isRepeated = (x: DenseTensor): boolean => {
  for (const s of x.strides) if (s !== 0) return false;
  return true;
};

export class Recording implements Interpreter {
  readonly name: string;
  readonly parent: Interpreter = currentInterpreter();
  /** Every value in the order of its first appearance: deferred ones, and tensors that were there before. */
  readonly values: Tensor[] = [];
  readonly sources: Source[] = [];
  readonly steps: Step[] = [];
  /** False once something was done that only this one run can tell, or that its record alone cannot repeat. */
  repeatable = true;
  private readonly places = new Map<Tensor, number>();
  private readonly inputs: readonly Tensor[];
  private readonly batch: number | undefined;
  /** Numbers that were asked for, by place. */
  private known: (DenseTensor | undefined)[] | undefined;

  /** `batch` is the number of examples that each value stands for, where there is not just one. */
  constructor(name: string, inputs: readonly Tensor[], batch?: number) {
    this.name = name;
    this.inputs = inputs;
    this.batch = batch;
  }

  /** The next input. */
  input(type: TensorType): DeferredTracer {
    return this.add(type, 'input');
  }

  private add(type: TensorType, source: Source): DeferredTracer {
    const value = new DeferredTracer(this, type, this.values.length);
    this.values.push(value);
    this.sources.push(source);
    return value;
  }

  /** The place of an operand. */
  place(x: Tensor): number {
    if (x instanceof DeferredTracer && x.owner === this) return x.index;
    if (!(x instanceof DenseTensor)) this.repeatable = false;
    else if (x.tape === undefined && x.size > 0 && isCommon(x.storage[x.offset]!) && isRepeated(x)) {
      this.sources.push('number');
      return this.values.push(x) - 1;
    }
    let at = this.places.get(x);
    if (at === undefined) {
      this.sources.push('captured');
      at = this.values.push(x) - 1;
      this.places.set(x, at);
    }
    return at;
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    let deferred = false;
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      if (v instanceof DeferredTracer && v.owner === this) deferred = true;
    }
    if (!deferred) return bindUnder(this.parent, op, x, p);
    if (this.repeatable && primitives.get(op.name) !== (op as OpRecord)) this.repeatable = false;
    const at = new Array<number>(x.length);
    for (let i = 0; i < x.length; i++) at[i] = this.place(x[i]!);
    // A function of the user's is not run only to learn its types.
    const values = op.untyped && this.batch === undefined ? this.compute(op as OpRecord, p, at) : undefined;
    const types = values ?? op.type(x, p);
    const out = this.values.length;
    const outs = new Array<DeferredTracer>(types.length);
    for (let i = 0; i < types.length; i++) {
      outs[i] = this.add(types[i]!, 'step');
      if (values) this.known![out + i] = values[i]!;
    }
    this.steps.push({ op: op as OpRecord, p, x: at, out, outs: types.length });
    return outs;
  }

  // ----------------------------------------------------------------------------------------- values that are asked for

  read(x: DeferredTracer, where: string): DenseTensor {
    if (this.batch !== undefined) {
      throw new TracedValueError(
        `${where}: a value of shape ${showShape(x.shape)} inside ${this.name} stands for ${this.batch} examples, not one.`,
        'branch with where or cond instead of reading it',
      );
    }
    return this.valueAt(x.index);
  }

  private valueAt(place: number): DenseTensor {
    this.repeatable = false;
    this.known ??= [];
    const { known, steps } = this;
    if (this.sources[place] === 'captured' || this.sources[place] === 'number')
      return this.values[place] as DenseTensor;
    if (this.sources[place] === 'input') return this.inputs[place] as DenseTensor;
    if (!known[place]) {
      for (const { op, p, x, out } of steps) {
        if (out > place) break;
        if (known[out]) continue;
        this.compute(op, p, x).forEach((y, i) => {
          known[out + i] = y;
        });
      }
    }
    return known[place]!;
  }

  private compute(op: OpRecord, p: Params, x: readonly number[]): readonly DenseTensor[] {
    const operands = x.map((place) => this.valueAt(place));
    return within(evaluator, () => evaluate(op, operands, p));
  }

  // ---------------------------------------------------------------------------------------------------------- reading

  /** Whether the function asked for numbers. */
  get wasRead(): boolean {
    return this.known !== undefined;
  }

  /** Whether the tape follows one of the captured tensors. */
  get recorded(): boolean {
    for (const v of this.places.keys()) if ((v as DenseTensor).tape?.requiresGrad) return true;
    return false;
  }

  /** The captured tensors, in the order of their places. */
  get captured(): Tensor[] {
    return [...this.places.keys()];
  }

  /**
   * Does everything again with `inputs`, in the interpreter that is in charge; `captured` may stand in for the captured
   * tensors. Gives the values at the places wanted. What was computed already is not computed twice.
   */
  replay(inputs: readonly Tensor[], wanted: readonly number[], captured?: readonly Tensor[]): Tensor[] {
    const { steps, sources, known } = this;
    const values: (Tensor | undefined)[] = this.values.slice();
    let next = 0;
    for (let place = 0; place < values.length; place++) {
      if (sources[place] === 'input') values[place] = inputs[place];
      else if (captured && sources[place] === 'captured') values[place] = captured[next++];
    }
    const last = this.lastUses(wanted);
    for (let k = 0; k < steps.length; k++) {
      const { op, p, x, out } = steps[k]!;
      const y = bind(
        known?.[out] ? computed(op, known.slice(out, out + steps[k]!.outs) as DenseTensor[]) : op,
        x.map((place) => values[place]!),
        p,
      );
      for (let i = 0; i < y.length; i++) values[out + i] = last[out + i]! < 0 ? undefined : y[i];
      for (const place of x) if (last[place] === k) values[place] = undefined;
    }
    return wanted.map((place) => values[place]!);
  }

  /** By place, the last step that uses the value; -1 for none. */
  private lastUses(wanted: readonly number[]): Int32Array {
    const last = new Int32Array(this.values.length).fill(-1);
    this.steps.forEach(({ x }, k) => {
      for (const place of x) last[place] = k;
    });
    for (const place of wanted) last[place] = this.steps.length;
    return last;
  }
}

/** The operation, whose value at its operands is known. */
function computed(op: OpRecord, y: readonly DenseTensor[]): OpRecord {
  return { ...op, evaluate: () => y };
}
