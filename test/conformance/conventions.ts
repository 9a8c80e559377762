// What each derivative is where the textbook gives none or several: kinks, ties, zeros, infinities. One row a convention, with the
// number of the behaviour it answers, our value, the reason, and a check that throws when the library says otherwise.
import '../../src/index.ts';
import { silu } from '../../src/ops/activation.ts';
import { atan2, copysign, hypot, lerp, maximum, minimum } from '../../src/ops/binary.ts';
import { clip } from '../../src/ops/clip.ts';
import { greater } from '../../src/ops/comparison.ts';
import { entr } from '../../src/ops/entropy.ts';
import { exp, log, logaddexp, xlogy } from '../../src/ops/exponential.ts';
import { tanh } from '../../src/ops/hyperbolic.ts';
import { logSigmoid, sigmoid, softplus } from '../../src/ops/logistic.ts';
import { pow, sqrt } from '../../src/ops/power.ts';
import { elu, hardsigmoid, hardswish, hardtanh, leakyRelu, prelu, relu, relu6, selu } from '../../src/ops/rectifier.ts';
import { abs, ceil, floor, frac, round, sign, trunc } from '../../src/ops/rounding.ts';
import { where } from '../../src/ops/select.ts';
import { sinc } from '../../src/ops/sinc.ts';
import { tensor } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import type { Convention } from './convention-table.ts';

type Function = (...x: Tensor[]) => Tensor;

const scalar = (x: number): Tensor => tensor(x, { dtype: 'float64' });

const forward =
  (f: Function, i: number): Function =>
  (...x) =>
    jvp(
      f,
      x,
      x.map((_, j) => scalar(i === j ? 1 : 0)),
    )[1] as Tensor;
const reverse =
  (f: Function, i: number): Function =>
  (...x) =>
    (vjp(f, ...x)[1](scalar(1)) as Tensor[])[i]!;

/** The derivatives of order k in each argument, in forward mode and in reverse mode, are the expected numbers. */
function derivative(f: Function, x: readonly number[], expected: readonly number[], order = 1): void {
  expected.forEach((want, i) => {
    for (const mode of [forward, reverse]) {
      let g = f;
      for (let k = 0; k < order; k++) g = mode(g, i);
      const got = g(...x.map(scalar)).item() as number;
      const same = got === want || (Number.isNaN(got) && Number.isNaN(want));
      if (!same && !(Math.abs(got - want) <= 1e-12 * Math.abs(want))) {
        throw new Error(
          `${mode.name} derivative of order ${order} in argument ${i} at (${x.join(', ')}): ${got}, expected ${want}`,
        );
      }
    }
  });
}

function everyOrder(f: Function, points: readonly number[], first: readonly number[]): void {
  points.forEach((x, i) => {
    derivative(f, [x], [first[i]!]);
    derivative(f, [x], [0], 2);
    derivative(f, [x], [0], 3);
  });
}

const one = (f: (x: Tensor) => Tensor): Function => f as Function;

