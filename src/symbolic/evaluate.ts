// The meaning of the formula language on tensors, written with public operations only: what runs under grad, jacobian and
// jit, and what every derived formula is checked against.
import { exponentialFunction } from '../calculus/matrix-functions.ts';
import { derivedByName, type OpaqueFunction } from '../calculus/opaque.ts';
import { isNumeric, type Size } from '../calculus/size.ts';
import { ArgumentError } from '../errors.ts';
import { det, logdet } from '../linalg/determinant.ts';
import { matrixExp } from '../linalg/matrix-exp.ts';
import { matrixPower } from '../linalg/power.ts';
import { inv } from '../linalg/solve.ts';
import { add, div, mul, neg, sub } from '../ops/arithmetic.ts';
import { diag, matrixTrace } from '../ops/diagonals.ts';
import { einsum } from '../ops/einsum.ts';
import { exp, log } from '../ops/exponential.ts';
import { cosh, sinh, tanh } from '../ops/hyperbolic.ts';
import { none } from '../ops/linear.ts';
import { sigmoid, softplus } from '../ops/logistic.ts';
import { broadcastTo, transpose } from '../ops/movement.ts';
import { norm } from '../ops/norm.ts';
import { pow, sqrt } from '../ops/power.ts';
import { kron, matmul, outer } from '../ops/products.ts';
import { relu } from '../ops/rectifier.ts';
import { sum } from '../ops/reduction.ts';
import { abs, sign, step } from '../ops/rounding.ts';
import { logsumexp, softmax } from '../ops/softmax.ts';
import { reshapeTo } from '../ops/spread.ts';
import { atan, cos, sin, tan } from '../ops/trig.ts';
import { eye, ones, zeros } from '../tensor/create.ts';
import { apply } from '../tensor/dispatch.ts';
import { primitives } from '../tensor/op.ts';
import { filled, type Tensor } from '../tensor/tensor.ts';
import { integerValue, isEntrywise } from './check.ts';
import type { Expression } from './expression.ts';

/** A tensor, and whether a vector lies down. */
export interface Value {
  readonly x: Tensor;
  readonly row: boolean;
}

export type Environment = ReadonlyMap<string, Value>;

const elementwise: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  ...{ exp, log, sqrt, sin, cos, tan, sinh, cosh, tanh, atan, abs, sign, step, relu, sigmoid, softplus },
};

const entrywiseOperation =
  (name: string) =>
  (x: Tensor): Tensor =>
    apply(primitives.get(name)!, [x], none);

const column = (x: Tensor): Value => ({ x, row: false });
const dtype = { dtype: 'float64' } as const;

/** The value of an expression; sizes are scalars of the environment. Parts that are one object are computed once. */
export function evaluate(e: Expression, env: Environment): Value {
  if (e.kind !== 'call' && e.kind !== 'binary') return evaluateNode(e, env);
  let memo = computed.get(env);
  if (!memo) {
    memo = new Map();
    computed.set(env, memo);
  }
  let value = memo.get(e);
  if (!value) {
    value = evaluateNode(e, env);
    memo.set(e, value);
  }
  return value;
}

/** Values of compound parts in an environment, for as long as that lives. */
const computed = new WeakMap<Environment, Map<Expression, Value>>();

function evaluateNode(e: Expression, env: Environment): Value {
  switch (e.kind) {
    case 'number':
      return column(filled([], e.value, 'float64'));
    case 'string':
      throw new ArgumentError('evaluate: a string stands only as the first argument of einsum.');
    case 'name': {
      const value = env.get(e.name);
      if (!value) throw new ArgumentError(`evaluate: '${e.name}' has no value.`);
      return value;
    }
    case 'negate': {
      const { x, row } = evaluate(e.arg, env);
      return { x: neg(x), row };
    }
    case 'transpose':
      return transposeValue(evaluate(e.arg, env));
    case 'binary':
      return evaluateBinary(e, env);
    case 'call':
      return e.opaque ? evaluateOpaque(e.opaque, e.args, env) : evaluateCall(e.name, e.args, env);
  }
}

function transposeValue({ x, row }: Value): Value {
  if (x.ndim === 1) return { x, row: !row };
  return column(x.ndim === 2 ? transpose(x) : x);
}

function evaluateBinary(e: Expression & { kind: 'binary' }, env: Environment): Value {
  const a = evaluate(e.left, env);
  const power = e.op === '^' && a.x.ndim === 2 ? integerValue(e.right) : undefined;
  if (power !== undefined) return column(matrixPower(a.x, power));
  const b = evaluate(e.right, env);
  const entries = (f: (x: Tensor, y: Tensor) => Tensor): Value => ({
    x: f(a.x, b.x),
    row: a.x.ndim === 0 ? b.row : a.row,
  });
  switch (e.op) {
    case '+':
      return entries(add);
    case '-':
      return entries(sub);
    case '/':
    case './':
      return entries(div);
    case '.*':
      return entries(mul);
    case '^':
    case '.^':
      return entries((x, y) => {
        const exponent = constantExponent(e.right);
        return exponent === undefined ? pow(x, y) : pow(x, exponent);
      });
    case '*':
      return product(a, b, entries);
  }
}

