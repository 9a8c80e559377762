// `nabla derive`: what was asked for, derived, and written as text, LaTeX, code or JSON.
import type { CodeTarget } from '../../symbolic/code/generate.ts';
import { declare } from '../../symbolic/declare.ts';
import { derive } from '../../symbolic/derive.ts';
import type { Check } from '../../symbolic/finite-differences.ts';
import type { Formula } from '../../symbolic/formula.ts';
import type { Order } from '../../symbolic/verify.ts';
import type { Terminal } from '../terminal.ts';
import type { Variables } from './variables.ts';

export type Form = 'text' | 'latex' | 'json' | { readonly code: CodeTarget };

export interface Request {
  readonly source: string;
  readonly variables: Variables;
  /** Variables nobody declared. */
  readonly inferred: readonly string[];
  readonly wrt: string;
  readonly order: Order;
  readonly form: Form;
  readonly checked: boolean;
}

/** Writes the formula to `out` and doubts about it to `notes`; false if it cannot be trusted. */
export function writeDerivative(request: Request, out: Terminal, notes: Terminal): boolean {
  const { source, variables, wrt, order, form } = request;
  const formula = derive(source, { variables })[order](wrt);
  const outcome = request.checked ? formula.check() : undefined;
  const shape = formula.type?.sizes ?? [];
  if (form === 'json') {
    const fields = json(request, formula, shape, outcome);
    out.write(`${JSON.stringify(fields, null, 2)}\n`);
  } else if (form === 'latex') out.write(`${latex(formula)}\n`);
  else if (form === 'text') out.write(text(request, formula, shape, out));
  else out.write(`${formula.code(form.code).trimEnd()}\n`);
  // What is piped on as LaTeX or code stays free of remarks.
  if (request.checked && form !== 'json') remark(outcome, form === 'text' ? out : notes);
  if (formula.warning) notes.write(`nabla: ${formula.warning}\n`);
  return formula.warning === undefined && (!request.checked || outcome?.passed === true);
}

function text(
  { order, wrt, variables, inferred }: Request,
  formula: Formula,
  shape: readonly string[],
  { accent, dim }: Terminal,
): string {
  const arranged =
    formula.layout === 'vec'
      ? 'both sides stacked by columns'
      : {
          gradient: `the shape of ${wrt}`,
          jacobian: `the axes of the function, then those of ${wrt}`,
          hessian: `the axes of the gradient, then those of ${wrt}`,
        }[order];
  const { operator, direction } = formula;
  const lines = [
    accent(formula.text),
    ...formula.lets.map(([name, definition]) => `${dim('where')} ${name} = ${definition}`),
    ...(operator ? [`${dim(`applied to ${direction}:`)} ${operator}`] : []),
    ...(formula.facts.length > 0 ? [dim(formula.facts.join(', '))] : []),
    ...(inferred.length > 0 ? [dim(`shapes inferred: ${shapesOf(variables, inferred)}`)] : []),
    dim(`layout ${formula.layout}, shape [${shape.join(', ')}]: ${arranged}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function shapesOf(variables: Variables, names: readonly string[]): string {
  const declared = declare(variables);
  return names.map((name) => `${name} [${declared.get(name)!.sizes.join(', ')}]`).join(', ');
}

function latex(formula: Formula): string {
  const definitions = formula.latexLets.map(([name, definition]) => `${name} = ${definition}`);
  return definitions.length === 0
    ? formula.latex
    : `${formula.latex} \\quad\\text{where } ${definitions.join(',\\; ')}`;
}

/** Absent fields do not apply: an operator form only for orders 3 and 4, a Kronecker form only where there is one. */
function json(request: Request, formula: Formula, shape: readonly string[], outcome: Check | undefined): object {
  const shapes = [...declare(request.variables).values()].map(({ name, sizes }) => [name, sizes] as const);
  return {
    function: request.source,
    wrt: request.wrt,
    order: request.order,
    text: formula.text,
    lets: Object.fromEntries(formula.lets),
    inlined: formula.inlined,
    latex: formula.latex,
    latexLets: Object.fromEntries(formula.latexLets),
    layout: formula.layout,
    shape,
    shapes: Object.fromEntries(shapes),
    index: formula.index,
    operator: formula.operator,
    vec: formula.vec,
    facts: formula.facts.length > 0 ? formula.facts : undefined,
    warning: formula.warning,
    check: request.checked ? (outcome ?? { error: null, passed: false }) : undefined,
  };
}

function remark(outcome: Check | undefined, { good, bad, write }: Terminal): void {
  if (!outcome) {
    write(`${bad('check failed')}: no point with a finite derivative was found\n`);
    return;
  }
  const sizes = Object.entries(outcome.sizes).map(([name, size]) => `${name} = ${size}`);
  const where = sizes.length > 0 ? `a random point (${sizes.join(', ')})` : 'a random point';
  const verdict = outcome.passed ? good('check passed') : bad('check failed');
  write(`${verdict}: relative error ${outcome.error.toExponential(1)} against finite differences at ${where}\n`);
}
