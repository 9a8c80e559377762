// One derivative as a formula: text that parses back, LaTeX, index notation, the operator and Kronecker forms of orders 3
// and 4, code, and its value.

import { isNumeric, sizeValue } from '../calculus/size.ts';
import { ArgumentError, NotDifferentiableError, ShapeError } from '../errors.ts';
import { tensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { jit } from '../transforms/staging.ts';
import type { ExpressionType } from './check.ts';
import { type CodeTarget, generate } from './code/generate.ts';
import type { Declared } from './declare.ts';
import { countNodes, type Expression, namesIn } from './expression.ts';
import type { Check } from './finite-differences.ts';
import { latexOf } from './latex.ts';
import { show } from './print.ts';
import { environment, evaluateWith } from './subject.ts';

export type Layout = 'tensor' | 'vec';

/** Anything a variable's value may be given as. */
export type ValueLike = Tensor | number | readonly unknown[];

export interface FormulaParts {
  readonly body: Expression;
  readonly inlined: Expression;
  readonly lets: readonly (readonly [string, Expression])[];
  readonly layout: Layout;
  readonly index: string;
  readonly indexLatex: string;
  readonly operator: Expression | undefined;
  readonly vec: Expression | undefined;
  readonly direction: string;
  readonly warning: string | undefined;
  readonly facts: readonly string[];
  readonly type: ExpressionType | undefined;
  readonly declared: ReadonlyMap<string, Declared>;
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly types: ReadonlyMap<string, ExpressionType>;
  /** The derivative by automatic differentiation, for formulas that cannot be trusted. */
  readonly exact: (values: ReadonlyMap<string, Tensor>, sizes: ReadonlyMap<string, number>) => Tensor;
  /** Undefined for a derivative along a direction, whose direction has no value. */
  readonly check: ((formula: Formula) => Check | undefined) | undefined;
}

export class Formula {
  /** Why the formula could not be trusted, if so; then it is shown in index notation. */
  readonly warning: string | undefined;
  /** 'tensor': out ++ in; 'vec': both flattened by columns. */
  readonly layout: Layout;
  /** The name that stands for the direction Ξ in `operator`. */
  readonly direction: string;
  /**
   * What is proven for all values that have the declared facts: of a Hessian 'symmetric', 'positive semidefinite', 'convex',
   * 'rank <= m'; of a gradient 'positive', 'nonnegative' and so on, entry by entry.
   */
  readonly facts: readonly string[];
  /** Kind and symbolic shape of the value. */
  readonly type: ExpressionType | undefined;
  private readonly parts: FormulaParts;

  constructor(parts: FormulaParts) {
    this.parts = parts;
    this.warning = parts.warning;
    this.layout = parts.layout;
    this.direction = parts.direction;
    this.facts = parts.facts;
    this.type = parts.type;
  }

  /** The formula in the expression language; it uses the names of `lets`. */
  get text(): string {
    return this.warning ? this.parts.index : show(this.parts.body);
  }

  /** The formula with no names but the variables. */
  get inlined(): string {
    return this.warning ? this.parts.index : show(this.parts.inlined);
  }

  /** Names that text, latex and code share, in order of definition. */
  get lets(): [name: string, text: string][] {
    return this.warning ? [] : this.parts.lets.map(([name, e]) => [name, show(e)]);
  }

  /** Tensors that a traced function captured, by the names that the formula calls them. */
  get constants(): [name: string, value: Tensor][] {
    return [...this.parts.constants].filter(([name]) => this.uses(name));
  }

  /** The formula in LaTeX, as KaTeX renders it. */
  get latex(): string {
    return this.warning ? this.parts.indexLatex : latexOf(this.parts.body, this.parts.types);
  }

  /** The definitions of `lets` in LaTeX. */
  get latexLets(): [name: string, latex: string][] {
    if (this.warning) return [];
    return this.parts.lets.map(([name, e]) => [
      latexOf({ kind: 'name', name }, this.parts.types),
      latexOf(e, this.parts.types),
    ]);
  }

  /** The values of `constants` in LaTeX, large ones by their shape. */
  get latexConstants(): [name: string, latex: string][] {
    return this.constants.map(([name, x]) => [latexOf({ kind: 'name', name }, this.parts.types), constantLatex(x)]);
  }

  /** Index notation: one sum for each term, deltas written out. */
  get index(): string {
    return this.parts.index;
  }

  get indexLatex(): string {
    return this.parts.indexLatex;
  }

  /** The derivative as a linear map of a direction, T[Ξ]; `direction` is the direction's name. */
  get operator(): string | undefined {
    return this.parts.operator && show(this.parts.operator);
  }

  get operatorLatex(): string | undefined {
    return this.parts.operator && latexOf(this.parts.operator, this.parts.types);
  }

  /** The matrix over vec(out) and vec(in), both stacked by columns, where Kronecker products can say it. */
  get vec(): string | undefined {
    return this.parts.vec && show(this.parts.vec);
  }

  get vecLatex(): string | undefined {
    return this.parts.vec && latexOf(this.parts.vec, this.parts.types);
  }

  /** In which order `vec` stacks entries. */
  get vecOrder(): 'columns' {
    return 'columns';
  }

  /** Numbers, names, operators and calls of text and lets together. */
  get nodes(): number {
    return this.parts.lets.reduce((n, [, e]) => n + countNodes(e), countNodes(this.parts.body));
  }

  /** A function in another language, with the shared parts named once. */
  code(target: CodeTarget): string {
    if (this.warning)
      throw new NotDifferentiableError(`code: ${this.warning}.`, 'use jacobian or hessian for its numbers');
    const names = [...this.parts.declared.keys()];
    const used = names.filter((name) => this.uses(name));
    return generate(target, { ...this.parts, constants: this.constants, variables: used.length > 0 ? used : names });
  }

  private uses(name: string): boolean {
    const { body, lets } = this.parts;
    return [body, ...lets.map(([, e]) => e)].some((e) => namesIn(e).has(name));
  }

  /** The derivative's value at the given values of the variables. */
  evaluate(values: Readonly<Record<string, ValueLike>>): Tensor {
    const given = new Map<string, Tensor>();
    for (const { name } of this.parts.declared.values()) {
      const value = values[name];
      if (value === undefined) {
        if (this.warning || this.uses(name)) throw new ArgumentError(`evaluate: ${name} has no value.`);
        continue;
      }
      given.set(name, asTensor(value));
    }
    return this.valueAt(given, this.sizesOf(given, values));
  }

  /**
   * The formula's value against finite differences at a random point, the same at every call: the largest difference
   * relative to the largest entry. Undefined where no point with a finite derivative was found, and for `directional`.
   */
  check(): Check | undefined {
    return this.parts.check?.(this);
  }

  private valueAt(given: ReadonlyMap<string, Tensor>, sizes: ReadonlyMap<string, number>): Tensor {
    if (this.warning) return this.parts.exact(given, sizes);
    return evaluateWith(
      this.parts.body,
      this.parts.lets,
      environment(new Map([...this.parts.constants, ...given]), sizes),
    );
  }

  private sizesOf(
    given: ReadonlyMap<string, Tensor>,
    values: Readonly<Record<string, ValueLike>>,
  ): Map<string, number> {
    const sizes = new Map<string, number>();
    for (const { name, sizes: declared } of this.parts.declared.values()) {
      const shape: readonly number[] | undefined = given.get(name)?.shape;
      if (!shape) continue;
      const fits =
        shape.length === declared.length &&
        declared.every((size, k) => {
          if (isNumeric(size)) return sizeValue(size, sizes) === shape[k];
          const known = sizes.get(size) ?? shape[k]!;
          sizes.set(size, known);
          return known === shape[k];
        });
      if (!fits) {
        const wanted = declared.map((size) => (sizes.has(size) ? `${size}=${sizes.get(size)}` : size));
        throw new ShapeError(`evaluate: ${name} has shape [${shape.join(',')}], not [${wanted.join(',')}].`);
      }
    }
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'number' && !this.parts.declared.has(name)) sizes.set(name, value);
    }
    return sizes;
  }

  /** The formula as a function of the variables' values, compiled for each structure of shapes once. */
  compile(): (values: Readonly<Record<string, ValueLike>>) => Tensor {
    const compiled = new Map<string, (tensors: unknown) => unknown>();
    return (values) => {
      const known = Object.entries(values).map(
        ([name, value]) => [name, value, this.parts.declared.has(name)] as const,
      );
      const sizes = Object.fromEntries(known.filter(([, , isVariable]) => !isVariable));
      const key = JSON.stringify(sizes);
      const f = compiled.get(key) ?? (jit((x: unknown) => this.evaluate({ ...sizes, ...(x as object) })) as never);
      compiled.set(key, f);
      const tensors = known.filter(([, , isVariable]) => isVariable).map(([name, value]) => [name, asTensor(value)]);
      return f(Object.fromEntries(tensors)) as Tensor;
    };
  }

  toString(): string {
    const constants = this.constants.map(([name, x]) => `${name} = ${showConstant(x)}`);
    const where = [...constants, ...this.lets.map(([name, e]) => `${name} = ${e}`)];
    return where.length === 0 ? this.text : `${this.text}  where ${where.join(', ')}`;
  }
}

const asTensor = (value: ValueLike): Tensor =>
  value instanceof Tensor ? value : tensor(value as number[], { dtype: 'float64' });

const mostShown = 12;

function constantLatex(x: Tensor): string {
  if (x.size > mostShown || x.ndim > 2) return `\\text{a constant of shape } [${x.shape.join(',')}]`;
  const rows: (number | number[])[] = x.toArray();
  const entry = (value: number): string => latexOf({ kind: 'number', value });
  const lines = rows.map((row) => (Array.isArray(row) ? row.map(entry).join(' & ') : entry(row)));
  return `\\begin{bmatrix} ${lines.join(' \\\\ ')} \\end{bmatrix}`;
}

/** Small constants as nested lists, large ones by their shape. */
function showConstant(x: Tensor): string {
  return x.size <= mostShown ? JSON.stringify(x.toArray()) : `a constant of shape [${x.shape.join(',')}]`;
}
