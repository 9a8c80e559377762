// J_x(z) = J_y(z) J_x(y): the chain rule is a product of matrices, and the two modes are the two orders of multiplying it.
import { jacobian, jvp, type Tensor, tensor, vjp } from '../../index.ts';
import { differences, largestDifference } from './differences.ts';
import { excerpt } from './excerpt.ts';
import type { Page } from './page.ts';
import { matrix, vector } from './show.ts';

export function chainRuleChapter(page: Page): void {
  page.chapter(
    'The chain rule',
    'When one function follows another, their Jacobians are multiplied: a change in x becomes a change in y, and that becomes a change in z.',
  );
  // biome-ignore format: on the screen the matrix takes one line
  //: chain
  const A = tensor([[1, 0], [1, 1], [0, 2]]);
  const first = (x: Tensor) => A.matmul(x).square(); // y = (A x)²
  const second = (y: Tensor) => y.at([0, 2]).mul(y.at([1, 3]));
  // z = (y₁ y₂, y₂ y₃): products of neighbours

  const x = tensor([1, 2]);
  const y = first(x);
  const z = second(y);
  const Jyx = jacobian(first)(x);
  const Jzy = jacobian(second)(y);
  const Jzx = jacobian((x: Tensor) => second(first(x)))(x);
  //:
  page.code(excerpt('chain-rule', 'chain'));
  page.lines([`x = ${vector(x)}   →   y = ${vector(y)}   →   z = ${vector(z)}`]);
  page.lines(matrix('J_x(y)', Jyx));
  page.lines(matrix('J_y(z)', Jzy));
  page.lines(matrix('J_x(z)', Jzx));
  page.checkError('J_x(z) against the product J_y(z) J_x(y)', largestDifference(Jzx, Jzy.matmul(Jyx)), 1e-12);
  page.checkError(
    'J_x(z) against differences of values',
    largestDifference(
      Jzx,
      differences((v) => second(first(v)), x),
    ),
    1e-6,
  );

  page.say(
    'For a single row or column nobody has to fill these tables. Reverse mode starts at the end with one row, forward mode at the beginning with one column, and either passes through the functions once:',
  );
  //: modes
  const both = (x: Tensor) => second(first(x));
  const [, pullback] = vjp(both, x);
  const [row] = pullback(tensor([1, 0])) as [Tensor]; // reverse: (1, 0) J
  const [, column] = jvp(both, [x], [tensor([1, 0])]); // forward: J (1, 0)ᵀ
  //:
  page.code(excerpt('chain-rule', 'modes'));
  page.lines([`row 1 of J_x(z)      ${vector(row)}`, `column 1 of J_x(z)   ${vector(column as Tensor)}`]);
  page.checkError('against row 1 of the table', largestDifference(row, Jzx.at(0)), 1e-12);
  page.checkError('against column 1 of the table', largestDifference(column as Tensor, Jzx.at(':', 0)), 1e-12);
}
