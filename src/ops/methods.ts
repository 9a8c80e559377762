// The public functions that read well as methods, attached to the prototype of every tensor.
import { ArgumentError } from '../errors.ts';
import { checkDType, type DType } from '../tensor/dtype.ts';
import type {
  BinaryMethods,
  EntrywiseMethods,
  ProductMethods,
  ReductionMethods,
  ShapeMethods,
} from '../tensor/methods.ts';
import { Tensor } from '../tensor/tensor.ts';
import * as activation from './activation.ts';
import * as arithmetic from './arithmetic.ts';
import { addAt, at, withAt } from './at.ts';
import * as binary from './binary.ts';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import * as comparison from './comparison.ts';
import * as cumulative from './cumulative.ts';
import * as cumulativeExtremes from './cumulative-extremes.ts';
import * as diagonals from './diagonals.ts';
import * as erf from './erf.ts';
import * as exponential from './exponential.ts';
import * as extremes from './extremes.ts';
import * as gamma from './gamma.ts';
import * as hyperbolic from './hyperbolic.ts';
import * as indexing from './indexing.ts';
import * as logistic from './logistic.ts';
import * as movement from './movement.ts';
import * as nanReductions from './nan-reductions.ts';
import { norm } from './norm.ts';
import { split, unbind } from './partition.ts';
import * as power from './power.ts';
import * as products from './products.ts';
import { median, quantile } from './quantiles.ts';
import * as rectifier from './rectifier.ts';
import * as reduction from './reduction.ts';
import { repeat, roll, tile } from './repetition.ts';
import * as rounding from './rounding.ts';
import { maskedFill, scatter, scatterAdd } from './scatter.ts';
import { sinc } from './sinc.ts';
import * as softmaxes from './softmax.ts';
import { argsort, sort, topk } from './sorting.ts';
import { std, variance } from './statistics.ts';
import * as trig from './trig.ts';

type Methods = EntrywiseMethods & BinaryMethods & ReductionMethods & ShapeMethods & ProductMethods;
type Implementation = (x: Tensor, ...rest: never[]) => unknown;

/** The function behind each method: `x.name(…)` is `implementations.name(x, …)`. */
const implementations: Record<Exclude<keyof Methods, 'T'>, Implementation> = {
  ...pick(arithmetic, 'add', 'sub', 'mul', 'div', 'neg', 'square', 'reciprocal'),
  ...pick(rounding, 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'frac', 'nanToNum'),
  ...pick(exponential, 'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p'),
  ...pick(power, 'sqrt', 'rsqrt', 'cbrt', 'pow'),
  ...pick(trig, 'sin', 'cos', 'tan', 'asin', 'acos', 'atan'),
  ...pick(hyperbolic, 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'),
  ...pick(logistic, 'sigmoid', 'logSigmoid', 'softplus', 'logit'),
  ...pick(activation, 'softsign', 'silu', 'mish', 'gelu'),
  ...pick(rectifier, 'relu', 'relu6', 'selu', 'elu', 'leakyRelu'),
  ...pick(erf, 'erf', 'erfc', 'erfinv'),
  ...pick(gamma, 'lgamma', 'digamma'),
  ...pick(comparison, 'isnan', 'isfinite', 'isinf', 'logicalNot', 'logicalAnd', 'logicalOr', 'logicalXor'),
  ...pick(comparison, 'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'),
  ...pick(binary, 'maximum', 'minimum', 'remainder', 'fmod', 'floorDivide', 'atan2', 'hypot'),
  ...pick(softmaxes, 'softmax', 'logSoftmax', 'logsumexp'),
  ...pick(cumulative, 'cumsum', 'cumprod', 'logcumsumexp'),
  ...pick(cumulativeExtremes, 'cummax', 'cummin'),
  ...pick(reduction, 'sum', 'mean', 'prod', 'any', 'all', 'countNonzero'),
  ...pick(extremes, 'max', 'min', 'argmax', 'argmin'),
  ...pick(nanReductions, 'nansum', 'nanmean'),
  ...pick(diagonals, 'tril', 'triu', 'diag', 'diagonal'),
  ...pick(movement, 'reshape', 'permute', 'transpose', 'expandDims', 'squeeze', 'swapaxes', 'moveaxis'),
  ...pick(movement, 'flatten', 'broadcastTo', 'slice', 'flip'),
  ...pick(indexing, 'take', 'takeAlongAxis', 'gather', 'indexSelect'),
  ...pick(products, 'matmul', 'dot', 'outer', 'inner', 'kron'),
  addAt,
  amax: extremes.max,
  amin: extremes.min,
  argsort,
  at,
  clip,
  maskedFill,
  median,
  norm,
  quantile,
  repeat,
  roll,
  scatter,
  scatterAdd,
  sinc,
  sort,
  split,
  std,
  t: (x) => movement.permute(x),
  tile,
  to: (x, dtype: DType) => {
    checkDType('to', dtype);
    return cast(x, dtype);
  },
  topk,
  trace: diagonals.matrixTrace,
  unbind,
  var: variance,
  with: withAt,
};

function pick<M extends object, K extends keyof M>(module: M, ...names: K[]): Record<K, Implementation> {
  return Object.fromEntries(names.map((name) => [name, module[name]])) as unknown as Record<K, Implementation>;
}

for (const [name, f] of Object.entries(implementations)) {
  Object.defineProperty(Tensor.prototype, name, {
    configurable: true,
    writable: true,
    value: function (this: Tensor, ...rest: never[]) {
      if (!(this instanceof Tensor)) throw new ArgumentError(`${name}: the method was called without its tensor.`);
      return f(this, ...rest);
    },
  });
}

Object.defineProperty(Tensor.prototype, 'T', {
  configurable: true,
  get(this: Tensor) {
    return movement.permute(this);
  },
});
