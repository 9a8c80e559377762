// Logistic regression by gradient descent and by Newton's method: what second derivatives are good for.
import { digits } from '../../data/index.ts';
import {
  concat,
  eye,
  grad,
  hessian,
  linalg,
  logicalOr,
  nonzero,
  ones,
  softplus,
  type Tensor,
  where,
  zeros,
} from '../../index.ts';
import { showError } from '../numbers.ts';
import { tableLines } from '../table.ts';
import { differences, largestDifference } from './differences.ts';
import { excerpt } from './excerpt.ts';
import type { Page } from './page.ts';
import { beside, shaded } from './picture.ts';
import { scalar } from './show.ts';

const NEWTON_STEPS = 8;
const DESCENT_STEPS = 200;
const SHOWN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 50, 100, 200];

interface Run {
  readonly w: Tensor;
  readonly loss: number;
  readonly slope: number;
}

export function logisticChapter(page: Page): void {
  page.chapter(
    'Two ways downhill',
    'To learn from examples is to make a loss small. Gradient descent walks along the slope; Newton’s method knows from the Hessian how the slope bends, and jumps to where it should be zero.',
  );
  const { images, labels } = digits();
  const [chosen] = nonzero(logicalOr(labels.equal(3), labels.equal(8)));
  const ink = images.take(chosen!, 0).to('float64');
  const answers = labels.take(chosen!, 0);
  const n = Math.floor((ink.shape[0]! * 3) / 4);
  const features = concat([ones([ink.shape[0]!, 1]), ink.reshape([ink.shape[0]!, 64])], 1);
  const signs = where(answers.equal(8), 1, -1);
  page.say(
    `The question is: 3 or 8? ${ink.shape[0]} real digits of 8×8 pixels, which ship with the package (E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, CC BY 4.0). The first ${n} are for learning, the other ${ink.shape[0]! - n} for testing.`,
  );
  const four = [0, 1, 2, 3];
  page.lines(
    beside(
      four.map((i) => shaded(ink.at(i))),
      four.map((i) => `a ${answers.at(i).item()}`),
      page.width,
    ),
  );

  const X = features.at([0, n]);
  const s = signs.at([0, n]);
  //: loss
  // X: a row for each image, a 1 and its 64 pixels
  // s: +1 for an 8, −1 for a 3
  const loss = (w: Tensor) => {
    const margin = X.matmul(w).mul(s);
    return softplus(margin.neg()).mean().add(w.dot(w).mul(0.005));
  }; // mean log(1 + e^(−s wᵀx)) + 0.005 wᵀw

  const start = zeros([65]);
  // Nowhere does the loss bend more than at 0, so steps of 1/bend are safe.
  const bend = linalg.eigvalsh(hessian(loss)(start)).max();
  const descend = (w: Tensor) => w.sub(grad(loss)(w).div(bend));
  const newton = (w: Tensor) => {
    return w.sub(linalg.solve(hessian(loss)(w), grad(loss)(w)));
  };
  //:
  page.code(excerpt('logistic', 'loss'));

  const walk = (step: (w: Tensor) => Tensor, count: number): Run[] => {
    const runs: Run[] = [];
    let w: Tensor = start;
    for (let i = 0; i <= count; i++, w = step(w)) {
      runs.push({ w, loss: Number(loss(w).item()), slope: Number(grad(loss)(w).norm().item()) });
    }
    return runs;
  };
  const descent = walk(descend, DESCENT_STEPS);
  const jumps = walk(newton, NEWTON_STEPS);
  const best = jumps.at(-1)!;
  const cells = (run: Run | undefined) => (run ? [run.loss.toFixed(10), showError(run.slope)] : ['', '']);
  page.lines(
    tableLines(
      [
        ['step', 'loss, descent', 'slope', 'loss, Newton', 'slope'],
        ...SHOWN.map((i) => [String(i), ...cells(descent[i]), ...cells(jumps[i])]),
      ],
      '    ',
    ),
  );
  const last = descent.at(-1)!;
  page.say(
    `Once it is near, every step of Newton’s method about doubles the number of right digits. After ${NEWTON_STEPS} steps the slope is ${showError(best.slope)}, zero up to rounding; after ${DESCENT_STEPS} steps of descent it is still ${showError(last.slope)}, and the loss is ${showError(last.loss - best.loss)} above its minimum. Each jump costs more: a Hessian of 65×65 and a system of 65 equations.`,
  );

  const score = (w: Tensor) => {
    const right = features
      .at([n, null])
      .matmul(w)
      .sign()
      .equal(signs.at([n, null]));
    return `${right.to('int32').sum().item()} of ${right.size}`;
  };
  page.say(`Digits it has never seen, told apart: ${score(best.w)} after Newton, ${score(last.w)} after descent.`);

  const w = jumps[2]!.w;
  const p = X.matmul(w).sigmoid();
  const target = s.add(1).div(2);
  const g = X.t().matmul(p.sub(target)).div(n).add(w.mul(0.01));
  const curvature = X.t()
    .mul(p.mul(p.neg().add(1)))
    .matmul(X)
    .div(n);
  const H = hessian(loss)(w);
  page.say(
    `All of this stands on derivatives with ${w.size} and ${H.size} entries. At step 2 of Newton’s method, where the loss is ${scalar(loss(w))}:`,
  );
  page.checkError(
    'gradient against differences of the loss',
    largestDifference(grad(loss)(w), differences(loss, w)),
    1e-8,
  );
  page.checkError('gradient against Xᵀ(p − t)/n + 0.01 w', largestDifference(grad(loss)(w), g), 1e-12);
  page.checkError(
    'Hessian against differences of the gradient',
    largestDifference(H, differences(grad(loss), w)),
    1e-8,
  );
  const closed = curvature.add(eye(65).mul(0.01));
  page.checkError('Hessian against Xᵀ diag(p(1 − p)) X/n + 0.01 I', largestDifference(H, closed), 1e-12);
  page.check(`Newton’s method has found the minimum: slope ${showError(best.slope)}`, best.slope < 1e-12);
}
