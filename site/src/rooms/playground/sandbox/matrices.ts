// Jacobian and Hessian with respect to one input, as matrices over the elements, with the structure that the library finds.
import { linalg, structured, type Tensor } from 'nabla';
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { Coordinate, Given, HessianAnswer, MatrixAnswer } from '../answers.ts';
import { elementLabel, type Subject, scalarFunction, subject, tensorFunction } from './subject.ts';
import {
  hessian as hessianOf,
  jacobian as jacobianOf,
  structuredHessian,
  structuredJacobian,
  tensor,
} from './transforms.ts';

export interface MatrixQuestion extends Given {
  /** The input to differentiate by. */
  readonly input: number;
}

export interface HessianQuestion extends MatrixQuestion {
  readonly x: Coordinate;
  readonly y: Coordinate;
}

const mostEntries = 40_000;
const mostEigenvalues = 200;

function rowsOf(x: Tensor, m: number, n: number): number[][] {
  const entries = Array.from(x.toTypedArray(), Number);
  return Array.from({ length: m }, (_, i) => entries.slice(i * n, (i + 1) * n));
}

/** How many numbers a structured matrix keeps: its own tensors, and those of its parts. */
function storedNumbers(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > 4) return 0;
  if ('storage' in value && 'size' in value && 'shape' in value) return Number(value.size);
  return Object.values(value).reduce((sum: number, part) => sum + storedNumbers(part, depth + 1), 0);
}

function structureOf(find: () => unknown): MatrixAnswer['structure'] {
  try {
    const found = find();
    if (!(found instanceof structured.StructuredMatrix)) return undefined;
    return { kind: found.kind, text: String(found).slice(0, 600), stored: storedNumbers(found) };
  } catch {
    // A derivative without a structure that the library can find is shown by its entries alone.
    return undefined;
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

function chosen({ inputs }: Subject, input: number) {
  const spec = inputs[input];
  if (!spec) throw new TypeError('The chosen input does not exist.');
  return spec;
}

function requireRoom(what: string, m: number, n: number): void {
  if (m * n > mostEntries) throw new TypeError(`The ${what} has ${m} × ${n} entries; up to ${mostEntries} are shown.`);
}

export function jacobian(question: MatrixQuestion, tools: SandboxTools): MatrixAnswer {
  const whole = subject(question, tools);
  const { args } = whole;
  const spec = chosen(whole, question.input);
  const f = tensorFunction(whole);
  const y = f(...args);
  const [m, n] = [y.size, sizeOf(spec.shape)];
  requireRoom('Jacobian', m, n);
  const options = { argnums: question.input };
  const dense = jacobianOf(f, options)(...args);
  const output = { name: 'f', shape: y.shape, fill: 'numbers', values: [] } as const;
  return {
    rows: rowsOf(dense, m, n),
    shape: [...dense.shape],
    structure: structureOf(() => structuredJacobian(f, { ...options, structured: true })(...args)),
    rowLabels: Array.from({ length: m }, (_, i) => elementLabel(output, i)),
    columnLabels: Array.from({ length: n }, (_, i) => elementLabel(spec, i)),
  };
}

export function hessian(question: HessianQuestion, tools: SandboxTools): HessianAnswer {
  const whole = subject(question, tools);
  const { args } = whole;
  const spec = chosen(whole, question.input);
  const f = scalarFunction(whole, 'The Hessian');
  const n = sizeOf(spec.shape);
  requireRoom('Hessian', n, n);
  const options = { argnums: question.input };
  const dense = hessianOf(f, options)(...args);
  const labels = Array.from({ length: n }, (_, i) => elementLabel(spec, i));
  const rows = rowsOf(dense, n, n);
  const symmetric = dense
    .reshape([n, n])
    .add(dense.reshape([n, n]).transpose())
    .mul(0.5);
  const finite = rows.every((row) => row.every(Number.isFinite));
  return {
    matrix: {
      rows,
      shape: [...dense.shape],
      structure: structureOf(() => structuredHessian(f, { ...options, structured: true })(...args)),
      rowLabels: labels,
      columnLabels: labels,
    },
    eigenvalues: finite && n <= mostEigenvalues ? Array.from(linalg.eigvalsh(symmetric).toTypedArray(), Number) : [],
    plane: finite ? curvature(rows, question) : undefined,
  };
}

/** Eigenvalues and eigenvectors of the 2 × 2 part of the two chosen coordinates, where both are of this input. */
function curvature(rows: readonly (readonly number[])[], { x, y, input }: HessianQuestion): HessianAnswer['plane'] {
  const [a, b] = [x.element, y.element];
  if (x.input !== input || y.input !== input || a === b || Math.max(a, b) >= rows.length) return undefined;
  const part = [a, b].map((i) => [a, b].map((j) => 0.5 * (rows[i]![j]! + rows[j]![i]!)));
  const [values, vectors] = linalg.eigh(tensor(part)) as unknown as [Tensor, Tensor];
  const columns = Array.from(vectors.toTypedArray(), Number);
  return {
    values: Array.from(values.toTypedArray(), Number),
    vectors: [
      [columns[0]!, columns[2]!],
      [columns[1]!, columns[3]!],
    ],
  };
}
