// A network with one hidden layer, trained by Adam: the gradient of a loss with respect to a tree of matrices.
import type { Digits } from '../../data/index.ts';
import { jit, nn, optim, random, relu, type Tensor, valueAndGrad, zeros } from '../../index.ts';
import { linePlot } from '../plot.ts';
import { confusionLines, confusionMatrix } from '../table.ts';
import { checkDirection } from './direction.ts';
import { excerpt } from './excerpt.ts';
import type { NetworkData } from './network-data.ts';
import type { Page } from './page.ts';
import { beside, dotted, shaded } from './picture.ts';
import { numbers } from './show.ts';

const BATCH = 100;
const PICTURES = 4;
/** Images up to this height are large enough with two characters a pixel. */
const SMALL = 8;
const TEST_BATCH = 1000;

export function networkChapter(page: Page, { about, train, test, epochs }: NetworkData, seed: number): void {
  const [count, height, width] = train.images.shape as [number, number, number];
  const pixels = height * width;
  const images = train.images.reshape([count, pixels]);
  const { labels } = train;
  page.chapter(
    'A network that reads digits',
    'A neural network is a chain of matrix products with something bent in between; to train it is to follow the gradient of its loss, and the chain rule provides that gradient.',
  );
  page.say(`It learns from ${about}. ${test.labels.size.toLocaleString('en-US')} others are kept for testing.`);
  page.lines(pictures(page, train.images, [0, 1, 2, 3], (i) => `a ${labels.at(i).item()}`));

  //: network
  type Params = Record<'w1' | 'b1' | 'w2' | 'b2', Tensor>;
  function network({ w1, b1, w2, b2 }: Params, x: Tensor): Tensor {
    const hidden = relu(x.matmul(w1).add(b1)); // bent: max(0, x W₁ + b₁)
    return hidden.matmul(w2).add(b2); // one score for each digit
  }
  function loss(params: Params, x: Tensor, digit: Tensor): Tensor {
    return nn.crossEntropy(network(params, x), digit);
  }

  const [k1, k2, k3] = random.split(random.key(seed), 3);
  let params: Params = {
    w1: random.normal(k1!, [pixels, 128]).mul(Math.sqrt(2 / pixels)),
    b1: zeros([128]),
    w2: random.normal(k2!, [128, 10]).mul(Math.sqrt(2 / 128)),
    b2: zeros([10]),
  };
  const steps = epochs * Math.floor(count / BATCH);
  const adam = optim.adam({ lr: optim.cosineSchedule(0.003, steps) });
  let state = adam.init(params);
  const step = jit((p: Params, s: typeof state, x: Tensor, t: Tensor) => {
    const [value, gradient] = valueAndGrad(loss)(p, x, t);
    return [value, ...adam.update(gradient, s, p)] as const;
  });
  function learn(x: Tensor, digit: Tensor): number {
    const [value, better, next] = step(params, state, x, digit);
    [params, state] = [better, next];
    return value.item();
  }
  //:
  page.code(excerpt('network', 'network'));
  checkDirection(page, loss, params, { x: images.at([0, 20]), digit: labels.at([0, 20]), seed });

  fit(page, { count, epochs, key: k3! }, (batch) => learn(images.take(batch, 0), labels.take(batch, 0)));
  examine(page, test, (x) => network(params, x));
}

/** Learns from every batch of every epoch, and plots the losses. */
function fit(
  page: Page,
  { count, epochs, key }: { count: number; epochs: number; key: Tensor },
  learn: (batch: Tensor) => number,
): void {
  const steps = Math.floor(count / BATCH);
  page.say(
    `Now, ${(epochs * steps).toLocaleString('en-US')} times, it takes the next ${BATCH} examples in random order and learns. Adam is gradient descent that gives every weight a step length of its own; jit compiles one whole step, derivative included, to machine code.`,
  );
  const report = page.progress(epochs * steps);
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const shuffled = random.permutation(random.foldIn(key, epoch), count);
    for (let i = 0; i < steps; i++) {
      losses.push(learn(shuffled.at([i * BATCH, (i + 1) * BATCH])));
      report(losses.length, `loss ${losses.at(-1)!.toFixed(3)}`);
    }
  }
  page.lines([]);
  const title = `the loss of each batch of ${BATCH}`;
  page.lines(linePlot(losses, { width: page.width, height: 12, title, axis: 'step' }));
}

/** What the network makes of digits that it has never seen. */
function examine(page: Page, { images, labels }: Digits, network: (x: Tensor) => Tensor): void {
  const answers: number[] = [];
  for (let i = 0; i < labels.size; i += TEST_BATCH) {
    const batch = images.at([i, i + TEST_BATCH]).flatten(1);
    answers.push(...numbers(network(batch).argmax(1)));
  }
  const actual = numbers(labels);
  const wrong = answers.flatMap((answer, i) => (answer === actual[i] ? [] : [i]));
  const right = actual.length - wrong.length;
  const accuracy = `${((100 * right) / actual.length).toFixed(2)} %`;
  page.say(
    `Test accuracy: ${accuracy}, ${right} of ${actual.length} digits that it has never seen. A row for each digit, a column for each answer:`,
  );
  page.lines(confusionLines(confusionMatrix(actual, answers, 10)));
  if (wrong.length > 0) {
    page.say('Some of those that it got wrong:');
    page.lines(pictures(page, images, wrong.slice(0, PICTURES), (i) => `a ${actual[i]}, took for ${answers[i]}`));
  }
  page.check(`reads more than 8 of 10 new digits, where guessing reads 1: ${accuracy}`, right > 0.8 * actual.length);
}

function pictures(page: Page, images: Tensor, which: readonly number[], caption: (i: number) => string): string[] {
  const drawn = which.map((i) => (images.shape[1]! > SMALL ? dotted : shaded)(images.at(i)));
  return beside(drawn, which.map(caption), page.width);
}
