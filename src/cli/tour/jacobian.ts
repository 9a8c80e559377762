// y = w ∘ x, whose Jacobian with respect to w is diag(x).
import { diag, jacfwd, jacobian, jacrev, type Tensor, tensor } from '../../index.ts';
import { differences, largestDifference } from './differences.ts';
import { excerpt } from './excerpt.ts';
import type { Page } from './page.ts';
import { matrix, numbers, vector } from './show.ts';

export function jacobianChapter(page: Page): void {
  page.chapter(
    'The Jacobian',
    'When the result is a vector, each of its entries has a gradient of its own; the Jacobian is the table of them, one row for each result and one column for each variable.',
  );
  //: jacobian
  const x = tensor([1, 2, 3]);
  const w = tensor([0.1, 0.2, 0.3]);
  const f = (w: Tensor) => w.mul(x); // y = w ∘ x, entry by entry
  const y = f(w);
  const J = jacobian(f)(w); // J[i, j] = ∂yᵢ/∂wⱼ
  //:
  page.code(excerpt('jacobian', 'jacobian'));
  page.lines([`y = ${vector(y)}`]);
  page.lines(matrix('J', J));

  const entries = numbers(J);
  const [n, last] = [y.size, numbers(x)[2]!];
  const zeros = entries.filter((v) => v === 0).length;
  page.say(
    `Row 3, column 3: y₃ = w₃ · ${last} grows ${entries[n * n - 1]} times as fast as w₃. The ${zeros} entries off the diagonal are 0, because each result depends on one weight only. So J = diag(x).`,
  );
  page.checkError('against differences of values', largestDifference(J, differences(f, w)), 1e-8);
  page.checkError('against diag(x)', largestDifference(J, diag(x)), 0);
  page.checkError(
    'column by column (forward mode) against row by row (reverse mode)',
    largestDifference(jacfwd(f)(w), jacrev(f)(w)),
    0,
  );
}
