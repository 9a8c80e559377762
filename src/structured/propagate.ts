// The linearized program as nets. A tangent program computes dy from x and dx, and what is applied to dx is linear; so each
// of its values that depends on dx is a sum of terms over dx (see term.ts), and each linear operation has one rule:
//   chain, mul   one more weight      contract   one more factor      sum        an axis becomes a summed index
//   add, sub     terms side by side   broadcast  a new index          reshape    digits regrouped
// What has no rule takes the whole Jacobian of its operand (opaque.ts), so every program has a plan.
import type { Index } from '../calculus/net.ts';
import { type Equation, type Atom as Operand, Program, Var } from '../program/program.ts';
import { type Knowns, uniformValue } from './known.ts';
import { opaqueTerms, wholeTerm } from './opaque.ts';
import {
  collected,
  contractedTerm,
  identityTerm,
  indexOf,
  renamed,
  reshapedTerm,
  scaled,
  sizeOfIndex,
  type Term,
  withoutAxes,
} from './term.ts';

/** More terms than these are one Jacobian. */
const MOST_TERMS = 24;

type Rule = (e: Equation, operands: readonly (readonly Term[] | undefined)[], knowns: Knowns) => Term[] | undefined;

const each = (terms: readonly Term[], f: (term: Term) => Term | undefined): Term[] | undefined => {
  const made: Term[] = [];
  for (const term of terms) {
    const next = f(term);
    if (!next) return undefined;
    made.push(next);
  }
  return made;
};

/** The known operand as a weight of every term of the other. */
const weighted: Rule = (e, operands, knowns) => {
  const k = operands[0] ? 0 : 1;
  if (operands[1 - k]) return undefined;
  const known = e.x[1 - k]!;
  return operands[k]!.map((term) => {
    const { coef, factors } = knowns.factors(known, term.axes);
    return { ...term, coef: term.coef * coef, factors: [...term.factors, ...factors] };
  });
};

const added =
  (sign: number): Rule =>
  (e, operands) => {
    const known = e.x.filter((_, k) => !operands[k]);
    if (!known.every((x) => uniformValue(x) === 0)) return undefined;
    return [...(operands[0] ?? []), ...(operands[1] ?? []).map((term) => scaled(term, sign))];
  };

const summed: Rule = (e, [terms]) => {
  const dropped = e.p.axes as readonly number[];
  return terms!.map((term) =>
    withoutAxes(
      term,
      term.axes.filter((_, k) => !dropped.includes(k)),
      dropped.flatMap((k) => term.axes[k]!),
    ),
  );
};

const broadcast: Rule = (e, [terms]) => {
  const from = e.x[0]!.shape;
  const to = e.outs[0]!.shape;
  const lead = to.length - from.length;
  return terms!.map((term) => ({
    ...term,
    axes: to.map((n, k) => (k >= lead && from[k - lead] === n ? term.axes[k - lead]! : n === 1 ? [] : [indexOf(n)])),
  }));
};

const contracted: Rule = (e, operands, knowns) => {
  const k = operands[0] ? 0 : 1;
  if (operands[1 - k]) return undefined;
  const { a, b, out } = e.p as Record<'a' | 'b' | 'out', readonly number[]>;
  const [own, other] = k === 0 ? [a, b] : [b, a];
  const known = e.x[1 - k]!;
  return operands[k]!.map((term) => {
    const digits = new Map(own.map((label, axis) => [label, term.axes[axis]!]));
    other.forEach((label, axis) => {
      const n = known.shape[axis]!;
      if (!digits.has(label)) digits.set(label, n === 1 ? [] : [indexOf(n)]);
    });
    const { coef, factors } = knowns.factors(
      known,
      other.map((label) => digits.get(label)!),
    );
    const product = { ...term, coef: term.coef * coef, factors: [...term.factors, ...factors] };
    const gone = [...digits].filter(([label]) => !out.includes(label)).flatMap(([, list]) => list);
    return withoutAxes(
      product,
      out.map((label) => digits.get(label)!),
      gone,
    );
  });
};

const chosen: Rule = (e, operands, knowns) => {
  const known = e.x.filter((_, k) => k > 0 && !operands[k]);
  if (operands[0] || !known.every((x) => uniformValue(x) === 0)) return undefined;
  const condition = e.x[0]!;
  const masked = (terms: readonly Term[] | undefined, complement: boolean): Term[] =>
    (terms ?? []).flatMap((term) => {
      const { coef, factors } = maskFactors(condition, term, complement, knowns);
      return coef === 0 ? [] : [{ ...term, coef: term.coef * coef, factors: [...term.factors, ...factors] }];
    });
  return [...masked(operands[1], false), ...masked(operands[2], true)];
};

