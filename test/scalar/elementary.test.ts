/** Which elementary functions are Math's own (measured good enough) and which are ours, with their bounds. */
import { expect, test } from 'vitest';
import {
  copysign,
  exp2,
  fmod,
  hypot,
  reciprocal,
  remainder,
  roundHalfEven,
  rsqrt,
} from '../../src/ops/scalar/elementary.ts';
import { pow } from '../../src/ops/scalar/pow.ts';
import { checkTables } from './ulp.ts';

checkTables('elementary', {
  exp: [Math.exp, 1],
  exp2: [exp2, 1],
  expm1: [Math.expm1, 1],
  log: [Math.log, 1],
  log2: [Math.log2, 1],
  log10: [Math.log10, 2],
  log1p: [Math.log1p, 1],
  sqrt: [Math.sqrt, 0],
  rsqrt: [rsqrt, 1],
  cbrt: [Math.cbrt, 1],
  reciprocal: [reciprocal, 0],
  sin: [Math.sin, 1],
  cos: [Math.cos, 1],
  tan: [Math.tan, 1],
  asin: [Math.asin, 1],
  acos: [Math.acos, 1],
  atan: [Math.atan, 1],
  sinh: [Math.sinh, 2],
  cosh: [Math.cosh, 2],
  tanh: [Math.tanh, 2],
  asinh: [Math.asinh, 2],
  acosh: [Math.acosh, 2],
  atanh: [Math.atanh, 2],
  pow: [pow, 1],
  atan2: [Math.atan2, 2],
  hypot: [hypot, 2],
});

test('pow is exact where the power is an integer below 2^53', () => {
  for (let x = 2; x < 300; x++) {
    for (let y = 2, exact = x * x; exact <= Number.MAX_SAFE_INTEGER; y++, exact *= x) expect(pow(x, y)).toBe(exact);
  }
});

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, -0],
  [-1.5, -2],
  [-2.6, -3],
  [0.49999999999999994, 0],
  [4503599627370495.5, 4503599627370496],
  [4503599627370497, 4503599627370497],
  [-0, -0],
  [Infinity, Infinity],
  [Number.NaN, Number.NaN],
])('roundHalfEven(%d) = %d', (x, want) => {
  expect(roundHalfEven(x)).toBe(want);
});

test.each([
  [5, 3, 2, 2],
  [-5, 3, -2, 1],
  [5, -3, 2, -1],
  [-5, -3, -2, -2],
  [6, -3, 0, -0],
  [-6, 3, -0, 0],
  [-1, Infinity, -1, Infinity],
  [1, Infinity, 1, 1],
  [1, 0, Number.NaN, Number.NaN],
])('fmod and remainder of %d by %d', (x, y, c, python) => {
  expect(fmod(x, y)).toBe(c);
  expect(remainder(x, y)).toBe(python);
});

test.each([
  [3, -0, -3],
  [-3, 0, 3],
  [0, -1, -0],
  [-Infinity, 2, Infinity],
])('copysign(%d, %d) = %d', (x, y, want) => {
  expect(copysign(x, y)).toBe(want);
});
