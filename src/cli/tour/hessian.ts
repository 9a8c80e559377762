// f(w) = w₁² w₂ + w₂³, whose Hessian is [[2 w₂, 2 w₁], [2 w₁, 6 w₂]].
import { type Tensor, tensor, valueGradHessian } from '../../index.ts';
import { showError, showNumber } from '../numbers.ts';
import { tableLines } from '../table.ts';
import { differences, largestDifference } from './differences.ts';
import { excerpt } from './excerpt.ts';
import type { Page } from './page.ts';
import { matrix, numbers, scalar, vector } from './show.ts';

export function hessianChapter(page: Page): void {
  page.chapter(
    'The Hessian',
    'The Hessian is the derivative of the gradient: it says how the slope in one direction changes as you walk in another, which is how the function bends.',
  );
  //: hessian
  const f = (w: Tensor) => {
    const [a, b] = w.unbind() as [Tensor, Tensor];
    return a.square().mul(b).add(b.pow(3)); // w₁² w₂ + w₂³
  };
  const w = tensor([1, 2]);
  const [y, g, H] = valueGradHessian(f)(w) as [Tensor, Tensor, Tensor];
  //:
  page.code(excerpt('hessian', 'hessian'));
  const [a, b] = numbers(w) as [number, number];
  page.lines([
    `y = ${a}²·${b} + ${b}³ = ${scalar(y)}`,
    `g = (2 w₁ w₂, w₁² + 3 w₂²) = (2·${a}·${b}, ${a}² + 3·${b}²) = ${vector(g)}`,
  ]);
  page.lines(matrix('H', H));
  page.lines([
    `∂²f/∂w₁²   = 2 w₂ = 2·${b} = ${scalar(H.at(0, 0))}`,
    `∂²f/∂w₁∂w₂ = 2 w₁ = 2·${a} = ${scalar(H.at(0, 1))}   in either order: H is symmetric`,
    `∂²f/∂w₂²   = 6 w₂ = 6·${b} = ${scalar(H.at(1, 1))}`,
  ]);
  page.checkError(
    'against differences of the gradient',
    largestDifference(
      H,
      differences((v) => valueGradHessian(f)(v)[1] as Tensor, w),
    ),
    1e-8,
  );
  page.checkError('against its own transpose', largestDifference(H, H.t()), 0);

  page.say('With value, gradient and Hessian, f is known in the neighbourhood: f(w + d) ≈ y + gᵀd + ½ dᵀH d.');
  const d = tensor([0.03, -0.02]);
  const exact = f(w.add(d));
  const slope = y.add(g.dot(d));
  const bent = slope.add(d.dot(H.matmul(d)).mul(0.5));
  const error = (approximation: Tensor) => Math.abs(Number(approximation.sub(exact).item()));
  page.lines([`d = ${vector(d)}`]);
  const digits = (x: Tensor) => showNumber(Number(x.item()), 9);
  page.lines(
    tableLines([
      ['f(w + d)', digits(exact), ''],
      ['y + gᵀd', digits(slope), `off by ${showError(error(slope))}`],
      ['y + gᵀd + ½ dᵀH d', digits(bent), `off by ${showError(error(bent))}`],
    ]),
  );
  page.check('the Hessian makes the approximation better', error(bent) < error(slope));
}
