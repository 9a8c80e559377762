// From the nets of a function to one checked formula: differentiate, simplify, render in every form, and keep the forms
// that agree with automatic differentiation. Where none does, the formula is its index notation, with a warning.
import { product, single } from '../calculus/algebra.ts';
import { gradientClaims, hessianClaims } from '../calculus/claims.ts';
import { derivative } from '../calculus/derivative.ts';
import { type Atom, atomOf, indices, type Sum, sumOf } from '../calculus/net.ts';
import { rebuild } from '../calculus/rebuild.ts';
import { gradient } from '../calculus/reverse.ts';
import { simplify } from '../calculus/simplify.ts';
import { NotDifferentiableError } from '../errors.ts';
import { reshapeTo } from '../ops/spread.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Checker, type ExpressionType, typeOfShape } from './check.ts';
import { contractedTensor, matrixTimes, tensorTimes } from './contracted.ts';
import type { Declared } from './declare.ts';
import { evaluate } from './evaluate.ts';
import { type Expression, namesIn } from './expression.ts';
import { compareWithDifferences } from './finite-differences.ts';
import { Formula, type Layout } from './formula.ts';
import { indexNotation } from './index-notation.ts';
import { nameShared, ordered, withBindings } from './lets.ts';
import { show } from './print.ts';
import { cost } from './render/form.ts';
import { render, renderCost, renderIndices, renderVec } from './render/render.ts';
import { hasEquations, variableAtom } from './session.ts';
import { exactDerivative, type Subject } from './subject.ts';
import { Judge, type Order, type Reading, vecOf } from './verify.ts';

/** What is asked for: a derivative in v, then w (the same unless it is mixed), in a layout if that can be had. */
export interface Wanted {
  readonly order: Order | 'directional';
  readonly v: string;
  readonly w: string;
  readonly layout: Layout;
}

/** The derivative's nets, before and after simplification. */
interface Derived {
  /** The function itself and its derivative while equations about the variables hold at the point only. */
  readonly open: { readonly value: Sum; readonly derivative: Sum };
  readonly settled: Sum;
  readonly main: Sum;
  /** The settled derivative contracted with a direction of the last variable. */
  readonly along: () => Sum;
  readonly xi: string;
  readonly outGroups: readonly number[];
  readonly inGroups: readonly number[];
  readonly bindings: readonly (readonly [string, Expression])[];
  readonly directionSizes: readonly string[];
}

/** How nets are written; another way than matrix notation is a test's, to see that it is found out. */
export interface Notation {
  readonly render: typeof render;
  readonly renderVec: typeof renderVec;
}

export function build(subject: Subject, wanted: Wanted, notation: Notation = { render, renderVec }): Formula {
  const derived = differentiate(subject, wanted);
  const { settled, main, xi } = derived;
  const order = wanted.order === 'directional' ? 'jacobian' : wanted.order;
  const judge = new Judge(subject, order, wanted.v, wanted.w, xi);
  const context = contextOf(subject, xi, derived.directionSizes);
  const vec = vecForm(derived, wanted, judge, notation, context.typesOf);
  const operator = operatorForm(derived, wanted, judge, notation);
  const grouped = derived.outGroups.some((n) => n > 1);
  const layout: Layout = vec && (grouped || (wanted.layout === 'vec' && main.sizes.length > 0)) ? 'vec' : 'tensor';
  const { e, warning } =
    layout === 'vec' ? { e: vec!, warning: undefined } : tensorForm(derived, wanted, judge, notation);
  const index = indexNotation(wanted.order === 'directional' ? derived.along() : settled, derived.outGroups);
  const substituted = withBindings(e, derived.bindings);
  const taken = new Set([...context.names.keys(), ...subject.bindings.map((b) => b.name)]);
  const shared = nameShared(substituted.e, context.typesOf(substituted.e), taken);
  const usedBindings = usedBindingsOf(subject, [shared.body, ...shared.lets.map(([, part]) => part)]);
  const lets = ordered([...usedBindings, ...shared.lets.map(([name, part]): [string, Expression] => [name, part])]);
  const types = new Map(context.names);
  for (const [name, part] of lets) types.set(name, new Checker(show(part), types).check(part));
  return new Formula({
    body: shared.body,
    inlined: e,
    lets,
    layout,
    index: index.text,
    indexLatex: index.latex,
    operator,
    vec,
    direction: xi,
    warning: warning && `${warning}; what is shown is the index notation`,
    facts: warning === undefined ? claimsOf(derived, wanted) : [],
    type: context.typesOf(e).get(e),
    declared: wanted.order === 'directional' ? withDirection(subject, xi, derived.directionSizes) : subject.declared,
    constants: subject.constants,
    types,
    exact: (values, sizes) => {
      const whole = exactDerivative(subject, order, wanted.v, wanted.w, values, sizes);
      return wanted.order === 'directional' ? contractedTensor(whole, values.get(xi)!) : whole;
    },
    check:
      wanted.order === 'directional'
        ? undefined
        : (formula) => compareWithDifferences(formula, subject, order, wanted.v, wanted.w),
  });
}

