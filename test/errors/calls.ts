// A right call of every public function, argument by argument with its kind: what wrong-values.ts then replaces.
import * as nabla from '../../src/index.ts';
import type { Kind } from './wrong-values.ts';

export interface Argument {
  readonly kind: Kind;
  readonly value: unknown;
}
export interface Call {
  readonly name: string;
  readonly f: (...args: unknown[]) => unknown;
  readonly args: readonly Argument[];
}

const { tensor } = nabla;
const key = nabla.random.key(1);
const matrix = tensor([
  [2, 1, 0],
  [1, 3, 1],
  [0, 1, 4],
]);
const vector = tensor([0.5, 0.25, 0.75]);
const index = tensor([0, 2, 1], { dtype: 'int32' });
const rowIndex = tensor([[0, 2, 1]], { dtype: 'int32' });
const mask = tensor([true, false, true]);

const of =
  (kind: Kind) =>
  (value: unknown): Argument => ({ kind, value });
const fixed = of('fixed');
const operand = of('operand');
const t = of('tensor');
const integer = of('integer');
const size = of('size');
const axis = of('axis');
const axes = of('axes');
const number = of('number');
const shape = of('shape');
const func = of('function');
const list = of('list');
const options = of('options')({});

const v = operand(vector);
const A = t(matrix);
const b = t(vector);

function table(space: string, namespace: object, entries: Readonly<Record<string, readonly Argument[]>>): Call[] {
  const members = namespace as Readonly<Record<string, Call['f']>>;
  return Object.entries(entries).map(([name, args]) => ({
    name: space === '' ? name : `${space}.${name}`,
    f: members[name]!,
    args,
  }));
}

const each = (names: string, args: readonly Argument[]): Record<string, readonly Argument[]> =>
  Object.fromEntries(names.split(' ').map((name) => [name, args]));

const square = (x: nabla.Tensor): nabla.Tensor => nabla.sum(nabla.square(x));
const identity = (x: unknown): unknown => x;

