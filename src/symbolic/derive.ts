// symbolic.derive: from a function, as text or as code, to the formulas of its derivatives.

import { product, single } from '../calculus/algebra.ts';
import { derivative } from '../calculus/derivative.ts';
import { type Atom, atomOf, indices, type Sum, sumOf, Table, withTable } from '../calculus/net.ts';
import { rebuild } from '../calculus/rebuild.ts';
import { simplify } from '../calculus/simplify.ts';
import { ArgumentError, NotDifferentiableError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Checker, type ExpressionType, typeOfShape } from './check.ts';
import { declare, type VariableDeclaration } from './declare.ts';
import { type Expression, namesIn } from './expression.ts';
import { Formula, type Layout } from './formula.ts';
import { indexNotation } from './index-notation.ts';
import { nameShared, ordered, withBindings } from './lets.ts';
import { show } from './print.ts';
import { programSubject } from './program-subject.ts';
import { cost } from './render/form.ts';
import { render, renderCost, renderVec } from './render/render.ts';
import { isSymmetricFact, variableAtom } from './session.ts';
import { environment, evaluateWith, type Subject, textSubject } from './subject.ts';
import { agrees, type CheckPoint, contractedTensor, drawPoint, type Order, vecOf } from './verify.ts';

export interface DeriveOptions {
  /** Name → shape (size names or numbers), or { shape, is: facts }. */
  readonly variables: Readonly<Record<string, VariableDeclaration>>;
  /** Names bound before the function, in order; they may depend on the variables. */
  readonly let?: Readonly<Record<string, string>>;
}

export interface LayoutOption {
  /** 'tensor' (out ++ in) by default; 'vec' flattens both sides by columns where Kronecker products can say it. */
  readonly layout?: Layout;
}

/** A function whose derivatives can be asked for by variable name. */
export class Derivation {
  private readonly subject: Subject;
  private readonly kept: Map<string, Formula> = new Map();

  constructor(subject: Subject) {
    this.subject = subject;
  }

  /** The gradient of a scalar function; it has the shape of the variable. */
  gradient(v: string): Formula {
    return this.formula('gradient', v, v, 'tensor');
  }

  /** The Jacobian, [...Out, ...In]. */
  jacobian(v: string, { layout = 'tensor' }: LayoutOption = {}): Formula {
    return this.formula('jacobian', v, v, layout);
  }

  /** The Hessian of a scalar function, [...V, ...W]: the derivative in w of the gradient in v. */
  hessian(v: string, w: string | LayoutOption = v, options: LayoutOption = {}): Formula {
    const second = typeof w === 'string' ? w : v;
    const { layout = 'tensor' } = typeof w === 'string' ? options : w;
    return this.formula('hessian', v, second, layout);
  }

  /** The derivative along a direction Ξ of the variable's shape, linear in Ξ. */
  directional(v: string): Formula {
    return this.formula('directional', v, v, 'tensor');
  }

  private formula(order: Order | 'directional', v: string, w: string, layout: Layout): Formula {
    for (const name of [v, w]) {
      if (!this.subject.declared.has(name)) {
        throw new ArgumentError(
          `derive: '${name}' is no variable.`,
          `variables are ${[...this.subject.declared.keys()].join(', ')}`,
        );
      }
    }
    const key = `${order} ${v} ${w} ${layout}`;
    let formula = this.kept.get(key);
    if (!formula) {
      formula = withTable(new Table(), () => build(this.subject, order, v, w, layout));
      this.kept.set(key, formula);
    }
    return formula;
  }
}

/**
 * Formulas of derivatives. `f` is a text of the expression language, or a function of tensors, whose arguments are the
 * variables in the order of their declaration.
 *
 * `derive('norm2(X*w-y)^2', { variables: { X: ['m', 'n'], w: ['n'], y: ['m'] } }).gradient('w').text` is `2*X'*(X*w-y)`.
 */
export function derive(f: string | ((...args: never[]) => unknown), options: DeriveOptions): Derivation {
  const variables = options?.variables;
  if (typeof variables !== 'object' || variables === null) {
    throw new ArgumentError('derive: the option variables is missing.', "write { variables: { x: ['n'] } }");
  }
  const declared = declare(variables);
  const subject = withTable(new Table(), () =>
    typeof f === 'string' ? textSubject(f, declared, options.let ?? {}) : programSubject(f, declared),
  );
  return new Derivation(subject);
}

