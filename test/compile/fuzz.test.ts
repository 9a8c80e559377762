// Random programs, compiled against the reference: smooth ones with their gradients, and ones of all dtypes over shapes with
// sizes 0 and 1, odd sizes, views and broadcasts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepared } from '../../src/backends/wasm/program.ts';
import { canShare } from '../../src/backends/wasm/threads/spawn.ts';
import { checkProgram } from '../../src/compile/check.ts';
import { expandOperations } from '../../src/compile/expand.ts';
import { simplify } from '../../src/compile/simplify.ts';
import { add, div, mul, neg, square, sub } from '../../src/ops/arithmetic.ts';
import { maximum, minimum } from '../../src/ops/binary.ts';
import { cast } from '../../src/ops/cast.ts';
import { equal, greater, isnan, less, logicalNot } from '../../src/ops/comparison.ts';
import { max, min } from '../../src/ops/extremes.ts';
import { concat } from '../../src/ops/joining.ts';
import { broadcastTo, expandDims, flip, permute, reshape, slice } from '../../src/ops/movement.ts';
import { matmul } from '../../src/ops/products.ts';
import { prod, sum } from '../../src/ops/reduction.ts';
import { pad } from '../../src/ops/repetition.ts';
import { floor, abs as magnitude } from '../../src/ops/rounding.ts';
import { oneHot } from '../../src/ops/scatter.ts';
import { where } from '../../src/ops/select.ts';
import { eye } from '../../src/tensor/create.ts';
import { allocate, type DType, isFloat } from '../../src/tensor/dtype.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import { tryBroadcast } from '../../src/tensor/shape.ts';
import { DenseTensor, dense, type Tensor } from '../../src/tensor/tensor.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import { withCrew } from '../backends/crew.ts';
import { programs, scalarFunction, show } from '../property/program.ts';
import { runs } from '../share.ts';
import { compareOn, onOneThread, traced } from './compare.ts';

const countable = (x: Tensor): Tensor => (x.dtype === 'bool' ? cast(x, 'int32') : x);

/** Operations whose results stay small integers, on which all sums are exact. */
type Operation = (a: Tensor, b: Tensor, c: number) => Tensor | undefined;
const fits = (a: Tensor, b: Tensor): boolean => {
  const shape = tryBroadcast(a.shape, b.shape);
  return shape !== undefined && sizeOf(shape) < 500;
};
const axisOf = (a: Tensor, c: number): number => c % Math.max(1, a.ndim);
const small = (a: Tensor): Tensor => minimum(maximum(countable(a), -9), 9);
/** A one-hot matrix of `depth` places, chosen by the elements. */
const hot = (a: Tensor, depth: number, { dtype }: Tensor): Tensor =>
  oneHot(minimum(maximum(cast(countable(a), 'int32'), 0), depth - 1), depth, { dtype });
const two =
  (f: (a: Tensor, b: Tensor) => Tensor): Operation =>
  (a, b) =>
    fits(a, b) ? f(countable(a), countable(b)) : undefined;
const axes =
  (f: (a: Tensor, axis: number | undefined) => Tensor, least = 0): Operation =>
  (a, _b, c) =>
    a.ndim === 0 || a.size < least ? undefined : f(countable(a), c % 4 === 0 ? undefined : axisOf(a, c));

const operations: Readonly<Record<string, Operation>> = {
  add: two((a, b) => small(add(a, b))),
  sub: two((a, b) => small(sub(a, b))),
  mul: two((a, b) => small(mul(a, b))),
  maximum: two(maximum),
  minimum: two(minimum),
  less: two(less),
  equal: two(equal),
  quotient: two((a, b) => floor(div(small(a), add(square(small(b)), 1)))),
  where: (a, b) => (fits(a, b) ? where(a, b, neg(countable(b))) : undefined),
  neg: (a) => neg(countable(a)),
  abs: (a) => magnitude(countable(a)),
  not: (a) => logicalNot(a),
  isnan: (a) => isnan(a),
  float32: (a) => cast(a, 'float32'),
  float64: (a) => cast(a, 'float64'),
  int32: (a) => cast(a, 'int32'),
  bool: (a) => cast(a, 'bool'),
  sum: axes((a, axis) => small(sum(a, axis))),
  prod: axes((a, axis) => small(prod(minimum(maximum(a, -2), 2), axis === undefined ? 0 : axis))),
  max: axes((a, axis) => max(a, axis), 1),
  min: axes((a, axis) => min(a, axis), 1),
  permute: (a) => permute(a),
  flip: (a, _b, c) => (a.ndim > 0 ? flip(a, axisOf(a, c)) : undefined),
  slice: (a, _b, c) => (a.ndim > 0 ? slice(a, [c % 2], [a.shape[0]!], [1 + (c % 3)]) : undefined),
  flatten: (a) => reshape(a, [a.size]),
  halves: (a) => (a.size % 2 === 0 ? reshape(a, [2, a.size / 2]) : undefined),
  newAxis: (a, _b, c) => (a.ndim < 3 ? expandDims(a, c % (a.ndim + 1)) : undefined),
  spread: (a) => (a.ndim < 3 && a.size < 100 ? broadcastTo(a, [3, ...a.shape]) : undefined),
  pad: (a, _b, c) =>
    a.ndim > 0 && a.ndim < 3 && a.size < 100
      ? pad(countable(a), a.shape.map(() => [c % 2, 1]) as [number, number][])
      : undefined,
  concat: (a, _b, c) => (a.ndim > 0 && a.size < 100 ? concat([a, flip(a, 0)], axisOf(a, c)) : undefined),
  matmul: (a) =>
    a.ndim === 2 && isFloat(a.dtype) && a.size < 200 ? small(matmul(small(a), permute(small(a)))) : undefined,
  gram: (a) =>
    a.ndim === 2 && isFloat(a.dtype) && a.size < 200 ? small(matmul(permute(small(a)), small(a))) : undefined,
  positive: (a) => greater(countable(a), 0),
  chosen: (a, b) =>
    b.ndim === 2 && b.shape[0]! > 0 && isFloat(b.dtype) && a.size < 40
      ? matmul(hot(a, b.shape[0]!, b), small(b))
      : undefined,
  chosenSum: (a) =>
    a.ndim === 2 && a.size > 0 && isFloat(a.dtype) ? sum(mul(hot(max(a, 1), a.shape[1]!, a), small(a)), 1) : undefined,
  grouped: (a) =>
    a.ndim === 2 && a.size > 0 && a.size < 200 && isFloat(a.dtype)
      ? small(matmul(permute(hot(max(a, 1), 3, a)), small(a)))
      : undefined,
  unmoved: (a) =>
    a.ndim === 2 && a.size > 0 && isFloat(a.dtype) ? matmul(eye(a.shape[0]!, { dtype: a.dtype }), small(a)) : undefined,
};
const names = Object.keys(operations);

