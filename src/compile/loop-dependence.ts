// Which equations of a loop's body have to be in the loop. Fixed ones read constants only, independent ones also the slices of
// their step, the others the carry; of these only what the next carry comes from must be computed step by step. A carry that
// is only added to is a sum over all steps.
import { type Atom, type Equation, type Program, Var } from '../program/program.ts';
import type { Loop } from './loops.ts';
import { isPure } from './simplify.ts';

export interface Distribution {
  readonly body: Program;
  /** Computed once. */
  readonly fixed: readonly Equation[];
  /** Computed for all steps together, before the loop and after it. */
  readonly before: readonly Equation[];
  readonly after: readonly Equation[];
  /** Left in the loop; what nothing there reads may be left out. */
  readonly inside: readonly Equation[];
  /** The next carry, by carry; the carry itself where the loop has nothing to do for it. */
  readonly next: readonly Atom[];
  /** By carry, terms whose sums over all steps are added to the last carry. */
  readonly sums: readonly (readonly Equation[])[];
  /** Values of the loop's steps that are read after it. */
  readonly stacked: readonly Var[];
}

/** Operations that cost nothing are repeated in the loop instead of kept for it. */
const moves: ReadonlySet<string> = new Set(['broadcast', 'reshape', 'permute', 'slice']);

/** What an equation reads at most. */
const [CONSTANTS, SLICES, CARRY] = [0, 1, 2] as const;

/** Undefined where everything has to be in the loop. */
export function distributionOf(loop: Loop): Distribution | undefined {
  return loop.body.equations.every(isPure) ? new Dependence(loop).distribution() : undefined;
}

/** A carry with terms added to it, in one step. */
interface Accumulator {
  /** The addition. */
  readonly by: Equation;
  readonly terms: Atom[];
  readonly taken: Equation[];
}

class Dependence {
  private readonly body: Program;
  private readonly carry: readonly Var[];
  private readonly levels = new Map<Var, number>();
  private readonly makers = new Map<Var, Equation>();
  private readonly uses = new Map<Atom, number>();

  constructor({ body, constants, carry }: Loop) {
    this.body = body;
    this.carry = body.inputs.slice(constants, constants + carry);
    body.inputs.forEach((v, i) => {
      this.levels.set(v, i < constants ? CONSTANTS : i < constants + carry ? CARRY : SLICES);
    });
    for (const e of body.equations) {
      const level = this.levelOf(e);
      for (const v of e.outs) {
        this.levels.set(v, level);
        this.makers.set(v, e);
      }
    }
    for (const a of [...body.equations.flatMap((e) => e.x), ...body.outputs]) {
      this.uses.set(a, (this.uses.get(a) ?? 0) + 1);
    }
  }

  private level(a: Atom): number {
    return a instanceof Var ? this.levels.get(a)! : CONSTANTS;
  }

  private levelOf(e: Equation): number {
    return Math.max(CONSTANTS, ...e.x.map((a) => this.level(a)));
  }

  private maker(a: Atom): Equation | undefined {
    return a instanceof Var ? this.makers.get(a) : undefined;
  }

  distribution(): Distribution | undefined {
    const { body, carry } = this;
    const { equations } = body;
    const accumulators = carry.map((c, i) => this.accumulator(c, body.outputs[i]!));
    for (const sum of accumulators) if (sum) take(sum, (a) => this.product(a));
    const inLoop = this.ancestors(carry.flatMap((_, i) => accumulators[i]?.terms ?? [body.outputs[i]!]));
    const fixed = equations.filter((e) => this.levelOf(e) === CONSTANTS);
    const before = this.independentProducts();
    const after = this.dependentProducts(inLoop);
    const known = new Set<Atom>([...before, ...after].flatMap((e) => e.outs));
    for (const v of body.inputs) if (this.level(v) === SLICES) known.add(v);
    const stacked = new Set<Var>();
    for (const a of [...after, ...accumulators.flatMap((s) => s?.taken ?? [])].flatMap((e) => e.x)) {
      if (a instanceof Var && this.level(a) !== CONSTANTS && !known.has(a)) stacked.add(a);
    }
    for (const sum of accumulators) {
      if (!sum) continue;
      take(sum, (a) => {
        const e = this.maker(a);
        const [x] = e?.x ?? [];
        return e?.op.name === 'sum' && (known.has(x!) || stacked.has(x as Var)) ? e : undefined;
      });
    }
    const sums = accumulators.map((s) => s?.taken ?? []);
    const computed = fixed.filter((e) => !moves.has(e.op.name));
    if (computed.length + before.length + after.length + sums.flat().length === 0) return undefined;
    const out = new Set([...computed, ...before, ...after]);
    const inside = equations.filter((e) => !out.has(e));
    const next = carry.map((c, i) => {
      const sum = accumulators[i];
      return sum && sum.taken.length > 0 ? added(c, sum, inside) : body.outputs[i]!;
    });
    return { body, fixed, before, after, inside, next, sums, stacked: [...stacked] };
  }

