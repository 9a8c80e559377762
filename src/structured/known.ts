// The atoms of an evaluated net: tensors that are known once the function has run. Most are values of the program; others
// are made from values when the plan is emitted. A value is looked through to what it was made of as far as that keeps
// fewer indices: a broadcast row is the row, an outer product its two vectors, a constant a coefficient.
import { type Atom, atomOf, type Factor, type Index } from '../calculus/net.ts';
import { type Equation, type Atom as Operand, Var } from '../program/program.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import type { Opaque } from './opaque.ts';
import type { Term } from './term.ts';

/** A factor of a weight, at places of the weight's own axes. */
export interface Place {
  readonly atom: Atom;
  readonly at: readonly number[];
}

export type Known =
  | { readonly kind: 'value'; readonly of: Operand }
  | { readonly kind: 'reshaped'; readonly of: Atom }
  /** Σ coef Π factors, entry by entry. */
  | {
      readonly kind: 'sum';
      readonly parts: readonly { readonly coef: number; readonly factors: readonly Place[] }[];
    }
  /** 1 − mask. */
  | { readonly kind: 'complement'; readonly of: Operand }
  /** δᵢⱼ where no unification can express it. */
  | { readonly kind: 'identity' }
  /** Π factors over the indices `at`, every other summed. */
  | { readonly kind: 'product'; readonly factors: readonly Factor[]; readonly at: readonly Index[] }
  /** A whole Jacobian, [...In, ...value], of terms of one input. */
  | { readonly kind: 'matrix'; readonly terms: readonly Term[]; readonly shape: readonly number[] }
  /** Output `index` of an operation without a net, applied to whole Jacobians: [n, ...out]. */
  | { readonly kind: 'applied'; readonly to: Opaque; readonly index: number };

/** Products within products that are looked through. */
const DEEPEST = 3;

export class Knowns {
  private readonly byId: Map<number, Known> = new Map();
  private readonly ids: Map<unknown, number> = new Map();
  private readonly definitions: ReadonlyMap<Var, Equation>;

  constructor(equations: readonly Equation[]) {
    this.definitions = new Map(equations.flatMap((e) => e.outs.map((v) => [v, e] as const)));
  }

  /** All known products. */
  get products(): (Known & { kind: 'product' })[] {
    return [...this.byId.values()].filter((known) => known.kind === 'product');
  }

  of(atom: Atom): Known {
    return this.byId.get(atom.id)!;
  }

  private idOf(value: unknown): number {
    let id = this.ids.get(value);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(value, id);
    }
    return id;
  }

  /** The atom of a known tensor with axes of these sizes. */
  atom(known: Known, sizes: readonly number[]): Atom {
    const atom = atomOf('variable', this.nameOf(known), [], sizes.map(String));
    this.byId.set(atom.id, known);
    return atom;
  }

  private nameOf(known: Known): string {
    switch (known.kind) {
      case 'value':
        return `value ${this.idOf(known.of)}`;
      case 'complement':
        return `not ${this.idOf(known.of)}`;
      case 'reshaped':
        return `as ${known.of.id}`;
      case 'identity':
        return 'identity';
      case 'sum':
        return known.parts
          .map(
            ({ coef, factors }) =>
              `${coef}*${factors
                .map(({ atom, at }) => `${atom.id}(${at.join()})`)
                .sort()
                .join('*')}`,
          )
          .sort()
          .join('+');
      case 'product':
      case 'matrix':
      case 'applied':
        return `${known.kind} ${this.idOf(known)}`;
    }
  }

  /** The same elements with axes of other sizes. */
  reshaped(atom: Atom, sizes: readonly number[]): Atom {
    const known = this.of(atom);
    return this.atom(known.kind === 'value' ? known : { kind: 'reshaped', of: atom }, sizes);
  }

  /** A known operand, read at the digits of its axes, as a coefficient and factors. */
  factors(x: Operand, axes: readonly (readonly Index[])[], depth = 0): Product {
    const uniform = uniformValue(x);
    if (uniform !== undefined) return { coef: uniform, factors: [] };
    const e = x instanceof Var ? this.definitions.get(x) : undefined;
    const seen = e && this.through(e, axes, depth);
    if (seen) return seen;
    const at = axes.flat();
    const atom = this.atom(
      { kind: 'value', of: x },
      at.map(({ size }) => Number(size)),
    );
    return { coef: 1, factors: [{ atom, at, power: 1 }] };
  }

  private through(e: Equation, axes: readonly (readonly Index[])[], depth: number): Product | undefined {
    const [a, b] = e.x as [Operand, Operand];
    switch (e.op.name) {
      case 'broadcast': {
        const lead = axes.length - a.shape.length;
        return this.factors(
          a,
          a.shape.map((n, k) => (n === 1 ? [] : axes[lead + k]!)),
          depth,
        );
      }
      case 'permute': {
        const moved = new Array<readonly Index[]>(axes.length);
        (e.p.axes as readonly number[]).forEach((axis, k) => {
          moved[axis] = axes[k]!;
        });
        return this.factors(a, moved, depth);
      }
      case 'reshape': {
        const long = (shape: readonly number[]): string => shape.filter((n) => n !== 1).join();
        if (long(a.shape) !== long(e.outs[0]!.shape)) return undefined;
        const queue = axes.filter((_, k) => e.outs[0]!.shape[k] !== 1);
        return this.factors(
          a,
          a.shape.map((n) => (n === 1 ? [] : queue.shift()!)),
          depth,
        );
      }
      case 'neg': {
        const inner = this.factors(a, axes, depth);
        return { coef: -inner.coef, factors: inner.factors };
      }
      case 'mul':
      case 'chain': {
        if (depth === DEEPEST) return undefined;
        const [left, right] = [this.factors(a, axes, depth + 1), this.factors(b, axes, depth + 1)];
        const whole = axes.flat().length;
        const smaller = [left, right].some(({ factors }) => new Set(factors.flatMap(({ at }) => at)).size < whole);
        return smaller ? times(left, right) : undefined;
      }
      case 'contract': {
        const { a: la, b: lb, out } = e.p as Record<'a' | 'b' | 'out', readonly number[]>;
        if (![...la, ...lb].every((label) => out.includes(label))) return undefined;
        const pick = (labels: readonly number[]) => labels.map((label) => axes[out.indexOf(label)]!);
        return times(this.factors(a, pick(la), depth), this.factors(b, pick(lb), depth));
      }
      default:
        return undefined;
    }
  }
}

interface Product {
  readonly coef: number;
  readonly factors: Factor[];
}

const times = (a: Product, b: Product): Product => ({ coef: a.coef * b.coef, factors: [...a.factors, ...b.factors] });

/** The element of a constant that repeats one; ∞ and NaN are no coefficients. */
export function uniformValue(x: Operand | Tensor): number | undefined {
  if (!(x instanceof DenseTensor) || x.size === 0 || x.tape) return undefined;
  const element = x.storage[x.offset]!;
  return Number.isFinite(element) && (x.size === 1 || x.strides.every((s) => s === 0)) ? element : undefined;
}