/** The variables and, as one more, the direction. */
function withDirection(subject: Subject, name: string, sizes: readonly string[]): ReadonlyMap<string, Declared> {
  return new Map(subject.declared).set(name, { name, sizes, facts: new Set() });
}

/** What is proven about the derivative. */
function claimsOf({ open, settled, main }: Derived, { order, v, w }: Wanted): readonly string[] {
  if (order === 'gradient') return gradientClaims([main, settled]);
  if (order !== 'hessian' || v !== w) return [];
  const shortest = (u: Sum): Sum => simplify(u, renderCost);
  // Near a point the equations fail, so they prove no convexity: x³ is not convex though its second derivative at 0 and 1 is.
  const nearby = open.derivative === settled ? [main, settled] : [shortest(open.derivative), open.derivative];
  return hessianClaims(open.value, [main, settled], nearby, shortest);
}

function differentiate(subject: Subject, { order, v, w }: Wanted): Derived {
  const { value, atoms, bound } = subject.read(new Set([v, w]));
  if ((order === 'gradient' || order === 'hessian') && value.groups.length > 0) {
    throw new NotDifferentiableError(
      `${order}: the function must be a scalar, its shape is [${value.sum.sizes.join(',')}].`,
      'use jacobian',
    );
  }
  if (value.row) throw new NotDifferentiableError('derive: the function is a row vector.', "transpose it with '");
  const [first, second] = [atoms.get(v)!, atoms.get(w)!];
  let raw = gradient(value.sum, order === 'hessian' ? first : second);
  if (order === 'hessian') raw = derivative(raw.sizes.length <= 2 ? simplify(raw, renderCost) : raw, second);
  const settle = (sum: Sum): Sum => ambient(sum, subject, atoms, [v, w]);
  const settled = settle(raw);
  const xi = directionName(subject);
  const along = (): Sum => directional(settled, second, xi);
  return {
    open: { value: value.sum, derivative: raw },
    settled,
    main: simplify(order === 'directional' ? along() : settled, renderCost),
    along,
    xi,
    outGroups: order === 'hessian' ? first.sizes.map(() => 1) : value.groups,
    inGroups: second.sizes.map(() => 1),
    bindings: [...bound].map(([name, b]) => [name, render(settle(b.sum)).e]),
    directionSizes: second.sizes,
  };
}

/** A matrix over vec(out) and vec(in), if Kronecker products can say it. */
function vecForm(
  { main, settled, outGroups, inGroups }: Derived,
  { order }: Wanted,
  judge: Judge,
  notation: Notation,
  typesOf: Context['typesOf'],
): Expression | undefined {
  if (order === 'gradient' || order === 'directional' || main.sizes.length === 0) return undefined;
  const read: Reading = (e, env, { expected, direction }) => ({
    expected: vecOf(expected),
    actual: matrixTimes(e, env, typesOf(e), vecOf(direction)),
  });
  const candidates = [...new Set([main, settled])]
    .map((sum) => notation.renderVec(sum, outGroups, inGroups))
    .filter((e) => e !== undefined);
  return candidates.sort((a, b) => cost(a) - cost(b)).find((e) => judge.verdict(e, read));
}

/** A value whose slots may be groups of indices, as vec and kron make them. */
function renderGrouped(sum: Sum, groups: readonly number[], notation: Notation): Expression {
  const isGrouped = groups.length <= 2 && groups.some((n) => n > 1);
  const matrix = isGrouped ? notation.renderVec(sum, groups.slice(0, 1), groups.slice(1)) : undefined;
  return matrix ?? notation.render(sum).e;
}

/** T[Xi] in matrix notation, for orders 3 and 4. */
function operatorForm(
  { main, along, outGroups }: Derived,
  { order }: Wanted,
  judge: Judge,
  notation: Notation,
): Expression | undefined {
  if (main.sizes.length <= 2 || order === 'gradient' || order === 'directional') return undefined;
  const e = renderGrouped(simplify(along(), renderCost), outGroups, notation);
  const read: Reading = (form, env, { expected }) => {
    const actual = evaluate(form, env).x;
    return { expected: shaped(expected, actual), actual };
  };
  return !show(e).includes('einsum(') && judge.verdict(e, read) ? e : undefined;
}

/**
 * The formula over out ++ in: the shortest if it agrees, else the plain one, else none that can be trusted, and then index
 * notation is, unless it disagrees too.
 */
