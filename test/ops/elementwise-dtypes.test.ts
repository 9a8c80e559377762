// What elementwise functions do with integers, booleans, numbers and mixed operands, and the errors they throw.
import { describe, expect, it } from 'vitest';
import '../../src/index.ts';
import { gelu, glu } from '../../src/ops/activation.ts';
import { add } from '../../src/ops/arithmetic.ts';
import { atan2, copysign, floorDivide, fmod, hypot, lerp, maximum, minimum, remainder } from '../../src/ops/binary.ts';
import { clip } from '../../src/ops/clip.ts';
import { allclose, isclose } from '../../src/ops/close.ts';
import {
  equal,
  greater,
  isfinite,
  isinf,
  isnan,
  logicalAnd,
  logicalNot,
  logicalXor,
} from '../../src/ops/comparison.ts';
import { exp, logaddexp } from '../../src/ops/exponential.ts';
import { acosh } from '../../src/ops/hyperbolic.ts';
import { sigmoid } from '../../src/ops/logistic.ts';
import { pow, rsqrt, sqrt } from '../../src/ops/power.ts';
import { prelu, relu } from '../../src/ops/rectifier.ts';
import { abs, ceil, floor, frac, nanToNum, round, sign, trunc } from '../../src/ops/rounding.ts';
import { where } from '../../src/ops/select.ts';
import { betainc, gammainc, multigammaln, polygamma, zeta } from '../../src/ops/special.ts';
import { tensor } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad } from '../../src/transforms/derivatives.ts';
import { vmap } from '../../src/transforms/vmap.ts';

const int = (...values: number[]): Tensor => tensor(values, { dtype: 'int32' });
const float = (...values: number[]): Tensor => tensor(values, { dtype: 'float64' });
const bool = (...values: boolean[]): Tensor => tensor(values);
const summary = (x: Tensor) => [x.dtype, x.toArray()];

describe('integers', () => {
  it('stay integers under functions that map integers to integers', () => {
    for (const f of [floor, ceil, round, trunc]) expect(summary(f(int(-3, 4)))).toEqual(['int32', [-3, 4]]);
    expect(summary(frac(int(-3, 4)))).toEqual(['int32', [0, 0]]);
    expect(summary(abs(int(-3, 4)))).toEqual(['int32', [3, 4]]);
    expect(summary(sign(int(-3, 0)))).toEqual(['int32', [-1, 0]]);
    expect(summary(maximum(int(1, 5), 3))).toEqual(['int32', [3, 5]]);
    expect(summary(minimum(int(1, 5), 3))).toEqual(['int32', [1, 3]]);
    expect(summary(nanToNum(int(1, 5)))).toEqual(['int32', [1, 5]]);
  });
  it('divide as in Python, and give 0 when divided by 0', () => {
    expect(floorDivide(int(7, -7, 7, -7, 5), int(2, 2, -2, -2, 0)).toArray()).toEqual([3, -4, -4, 3, 0]);
    expect(remainder(int(7, -7, 7, -7, 5), int(3, 3, -3, -3, 0)).toArray()).toEqual([1, 2, -2, -1, 0]);
    expect(fmod(int(7, -7, 7, -7, 5), int(3, 3, -3, -3, 0)).toArray()).toEqual([1, -1, 1, -1, 0]);
  });
  it('have integer powers, modulo 2^32, and float powers for negative or broken numbers', () => {
    expect(summary(pow(int(-2, 3, 7), 3))).toEqual(['int32', [-8, 27, 343]]);
    expect(summary(pow(int(3, 2), int(20, 31)))).toEqual(['int32', [-808182895, -2147483648]]);
    expect(summary(pow(int(2, 1, -1), int(-1, -5, -3)))).toEqual(['int32', [0, 1, -1]]);
    expect(summary(pow(int(2, 4), -1))).toEqual(['float32', [0.5, 0.25]]);
    expect(summary(pow(int(4, 9), 0.5))).toEqual(['float32', [2, 3]]);
    expect(summary(pow(bool(true, false), 2))).toEqual(['int32', [1, 0]]);
  });
  it('become floats where the value is not an integer', () => {
    for (const f of [exp, sqrt, sigmoid, relu]) expect(f(int(1, 2)).dtype).toBe('float32');
    expect(hypot(int(3), int(4)).toArray()).toEqual([5]);
    for (const f of [atan2, hypot, copysign, logaddexp]) expect(f(int(3), int(4)).dtype).toBe('float32');
    expect(lerp(int(0), int(4), 0.5).toArray()).toEqual([2]);
    expect(exp(bool(true)).dtype).toBe('float32');
  });
  it('are clipped as integers by integers, as floats by fractions', () => {
    expect(summary(clip(int(-3, 2, 9), 0, 5))).toEqual(['int32', [0, 2, 5]]);
    expect(summary(clip(int(-3, 2, 9), 0.5))).toEqual(['float32', [0.5, 2, 9]]);
    expect(summary(clip(float(-3, 2, 9), undefined, 5))).toEqual(['float64', [-3, 2, 5]]);
    expect(summary(clip(float(-3, 2, 9), float(0, 3, 1), 5))).toEqual(['float64', [0, 3, 5]]);
    expect(summary(clip(float(1), 5, 2))).toEqual(['float64', [2]]);
  });
});

