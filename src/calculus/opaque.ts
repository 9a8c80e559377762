// Functions that index notation knows only by name. Their derivatives are functions again, named after what they compute:
//   jac_f(x)[out,in] = ∂f/∂x        jvp_f(x,v) = ∂f/∂x·v        vjp_f(x,g) = (∂f/∂x)ᵀ·g
// (with the number of the argument where f has several), so that formulas stay closed under differentiation, and the matrix
// of a derivative is never written where its product with a direction or a cotangent will do.
import type { Tensor } from '../tensor/tensor.ts';
import { jacobian } from '../transforms/derivatives.ts';
import { jvp } from '../transforms/jvp.ts';
import { vjp } from '../transforms/vjp.ts';
import { components } from './canonical.ts';
import type { Draft } from './draft.ts';
import { type Atom, type Factor, type Index, Net, opaqueAtom, sumOf } from './net.ts';
import type { Size } from './size.ts';

/** What a size name is worth where the function is evaluated. */
export type SizeLookup = (size: Size) => number;

export interface OpaqueFunction {
  readonly name: string;
  /** The sizes of its arguments and of its value. */
  readonly takes: readonly (readonly Size[])[];
  readonly gives: readonly Size[];
  readonly apply: (args: readonly Tensor[], sizeOf: SizeLookup) => Tensor;
  /** Its matrix does not depend on its arguments. */
  readonly isLinear?: boolean;
  /** For derivatives: of what, in which argument. */
  readonly origin?: { readonly kind: 'jac' | 'jvp' | 'vjp'; readonly of: OpaqueFunction; readonly argument: number };
}

const replaced = <T>(list: readonly T[], k: number, x: T): T[] => list.map((old, i) => (i === k ? x : old));

function derived(kind: 'jac' | 'jvp' | 'vjp', f: OpaqueFunction, argument: number): OpaqueFunction {
  const sizes = f.takes[argument]!;
  const number = f.takes.length > 1 ? String(argument + 1) : '';
  const along =
    (args: readonly Tensor[], sizeOf: SizeLookup) =>
    (x: Tensor): Tensor =>
      f.apply(replaced(args, argument, x), sizeOf);
  const common = { name: `${kind}${number}_${f.name}`, origin: { kind, of: f, argument } };
  if (kind === 'jac') {
    return {
      ...common,
      takes: f.takes,
      gives: [...f.gives, ...sizes],
      apply: (args, sizeOf) => jacobian(along(args, sizeOf))(args[argument]) as Tensor,
    };
  }
  if (kind === 'jvp') {
    return {
      ...common,
      takes: [...f.takes, sizes],
      gives: f.gives,
      apply: (all, sizeOf) => {
        const args = all.slice(0, -1);
        return jvp(along(args, sizeOf), [args[argument]], [all.at(-1)])[1] as Tensor;
      },
    };
  }
  return {
    ...common,
    takes: [...f.takes, f.gives],
    gives: sizes,
    apply: (all, sizeOf) => {
      const args = all.slice(0, -1);
      return vjp(along(args, sizeOf), args[argument])[1](all.at(-1))[0] as Tensor;
    },
  };
}

/** ∂f/∂(argument k) as an atom over the slots of f, then those of the argument; `turned` when they stand the other way. */
export function opaqueSlope(atom: Atom, argument: number): { readonly atom: Atom; readonly turned: boolean } {
  const f = atom.opaque!;
  const last = f.takes.length - 1;
  // jvp and vjp are linear in their last argument, with the matrix of the function itself.
  if (f.origin && f.origin.kind !== 'jac' && argument === last) {
    const { of, argument: k, kind } = f.origin;
    return { atom: opaqueAtom(derived('jac', of, k), atom.args.slice(0, -1)), turned: kind === 'vjp' };
  }
  return { atom: opaqueAtom(derived('jac', f, argument), atom.args), turned: false };
}

/** Whether ∂f/∂(argument k) is zero: the matrix of a linear function is constant. */
export function isConstantIn({ origin, takes }: OpaqueFunction, argument: number): boolean {
  if (!origin?.of.isLinear) return false;
  return origin.kind === 'jac' || argument < takes.length - 1;
}

/** The function of a derivative's name, like vjp_f or jac1_vjp_f, made from f. */
export function derivedByName(name: string, f: OpaqueFunction): OpaqueFunction | undefined {
  if (name === f.name) return f;
  const [, kind, number, rest] = /^(jac|jvp|vjp)(\d*)_(.+)$/.exec(name) ?? [];
  const of = rest === undefined ? undefined : derivedByName(rest, f);
  const argument = number ? Number(number) - 1 : 0;
  return of && argument < of.takes.length ? derived(kind as 'jac', of, argument) : undefined;
}

/** jac_f(x)[i,j] v[j] = jvp_f(x,v)[i] and g[i] jac_f(x)[i,j] = vjp_f(x,g)[j]. */
export function productWithOpaque(draft: Draft): boolean {
  for (const factor of draft.factors) {
    const origin = factor.atom.opaque?.origin;
    if (origin?.kind !== 'jac' || factor.power !== 1 || new Set(factor.at).size < factor.at.length) continue;
    const { of, argument } = origin;
    const out = factor.at.slice(0, of.gives.length);
    const input = factor.at.slice(of.gives.length);
    for (const [kind, meets, keeps] of [
      ['vjp', out, input],
      ['jvp', input, out],
    ] as const) {
      const part = attached(draft, factor, meets, keeps);
      if (!part) continue;
      const sizes = meets.map(({ size }) => size);
      const direction = sumOf([new Net(1, meets, part)], sizes);
      const atom = opaqueAtom(derived(kind, of, argument), [...factor.atom.args, direction]);
      draft.factors = [
        ...draft.factors.filter((f) => f !== factor && !part.includes(f)),
        { atom, at: keeps, power: 1 },
      ];
      for (const f of part) for (const index of f.at) draft.summed.delete(index);
      for (const index of meets) draft.summed.delete(index);
      return true;
    }
  }
  return false;
}

/** What hangs on the given indices only, if all of them are summed. */
function attached(
  draft: Draft,
  factor: Factor,
  meets: readonly Index[],
  keeps: readonly Index[],
): Factor[] | undefined {
  if (!meets.every((index) => draft.summed.has(index))) return undefined;
  const others = draft.factors.filter((f) => f !== factor);
  const groups = components(others, new Set()).map((group) => group.map((k) => others[k]!));
  const part = groups.filter((group) => group.some(({ at }) => at.some((index) => meets.includes(index)))).flat();
  const closed = part.every(({ at }) => at.every((i) => draft.summed.has(i) && !keeps.includes(i)));
  return closed ? part : undefined;
}