export const conventions: readonly Convention[] = [
  {
    behaviour: 145,
    at: 'abs at 0',
    ours: '0',
    why: 'the subgradient of smallest norm in [-1, 1]',
    check: () => derivative(one(abs), [0], [0]),
  },
  {
    behaviour: 146,
    at: 'relu at 0',
    ours: '0',
    why: 'the subgradient of smallest norm in [0, 1]',
    check: () => derivative(one(relu), [0], [0]),
  },
  {
    behaviour: 146,
    at: 'relu6 at 0 and 6',
    ours: '0, 0',
    why: 'the subgradient of smallest norm in [0, 1]',
    check: () => {
      for (const x of [0, 6]) derivative(one(relu6), [x], [0]);
    },
  },
  {
    behaviour: 147,
    at: 'leakyRelu with slope 0.1, and 3, at 0',
    ours: '0.1, 1',
    why: 'the smaller of the two slopes: the subgradient of smallest norm',
    check: () => {
      derivative((x) => leakyRelu(x!, 0.1), [0], [0.1]);
      derivative((x) => leakyRelu(x!, 3), [0], [1]);
    },
  },
  {
    behaviour: 147,
    at: 'prelu at 0, in x and in the weight',
    ours: 'the weight, 0',
    why: 'the left branch applies at 0, as in leakyRelu with a small slope',
    check: () => derivative(prelu as Function, [0, 0.2], [0.2, 0]),
  },
  {
    behaviour: 148,
    at: 'clip at its bounds',
    ours: '1',
    why: 'inside is closed, so that a value at a bound can still move back inside',
    check: () => {
      for (const x of [-1, 1]) derivative((t) => clip(t!, -1, 1), [x], [1]);
      derivative(clip as Function, [2, 2, 3], [1, 0, 0]);
      derivative(clip as Function, [3, 2, 3], [1, 0, 0]);
      derivative(clip as Function, [4, 2, 3], [0, 0, 1]);
    },
  },
  {
    behaviour: 149,
    at: 'hardtanh at its bounds',
    ours: '0',
    why: 'an activation takes the subgradient of smallest norm, as relu and relu6 do',
    check: () => {
      for (const x of [-1, 1]) derivative((t) => hardtanh(t!), [x], [0]);
    },
  },
  {
    behaviour: 0,
    at: 'hardsigmoid at ±3; hardswish at -3 and 3',
    ours: '0; 0 and 1',
    why: 'the subgradient of smallest norm',
    check: () => {
      for (const x of [-3, 3]) derivative(one(hardsigmoid), [x], [0]);
      derivative(one(hardswish), [-3], [0]);
      derivative(one(hardswish), [3], [1]);
    },
  },
  {
    behaviour: 0,
    at: 'elu with alpha 1, 0.5, 2 at 0; selu at 0',
    ours: '1, 0.5, 1; 1.0507',
    why: 'the smaller of the two slopes: the subgradient of smallest norm',
    check: () => {
      derivative((x) => elu(x!), [0], [1]);
      derivative((x) => elu(x!, 0.5), [0], [0.5]);
      derivative((x) => elu(x!, 2), [0], [1]);
      derivative(one(selu), [0], [1.0507009873554805]);
    },
  },
  {
    behaviour: 150,
    at: 'maximum and minimum of (2, 2)',
    ours: '½, ½',
    why: 'symmetric in the arguments, and the subgradient of smallest norm',
    check: () => {
      derivative(maximum as Function, [2, 2], [0.5, 0.5]);
      derivative(minimum as Function, [2, 2], [0.5, 0.5]);
    },
  },
  {
    behaviour: 163,
    at: 'hypot at (0, 0)',
    ours: '0, 0',
    why: 'the subgradient of smallest norm in the unit disc',
    check: () => derivative(hypot as Function, [0, 0], [0, 0]),
  },
  {
    behaviour: 163,
    at: 'atan2 at (0, 0)',
    ours: '0, 0',
    why: 'no derivative exists; the mean over all directions of approach is 0, and NaN would spread',
    check: () => derivative(atan2 as Function, [0, 0], [0, 0]),
  },
  {
    behaviour: 164,
    at: 'x^0 at 0, exponent a number or a tensor',
    ours: '0',
    why: 'x^0 is the constant 1',
    check: () => {
      derivative((x) => pow(x!, 0), [0], [0]);
      derivative((x) => pow(x!, scalar(0)), [0], [0]);
    },
  },
  {
    behaviour: 164,
    at: 'x^0.5 at 0, exponent a number or a tensor',
    ours: '∞',
    why: 'the one-sided derivative',
    check: () => {
      derivative((x) => pow(x!, 0.5), [0], [Infinity]);
      derivative((x) => pow(x!, scalar(0.5)), [0], [Infinity]);
    },
  },
  {
    behaviour: 164,
    at: 'x^2 at 0, orders 1, 2, 3, exponent a number or a tensor',
    ours: '0, 2, 0',
    why: 'the derivatives exist; 0 · ∞ of a lowered exponent is the exact 0',
    check: () => {
      for (const f of [(x: Tensor) => pow(x, 2), (x: Tensor) => pow(x, scalar(2))]) {
        derivative(f as Function, [0], [0]);
        derivative(f as Function, [0], [2], 2);
        derivative(f as Function, [0], [0], 3);
      }
    },
  },
  {
    behaviour: 165,
    at: '0^y in y, y = 2 and y = 0',
    ours: '0, 0',
    why: '0^y is the constant 0 for y > 0; at the jump y = 0 there is no derivative',
    check: () => {
      derivative((y) => pow(scalar(0), y!), [2], [0]);
      derivative((y) => pow(scalar(0), y!), [0], [0]);
    },
  },
  {
    behaviour: 166,
    at: '(-2)^3 in the base and in the exponent',
    ours: '12, NaN',
    why: 'x^y is not real for y near 3; with a number as exponent nothing is NaN',
    check: () => {
      derivative((x) => pow(x!, scalar(3)), [-2], [12]);
      derivative((y) => pow(scalar(-2), y!), [3], [Number.NaN]);
      derivative((x) => pow(x!, 3), [-2], [12]);
      derivative((x) => pow(x!, 3), [-2], [-12], 2);
      derivative((x) => pow(x!, 3), [-2], [6], 3);
    },
  },
  {
    behaviour: 169,
    at: 'where(x > 0, sqrt x, 0) at 0, and sqrt at 0 with a zero cotangent',
    ours: '0, 0',
    why: 'a branch not taken contributes an exact zero, also times ∞',
    check: () => {
      derivative((x) => where(greater(x!, 0), sqrt(x!), 0), [0], [0]);
      derivative((x) => where(greater(x!, 0), log(x!), 0), [-1], [0]);
      derivative((x) => where(greater(x!, 0), pow(x!, -1), 0), [0], [0], 2);
    },
  },
  {
    behaviour: 170,
    at: 'where(x > 0, sqrt(where(x > 0, x, 1)), 0) at 0',
    ours: '0',
    why: 'the double where, which is not needed here, does no harm',
    check: () => {
      const guarded: Function = (x) => where(greater(x!, 0), sqrt(where(greater(x!, 0), x!, 1)), 0);
      derivative(guarded, [0], [0]);
      derivative(guarded, [0], [0], 2);
    },
  },
  {
    behaviour: 171,
    at: 'where(x > 0, log x, x) at -1',
    ours: '1',
    why: 'the derivative of the branch taken',
    check: () => derivative((x) => where(greater(x!, 0), log(x!), x!), [-1], [1]),
  },
  {
    behaviour: 174,
    at: 'logaddexp at (-∞, -∞) and (∞, ∞)',
    ours: '½, ½',
    why: 'the limit along a = b; the weights sum to 1',
    check: () => {
      for (const x of [-Infinity, Infinity]) derivative(logaddexp as Function, [x, x], [0.5, 0.5]);
      derivative(logaddexp as Function, [-Infinity, 1], [0, 1]);
      derivative(logaddexp as Function, [0, 0], [0.25, 0.25], 2);
    },
  },
  {
    behaviour: 175,
    at: 'softplus, sigmoid, logSigmoid, tanh, silu at ±1000, orders 1, 2, 3',
    ours: 'finite and exact',
    why: 'saturated functions have the derivatives of their asymptotes',
    check: () => {
      const ends = [-1000, 1000];
      everyOrder(one(softplus), ends, [0, 1]);
      everyOrder(one(sigmoid), ends, [0, 0]);
      everyOrder(one(logSigmoid), ends, [1, 0]);
      everyOrder(one(tanh), ends, [0, 0]);
      everyOrder(one(silu), ends, [0, 1]);
    },
  },
  {
    behaviour: 176,
    at: 'xlogy at (0, 0) in x and y; xlogy(p, p) at 0',
    ours: '-∞, 0; -∞',
    why: 'in y it is the constant 0; in x the one-sided derivative is log 0, so that xlogy(p, p) has that of p log p',
    check: () => {
      derivative(xlogy as Function, [0, 0], [-Infinity, 0]);
      derivative((p) => xlogy(p!, p!), [0], [-Infinity]);
      derivative(xlogy as Function, [0, 2], [Math.log(2), 0]);
    },
  },
  {
    behaviour: 176,
    at: 'entr at 0',
    ours: '∞',
    why: 'the one-sided derivative, as for sqrt',
    check: () => derivative(one(entr), [0], [Infinity]),
  },
  {
    behaviour: 177,
    at: 'sinc at 0, orders 1, 2, 3, 4',
    ours: '0, -π²/3, 0, π⁴/5',
    why: 'the function is analytic',
    check: () => {
      derivative(one(sinc), [0], [0]);
      derivative(one(sinc), [0], [-(Math.PI ** 2) / 3], 2);
      derivative(one(sinc), [0], [0], 3);
      derivative(one(sinc), [0], [Math.PI ** 4 / 5], 4);
    },
  },
  {
    behaviour: 184,
    at: 'floor, ceil, round, trunc, sign at an integer; frac there',
    ours: '0; 1',
    why: 'zero almost everywhere, and zero is a derivative, not a missing one',
    check: () => {
      for (const f of [floor, ceil, round, trunc, sign]) for (const x of [0, 1, 1.5]) derivative(one(f), [x], [0]);
      derivative(one(frac), [1], [1]);
    },
  },
  {
    behaviour: 0,
    at: 'copysign at a = 0',
    ours: '0, 0',
    why: 'as abs at 0',
    check: () => derivative(copysign as Function, [0, -1], [0, 0]),
  },
  {
    behaviour: 0,
    at: 'lerp at t = 0 and 1; exp at -∞',
    ours: 'the derivatives of the formula; 0',
    why: 'they exist',
    check: () => {
      derivative(lerp as Function, [1, 5, 0], [1, 0, 4]);
      derivative(lerp as Function, [1, 5, 1], [0, 1, 4]);
      derivative(one(exp), [-Infinity], [0]);
    },
  },
];
