// Covariance and correlation of variables, the rows c of deviations from their means:
//   cov = C Cᵀ / (n − correction),   corr = Z Zᵀ with Z the rows of C at length 1.
import { ArgumentError, ShapeError } from '../errors.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';
import { div, sub } from './arithmetic.ts';
import { composite } from './composite.ts';
import { concat } from './joining.ts';
import { expandDims, transpose } from './movement.ts';
import { norm } from './norm.ts';
import { floating, onlyTensor, promoted } from './operands.ts';
import { matmul } from './products.ts';
import { mean } from './reduction.ts';
import { reshapeTo } from './spread.ts';

export interface CorrelationOptions {
  /** Rows are variables and columns observations (default), or the other way round. */
  readonly rowvar?: boolean;
}

export interface CovarianceOptions extends CorrelationOptions {
  /** What is subtracted from the number of observations; default 1. */
  readonly correction?: number;
}

/** A vector is one variable. */
function variableRows(op: string, v: Tensor, rowvar: boolean): Tensor {
  if (onlyTensor(op, v).ndim > 2) {
    throw new ShapeError(`${op}: expected a vector or a matrix: ${showShape(v.shape)} has ${v.ndim} axes.`);
  }
  if (v.ndim === 2) return rowvar ? v : transpose(v);
  return expandDims(v, v.ndim === 0 ? [0, 1] : 0);
}

/** The deviations of the variables of `x`, and of `y` behind them, one row each. */
function deviationRows(op: string, x: Tensor, y: Tensor | undefined, { rowvar = true }: CorrelationOptions): Tensor {
  const parts = (y === undefined ? [x] : [x, y]).map((v) => variableRows(op, v, rowvar));
  const [first, second] = parts as [Tensor, Tensor?];
  if (second && first.shape[1] !== second.shape[1]) {
    throw new ShapeError(
      `${op}: numbers of observations differ: ${showShape(x.shape)} has ${first.shape[1]}, ${showShape(y!.shape)} has ${second.shape[1]}.`,
    );
  }
  const all = floating(op, concat(promoted(op, parts), 0));
  return sub(all, mean(all, 1, { keepdims: true }));
}

/** The matrix for all pairs; one variable alone gives a scalar. */
function pairs(rows: Tensor): Tensor {
  const matrix = matmul(rows, transpose(rows));
  return matrix.shape[0] === 1 ? reshapeTo(matrix, []) : matrix;
}

/** What follows `x`: perhaps a second tensor, then perhaps options. */
function secondAndOptions<O extends object>(
  op: string,
  y: Tensor | O | undefined,
  options: O | undefined,
): [Tensor | undefined, Partial<O>] {
  if (y instanceof Tensor) return [y, options ?? {}];
  if (y === undefined) return [undefined, options ?? {}];
  if (options === undefined && typeof y === 'object' && !Array.isArray(y)) return [undefined, y];
  throw new ArgumentError(`${op}: the second set of variables must be a tensor.`, 'wrap it: tensor([...])');
}

/**
 * The covariance matrix of the variables in the rows of `x` (and of `y`), divided by n − correction (default 1, as in
 * NumPy). One variable gives its variance, a scalar.
 */
export function cov(x: Tensor, y?: Tensor | CovarianceOptions, options?: CovarianceOptions): Tensor {
  const [second, { correction = 1, ...rest }] = secondAndOptions('cov', y, options);
  const rows = deviationRows('cov', x, second, rest);
  return div(pairs(rows), Math.max(0, rows.shape[1]! - correction));
}

/**
 * Pearson's correlation coefficients of the variables in the rows of `x` (and of `y`). A constant variable has none: NaN,
 * as in NumPy.
 */
export function corrcoef(x: Tensor, y?: Tensor | CorrelationOptions, options?: CorrelationOptions): Tensor {
  const [second, rest] = secondAndOptions('corrcoef', y, options);
  const rows = deviationRows('corrcoef', x, second, rest);
  return pairs(div(rows, norm(rows, 2, 1, { keepdims: true })));
}

composite('cov', cov, [
  { inputs: [{ shape: [3, 5] }] },
  { inputs: [{ shape: [5, 2] }], params: [{ rowvar: false, correction: 0 }] },
  { inputs: [{ shape: [4] }, { shape: [4] }] },
  { inputs: [{ shape: [4] }] },
]);

const diagonal = { float32: 'the diagonal is constantly 1: its derivative is the rounding of 0' };
composite('corrcoef', corrcoef, [
  { inputs: [{ shape: [3, 5] }], exempt: diagonal },
  { inputs: [{ shape: [5, 2] }], params: [{ rowvar: false }], exempt: diagonal },
  { inputs: [{ shape: [4] }, { shape: [4] }], exempt: diagonal },
]);