describe('floats', () => {
  it('divide exactly where the rounded quotient would be an integer', () => {
    expect(floorDivide(float(1, 5, -5), float(0.1, Infinity, 0)).toArray()).toEqual([9, 0, -Infinity]);
  });
  it('keep float64 beside numbers, and float32 too', () => {
    expect(maximum(float(1), 2).dtype).toBe('float64');
    expect(pow(tensor([2]), 0.5).dtype).toBe('float32');
    expect(pow(2, tensor([3])).toArray()).toEqual([8]);
    expect(where(greater(float(1), 0), float(1), 0).dtype).toBe('float64');
  });
  it('replace NaN and infinities by the extremes of their dtype', () => {
    const x = [Number.NaN, Infinity, -Infinity, 1];
    expect(nanToNum(float(...x)).toArray()).toEqual([0, Number.MAX_VALUE, -Number.MAX_VALUE, 1]);
    expect(nanToNum(tensor(x)).toArray()).toEqual([0, 3.4028234663852886e38, -3.4028234663852886e38, 1]);
    expect(nanToNum(float(...x), { nan: 7, posinf: 8, neginf: 9 }).toArray()).toEqual([7, 8, 9, 1]);
  });
  it('pass NaN through extrema and rectifiers', () => {
    const nan = float(Number.NaN);
    for (const y of [maximum(nan, 1), minimum(1, nan), relu(nan), clip(nan, 0, 1), abs(nan), sign(nan)]) {
      expect(y.toArray()).toEqual([Number.NaN]);
    }
  });
});

describe('predicates', () => {
  it('give bool and broadcast', () => {
    expect(summary(equal(tensor([[1], [2]]), tensor([1, 2])))).toEqual([
      'bool',
      [
        [true, false],
        [false, true],
      ],
    ]);
    expect(summary(isnan(float(Number.NaN, 1)))).toEqual(['bool', [true, false]]);
    expect(summary(isinf(float(-Infinity, 1)))).toEqual(['bool', [true, false]]);
    expect(summary(isfinite(int(1)))).toEqual(['bool', [true]]);
    expect(summary(logicalAnd(float(0.5, 0), true))).toEqual(['bool', [true, false]]);
    expect(summary(logicalXor(int(0, 3), bool(true, true)))).toEqual(['bool', [true, false]]);
    expect(summary(logicalNot(float(0, 2)))).toEqual(['bool', [true, false]]);
    expect(greater(true, 0).item()).toBe(true);
  });
  it('are close within a tolerance', () => {
    const inf = Infinity;
    expect(isclose(float(1, 1, inf, inf, Number.NaN), float(1 + 1e-6, 1.1, inf, -inf, Number.NaN)).toArray()).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(isclose(float(1), float(inf)).toArray()).toEqual([false]);
    expect(allclose(float(Number.NaN), float(Number.NaN), { equalNan: true })).toBe(true);
    expect(allclose(int(1, 2), float(1, 2))).toBe(true);
    expect(allclose(float(1, 2), float(1, 2.1), { rtol: 0.2 })).toBe(true);
    expect(allclose(float(1, 2), float(1, 2.1))).toBe(false);
  });
});

