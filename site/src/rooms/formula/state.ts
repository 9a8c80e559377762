// What the Formula room shows: an expression, what is known about its names, and the variables to derive by.
import type { SeededState } from '../../app/room-state.ts';

export interface VariableState {
  /** Sizes between commas, empty for a scalar; null where the shape is to be inferred. */
  readonly shape: string | null;
  readonly facts: readonly string[];
}

export interface FormulaState extends SeededState {
  readonly expression: string;
  readonly variables: Readonly<Record<string, VariableState>>;
  readonly wrt: string;
  /** The second variable of the second derivative; empty: the same. */
  readonly second: string;
}

export const initial: FormulaState = {
  expression: 'norm2(X*w-y)^2',
  variables: {},
  wrt: 'w',
  second: '',
  seed: 0,
};

/** The part of the state that the worker is asked about. */
export function questionOf({ expression, variables, wrt, second }: FormulaState) {
  return { expression, variables, wrt, second };
}

const mostVariables = 50;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 10_000;
const nameForm = /^\p{L}[\p{L}\p{N}_]*$/u;

function readVariable(found: unknown): VariableState | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const { shape, facts } = found as Record<string, unknown>;
  if (!(shape === null || isText(shape)) || !Array.isArray(facts) || !facts.every(isText)) return undefined;
  return { shape, facts };
}

/** The state in somebody's link, if it is one. */
export function readState(found: unknown): FormulaState | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const { expression, variables, wrt, second, seed } = { ...initial, ...found };
  if (!isText(expression) || !isText(wrt) || !isText(second) || !Number.isInteger(seed)) return undefined;
  if (typeof variables !== 'object' || variables === null) return undefined;
  if (Object.keys(variables).length > mostVariables) return undefined;
  const entries: [string, VariableState][] = [];
  for (const [name, given] of Object.entries(variables)) {
    const variable = readVariable(given);
    if (!variable || !nameForm.test(name)) return undefined;
    entries.push([name, variable]);
  }
  return { expression, variables: Object.fromEntries(entries), wrt, second, seed };
}

/** Sizes of a field: names or numbers between commas, brackets allowed. */
export function sizesOf(shape: string): (string | number)[] {
  const inside = shape.trim().replace(/^\[(.*)\]$/, '$1');
  return inside.trim() === ''
    ? []
    : inside.split(',').map((size) => (/^\d+$/.test(size.trim()) ? Number(size) : size.trim()));
}

/** The facts worth offering for a shape. */
export function factsFor(shape: string): readonly string[] {
  const sizes = sizesOf(shape);
  if (sizes.length === 0) return ['positive'];
  if (sizes.length === 1) return ['positive', 'binary', 'pm1', 'simplex', 'onehot'];
  if (sizes.length === 2) {
    const square = sizes[0] === sizes[1] ? ['symmetric', 'spd', 'invertible', 'posdet'] : [];
    return [...square, 'positive', 'binary', 'orthogonal'];
  }
  return ['positive'];
}

/** What the chips say. */
export const factLabels: Readonly<Record<string, string>> = {
  positive: 'positive entries',
  binary: 'entries 0 or 1',
  pm1: 'entries ±1',
  simplex: 'sums to one',
  onehot: 'one-hot',
  symmetric: 'symmetric',
  spd: 'positive definite',
  invertible: 'invertible',
  posdet: 'positive determinant',
  orthogonal: 'orthonormal columns',
};

/** A variable whose shape is known by now. */
export interface ShapedVariable {
  readonly shape: string;
  readonly facts: readonly string[];
}

/** The variable to derive by: the one asked for if the expression has it, else its first vector, else its first. */
export function chosen(wanted: string, variables: Readonly<Record<string, ShapedVariable>>): string {
  if (Object.hasOwn(variables, wanted)) return wanted;
  const names = Object.keys(variables);
  return names.find((name) => sizesOf(variables[name]!.shape).length === 1) ?? names[0] ?? '';
}
