// Printing a tensor the way PyTorch does: one number format for the whole tensor, chosen from its nonzero finite
// values, columns of equal width, and only the edges of a tensor of more than 1000 elements.
//   integers only -> `1.`      max|x|/min|x| > 1000, max|x| > 1e8 or min|x| < 1e-4 -> `1.0000e+00`      else `1.0000`
// Only the spelling is ours: true/false, dtype=float64, shape=[0, 3], requiresGrad=true, gradFn=<sin>.

import type { DType } from './dtype.ts';

export interface Printable {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** The element at a row-major position; booleans are 0 or 1. */
  at(flatRowMajorIndex: number): number;
}

/** What follows the elements inside the parentheses. */
export interface PrintSuffix {
  /** The floating dtype that goes without saying: float32 unless given. */
  readonly defaultDtype?: DType;
  readonly requiresGrad?: boolean;
  /** Name of the operation that made the tensor; takes the place of `requiresGrad`. */
  readonly gradFn?: string;
  /** Free text, printed last. */
  readonly note?: string;
}

const DIGITS = 4;
const EDGE_ITEMS = 3;
const SUMMARY_THRESHOLD = 1000;
const LINE_WIDTH = 80;
const PREFIX = 'tensor(';

/** Text of a tensor as PyTorch prints it, for example `tensor([1.0000, 2.5000], requiresGrad=true)`. */
export function formatTensor(x: Printable, suffix: PrintSuffix = {}): string {
  const size = x.shape.reduce((product, n) => product * n, 1);
  const elements = size === 0 ? '[]' : formatElements(x, size > SUMMARY_THRESHOLD);
  return appendSuffixes(PREFIX + elements, suffixes(x, size, suffix));
}

function suffixes(x: Printable, size: number, options: PrintSuffix): string[] {
  const parts: string[] = [];
  if (size === 0 && x.shape.length !== 1) parts.push(`shape=[${x.shape.join(', ')}]`);
  // `true` shows what it is; an empty tensor shows nothing, so there the dtype is always said.
  const evident = x.dtype === (options.defaultDtype ?? 'float32') || (x.dtype === 'bool' && size > 0);
  if (!evident) parts.push(`dtype=${x.dtype}`);
  if (options.gradFn !== undefined) parts.push(`gradFn=<${options.gradFn}>`);
  else if (options.requiresGrad) parts.push('requiresGrad=true');
  if (options.note !== undefined) parts.push(options.note);
  return parts;
}

function appendSuffixes(text: string, parts: readonly string[]): string {
  let result = text;
  // PyTorch counts the line break and the closing parenthesis into the last line.
  let lineLength = text.length - text.lastIndexOf('\n') + 1;
  for (const part of parts) {
    if (lineLength + part.length + 2 > LINE_WIDTH) {
      result += `,\n${' '.repeat(PREFIX.length)}${part}`;
      lineLength = PREFIX.length + part.length;
    } else {
      result += `, ${part}`;
      lineLength += part.length + 2;
    }
  }
  return `${result})`;
}

function formatElements(x: Printable, summarize: boolean): string {
  const { shape } = x;
  // Row-major distance between neighbours along each axis.
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const format = chooseFormat(x.dtype, shownValues(x, strides, summarize));

  function block(axis: number, offset: number, indent: number): string {
    if (axis === shape.length) return format.print(x.at(offset));
    const last = axis === shape.length - 1;
    const stride = strides[axis]!;
    const items = shownIndices(shape[axis]!, summarize).map((i) => {
      if (i === null) return last ? ' ...' : '...';
      return block(axis + 1, offset + i * stride, indent + 1);
    });
    const margin = ' '.repeat(indent + 1);
    if (!last) return `[${items.join(`,${'\n'.repeat(shape.length - 1 - axis)}${margin}`)}]`;
    const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / (format.width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(', '));
    return `[${lines.join(`,\n${margin}`)}]`;
  }
  return block(0, 0, PREFIX.length);
}

/** Positions printed along an axis; null stands for the ellipsis. */
function shownIndices(size: number, summarize: boolean): (number | null)[] {
  const count = (n: number, from: number) => Array.from({ length: n }, (_, i) => from + i);
  if (!summarize || size <= 2 * EDGE_ITEMS) return count(size, 0);
  return [...count(EDGE_ITEMS, 0), null, ...count(EDGE_ITEMS, size - EDGE_ITEMS)];
}

function shownValues(x: Printable, strides: readonly number[], summarize: boolean): number[] {
  let offsets = [0];
  x.shape.forEach((size, axis) => {
    const shown = shownIndices(size, summarize).filter((i) => i !== null);
    offsets = offsets.flatMap((offset) => shown.map((i) => offset + i * strides[axis]!));
  });
  return offsets.map((offset) => x.at(offset));
}

interface NumberFormat {
  readonly width: number;
  print(value: number): string;
}

function chooseFormat(dtype: DType, values: readonly number[]): NumberFormat {
  if (dtype === 'bool') return rightAligned((v) => (v === 0 ? 'false' : 'true'), values);
  if (dtype === 'int32') return rightAligned(String, values);
  const significant = values.filter((v) => Number.isFinite(v) && v !== 0);
  return rightAligned(chooseFloatText(significant), significant);
}

/** Pads to the widest of `measured`; other values (zero, nan and inf beside numbers) may stick out, as in PyTorch. */
function rightAligned(text: (value: number) => string, measured: readonly number[]): NumberFormat {
  const width = measured.reduce((widest, v) => Math.max(widest, text(v).length), 1);
  return { width, print: (value) => text(value).padStart(width) };
}

function chooseFloatText(significant: readonly number[]): (value: number) => string {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const v of significant) {
    min = Math.min(min, Math.abs(v));
    max = Math.max(max, Math.abs(v));
  }
  let finite: (value: number) => string;
  if (max / min > 1000 || max > 1e8 || min < 1e-4) finite = scientific;
  else if (significant.every(Number.isInteger)) finite = (v) => `${v.toFixed(0)}.`;
  else finite = fixed;
  return (value) => {
    if (Number.isNaN(value)) return 'nan';
    if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
    // JavaScript prints -0 without its sign.
    return Object.is(value, -0) ? `-${finite(0)}` : finite(value);
  };
}

// JavaScript rounds an exact tie away from zero, C (and so PyTorch) rounds it to the even digit: 1/32 is 0.0312.

function fixed(value: number): string {
  const rounded = value.toFixed(DIGITS);
  // A tie is an odd multiple of 1/(2*10^4) that is also a binary fraction, that is an odd multiple of 1/32.
  return Math.abs(value * 32) % 2 === 1 ? evenNeighbour(rounded, value.toFixed(DIGITS + 1)) : rounded;
}

function scientific(value: number): string {
  const [rounded, exponent] = splitExponent(value.toExponential(DIGITS));
  // 41 digits tell an exact tie from every double that is merely close to one.
  const [exact] = splitExponent(value.toExponential(40));
  const tie = /^-?\d\.\d{4}50*$/.test(exact);
  const mantissa = tie ? evenNeighbour(rounded, exact.slice(0, rounded.length + 1)) : rounded;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Of the two decimals around a tie: the one whose last digit is even. `tied` ends in the digit 5. */
function evenNeighbour(awayFromZero: string, tied: string): string {
  return Number(awayFromZero.at(-1)) % 2 === 0 ? awayFromZero : tied.slice(0, -1);
}

function splitExponent(text: string): [mantissa: string, exponent: number] {
  const [mantissa, exponent] = text.split('e') as [string, string];
  return [mantissa, Number(exponent)];
}
