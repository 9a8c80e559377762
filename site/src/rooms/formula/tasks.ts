// What the Formula room asks of the compute worker: the names of an expression, its derivatives in every form, a drawing.
import {
  type CodeTarget,
  derive,
  type Formula,
  inferShapes,
  namesIn,
  parse,
  type Shapes,
  type VariableDeclaration,
} from 'nabla/symbolic';
import type { Tools } from '../../worker/protocol.ts';
import { chosen, type ShapedVariable, sizesOf, type VariableState } from './state.ts';

export interface DeriveInput {
  readonly expression: string;
  readonly variables: Readonly<Record<string, VariableState>>;
  readonly wrt: string;
  readonly second: string;
}

/** A formula as text and as LaTeX. */
export interface Written {
  readonly text: string;
  readonly latex: string;
}

export interface FormulaView extends Written {
  readonly kind: 'Gradient' | 'Jacobian' | 'Hessian' | 'Mixed second derivative';
  /** The derivative's sign, as it stands before the formula. */
  readonly symbol: string;
  /** Names that the formula uses, each with its definition. */
  readonly lets: readonly (Written & { readonly name: string; readonly nameLatex: string })[];
  readonly layout: string;
  readonly check: { readonly error: number; readonly passed: boolean; readonly sizes: string } | undefined;
  readonly warning: string | undefined;
  readonly facts: readonly string[];
  readonly index: Written;
  readonly operator: (Written & { readonly direction: string }) | undefined;
  readonly vec: Written | undefined;
  /** By target; absent where the formula is not to be trusted. */
  readonly code: Readonly<Partial<Record<CodeTarget, string>>>;
}

export interface DeriveOutput {
  readonly first: FormulaView;
  readonly second: FormulaView | undefined;
}

const targets: readonly CodeTarget[] = ['typescript', 'numpy', 'jax', 'pytorch', 'julia'];

const declarations = (table: ShapedVariables): Record<string, VariableDeclaration> =>
  Object.fromEntries(
    Object.entries(table).map(([name, { shape, facts }]) => [name, { shape: sizesOf(shape), is: facts as never }]),
  );

type ShapedVariables = Readonly<Record<string, ShapedVariable>>;

/** The variables of an expression in their order, each with the shape it was given, or one that fits its use. */
function variables({ expression, variables: known, wrt }: Omit<DeriveInput, 'second'>): ShapedVariables {
  const parsed = parse(expression);
  const given = (name: string): string | null => (Object.hasOwn(known, name) ? known[name]!.shape : null);
  const names = [...namesIn(parsed)];
  const declared = Object.fromEntries(
    names.flatMap((name) => {
      const shape = given(name);
      return shape === null ? [] : [[name, sizesOf(shape).map(String)]];
    }),
  );
  const sizes = new Set(Object.values(declared).flat());
  const needed = names.filter((name) => !sizes.has(name));
  const shapes: Shapes = needed.every((name) => given(name) !== null)
    ? declared
    : inferred(parsed, expression, declared, wrt);
  return Object.fromEntries(
    needed
      .filter((name) => Object.hasOwn(shapes, name))
      .map((name) => [
        name,
        { shape: given(name) ?? shapes[name]!.join(', '), facts: Object.hasOwn(known, name) ? known[name]!.facts : [] },
      ]),
  );
}

/**
 * A scalar function if custom reads the names so (small letters are vectors, capitals matrices), else one of any shape; a
 * reading that makes every name a scalar is none.
 */
function inferred(e: ReturnType<typeof parse>, source: string, declared: Shapes, wrt: string): Shapes {
  const capital = (name: string): boolean => /^\p{Lu}/u.test(name);
  try {
    const shapes = inferShapes(e, { declared, wrt, scalar: true, source });
    if (Object.entries(shapes).every(([name, sizes]) => !capital(name) || sizes.length === 2)) return shapes;
  } catch {
    // Then it is no scalar.
  }
  return inferShapes(e, { declared, wrt, scalar: false, source });
}

