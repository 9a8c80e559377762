// symbolic.derive: from a function, as text or as code, to the formulas of its derivatives.

import { Table, withTable } from '../calculus/net.ts';
import type { Size } from '../calculus/size.ts';
import { ArgumentError } from '../errors.ts';
import { build } from './build.ts';
import { declare, type VariableDeclaration } from './declare.ts';
import type { Formula, Layout } from './formula.ts';
import { programSubject } from './program-subject.ts';
import { type Subject, textSubject } from './subject.ts';
import type { Order } from './verify.ts';

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

  /** The sizes of the function's value: none for a scalar. */
  get shape(): readonly Size[] {
    return withTable(new Table(), () => this.subject.read(new Set()).value.sum.sizes);
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
      formula = withTable(new Table(), () => build(this.subject, { order, v, w, layout }));
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
