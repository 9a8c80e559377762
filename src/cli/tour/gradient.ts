// y = (wᵀx)², whose gradient is 2 (wᵀx) x.
import { grad, type Tensor, tensor } from '../../index.ts';
import { showNumber } from '../numbers.ts';
import { differences, largestDifference } from './differences.ts';
import { excerpt } from './excerpt.ts';
import type { Page } from './page.ts';
import { numbers, scalar, vector } from './show.ts';

export function gradientChapter(page: Page): void {
  page.chapter(
    'The gradient',
    'The gradient of a number that depends on many variables says, for each variable, how fast the number grows when that variable grows.',
  );
  //: gradient
  const x = tensor([1, 2, 3]);
  const w = tensor([0.1, 0.2, 0.3]);
  const f = (w: Tensor) => w.dot(x).square(); // y = (wᵀx)²
  const y = f(w);
  const dy = grad(f)(w); // dy/dw
  //:
  page.code(excerpt('gradient', 'gradient'));

  const inner = scalar(w.dot(x));
  const products = numbers(w).map((v, i) => `${showNumber(v)}·${showNumber(numbers(x)[i]!)}`);
  page.lines([
    `wᵀx   = ${products.join(' + ')} = ${inner}`,
    `y     = ${inner}² = ${scalar(y)}`,
    `dy/dw = 2 (wᵀx) x = 2 · ${inner} · ${vector(x)} = ${vector(dy)}`,
  ]);

  const nudge = 0.001;
  const rise = Number(
    f(w.add(tensor([0, 0, nudge])))
      .sub(y)
      .item(),
  );
  page.say(
    `What ${showNumber(numbers(dy)[2]!)} means: let the third weight grow by ${nudge} and y grows by ${showNumber(rise, 4)}, which is ${showNumber(rise / nudge, 4)} times as much. The smaller the step, the closer that ratio comes to the derivative.`,
  );
  page.checkError('against differences of values', largestDifference(dy, differences(f, w)), 1e-8);
  page.checkError('against the formula 2 (wᵀx) x', largestDifference(dy, x.mul(w.dot(x)).mul(2)), 1e-14);
}