export const calls: readonly Call[] = [
  ...table('', nabla, {
    ...each('add sub mul div pow maximum minimum remainder fmod floorDivide atan2 hypot copysign logaddexp xlogy', [
      v,
      v,
    ]),
    ...each('equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor', [v, v]),
    ...each('neg square reciprocal abs sign floor ceil round trunc frac exp exp2 expm1 log log2 log10 log1p sqrt', [v]),
    ...each('rsqrt cbrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sigmoid logSigmoid softplus', [v]),
    ...each('logit softsign silu mish relu relu6 selu hardsigmoid hardswish erf erfc erfinv lgamma digamma', [v]),
    ...each('isnan isfinite isinf logicalNot sinc', [v]),
    ...each(
      'sum mean prod any all countNonzero max min amax amin logsumexp nansum nanmean std variance var nanvar median',
      [A, axes(0), options],
    ),
    ...each('argmax argmin', [A, axis(0), options]),
    ...each('cumsum cumprod logcumsumexp cummax cummin unbind glu', [t(nabla.zeros([2, 2])), axis(0)]),
    ...each('softmax logSoftmax flip', [A, axes(0)]),
    ...each('sort argsort', [A, axis(0), options]),
    ...each('tril triu diag', [A, integer(0)]),
    ...each('diagonal diagEmbed', [A, integer(0), axis(0), axis(1)]),
    ...each('matmul dot inner outer kron vecdot tensordot', [A, A]),
    ...each('concat stack hstack vstack blockDiag multiDot', [list([matrix, matrix])]),
    ...each('zeros ones', [shape([2, 2]), options]),
    ...each('zerosLike onesLike', [A, options]),
    ...each(
      'grad valueAndGrad jacobian jacfwd jacrev hessian hessianDiagonal laplacian valueGradHessian vmap jit trace',
      [func(square)],
    ),
    ...each('checkpoint noGrad enableGrad inferenceMode', [func(() => 1)]),
    ...each('allclose isclose', [v, v, options]),
    addAt: [A, fixed([0]), v],
    arange: [number(0), number(3), number(1), options],
    assertShape: [A, fixed([3, 3])],
    at: [A, fixed(0)],
    broadcastTo: [b, shape([2, 3])],
    celu: [v, number(1)],
    chunk: [A, size(2), axis(0)],
    clip: [v, number(0), number(1)],
    corrcoef: [A],
    cov: [A],
    cross: [A, A, axis(1)],
    diff: [A, size(1), axis(0)],
    einsum: [fixed('ij->i'), A],
    elu: [v, number(1)],
    expandDims: [A, axes(0)],
    eye: [size(2), size(2), options],
    flatten: [A, axis(0), axis(1)],
    full: [shape([2]), number(1), options],
    fullLike: [A, number(1), options],
    gather: [A, t(rowIndex), axis(0)],
    gelu: [v, options],
    hardtanh: [v, number(-1), number(1)],
    hvp: [func(square), fixed(vector), fixed(vector)],
    indexSelect: [A, t(index), axis(0)],
    jvp: [func(square), fixed([vector]), fixed([vector])],
    leakyRelu: [v, number(0.1)],
    lerp: [v, v, v],
    linearize: [func(square), fixed(vector)],
    linspace: [number(0), number(1), size(3), options],
    meshgrid: [list([vector, vector]), options],
    maskedFill: [b, t(mask), operand(0)],
    moveaxis: [A, axes(0), axes(1)],
    nanToNum: [v, options],
    nonzero: [A],
    norm: [A, fixed(2), axes(0), options],
    oneHot: [fixed(index), size(3), options],
    pad: [A, fixed(1), options],
    permute: [A, fixed([1, 0])],
    prelu: [v, v],
    quantile: [A, fixed(0.5), axes(0), options],
    repeat: [A, size(2), axis(0)],
    reshape: [A, shape([9])],
    roll: [A, integer(1), axes(0)],
    rot90: [A, integer(1)],
    scatter: [A, t(rowIndex), operand(1), axis(0)],
    scatterAdd: [A, t(rowIndex), operand(1), axis(0)],
    segmentSum: [b, t(index), size(3)],
    slice: [A, fixed([0])],
    split: [A, size(3), axis(0)],
    squeeze: [t(nabla.zeros([1, 2])), axes(0)],
    stopGradient: [fixed(vector)],
    swapaxes: [A, axis(0), axis(1)],
    take: [A, fixed(index), axis(0)],
    takeAlongAxis: [A, t(rowIndex), axis(0)],
    tile: [A, size(2)],
    topk: [A, size(2), axis(0), options],
    transpose: [A, axis(0), axis(1)],
    unfold: [A, axis(0), size(2), size(1), options],
    vhp: [func(square), fixed(vector), fixed(vector)],
    vjp: [func(square), fixed(vector)],
    where: [v, v, v],
    withShape: [A, fixed([3, 3])],
    cond: [fixed(true), func(identity), func(identity), fixed(vector)],
    switchCase: [fixed(0), list([identity, identity]), fixed(vector)],
    scan: [func((c: unknown, x: unknown) => [c, x]), fixed(vector), fixed(matrix)],
    whileLoop: [func(() => false), func(identity), fixed(vector)],
    foriLoop: [integer(0), integer(2), func((_i: unknown, c: unknown) => c), fixed(vector)],
    customJvp: [func(identity), func(identity)],
    customVjp: [func(identity), func(identity), func(identity)],
    linearTranspose: [func(identity), fixed(vector)],
    jet: [func(square), fixed([vector]), fixed([[vector]])],
    gradcheck: [func(square), fixed([tensor([1, 2], { dtype: 'float64' })]), options],
    gradgradcheck: [func(square), fixed([tensor([1, 2], { dtype: 'float64' })]), options],
    checkGrads: [func(square), fixed([tensor([1, 2], { dtype: 'float64' })]), options],
    tensor: [fixed([1, 2]), options],
  }),
  ...table('linalg', nabla.linalg, {
    ...each('cholesky det logdet slogdet eigh eigvalsh lu matrixExp matrixRank pinv trace qr inv svd svdvals cond', [
      A,
    ]),
    ...each('choleskySolve lstsq solve solveTriangular', [A, A]),
    matrixPower: [A, integer(2)],
    norm: [A],
    vectorNorm: [b],
    matrixNorm: [A],
    symmetricFunction: [A, func(identity)],
  }),
  ...table('special', nabla.special, {
    ...each('i0 i0e i1 i1e j0 j1 y0 y1 entr erf erfc erfcx erfinv digamma lgamma logit logSigmoid sigmoid logNdtr', [
      v,
    ]),
    ...each('ndtr ndtri sinc', [v]),
    ...each('logaddexp2 xlog1py xlogy gammainc gammaincc', [v, v]),
    betainc: [v, v, v],
    multigammaln: [operand(3), integer(2)],
    polygamma: [integer(1), v],
    zeta: [operand(3), operand(1)],
  }),
  ...table('random', nabla.random, {
    key: [integer(0)],
    split: [t(key), size(2)],
    foldIn: [t(key), integer(1)],
    ...each('normal uniform exponential gumbel', [t(key), shape([2]), options]),
    bernoulli: [t(key), fixed(0.5), shape([2])],
    randint: [t(key), shape([2]), integer(0), integer(5)],
  }),
  ...table('nn', nabla.nn, {
    linear: [b, A],
    embedding: [t(index), A],
    conv1d: [t(nabla.ones([1, 1, 4])), t(nabla.ones([1, 1, 2])), options],
    conv2d: [t(nabla.ones([1, 1, 4, 4])), t(nabla.ones([1, 1, 2, 2])), options],
    maxPool2d: [t(nabla.ones([1, 1, 4, 4])), size(2), options],
    avgPool2d: [t(nabla.ones([1, 1, 4, 4])), size(2), options],
    ...each('mse l1 huber smoothL1', [A, operand(matrix), options]),
    crossEntropy: [A, fixed(index), options],
    layerNorm: [A, fixed(3), options],
  }),
];
