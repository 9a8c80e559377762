// The tour: its chapters one by one, and all of it in a process of its own, as `npm start` runs it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainRuleChapter } from '../../src/cli/tour/chain-rule.ts';
import { gradientChapter } from '../../src/cli/tour/gradient.ts';
import { hessianChapter } from '../../src/cli/tour/hessian.ts';
import { jacobianChapter } from '../../src/cli/tour/jacobian.ts';
import { logisticChapter } from '../../src/cli/tour/logistic.ts';
import { networkChapter } from '../../src/cli/tour/network.ts';
import { shippedData } from '../../src/cli/tour/network-data.ts';
import { Page } from '../../src/cli/tour/page.ts';
import { setDefaultDtype } from '../../src/index.ts';
import { nabla } from './run.ts';
import { screen } from './screen.ts';

function read(chapter: (page: Page) => void): string {
  const { terminal, text } = screen();
  const page = new Page(terminal);
  chapter(page);
  expect(page.failed).toEqual([]);
  expect(page.passed.length).toBeGreaterThan(0);
  for (const line of text().split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  return text();
}

describe('chapters', () => {
  beforeEach(() => setDefaultDtype('float64'));
  afterEach(() => setDefaultDtype('float32'));

  test('gradient of (wᵀx)²', () => {
    const text = read(gradientChapter);
    expect(text).toContain('y     = 1.4² = 1.96\n');
    expect(text).toContain('dy/dw = 2 (wᵀx) x = 2 · 1.4 · (1, 2, 3) = (2.8, 5.6, 8.4)\n');
  });

  test('Jacobian of w ∘ x', () => {
    expect(read(jacobianChapter)).toContain('       ⎡ 1  0  0 ⎤\n   J = ⎢ 0  2  0 ⎥\n       ⎣ 0  0  3 ⎦\n');
  });

  test('Hessian of w₁² w₂ + w₂³', () => {
    expect(read(hessianChapter)).toContain('   H = ⎡ 4   2 ⎤\n       ⎣ 2  12 ⎦\n');
  });

  test('chain rule', () => {
    expect(read(chainRuleChapter)).toContain('   J_x(z) = ⎡ 24    6 ⎤\n            ⎣ 96  240 ⎦\n');
  });

  test('logistic regression', () => {
    const text = read(logisticChapter);
    expect(text).toContain('step    loss, descent    slope    loss, Newton    slope\n');
    expect(text).toMatch(/Newton’s method has found the minimum: slope \d+e−1[3-9]/);
  });

  test('a network, on the digits that ship with the package', () => {
    setDefaultDtype('float32');
    const text = read((page) => networkChapter(page, { ...shippedData(), epochs: 20 }, 3));
    expect(text).toContain('260 of 260  loss ');
    expect(text).toMatch(/Test accuracy: [89]\d\.\d\d %, \d+ of 450 digits/);
  });
});

test('the whole tour', { timeout: 600_000 }, () => {
  const { status, stdout, stderr } = nabla('tour');
  expect([status, stderr]).toEqual([0, '']);
  for (const title of [
    '1  The gradient',
    '2  The Jacobian',
    '3  The Hessian',
    '4  The chain rule',
    '5  Two ways downhill',
    '6  A network that reads digits',
  ]) {
    expect(stdout).toContain(`\n${title}\n`);
  }
  for (const numbers of ['1.96', '(2.8, 5.6, 8.4)', '⎢ 0  2  0 ⎥', '⎣ 2  12 ⎦']) expect(stdout).toContain(numbers);
  expect(stdout).toMatch(/Test accuracy: 9\d\.\d\d %, \d+ of 10000 digits/);
  expect(stdout).toMatch(/All \d+ checks passed, in \d+ s\.\n/);
  expect(stdout).not.toContain('✗');
  // Neither colours nor movements of the cursor.
  expect(stdout).not.toContain('\x1b');
  expect(stdout).not.toContain('\r');
});
