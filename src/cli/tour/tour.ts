// `nabla tour`: from one gradient to a network that reads digits, every number computed on the spot and checked.
import { getDefaultDtype, setDefaultDtype } from '../../index.ts';
import { type Terminal, wrap } from '../terminal.ts';
import { chainRuleChapter } from './chain-rule.ts';
import { gradientChapter } from './gradient.ts';
import { hessianChapter } from './hessian.ts';
import { jacobianChapter } from './jacobian.ts';
import { logisticChapter } from './logistic.ts';
import { networkChapter } from './network.ts';
import { ourData } from './network-data.ts';
import { Page } from './page.ts';

export interface TourOptions {
  readonly seed: number;
}

/** Writes the tour; true if every check has passed. */
export function tour(terminal: Terminal, { seed }: TourOptions): boolean {
  const page = new Page(terminal);
  const start = performance.now();
  terminal.write(`\n${terminal.bold('∇  nabla: a tour of matrix calculus')}\n\n`);
  page.lines(
    wrap(
      'Everything below is computed while you read it. The code that you see is the code that runs, and each result is checked against another way of getting it; most often that is a difference of values, (f(x + h) − f(x − h)) / 2h, which knows nothing of derivatives. Every name in the code is exported by nabla. Numbers are float64, so that about ten digits of such a difference are right; the network at the end learns in float32.',
      page.width,
    ),
  );
  const before = getDefaultDtype();
  try {
    setDefaultDtype('float64');
    gradientChapter(page);
    jacobianChapter(page);
    hessianChapter(page);
    chainRuleChapter(page);
    logisticChapter(page);
    setDefaultDtype('float32');
    networkChapter(page, ourData(), seed);
  } finally {
    setDefaultDtype(before);
  }
  const { passed, failed } = page;
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  terminal.write(`${terminal.accent('─'.repeat(terminal.width))}\n`);
  page.lines([
    failed.length === 0
      ? terminal.good(`All ${passed.length} checks passed, in ${seconds} s.`)
      : terminal.bad(`${failed.length} of ${passed.length + failed.length} checks failed: ${failed.join('; ')}.`),
  ]);
  return failed.length === 0;
}
