// Random programs: straight lines of 5 to 60 operations over a few tensors, well typed by construction and smooth, with
// every step scaled so that values and their first derivatives stay near one however long the program is.
import fc from 'fast-check';
import { add, div, mul, square, sub } from '../../src/ops/arithmetic.ts';
import { atan2, hypot } from '../../src/ops/binary.ts';
import { cumsum } from '../../src/ops/cumulative.ts';
import { exp, log1p, logaddexp } from '../../src/ops/exponential.ts';
import { tanh } from '../../src/ops/hyperbolic.ts';
import { take } from '../../src/ops/indexing.ts';
import { concat, stack } from '../../src/ops/joining.ts';
import { sigmoid, softplus } from '../../src/ops/logistic.ts';
import { broadcastTo, expandDims, flip, moveaxis, reshape, slice } from '../../src/ops/movement.ts';
import { sqrt } from '../../src/ops/power.ts';
import { matmul } from '../../src/ops/products.ts';
import { mean, prod, sum } from '../../src/ops/reduction.ts';
import { where } from '../../src/ops/select.ts';
import { logsumexp, softmax } from '../../src/ops/softmax.ts';
import { cos, sin } from '../../src/ops/trig.ts';
import { dense, type Tensor } from '../../src/tensor/tensor.ts';

type Shape = readonly number[];
const shapeOf = (x: Tensor): Shape => x.shape;

/** A step: what it needs of its operands (b may be any earlier value, c any number), and what it computes. */
interface Step {
  readonly name: string;
  readonly fits?: (a: Shape, b: Shape) => boolean;
  readonly apply: (a: Tensor, b: Tensor, c: number) => Tensor;
}

const mostElements = 24;
const size = (s: Shape): number => s.reduce((n, m) => n * m, 1);
const broadcasts = (a: Shape, b: Shape): boolean => {
  for (let i = 1; i <= Math.min(a.length, b.length); i++) {
    const [m, n] = [a[a.length - i]!, b[b.length - i]!];
    if (m !== n && m !== 1 && n !== 1) return false;
  }
  return size(a) * size(b) <= 10 * mostElements;
};
const hasAxis = (a: Shape): boolean => a.length > 0;
const small = (a: Shape): boolean => size(a) <= mostElements / 2;
const axisOf = (a: Tensor, c: number): number => c % a.ndim;

/** A bool tensor of a fixed pattern. */
function mask(shape: Shape, c: number): Tensor {
  return dense(
    'bool',
    shape,
    Uint8Array.from({ length: size(shape) }, (_, i) => ((i * 7 + c) % 3 === 0 ? 1 : 0)),
  );
}

function positions(length: number, c: number): Tensor {
  return dense('int32', [3], Int32Array.from([c % length, -1, (c + 1) % length]));
}

const steps: readonly Step[] = [
  { name: 'sin', apply: (a) => sin(a) },
  { name: 'cos', apply: (a) => cos(a) },
  { name: 'tanh', apply: (a) => tanh(a) },
  { name: 'sigmoid', apply: (a) => mul(sigmoid(a), 2) },
  { name: 'softplus', apply: (a) => sub(softplus(a), 0.7) },
  { name: 'exp', apply: (a) => exp(mul(square(a), -0.5)) },
  { name: 'log1p', apply: (a) => log1p(square(a)) },
  { name: 'sqrt', apply: (a) => sqrt(add(square(a), 0.5)) },
  { name: 'add', fits: broadcasts, apply: (a, b) => mul(add(a, b), 0.6) },
  { name: 'sub', fits: broadcasts, apply: (a, b) => mul(sub(a, b), 0.6) },
  { name: 'mul', fits: broadcasts, apply: (a, b) => mul(tanh(a), b) },
  { name: 'div', fits: broadcasts, apply: (a, b) => div(a, add(square(sin(b)), 1)) },
  { name: 'hypot', fits: broadcasts, apply: (a, b) => mul(hypot(add(tanh(a), 2), b), 0.4) },
  { name: 'atan2', fits: broadcasts, apply: (a, b) => atan2(sin(a), add(tanh(b), 2)) },
  { name: 'logaddexp', fits: broadcasts, apply: (a, b) => sub(logaddexp(a, b), 0.7) },
  { name: 'where', fits: broadcasts, apply: (a, b, c) => where(mask(b.shape, c), a, b) },
  {
    name: 'matmul',
    fits: (a, b) =>
      a.length > 0 &&
      b.length > 0 &&
      a.length + b.length < 5 &&
      a[a.length - 1] === (b.length === 1 ? b[0] : b[b.length - 2]) &&
      size(a) * size(b) <= 10 * mostElements,
    apply: (a, b) => mul(matmul(tanh(a), b), 1 / Math.sqrt(a.shape[a.ndim - 1]!)),
  },
  { name: 'sum', fits: hasAxis, apply: (a, _b, c) => mul(sum(a, axisOf(a, c)), 0.5) },
  { name: 'mean', fits: hasAxis, apply: (a, _b, c) => mean(a, axisOf(a, c), { keepdims: true }) },
  { name: 'prod', fits: hasAxis, apply: (a, _b, c) => prod(sin(a), axisOf(a, c)) },
  { name: 'logsumexp', fits: hasAxis, apply: (a, _b, c) => sub(logsumexp(a, axisOf(a, c)), 1) },
  { name: 'softmax', fits: hasAxis, apply: (a, _b, c) => mul(softmax(a, axisOf(a, c)), 2) },
  { name: 'cumsum', fits: hasAxis, apply: (a, _b, c) => mul(cumsum(a, axisOf(a, c)), 0.5) },
  { name: 'transpose', fits: (a) => a.length > 1, apply: (a, _b, c) => moveaxis(a, axisOf(a, c), 0) },
  { name: 'reshape', fits: (a) => size(a) % 2 === 0, apply: (a) => reshape(a, [2, a.size / 2]) },
  { name: 'flatten', apply: (a) => reshape(a, [a.size]) },
  { name: 'newAxis', fits: (a) => a.length < 3, apply: (a, _b, c) => expandDims(a, c % (a.ndim + 1)) },
  { name: 'broadcast', fits: (a) => a.length < 3 && small(a), apply: (a) => broadcastTo(a, [2, ...a.shape]) },
  { name: 'flip', fits: hasAxis, apply: (a, _b, c) => flip(a, axisOf(a, c)) },
  { name: 'slice', fits: (a) => a.length > 0 && a[0]! > 1, apply: (a, _b, c) => slice(a, [c % 2], [a.shape[0]!]) },
  { name: 'take', fits: hasAxis, apply: (a, _b, c) => take(a, positions(a.shape[axisOf(a, c)]!, c), axisOf(a, c)) },
  { name: 'concat', fits: (a) => a.length > 0 && small(a), apply: (a) => concat([a, cos(a)], 0) },
  { name: 'stack', fits: (a) => a.length < 3 && small(a), apply: (a, _b, c) => stack([a, sin(a)], c % (a.ndim + 1)) },
];