function derivatives(input: DeriveInput, tools: Tools): DeriveOutput {
  const table = variables(input);
  const v = chosen(input.wrt, table);
  if (v === '') throw new Error('The expression has no variable to derive by.');
  const f = derive(input.expression, { variables: declarations(table) });
  const shape = sizesOf(table[v]!.shape);
  if (f.shape.length > 0) return { first: jacobianView(f.jacobian(v), v, f.shape, shape), second: undefined };
  const first = gradientView(f.gradient(v), v, shape);
  tools.progress(0.3, 'second derivative');
  const w = Object.hasOwn(table, input.second) ? input.second : v;
  return { first, second: hessianView(f.hessian(v, w), v, w, shape, sizesOf(table[w]!.shape)) };
}

type Sizes = readonly (string | number)[];
const brackets = (...sizes: Sizes[]): string => `[${sizes.flat().join(', ')}]`;
const latexName = (name: string): string => (name.length === 1 ? name : `\\mathit{${name.replaceAll('_', '\\_')}}`);

function gradientView(formula: Formula, v: string, shape: Sizes): FormulaView {
  const layout =
    shape.length === 0 ? 'Layout: a scalar, as the variable is.' : `Layout: the shape of ${v}, ${brackets(shape)}.`;
  return view(formula, 'Gradient', `\\nabla_{${latexName(v)}} f`, layout);
}

function jacobianView(formula: Formula, v: string, out: Sizes, shape: Sizes): FormulaView {
  const layout =
    formula.layout === 'vec'
      ? `Layout: vec by vec, columns stacked: f ${brackets(out)} by rows, ${v} ${brackets(shape)} by columns.`
      : `Layout: the axes of f, then those of ${v}: ${brackets(out, shape)}.`;
  return view(formula, 'Jacobian', `\\frac{\\partial f}{\\partial ${latexName(v)}}`, layout);
}

function hessianView(formula: Formula, v: string, w: string, shape: Sizes, other: Sizes): FormulaView {
  const layout =
    formula.layout === 'vec'
      ? `Layout: vec by vec, columns stacked: ${v} ${brackets(shape)} by rows, ${w} ${brackets(other)} by columns.`
      : `Layout: the axes of ${v}, then those of ${w}: ${brackets(shape, other)}.`;
  const [p, q] = [latexName(v), latexName(w)];
  const symbol = v === w ? `\\nabla^2_{${p}} f` : `\\frac{\\partial^2 f}{\\partial ${p}\\,\\partial ${q}}`;
  return view(formula, v === w ? 'Hessian' : 'Mixed second derivative', symbol, layout);
}

function view(formula: Formula, kind: FormulaView['kind'], symbol: string, layout: string): FormulaView {
  const { text, latex, lets, latexLets, index, indexLatex, operator, operatorLatex, vec, vecLatex } = formula;
  const check = formula.warning === undefined ? formula.check() : undefined;
  return {
    kind,
    symbol,
    text,
    latex,
    lets: lets.map(([name, definition], k) => ({
      name,
      nameLatex: latexLets[k]?.[0] ?? name,
      text: definition,
      latex: latexLets[k]?.[1] ?? definition,
    })),
    layout,
    check: check && {
      error: check.error,
      passed: check.passed,
      sizes: Object.entries(check.sizes)
        .map(([name, size]) => `${name} = ${size}`)
        .join(', '),
    },
    warning: formula.warning,
    facts: formula.facts,
    index: { text: index, latex: indexLatex },
    operator:
      operator === undefined ? undefined : { text: operator, latex: operatorLatex ?? '', direction: formula.direction },
    vec: vec === undefined ? undefined : { text: vec, latex: vecLatex ?? '' },
    code:
      formula.warning === undefined
        ? Object.fromEntries(targets.map((target) => [target, formula.code(target).trimEnd()]))
        : {},
  };
}

/** A formula as a picture of outlines, for slides and drawing programs. */
async function svg({ latex }: { readonly latex: string }): Promise<string> {
  const { drawFormula } = await import('./draw-formula.ts');
  return drawFormula(latex);
}

export const tasks = { variables, derivatives, svg };