function maskFactors(
  condition: Operand,
  term: Term,
  complement: boolean,
  knowns: Knowns,
): { coef: number; factors: Term['factors'] } {
  const plain = knowns.factors(condition, term.axes);
  if (!complement) return plain;
  if (plain.factors.length === 0) return { coef: 1 - plain.coef, factors: [] };
  const at = term.axes.flat();
  return {
    coef: 1,
    factors: [{ atom: knowns.atom({ kind: 'complement', of: condition }, at.map(sizeOfIndex)), at, power: 1 }],
  };
}

/** The last two axes as one: their digits are the same. */
const onDiagonal: Rule = (e, [terms], knowns) => {
  const from = e.x[0]!.shape;
  if (e.p.offset !== 0 || from.at(-1) !== from.at(-2)) return undefined;
  return each(terms!, (term) => {
    const [i, j] = term.axes.slice(-2) as [readonly Index[], readonly Index[]];
    if (i.length !== 1 || j.length !== 1) return undefined;
    if (i[0] === j[0]) return { ...term, axes: term.axes.slice(0, -1) };
    if (term.into.flat().includes(i[0]!) && term.into.flat().includes(j[0]!)) return undefined;
    const kept = term.into.flat().includes(j[0]!) ? j[0]! : i[0]!;
    const gone = kept === i[0] ? j[0]! : i[0]!;
    return { ...renamed(term, new Map([[gone, [kept]]]), knowns), axes: [...term.axes.slice(0, -2), [kept]] };
  });
};

const embedded: Rule = (e, [terms]) => {
  const { offset, rows, columns } = e.p as Record<'offset' | 'rows' | 'columns', number>;
  if (offset !== 0 || rows !== columns) return undefined;
  return terms!.map((term) => ({ ...term, axes: [...term.axes, term.axes.at(-1)!] }));
};

const rules: Readonly<Record<string, Rule>> = {
  add: added(1),
  sub: added(-1),
  neg: (_e, [terms]) => terms!.map((term) => scaled(term, -1)),
  mul: weighted,
  chain: weighted,
  sum: summed,
  broadcast,
  contract: contracted,
  where: chosen,
  cast: (_e, [terms]) => [...terms!],
  reshape: (e, [terms], knowns) => each(terms!, (term) => reshapedTerm(term, e.outs[0]!.shape, knowns)),
  permute: (e, [terms]) =>
    terms!.map((term) => ({ ...term, axes: (e.p.axes as readonly number[]).map((axis) => term.axes[axis]!) })),
  diagonal: onDiagonal,
  diagEmbed: embedded,
};

export interface Linearized {
  /** Terms of each output; none where it does not depend on the inputs. */
  readonly outputs: readonly (readonly Term[])[];
  /** Equations whose operands do not depend on dx: what must be computed to know the factors. */
  readonly known: readonly Equation[];
  readonly opaque: readonly string[];
}

/** Loops and branches compute values beside tangents in one equation; all other operations on tangents are linear maps. */
function isLinear({ op, p }: Equation): boolean {
  const holdsProgram = Object.values(p ?? {}).some((value) => value instanceof Program);
  return op.transpose !== undefined && !holdsProgram;
}

/** Undefined where an operation is not linear in what comes from dx. `program` takes x, then one tangent for each of `directions`, its last inputs. */
export function linearized(program: Program, directions: readonly Var[], knowns: Knowns): Linearized | undefined {
  const shapes = directions.map(({ shape }) => shape);
  const tangents = new Map<Var, readonly Term[]>(directions.map((v, k) => [v, [identityTerm(k, v.shape)]]));
  const known: Equation[] = [];
  const opaque: string[] = [];
  const of = (x: Operand): readonly Term[] | undefined => (x instanceof Var ? tangents.get(x) : undefined);
  for (const e of program.equations) {
    const operands = e.x.map(of);
    if (operands.every((terms) => terms === undefined)) {
      known.push(e);
      continue;
    }
    const terms = rules[e.op.name]?.(e, operands, knowns);
    if (!terms) {
      if (!isLinear(e)) return undefined;
      opaque.push(e.op.name);
    }
    const outs = terms ? [terms] : opaqueTerms(e, operands, shapes, knowns);
    e.outs.forEach((v, k) => {
      tangents.set(v, compact(outs[k]!, v.shape, shapes, knowns));
    });
  }
  return { outputs: program.outputs.map((y) => of(y) ?? []), known, opaque };
}

function compact(
  terms: readonly Term[],
  shape: readonly number[],
  inputs: readonly (readonly number[])[],
  knowns: Knowns,
): Term[] {
  const list = collected(terms, knowns).map((term) => contractedTerm(term, knowns));
  if (list.length <= MOST_TERMS) return list;
  return inputs.flatMap((inShape, input) => {
    const own = list.filter((term) => term.input === input);
    return own.length <= 1 ? own : [wholeTerm(own, shape, inShape, knowns)];
  });
}