/** A literal exponent keeps its exact rule (x^2 at 0, x^3 of a negative number). */
function constantExponent(e: Expression): number | undefined {
  if (e.kind === 'number') return e.value;
  if (e.kind === 'negate') {
    const inner = constantExponent(e.arg);
    return inner === undefined ? undefined : -inner;
  }
  if (e.kind === 'binary' && e.op === '/') {
    const [p, q] = [constantExponent(e.left), constantExponent(e.right)];
    return p === undefined || q === undefined ? undefined : p / q;
  }
  return undefined;
}

function product(a: Value, b: Value, entries: (f: (x: Tensor, y: Tensor) => Tensor) => Value): Value {
  if (a.x.ndim === 0 || b.x.ndim === 0) return entries(mul);
  if (a.x.ndim === 1 && b.x.ndim === 1) return column(a.row ? matmul(a.x, b.x) : outer(a.x, b.x));
  return { x: matmul(a.x, b.x), row: a.x.ndim === 1 };
}

const integer = (e: Expression, env: Environment): number => {
  const value: number = evaluate(e, env).x.item();
  return value;
};

/** K(m,n) vec(A) = vec(Aᵀ) for A of shape [m,n]; vec stacks columns. */
function commutation(m: number, n: number): Tensor {
  return reshapeTo(einsum('ik,jl->ijlk', eye(m, m, dtype), eye(n, n, dtype)), [m * n, m * n]);
}

function evaluateOpaque(f: OpaqueFunction, args: readonly Expression[], env: Environment): Value {
  const sizeOf = (size: Size): number => {
    const parts = size.split('*').map((part) => (isNumeric(part) ? Number(part) : Number(env.get(part)!.x.item())));
    return parts.reduce((product, part) => product * part, 1);
  };
  // A number stands for a tensor of equal entries.
  const spread = (x: Tensor, k: number): Tensor =>
    x.ndim === 0 && f.takes[k]!.length > 0 ? broadcastTo(x, f.takes[k]!.map(sizeOf)) : x;
  return column(
    f.apply(
      args.map((arg, k) => spread(evaluate(arg, env).x, k)),
      sizeOf,
    ),
  );
}

function evaluateCall(name: string, args: readonly Expression[], env: Environment): Value {
  const entry = elementwise[name] ?? (isEntrywise(name) ? entrywiseOperation(name) : undefined);
  if (name === 'einsum') {
    const [equation, ...operands] = args;
    const text = (equation as Expression & { kind: 'string' }).value;
    return column(einsum(text, ...operands.map((arg) => evaluate(arg, env).x)));
  }
  if (name === 'eye') return column(eye(integer(args[0]!, env), undefined, dtype));
  if (name === 'ones' || name === 'zeros') {
    const shape = args.map((arg) => integer(arg, env));
    return column((name === 'ones' ? ones : zeros)(shape, dtype));
  }
  if (name === 'K') return column(commutation(integer(args[0]!, env), integer(args[1]!, env)));
  const values = args.map((arg) => evaluate(arg, env));
  const { x, row } = values[0]!;
  if (entry) return { x: entry(x), row };
  switch (name) {
    case 'sum':
      return column(sum(x));
    case 'norm1':
      return column(sum(abs(x)));
    case 'norm2':
      return column(norm(reshapeTo(x, [x.size])));
    case 'dot':
      return column(sum(mul(x, values[1]!.x)));
    case 'logsumexp':
      return column(logsumexp(x));
    case 'softmax':
      return column(softmax(x));
    case 'tr':
      return column(matrixTrace(x));
    case 'det':
      return column(det(x));
    case 'logdet':
      return column(logdet(x));
    case 'inv':
      return column(inv(x));
    case 'adj':
      return column(mul(det(x), inv(x)));
    case 'expm':
      return column(matrixExp(x));
    case 'diag':
      return column(diag(x));
    case 'vec':
      return column(x.ndim === 2 ? reshapeTo(transpose(x), [x.size]) : x);
    case 'kron':
      return kronValue(values[0]!, values[1]!);
    default: {
      const sizes = values[0] ? values[0].x.shape.map(String) : [];
      const family = name.endsWith('_expm') ? derivedByName(name, exponentialFunction(sizes)) : undefined;
      if (!family) throw new ArgumentError(`evaluate: unknown function '${name}'.`);
      return column(
        family.apply(
          values.map((value) => value.x),
          Number,
        ),
      );
    }
  }
}

function kronValue(a: Value, b: Value): Value {
  if (a.x.ndim === 0 || b.x.ndim === 0) return { x: mul(a.x, b.x), row: a.row || b.row };
  if (a.x.ndim === 1 && b.x.ndim === 1 && a.row === b.row) return { x: kron(a.x, b.x), row: a.row };
  const asMatrix = ({ x, row }: Value): Tensor => (x.ndim === 2 ? x : reshapeTo(x, row ? [1, x.size] : [x.size, 1]));
  return column(kron(asMatrix(a), asMatrix(b)));
}