  /** The terms added to a carry that nothing else reads. */
  private accumulator(c: Var, out: Atom): Accumulator | undefined {
    const by = this.maker(out);
    if (by?.op.name !== 'add' || this.uses.get(c) !== 1) return undefined;
    const terms: Atom[] = [];
    const collect = (a: Atom): void => {
      const e = this.maker(a);
      if (e?.op.name === 'add' && this.uses.get(a) === 1) e.x.forEach(collect);
      else terms.push(a);
    };
    collect(out);
    return terms.includes(c) ? { by, terms: terms.filter((a) => a !== c), taken: [] } : undefined;
  }

  /** The product that a value is, if both factors change from step to step and nothing else reads it. */
  private product(a: Atom): Equation | undefined {
    const e = this.maker(a);
    const varies = e?.op.name === 'contract' && e.x.every((x) => this.level(x) !== CONSTANTS);
    return varies && this.uses.get(a) === 1 ? e : undefined;
  }

  /** Whether an equation is a product of which one factor is the same in all steps. */
  private isShared(e: Equation): boolean {
    return e.op.name === 'contract' && e.x.filter((a) => this.level(a) === CONSTANTS).length === 1;
  }

  private ancestors(of: readonly Atom[]): Set<Equation> {
    const found = new Set<Equation>();
    const wanted = [...of];
    for (let a = wanted.pop(); a; a = wanted.pop()) {
      const e = this.maker(a);
      if (!e || found.has(e)) continue;
      found.add(e);
      wanted.push(...e.x);
    }
    return found;
  }

  /** Products with a constant that need no carry, and all that they need but what is fixed. */
  private independentProducts(): Equation[] {
    const isIndependent = (e: Equation): boolean => this.levelOf(e) === SLICES;
    const products = this.body.equations.filter((e) => isIndependent(e) && this.isShared(e));
    const needed = this.ancestors(products.flatMap((e) => e.outs));
    return this.body.equations.filter((e) => needed.has(e) && isIndependent(e));
  }

  /** Products with a constant that no later step needs, and what is computed from them. */
  private dependentProducts(inLoop: ReadonlySet<Equation>): Equation[] {
    const made = new Set<Atom>();
    return this.body.equations.filter((e) => {
      if (inLoop.has(e) || this.levelOf(e) !== CARRY) return false;
      const sunk = this.isShared(e) || e.x.some((a) => made.has(a));
      if (sunk) for (const v of e.outs) made.add(v);
      return sunk;
    });
  }
}

/** Moves terms out of the loop: those for which `find` gives the equation to sum. */
function take({ terms, taken }: Accumulator, find: (a: Atom) => Equation | undefined): void {
  for (const a of [...terms]) {
    const e = find(a);
    if (!e) continue;
    taken.push(e);
    terms.splice(terms.indexOf(a), 1);
  }
}

/** The carry with the terms that are left, added by new equations. */
function added(c: Var, { by, terms }: Accumulator, equations: Equation[]): Atom {
  return terms.reduce((sum: Atom, term) => {
    const out = new Var(c);
    equations.push({ ...by, x: [sum, term], outs: [out] });
    return out;
  }, c);
}