describe('arguments', () => {
  it('prelu puts a vector of weights on axis 1', () => {
    const x = tensor([
      [
        [-1, 1],
        [-1, 1],
      ],
    ]);
    expect(prelu(x, tensor([0.25, 0.5])).toArray()).toEqual([
      [
        [-0.25, 1],
        [-0.5, 1],
      ],
    ]);
    expect(prelu(x, 0.25).toArray()).toEqual([
      [
        [-0.25, 1],
        [-0.25, 1],
      ],
    ]);
  });
  it('derivatives reach broadcast operands with their shape', () => {
    const dw = grad((w: Tensor) =>
      prelu(
        tensor([
          [-1, 2],
          [-3, -4],
        ]),
        w,
      ).sum(),
    )(tensor([0.5, 0.5])) as Tensor;
    expect(dw.toArray()).toEqual([-4, -4]);
  });
  it('a rule that multiplies infinities leaks no NaN from a branch that was not taken', () => {
    for (const f of [rsqrt, (x: Tensor) => acosh(add(x, 1)), (x: Tensor) => pow(x, -1.5)]) {
      const guarded = (x: Tensor) => where(greater(x, 0), f(x), 0).sum();
      const second = grad((x: Tensor) => (grad(guarded)(x) as Tensor).sum())(float(0)) as Tensor;
      expect(second.toArray()).toEqual([0]);
    }
  });
  it('traced values pass through helpers with options', () => {
    const y = vmap((x: Tensor) => clip(gelu(x, { approximate: 'tanh' }), 0, 1))(float(-1, 0, 3)) as Tensor;
    expect(y.toArray()).toEqual([0, 0, 1]);
  });
  it('at the ends of their domain densities have the derivatives of the side that exists', () => {
    const second = (f: (x: Tensor) => Tensor, x: number) =>
      (grad((t: Tensor) => (grad((u: Tensor) => f(u).sum())(t) as Tensor).sum())(float(x)) as Tensor).toArray();
    expect(second((x) => gammainc(1, x), 0)).toEqual([-1]);
    expect(second((x) => gammainc(2, x), 0)).toEqual([1]);
    expect(second((x) => betainc(2, 3, x), 0)).toEqual([12]);
    expect(second((x) => betainc(1, 3, x), 0)).toEqual([-6]);
    expect(second((x) => betainc(3, 2, x), 1)).toEqual([-12]);
  });
});

describe('errors', () => {
  it.each([
    [() => floor(bool(true)), 'floor: dtype bool is not accepted.'],
    [() => maximum(tensor([1, 2]), tensor([1, 2, 3])), /^maximum: .*\[2\].*\[3\]/],
    [() => exp([1] as unknown as number), 'exp: expected a tensor or a number, got an array.'],
    [() => polygamma(0.5, 1), 'polygamma: the order must be a non-negative integer, got 0.5.'],
    [() => multigammaln(2, 0), 'multigammaln: the dimension must be a positive integer, got 0.'],
    [() => gelu(1, { approximate: 'erf' as 'none' }), "gelu: approximate must be 'none' or 'tanh', got 'erf'."],
    [() => glu(tensor([1, 2, 3])), 'glu: axis -1 of shape [3] has the odd size 3, which has no halves.'],
    [() => zeta(tensor([1, 2]), tensor([1, 2, 3])), /^zeta: .*\[2\].*\[3\]/],
  ])('%#', (f, message) => {
    expect(f).toThrow(message);
  });
});
