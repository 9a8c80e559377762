// A program as a list of steps over numbered places, for programs that run again and again on small tensors: all types and
// places are settled beforehand, so that a run does nothing but evaluate.
import { currentBackend } from '../program/backend.ts';
import { type Atom, type Program, Var } from '../program/program.ts';
import type { OpRecord, Params, TensorType } from '../tensor/op.ts';
import type { DenseTensor } from '../tensor/tensor.ts';
import { evaluate } from './evaluate.ts';

interface Step {
  readonly op: OpRecord;
  readonly p: Params;
  readonly x: readonly number[];
  readonly types: readonly TensorType[];
  readonly out: number;
  /** Places whose values nobody needs after this step. */
  readonly done: readonly number[];
}

/** A function that runs `program` on concrete tensors, without recording; run it with the plain evaluation in charge. */
export function stepper(program: Program): (inputs: readonly DenseTensor[]) => DenseTensor[] {
  const places = new Map<Atom, number>();
  const start: (DenseTensor | undefined)[] = [];
  const placeOf = (a: Atom): number => {
    let place = places.get(a);
    if (place === undefined) {
      place = start.push(a instanceof Var ? undefined : (a as DenseTensor)) - 1;
      places.set(a, place);
    }
    return place;
  };
  for (const v of program.inputs) placeOf(v);
  const bare = program.equations.map(({ op, x, p, outs }) => {
    const operands = x.map(placeOf);
    const [out = -1] = outs.map(placeOf);
    return { op, p, x: operands, types: outs as readonly TensorType[], out };
  });
  const wanted = program.outputs.map(placeOf);
  const constants = new Set(start.filter((v) => v !== undefined));
  const last = new Map<number, number>();
  bare.forEach(({ x, out, types }, k) => {
    for (let i = 0; i < types.length; i++) last.set(out + i, k);
    for (const place of x) last.set(place, k);
  });
  for (const place of wanted) last.delete(place);
  const done = bare.map((): number[] => []);
  for (const [place, k] of last) if (start[place] === undefined) done[k]!.push(place);
  const steps = bare.map((step, k): Step => ({ ...step, done: done[k]! }));
  return (inputs) => {
    const values = start.slice();
    for (let i = 0; i < inputs.length; i++) values[i] = inputs[i];
    for (let k = 0; k < steps.length; k++) runStep(steps[k]!, values);
    const outs = new Array<DenseTensor>(wanted.length);
    for (let i = 0; i < outs.length; i++) {
      const y = values[wanted[i]!]!;
      // What is handed out may be made a leaf of the tape, which a constant or an argument must not become by that.
      outs[i] = constants.has(y) || inputs.includes(y) ? y.view(y.shape, y.strides) : y;
    }
    return outs;
  };
}

function runStep({ op, p, x, types, out, done }: Step, values: (DenseTensor | undefined)[]): void {
  const operands = new Array<DenseTensor>(x.length);
  for (let i = 0; i < x.length; i++) operands[i] = values[x[i]!]!;
  const y = op.untyped
    ? evaluate(op, operands, p)
    : (currentBackend().evaluate(op, operands, p, types) ?? op.evaluate(operands, p, types));
  for (let i = 0; i < y.length; i++) values[out + i] = y[i];
  for (let i = 0; i < done.length; i++) values[done[i]!] = undefined;
}
