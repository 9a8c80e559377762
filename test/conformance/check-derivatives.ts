// Derivatives of every order against the values they come from, and against each other:
//   J dx = lim (f(x + t dx) - f(x)) / t,      ⟨gy, J dx⟩ = ⟨Jᵀ gy, dx⟩,      Jᵀ 0 = 0,      J(a u + b v) = a J u + b J v.
// The next order is the same checks of x ↦ J(x) dx and of x ↦ J(x)ᵀ gy, so that order 3 covers all eight mixtures.

import { type DenseTensor, filled, type Tensor } from '../../src/tensor/tensor.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import { denseList, expectClose, expectNumbers, expectTypes, inner, magnitude, numbers } from './compare.ts';
import { drawDirection } from './draw.ts';
import { finiteDifference } from './finite-difference.ts';
import { fused } from './fused.ts';
import { type RandomSource, randomSource } from './random-source.ts';
import { type Differentiable, directions, type TensorFunction } from './subject.ts';

const differenceError = 1e-7;
const adjointError = 1e-12;
const linearityError = 1e-12;
/** What rounding of f itself may add to a difference quotient, relative to the size of f. */
const differenceNoise = 1e-11;
/** Below this, beside inputs of size one, are only the remains of an exact zero. */
const nothing = 1e-30;

/** J(x) dx. */
function pushforward(f: TensorFunction, x: readonly Tensor[], dx: readonly Tensor[]): Tensor[] {
  return (jvp(f, x, dx) as [Tensor[], Tensor[]])[1];
}

/** J(x)ᵀ gy. */
export function pullback(f: TensorFunction, x: readonly Tensor[], gy: readonly Tensor[]): Tensor[] {
  return vjp(f, ...x)[1](gy) as Tensor[];
}

/** x and dx ↦ J(x) dx, and x and gy ↦ J(x)ᵀ gy, as one function each. */
export const push = ({ f, x }: Differentiable): TensorFunction =>
  fused((...v: Tensor[]) => pushforward(f, v.slice(0, x.length), v.slice(x.length)));
export const pull = ({ f, x }: Differentiable): TensorFunction =>
  fused((...v: Tensor[]) => pullback(f, v.slice(0, x.length), v.slice(x.length)));

const source = (check: string, subject: Differentiable): RandomSource => randomSource(`${subject.label} ${check}`);

function cotangents(random: RandomSource, { f, x }: Differentiable): DenseTensor[] {
  return denseList(f(...x)).map((y) => drawDirection(random, y));
}

/** The jvp against central differences along random directions. */
export function checkJvp(subject: Differentiable): void {
  const { f, x, label } = subject;
  const dx = directions(source('jvp', subject), subject);
  const tangent = push(subject)(...x, ...dx);
  expectTypes(`${label}: the tangent`, tangent, f(...x));
  const { derivative: expected, size } = finiteDifference(f, x, dx);
  const actual = numbers(tangent);
  const scale = expected.map((v, k) => magnitude(v, magnitude(actual[k]!)));
  expectNumbers(
    `${label}: jvp against finite differences`,
    actual,
    expected,
    (k) => differenceError * scale[k]! + differenceNoise * size[k]! + nothing,
  );
}

/** ⟨gy, J dx⟩ = ⟨Jᵀ gy, dx⟩. */
export function checkTranspose(subject: Differentiable): void {
  if (!subject.reverse) return;
  const { x, label } = subject;
  const random = source('transpose', subject);
  const dx = directions(random, subject);
  const gy = cotangents(random, subject);
  const dy = push(subject)(...x, ...dx);
  const gx = pull(subject)(...x, ...gy);
  expectTypes(`${label}: the cotangents`, gx, x);
  const [left, right] = [inner(gy, dy), inner(gx, dx)];
  const allowed = adjointError * Math.max(left.size, right.size) + nothing;
  if (!(Math.abs(left.sum - right.sum) <= allowed)) {
    throw new Error(
      `${label}: ⟨gy, J dx⟩ = ${left.sum} but ⟨Jᵀ gy, dx⟩ = ${right.sum} (allowed difference ${allowed.toExponential(2)}).`,
    );
  }
}

/** The next order: x ↦ J(x) dx and x ↦ J(x)ᵀ gy at fixed dx, gy. */
function derivativesOf(subject: Differentiable): Differentiable[] {
  const { f, label, reverse } = subject;
  const random = source('derivative', subject);
  const dx = directions(random, subject);
  const gy = cotangents(random, subject);
  const forward = { ...subject, label: `${label} jvp`, f: fused((...at: Tensor[]) => pushforward(f, at, dx)) };
  const backward = { ...subject, label: `${label} vjp`, f: fused((...at: Tensor[]) => pullback(f, at, gy)) };
  return reverse ? [forward, backward] : [forward];
}

/** Derivatives of derivatives: all mixtures of forward and reverse mode, up to the given order. */
export function checkHigher(subject: Differentiable, order: 2 | 3): void {
  for (const derivative of derivativesOf(subject)) {
    if (order === 3) {
      checkHigher(derivative, 2);
    } else {
      checkJvp(derivative);
      checkTranspose(derivative);
    }
  }
}

const zeros = (x: readonly Tensor[]): Tensor[] => x.map((v) => filled(v.shape, 0, v.dtype));

/** Zero in, exactly zero out, and both directions linear in what they carry. */
export function checkZeroCotangent(subject: Differentiable): void {
  const { f, x, label } = subject;
  const y = f(...x);
  const forward = push(subject);
  const still = forward(...x, ...zeros(x));
  expectClose(`${label}: jvp of a zero tangent`, still, zeros(y), 0);
  const random = source('linearity', subject);
  const combine = (a: readonly Tensor[], b: readonly Tensor[]): Tensor[] =>
    a.map((v, i) => v.mul(0.75).add(b[i]!.mul(-1.5)));
  const [u, v] = [directions(random, subject), directions(random, subject)];
  expectClose(
    `${label}: jvp of 0.75 u - 1.5 v`,
    forward(...x, ...combine(u, v)),
    combine(forward(...x, ...u), forward(...x, ...v)),
    linearityError,
  );
  if (!subject.reverse) return;
  const backward = pull(subject);
  expectClose(`${label}: vjp of a zero cotangent`, backward(...x, ...zeros(y)), zeros(x), 0);
  const [g, h] = [cotangents(random, subject), cotangents(random, subject)];
  expectClose(
    `${label}: vjp of 0.75 g - 1.5 h`,
    backward(...x, ...combine(g, h)),
    combine(backward(...x, ...g), backward(...x, ...h)),
    linearityError,
  );
}
