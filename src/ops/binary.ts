// Functions of two tensors besides + - * / and powers: angles and lengths, extrema, remainders, interpolation. Where a
// derivative does not exist, the subgradient of smallest norm is taken: ½, ½ at a tie, 0, 0 at the origin of hypot.
import { apply } from '../tensor/dispatch.ts';
import { floatOf } from '../tensor/dtype.ts';
import type { OpRecord, Sample } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { areBool, div, mul, neg, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { equal, logicalAnd, logicalOr } from './comparison.ts';
import { elementwise } from './elementwise.ts';
import { type None, none } from './linear.ts';
import type { Scalar } from './map.ts';
import { binary, binaryFloat, broadcastOperands, promoted, type TensorLike } from './operands.ts';
import { round, sign } from './rounding.ts';
import {
  copysign as copysignScalar,
  fmod as fmodScalar,
  hypot as hypotScalar,
  remainder as remainderScalar,
} from './scalar/elementary.ts';
import { where } from './select.ts';
import { constantLike, drawn, given } from './unary.ts';

/** `a / h`, and 0 where `h` is 0. */
function overLength(a: Tensor, h: Tensor): Tensor {
  return where(equal(h, 0), constantLike(a, 0), div(a, h));
}

const hypotOp: OpRecord<None> = elementwise({
  name: 'hypot',
  scalar: hypotScalar,
  partials: ([a, b], y) => [overLength(a!, y()), overLength(b!, y())],
  samples: [drawn([-2, 2], [0.5, 2]), given([3, 0, -5], [4, 1, 0])],
});

/** The length `sqrt(a² + b²)` without overflow; its derivatives at (0, 0) are 0. */
export function hypot(a: TensorLike, b: TensorLike): Tensor {
  return binaryFloat(hypotOp, a, b);
}

const atan2Op: OpRecord<None> = elementwise({
  name: 'atan2',
  scalar: Math.atan2,
  partials: ([a, b]) => {
    const h = hypot(a!, b!);
    return [overLength(overLength(b!, h), h), neg(overLength(overLength(a!, h), h))];
  },
  samples: [drawn([-2, 2], [0.5, 2]), drawn([0.5, 2], [-2, 2]), given([-3, 1], [-1, -4])],
});

/** The angle of the point (b, a), in [-π, π]; its derivatives at (0, 0) are 0. */
export function atan2(a: TensorLike, b: TensorLike): Tensor {
  return binaryFloat(atan2Op, a, b);
}

const integers = (a: readonly number[], b: readonly number[]): Sample<None> => ({
  inputs: [
    { shape: [a.length], dtype: 'int32', values: a },
    { shape: [b.length], dtype: 'int32', values: b },
  ],
});

/** 1 where a > b, ½ at a tie, else 0: the share of a in the derivative of the maximum. */
const exceedsOp: OpRecord<None> = elementwise({
  name: 'exceeds',
  scalar: (a, b) => (a! > b! ? 1 : a === b ? 0.5 : 0),
  samples: [given([1, 2, 3, -0.5], [0.5, 2.5, 4, -1])],
});

const exceeds = (a: Tensor, b: Tensor): Tensor => apply(exceedsOp, [a, b], none);

const maximumOp: OpRecord<None> = elementwise({
  name: 'maximum',
  accepts: 'number',
  scalar: Math.max,
  partials: ([a, b]) => [exceeds(a!, b!), exceeds(b!, a!)],
  samples: [given([1, -2, 3, -0.5], [0.5, 2, 4, -1]), integers([-3, 2, 5], [4, 2, -1])],
});

/** The larger entry, NaN if one is, of bools "or"; at a tie each has half the derivative. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return areBool(a, b) ? logicalOr(a, b) : binary(maximumOp, a, b);
}

const minimumOp: OpRecord<None> = elementwise({
  name: 'minimum',
  accepts: 'number',
  scalar: Math.min,
  partials: ([a, b]) => [exceeds(b!, a!), exceeds(a!, b!)],
  samples: [given([1, -2, 3, -0.5], [0.5, 2, 4, -1]), integers([-3, 2, 5], [4, 2, -1])],
});

/** The smaller entry, NaN if one is, of bools "and"; at a tie each has half the derivative. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return areBool(a, b) ? logicalAnd(a, b) : binary(minimumOp, a, b);
}

/** floor(a / b) from the exact remainder: (a - r) / b is next to an integer. A quotient by 0 is that of a / b. */
const floorQuotient: Scalar = (a, b) => {
  const quotient = (a! - remainderScalar(a!, b!)) / b!;
  return b === 0 || !Number.isFinite(quotient) ? Math.floor(a! / b!) : Math.round(quotient);
};

const divisionSamples: readonly Sample<None>[] = [
  given([5.3, -5.3, 5.3, -5.3, 0.7], [2, 2, -2, -2, 3]),
  integers([7, -7, 7, -7, 0], [3, 3, -3, -3, 2]),
];

const floorDivideOp: OpRecord<None> = elementwise({
  name: 'floorDivide',
  accepts: 'number',
  scalar: floorQuotient,
  samples: divisionSamples,
});

/** `floor(a / b)`, exact where `a / b` would round up to an integer; int32 by 0 gives 0. Its derivative is 0. */
export function floorDivide(a: TensorLike, b: TensorLike): Tensor {
  return binary(floorDivideOp, a, b);
}

const remainderOp: OpRecord<None> = elementwise({
  name: 'remainder',
  accepts: 'number',
  scalar: remainderScalar,
  partials: ([a, b]) => [constantLike(a!, 1), neg(floorDivide(a!, b!))],
  samples: divisionSamples,
});

/** `a - b floor(a / b)`: the remainder with the sign of b, as Python's %. int32 by 0 gives 0. */
export function remainder(a: TensorLike, b: TensorLike): Tensor {
  return binary(remainderOp, a, b);
}

const fmodOp: OpRecord<None> = elementwise({
  name: 'fmod',
  accepts: 'number',
  scalar: fmodScalar,
  partials: ([a, b], y) => [constantLike(a!, 1), neg(round(div(sub(a!, y()), b!)))],
  samples: divisionSamples,
});

/** `a - b trunc(a / b)`: the remainder with the sign of a, as JavaScript's %. int32 by 0 gives 0. */
export function fmod(a: TensorLike, b: TensorLike): Tensor {
  return binary(fmodOp, a, b);
}

const copysignOp: OpRecord<None> = elementwise({
  name: 'copysign',
  scalar: copysignScalar,
  partials: ([a, b]) => [mul(sign(a!), copysign(constantLike(a!, 1), b!)), null],
  samples: [given([1.5, -2, 0.3, -0.7], [1, 2, -1, -3])],
});

/** `|a|` with the sign of b, that of -0 included; the derivative in a at 0 is 0, that in b is 0. */
export function copysign(a: TensorLike, b: TensorLike): Tensor {
  return binaryFloat(copysignOp, a, b);
}

const lerpOp: OpRecord<None> = elementwise({
  name: 'lerp',
  scalar: (a, b, t) => (t! < 0.5 ? a! + t! * (b! - a!) : b! - (1 - t!) * (b! - a!)),
  partials: ([a, b, t]) => [sub(1, t!), t!, sub(b!, a!)],
  samples: [drawn([-2, 2], [-2, 2], [0, 1]), given([1, 2], [3, 5], [-0.5, 1.5])],
});

/** `a + t (b - a)`, exactly `a` at t = 0 and `b` at t = 1. */
export function lerp(a: TensorLike, b: TensorLike, t: TensorLike): Tensor {
  const x = promoted('lerp', [a, b, t]).map((v) => cast(v, floatOf(v.dtype)));
  return apply(lerpOp, broadcastOperands('lerp', x), none);
}