/** Everything between the nets of the function and the checked formula. */
function build(subject: Subject, order: Order | 'directional', v: string, w: string, wanted: Layout): Formula {
  const { value, atoms, bound } = subject.read(new Set([v, w]));
  const scalar = value.groups.length === 0;
  if ((order === 'gradient' || order === 'hessian') && !scalar) {
    throw new NotDifferentiableError(
      `${order}: the function must be a scalar, its shape is [${value.sum.sizes.join(',')}].`,
      'use jacobian',
    );
  }
  if (value.row) throw new NotDifferentiableError('derive: the function is a row vector.', "transpose it with '");
  const [first, second] = [atoms.get(v)!, atoms.get(w)!];
  let raw = derivative(value.sum, order === 'hessian' ? first : second);
  if (order === 'hessian') raw = derivative(raw.sizes.length <= 2 ? simplify(raw, renderCost) : raw, second);
  const settled = ambient(raw, subject, atoms, [v, w]);
  const outGroups = order === 'hessian' ? first.sizes.map(() => 1) : value.groups;
  const xi = directionName(subject);
  const along = (): Sum => directional(settled, second, xi);
  const main = simplify(order === 'directional' ? along() : settled, renderCost);
  const context = contextOf(subject, xi, second.sizes);
  const bindings = [...bound].map(([name, b]): [string, Expression] => [
    name,
    render(ambient(b.sum, subject, atoms, [v, w])).e,
  ]);
  const point = order === 'directional' ? drawPoint(subject, 'jacobian', v, w, 1) : drawPoint(subject, order, v, w, 1);
  const right = (e: Expression, read: (value: Tensor, p: CheckPoint) => boolean): boolean => {
    if (!point) return false;
    const values = new Map(point.values).set(xi, point.direction);
    return read(evaluateWith(e, [], environment(values, point.sizes)), point);
  };
  const isTensor = (e: Expression): boolean =>
    right(e, (t, p) => agrees(p.expected, order === 'directional' ? t : contractedTensor(t, p.direction)));
  const isVec = (e: Expression): boolean =>
    right(e, (t, p) => agrees(vecOf(p.expected), contractedTensor(t, vecOf(p.direction))));

  const inGroups = second.sizes.map(() => 1);
  const isMatrixOfGroups = order !== 'gradient' && order !== 'directional' && main.sizes.length > 0;
  const vecCandidate = isMatrixOfGroups ? bestVec(main, settled, outGroups, inGroups) : undefined;
  const vec = vecCandidate && isVec(vecCandidate) ? vecCandidate : undefined;
  const grouped = outGroups.some((n) => n > 1);
  const high = main.sizes.length > 2 && isMatrixOfGroups;
  const operatorCandidate = high ? render(simplify(along(), renderCost)).e : undefined;
  const operator =
    operatorCandidate &&
    !hasEinsum(operatorCandidate) &&
    right(operatorCandidate, (t, p) => agrees(shaped(p.expected, t), t))
      ? operatorCandidate
      : undefined;
  const layout: Layout = vec && (grouped || (wanted === 'vec' && main.sizes.length > 0)) ? 'vec' : 'tensor';
  const notation = indexNotation(settled);
  let chosen = layout === 'vec' ? vec! : render(main).e;
  let warning: string | undefined;
  if (layout === 'tensor' && !isTensor(chosen)) {
    const plain = render(settled).e;
    warning = point
      ? `the simplified formula disagreed with the numeric derivative and was dropped`
      : 'no point with a finite derivative was found, so the formula could not be checked';
    if (isTensor(plain)) {
      chosen = plain;
      warning = undefined;
    }
  }
  const substituted = withBindings(chosen, bindings);
  const shared = nameShared(
    substituted.e,
    context.typeOf,
    new Set([...context.names.keys(), ...subject.bindings.map((b) => b.name)]),
  );
  const usedBindings = usedBindingsOf(subject, [shared.body, ...shared.lets.map(([, e]) => e)]);
  const lets = ordered([...usedBindings, ...shared.lets.map(([name, e]): [string, Expression] => [name, e])]);
  const types = new Map(context.names);
  for (const [name, e] of lets) types.set(name, new Checker(show(e), types).check(e));
  return new Formula({
    body: shared.body,
    inlined: chosen,
    lets,
    layout,
    index: notation.text,
    indexLatex: notation.latex,
    operator,
    vec,
    direction: xi,
    warning: warning && `${warning}; trust the index notation: ${notation.text}`,
    type: context.typeOf(chosen),
    declared: subject.declared,
    types,
  });
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

/** x' = x is used at the point only, after differentiating. */
function ambient(sum: Sum, subject: Subject, atoms: ReadonlyMap<string, Atom>, names: readonly string[]): Sum {
  let result = sum;
  for (const name of new Set(names)) {
    const variable = subject.declared.get(name)!;
    if (isSymmetricFact(variable)) result = rebuild(result, atoms.get(name)!, single(variableAtom(variable, true)));
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
    subject.bindings.some((b) => b.name === name)
  )
    name += '_';
  return name;
}

function bestVec(
  main: Sum,
  settled: Sum,
  outGroups: readonly number[],
  inGroups: readonly number[],
): Expression | undefined {
  const candidates = [...new Set([main, settled])]
    .map((sum) => renderVec(sum, outGroups, inGroups))
    .filter((e) => e !== undefined);
  return candidates.sort((a, b) => cost(a) - cost(b))[0];
}

function hasEinsum(e: Expression): boolean {
  return show(e).includes('einsum(');
}

/** The expected value in the operator's own shape: a value of vec'd output stays flat. */
function shaped(expected: Tensor, like: Tensor): Tensor {
  return expected.ndim === like.ndim ? expected : vecOf(expected);
}

interface Context {
  readonly names: ReadonlyMap<string, ExpressionType>;
  typeOf(e: Expression): ExpressionType | undefined;
}

function contextOf(subject: Subject, xi: string, directionSizes: readonly string[]): Context {
  const names = new Map<string, ExpressionType>();
  for (const size of subject.sizeNames) names.set(size, typeOfShape([]));
  for (const { name, sizes } of subject.declared.values()) names.set(name, typeOfShape(sizes));
  names.set(xi, typeOfShape(directionSizes));
  for (const { name, e } of subject.bindings) names.set(name, new Checker(show(e), names).check(e));
  return { names, typeOf: (e) => new Checker(show(e), names).check(e) };
}
