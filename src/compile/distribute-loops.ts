// Loop distribution: what a step does not need from the step before it is taken out of the loop, where it is one operation on
// all steps together. A product of many rows is several times as fast as many products of few.
//   h' = f(W x + U h)        W X = [W x₁, W x₂, …] before the loop
//   y = V h                  V H after the loop
//   S' = S + g ⊗ x           S + Gᵀ X after the loop: the gradient of a weight that all steps share
// What is the same in every step is computed once.
import { accumulate } from '../ops/addition.ts';
import type { Labels } from '../ops/contract.ts';
import { allBatched } from '../ops/spread.ts';
import { type Atom, type Equation, Program, Var } from '../program/program.ts';
import { run } from '../program/trace.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { sizeOf } from '../tensor/layout.ts';
import { Tensor } from '../tensor/tensor.ts';
import { expandOperations } from './expand.ts';
import { type Distribution, distributionOf } from './loop-dependence.ts';
import { type Loop, loopOf } from './loops.ts';
import { rewrite } from './rewrite.ts';
import { simplify } from './simplify.ts';

/** More bytes than this are not stacked in memory to take a product out of a loop. */
const MOST_STACKED = 2 ** 27;

/** The program with its loops distributed; `program` is simplified. */
export function distributeLoops(program: Program): Program {
  if (!program.equations.some(loopOf)) return program;
  const distributed = rewrite(program, (_, e) => {
    const loop = loopOf(e);
    const found = loop && loop.length > 1 ? affordable(loop) : undefined;
    return loop && found && { x: e.x, f: (...x) => new Distributed(e, loop, found, x).outputs() };
  });
  return simplify(distributed);
}

function affordable(loop: Loop): Distribution | undefined {
  const found = distributionOf({ ...loop, body: simplify(expandOperations(loop.body)) });
  if (!found) return undefined;
  const bytes = (v: Var): number => sizeOf(v.shape) * (v.dtype === 'float64' ? 8 : 4);
  const made = [...found.before, ...found.after].flatMap((e) => e.outs);
  const stacked = [...made, ...found.stacked].reduce((sum, v) => sum + bytes(v), 0);
  return stacked * loop.length > MOST_STACKED ? undefined : found;
}

/** One loop, distributed. */
class Distributed {
  private readonly e: Equation;
  private readonly loop: Loop;
  private readonly found: Distribution;
  private readonly x: readonly Tensor[];
  /** What is the same in every step. */
  private readonly fixed = new Map<Var, Tensor>();
  /** What was stacked over the steps. */
  private readonly stacks = new Map<Atom, Tensor>();

  constructor(e: Equation, loop: Loop, found: Distribution, x: readonly Tensor[]) {
    this.e = e;
    this.loop = loop;
    this.found = found;
    this.x = x;
  }

  outputs(): Tensor[] {
    const { loop, found, x } = this;
    const { body, before, after, sums } = found;
    const { constants, carry } = loop;
    body.inputs.forEach((v, i) => {
      if (i < constants) this.fixed.set(v, x[i]!);
      else if (i >= constants + carry) this.stacks.set(v, x[i]!);
    });
    const once = found.fixed.flatMap((e) => e.outs);
    const constantVars = body.inputs.slice(0, constants);
    run(new Program(constantVars, found.fixed, once), x.slice(0, constants)).forEach((value, i) => {
      this.fixed.set(once[i]!, value);
    });
    for (const e of before) this.onAllSteps(e);
    const last = this.runLoop();
    for (const e of after) this.onAllSteps(e);
    const states = last.map((state, i) =>
      sums[i]!.reduce((total, term) => accumulate(total, this.overSteps(term))!, state),
    );
    const slices = body.outputs.slice(carry).map((a) => this.stacks.get(a)!);
    return [...states, ...slices];
  }

  /** Runs what is left of the loop, and gives its last carry. */
  private runLoop(): Tensor[] {
    const { e, loop, found, x } = this;
    const { constants, carry } = loop;
    const carryVars = found.body.inputs.slice(constants, constants + carry);
    const kept = carryVars.map((_, i) => found.next[i] !== carryVars[i]);
    const left = <T>(list: readonly T[]): T[] => list.filter((_, i) => kept[i]);
    const later = new Set<Atom>(found.after.flatMap((q) => q.outs));
    const slices = found.body.outputs.slice(carry).filter((a) => !this.stacks.has(a) && !later.has(a));
    const stacked = [...new Set([...slices, ...found.stacked])];
    const repeated = new Set(found.inside.flatMap((q) => q.outs));
    const fixedVars = [...this.fixed.keys()].filter((v) => !repeated.has(v));
    const stackVars = [...this.stacks.keys()] as Var[];
    const inside = simplify(
      new Program([...fixedVars, ...carryVars, ...stackVars], found.inside, [...left(found.next), ...stacked]),
    );
    const used = new Set<Atom>([...inside.equations.flatMap((q) => q.x), ...inside.outputs]);
    const constantVars = fixedVars.filter((v) => used.has(v));
    const sliceVars = stackVars.filter((v) => used.has(v));
    const outs = bind(
      e.op,
      [
        ...constantVars.map((v) => this.fixed.get(v)!),
        ...left(x.slice(constants, constants + carry)),
        ...sliceVars.map((v) => this.stacks.get(v)!),
      ],
      {
        ...loop,
        body: new Program([...constantVars, ...left(carryVars), ...sliceVars], inside.equations, inside.outputs),
        constants: constantVars.length,
        carry: left(carryVars).length,
      },
    ).slice();
    const last = carryVars.map((_, i) => (kept[i] ? outs.shift()! : x[constants + i]!));
    stacked.forEach((a, i) => {
      this.stacks.set(a, outs[i]!);
    });
    return last;
  }

  private onAllSteps({ op, x, p, outs }: Equation): void {
    const { length } = this.loop;
    const flags = x.map((a) => a instanceof Var && this.stacks.has(a));
    const y = op.batch(
      x.map((a) => (a instanceof Tensor ? a : (this.stacks.get(a) ?? this.fixed.get(a)!))),
      flags,
      length,
      p,
    );
    allBatched(y.outs, y.batched, length).forEach((value, i) => {
      this.stacks.set(outs[i]!, value);
    });
  }

  /** The sum of a term over all steps: of a product by one more label that is summed, of a sum by one more axis. */
  private overSteps({ op, x, p }: Equation): Tensor {
    const stacks = x.map((a) => this.stacks.get(a)!);
    if (op.name === 'sum') return apply(op, stacks, { ...p, axes: [0, ...p.axes.map((axis: number) => axis + 1)] });
    const labels = p as Labels;
    const step = 1 + Math.max(...labels.a, ...labels.b);
    return apply(op, stacks, { a: [step, ...labels.a], b: [step, ...labels.b], out: labels.out });
  }
}