const shapes: readonly (readonly number[])[] = [
  [],
  [1],
  [5],
  [0],
  [2, 3],
  [7, 5],
  [1, 9],
  [4, 1],
  [3, 0],
  [2, 3, 5],
  [33],
  [17, 19],
];

/** Small integers seen through a view: whole, reversed, every second one, or repeated. */
function input(dtype: DType, shape: readonly number[], how: number): DenseTensor {
  const size = sizeOf(shape);
  const storage = allocate(dtype, 2 * size + 3);
  for (let i = 0; i < storage.length; i++) storage[i] = dtype === 'bool' ? ((i * 5) % 3) & 1 : ((i * 7 + how) % 11) - 5;
  const whole = dense(dtype, shape, storage.slice(0, size));
  if (how % 4 === 0) return whole;
  const step = how % 4 === 1 ? 2 : -1;
  const view = whole.strides.map((s) => s * step);
  return new DenseTensor(dtype, shape, storage, view, step > 0 ? 1 : size + 1);
}

const step = fc.record({
  op: fc.nat({ max: names.length - 1 }),
  a: fc.nat({ max: 50 }),
  b: fc.nat({ max: 50 }),
  c: fc.nat({ max: 20 }),
});
const start = fc.record({
  dtype: fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool'),
  shape: fc.constantFrom(...shapes),
  how: fc.nat({ max: 20 }),
});

const compilers = [{ where: 'one thread', compile: onOneThread }];
// A page that is not cross-origin isolated has one thread.
if (canShare()) compilers.push({ where: 'three threads', compile: await withCrew(3) });

describe.each(compilers)('compiled programs on $where', ({ compile }) => {
  it('agree exactly with the reference on small integers of all dtypes, shapes and views', () => {
    const property = fc.property(
      fc.array(start, { minLength: 1, maxLength: 3 }),
      fc.array(step, { minLength: 1, maxLength: 25 }),
      (starts, steps) => {
        const x = starts.map(({ dtype, shape, how }) => input(dtype, shape, how));
        const text: string[] = [];
        const f = (...given: Tensor[]): Tensor[] => {
          const values = [...given];
          text.length = 0;
          for (const { op, a, b, c } of steps) {
            const y = operations[names[op]!]!(
              values[values.length - 1 - (a % values.length)]!,
              values[b % values.length]!,
              c,
            );
            if (!y) continue;
            text.push(`${names[op]}(${a % values.length}, ${b % values.length}, ${c})`);
            values.push(y);
          }
          return values.slice(given.length);
        };
        const program = traced(f, x);
        const expanded = expandOperations(program);
        checkProgram(expanded);
        checkProgram(simplify(expanded));
        checkProgram(prepared(program));
        const what = `${starts.map((s) => `${s.dtype}[${s.shape}]:${s.how}`).join(' ')} | ${text.join(' ')}`;
        compareOn(what, f, x, { float32: 0, float64: 0 }, compile);
      },
    );
    fc.assert(property, { numRuns: runs(400) });
  });

  it('agree with the reference on smooth programs and their gradients', () => {
    const property = fc.property(programs, (program) => {
      const f = scalarFunction(program);
      const x = dense('float64', [program.point.length], Float64Array.from(program.point));
      const both = (v: Tensor): Tensor[] => {
        const [y, pullback] = vjp((u: Tensor) => f(u), v) as [Tensor, (gy: unknown) => Tensor[]];
        return [y, ...pullback(dense('float64', [], Float64Array.of(1)))];
      };
      compareOn(show(program), (v) => both(v!), [x], { float32: 0, float64: 1e-10 }, compile);
    });
    fc.assert(property, { numRuns: runs(60) });
  });

  it('compile in time where values are used twice, again and again', () => {
    const doubled = (x: Tensor): Tensor => Array.from({ length: 300 }).reduce((y: Tensor) => mul(add(y, y), 0.5), x);
    const x = dense(
      'float32',
      [100],
      Float32Array.from({ length: 100 }, (_, i) => i / 8),
    );
    compareOn('doubled', (v) => [doubled(v!)], [x], { float32: 0, float64: 0 }, compile);
  });

  it('keep the digits of a float32 sum of ten million terms', () => {
    const n = 10_000_000;
    const x = dense('float32', [n], new Float32Array(n).fill(0.1));
    const run = (f: (v: Tensor) => Tensor): number => {
      let result = 0;
      compareOn('sum', (v) => [f(v!)], [x], { float32: 1e-7, float64: 0 }, compile);
      result = f(x).item();
      return result;
    };
    expect(run((v) => sum(v))).toBeCloseTo(1_000_000, -1);
  });
});