/** One line as numbers: a step among those that fit, its operands counted back from the newest value, and c. */
export interface Line {
  readonly step: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export interface RandomProgram {
  readonly inputs: readonly Shape[];
  readonly lines: readonly Line[];
  readonly point: readonly number[];
  readonly directions: readonly (readonly number[])[];
}

const inputShapes: readonly (readonly Shape[])[] = [
  [[2, 3], [3]],
  [[4], [2, 2], []],
  [
    [3, 2],
    [2, 2],
  ],
  [
    [2, 1, 2],
    [3, 1],
  ],
];

/** Programs together with a point and three directions. */
export const programs: fc.Arbitrary<RandomProgram> = fc.constantFrom(...inputShapes).chain((inputs) => {
  const n = inputs.reduce((total, shape) => total + size(shape), 0);
  const number = fc
    .double({ min: -1, max: 1, noNaN: true, noDefaultInfinity: true })
    .map((v) => Math.round(v * 4096) / 4096);
  const nat = fc.nat({ max: 1000 });
  return fc.record({
    inputs: fc.constant(inputs),
    lines: fc.array(fc.record({ step: nat, a: nat, b: nat, c: fc.nat({ max: 20 }) }), {
      minLength: 5,
      maxLength: 60,
      size: 'max',
    }),
    point: fc.array(number, { minLength: n, maxLength: n }),
    directions: fc.array(fc.array(number, { minLength: n, maxLength: n }), { minLength: 3, maxLength: 3 }),
  });
});

/** Mostly the newest values, so that programs are deep; now and then any. */
const pick = (values: readonly Tensor[], n: number): Tensor =>
  values[values.length - 1 - (n % 3 === 0 ? n % values.length : n % Math.min(3, values.length))]!;

/** Every value of the program, the inputs first. `named` hears each step's name. */
export function valuesOf(program: RandomProgram, inputs: readonly Tensor[], named?: (name: string) => void): Tensor[] {
  const values = [...inputs];
  for (const line of program.lines) {
    const [a, b] = [pick(values, line.a), pick(values, line.b)];
    const fitting = steps.filter(({ fits }) => !fits || fits(shapeOf(a), shapeOf(b)));
    const step = fitting[line.step % fitting.length]!;
    named?.(step.name);
    values.push(step.apply(a, b, line.c));
  }
  return values;
}

/** The program as a scalar function of one vector, which is cut into the inputs. */
export function scalarFunction(program: RandomProgram, named?: (name: string) => void): (x: Tensor) => Tensor {
  return (x) => {
    let start = 0;
    const inputs = program.inputs.map((shape) => {
      const cut = slice(x, [start], [start + size(shape)]);
      start += size(shape);
      return reshape(cut, shape);
    });
    const values = valuesOf(program, inputs, named);
    // Everything not used yet counts a little, so that few lines are dead.
    return values.reduce((total, v) => add(total, mean(sin(v))), sum(mul(x, 0.1)));
  };
}

/** The text of a program, for failures. */
export function show(program: RandomProgram): string {
  const names: string[] = [];
  scalarFunction(program, (name) => names.push(name))(vector(program.point));
  return `${JSON.stringify(program.inputs)} ${names.join(' ')} at [${program.point.join(', ')}]`;
}

export function vector(values: readonly number[]): ReturnType<typeof dense> {
  return dense('float64', [values.length], Float64Array.from(values));
}
