// Small matrices and vectors, in LaTeX and in plain text.
import type { Matrix2, Point } from '../geometry.ts';

/** Two decimals are what a figure can be compared with by eye. */
export function short(value: number, digits = 2): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace('-', '−');
}

const latexNumber = (value: number): string => short(value).replace('−', '-');

export const matrixLatex = (m: Matrix2): string =>
  `\\begin{bmatrix}${m.map((row) => row.map(latexNumber).join('&')).join('\\\\')}\\end{bmatrix}`;

export const matrixText = (m: Matrix2): string =>
  `[${m.map((row) => `[${row.map((v) => short(v)).join(', ')}]`).join(', ')}]`;

export const vectorText = (v: Point): string => `(${v.map((part) => short(part)).join(', ')})`;