function tensorForm(
  { main, settled, along, outGroups, inGroups }: Derived,
  { order }: Wanted,
  judge: Judge,
  notation: Notation,
): { e: Expression; warning: string | undefined } {
  const read: Reading = (e, env, { expected, direction }) => ({
    expected,
    actual: order === 'directional' ? evaluate(e, env).x : tensorTimes(e, env, direction),
  });
  const groups = order === 'directional' ? outGroups : [...outGroups, ...inGroups];
  const shortest = renderGrouped(main, groups, notation);
  let verdict: boolean | undefined;
  for (const e of [shortest, renderGrouped(order === 'directional' ? along() : settled, groups, notation)]) {
    verdict = judge.verdict(e, read);
    if (verdict) return { e, warning: undefined };
  }
  const inEveryAxis: Reading = (e, env, point) => {
    const { expected, actual } = read(e, env, point);
    return { expected, actual: reshapeTo(actual, expected.shape) };
  };
  if (judge.verdict(renderIndices(order === 'directional' ? along() : settled), inEveryAxis) === false) {
    throw new NotDifferentiableError(
      'derive: the formula disagreed with automatic differentiation in every form, so none is shown.',
      'use jacobian or hessian for its numbers',
    );
  }
  // A slot that is a product of sizes has no name in an einsum.
  const isUnsaid = groups.some((n) => n > 1) && groups.length > 2;
  const warning =
    verdict === undefined
      ? 'no point with a finite derivative was found, so the formula could not be checked'
      : isUnsaid
        ? 'matrix notation cannot say the formula'
        : 'the formula disagreed with the numeric derivative';
  return { e: shortest, warning };
}

/** The user's own names that a formula uses, with those they are made of. */
function usedBindingsOf(subject: Subject, roots: readonly Expression[]): [string, Expression][] {
  const needed = new Set<string>();
  const visit = (e: Expression): void => {
    for (const name of namesIn(e)) {
      const binding = subject.bindings.find((b) => b.name === name);
      if (binding && !needed.has(name)) {
        needed.add(name);
        visit(binding.e);
      }
    }
  };
  roots.forEach(visit);
  return subject.bindings.filter(({ name }) => needed.has(name)).map(({ name, e }) => [name, e]);
}

/** Equations such as x' = x are used at the point only, after differentiating. */
function ambient(sum: Sum, subject: Subject, atoms: ReadonlyMap<string, Atom>, names: readonly string[]): Sum {
  let result = sum;
  for (const name of new Set(names)) {
    const variable = subject.declared.get(name)!;
    if (hasEquations(variable)) result = rebuild(result, atoms.get(name)!, single(variableAtom(variable, true)));
  }
  return result;
}

/** T[Ξ]: the last slots contracted with a direction. */
function directional(sum: Sum, x: Atom, name: string): Sum {
  const xi = single(atomOf('variable', name, [], x.sizes));
  const nets = sum.nets.flatMap((net) => {
    const free = indices(sum.sizes);
    const kept = free.slice(0, free.length - x.sizes.length);
    const parts = [
      { sum: sumOf([net], sum.sizes), at: free },
      { sum: xi, at: free.slice(kept.length) },
    ];
    return product(parts, kept).nets;
  });
  return sumOf(nets, sum.sizes.slice(0, sum.sizes.length - x.sizes.length));
}

function directionName(subject: Subject): string {
  let name = 'Xi';
  while (
    subject.declared.has(name) ||
    subject.sizeNames.includes(name) ||
    subject.constants.has(name) ||
    subject.bindings.some((b) => b.name === name)
  )
    name += '_';
  return name;
}

/** The expected value in the operator's own shape: a value of vec'd output stays flat. */
function shaped(expected: Tensor, like: Tensor): Tensor {
  return expected.ndim === like.ndim ? expected : vecOf(expected);
}

interface Context {
  readonly names: ReadonlyMap<string, ExpressionType>;
  /** The types of all parts of a formula. */
  typesOf(e: Expression): ReadonlyMap<Expression, ExpressionType>;
}

function contextOf(subject: Subject, xi: string, directionSizes: readonly string[]): Context {
  const names = new Map<string, ExpressionType>();
  for (const size of subject.sizeNames) names.set(size, typeOfShape([]));
  for (const { name, sizes } of subject.declared.values()) names.set(name, typeOfShape(sizes));
  for (const [name, { shape }] of subject.constants) names.set(name, typeOfShape(shape.map(String)));
  names.set(xi, typeOfShape(directionSizes));
  for (const { name, e } of subject.bindings) names.set(name, new Checker(show(e), names).check(e));
  const typesOf = (e: Expression): ReadonlyMap<Expression, ExpressionType> => {
    const checker = new Checker('', names);
    checker.check(e);
    return checker.types;
  };
  return { names, typesOf };
}
