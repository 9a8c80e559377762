// The pieces that the tour is written with: terminal, progress, plot, tables, pictures, numbers, excerpts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brailleLines } from '../../src/cli/braille.ts';
import { showError, showNumber, showVector } from '../../src/cli/numbers.ts';
import { linePlot } from '../../src/cli/plot.ts';
import { progress } from '../../src/cli/progress.ts';
import { confusionLines, confusionMatrix, matrixLines, tableLines } from '../../src/cli/table.ts';
import { wrap } from '../../src/cli/terminal.ts';
import { excerpt } from '../../src/cli/tour/excerpt.ts';
import { Page } from '../../src/cli/tour/page.ts';
import { beside, dotted, shaded } from '../../src/cli/tour/picture.ts';
import { tensor } from '../../src/index.ts';
import { screen } from './screen.ts';

const seed = 77;
const length = (line: string) => [...line].length;

describe('terminal', () => {
  test('colours need a terminal, and NO_COLOR switches them off', () => {
    const bold = (options: Parameters<typeof screen>[0]) => screen(options).terminal.bold('x');
    expect(bold({ isTTY: true })).toBe('\x1b[1mx\x1b[0m');
    for (const options of [
      { isTTY: false },
      { isTTY: true, env: { NO_COLOR: '1' } },
      { isTTY: true, env: { TERM: 'dumb' } },
    ]) {
      expect(bold(options)).toBe('x');
    }
    expect(bold({ isTTY: true, env: { NO_COLOR: '' } })).not.toBe('x');
  });

  test('the width is the number of columns within reason', () => {
    const widths = [0, 20, 72, 80, 300].map((columns) => screen({ columns }).terminal.width);
    expect(widths).toEqual([80, 60, 72, 80, 100]);
  });

  test('wrapped lines fit and keep every word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zα-ω]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 12, max: 40 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width);
          expect(lines.join(' ')).toBe(words.join(' '));
          for (const line of lines) expect(length(line)).toBeLessThanOrEqual(width);
        },
      ),
      { seed },
    );
  });
});

describe('progress', () => {
  const run = (options: Parameters<typeof screen>[0], total: number) => {
    const { terminal, text } = screen(options);
    const report = progress(terminal, '  ', total);
    for (let i = 1; i <= total; i++) report(i, `loss ${i}`);
    return text();
  };

  test('is a few plain lines where nothing can be written over', () => {
    expect(run({}, 600)).toBe(
      [
        '120 of 600  loss 120',
        '240 of 600  loss 240',
        '360 of 600  loss 360',
        '480 of 600  loss 480',
        '600 of 600  loss 600',
      ]
        .map((line) => `  ${line}\n`)
        .join(''),
    );
    expect(run({}, 2)).toBe('  1 of 2  loss 1\n  2 of 2  loss 2\n');
  });

  test('is one line, written over at each percent, on a terminal', () => {
    const text = run({ isTTY: true, env: { NO_COLOR: '1' } }, 600);
    const frames = text.split('\r\x1b[K').slice(1);
    expect(frames).toHaveLength(100);
    expect(frames[49]).toBe(`  ${'█'.repeat(15)}${'░'.repeat(15)}  300 of 600  loss 300`);
    expect(frames.at(-1)).toBe(`  ${'█'.repeat(30)}  600 of 600  loss 600\n`);
    for (const frame of frames) expect(length(frame.trimEnd())).toBeLessThan(80);
  });
});

describe('plot', () => {
  test('braille dots are where they were asked for', () => {
    expect(brailleLines(4, 4, (row, column) => row === column)).toEqual(['⠑⢄']);
    expect(brailleLines(5, 1, () => true)).toEqual(['⡇', '⠁']);
  });

  test('a falling line goes from the left top to the right bottom', () => {
    expect(linePlot([2, 1, 0], { width: 14, height: 6, title: 'loss', axis: 'step' })).toMatchInlineSnapshot(`
      [
        "  loss",
        "2 │⠙⠲⢤⣀⠀⠀⠀⠀⠀⠀⠀",
        "  │⠀⠀⠀⠈⠙⠲⢤⣀⠀⠀⠀",
        "0 │⠀⠀⠀⠀⠀⠀⠀⠈⠙⠲⢤",
        "  └───────────",
        "   1  step   3",
      ]
    `);
  });

  test('every line fits, any values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 40, max: 100 }),
        (values, width) => {
          const lines = linePlot(values, { width, height: 10, title: 'loss', axis: 'step' });
          expect(lines).toHaveLength(10);
          for (const line of lines) expect(length(line)).toBeLessThanOrEqual(width);
        },
      ),
      { seed },
    );
  });
});

describe('tables', () => {
  test('columns are set to the right', () => {
    expect(
      tableLines([
        ['a', 'bb'],
        ['ccc', '1'],
      ]),
    ).toEqual(['  a  bb', 'ccc   1']);
  });

  test('a matrix stands between brackets', () => {
    expect(
      matrixLines('H', [
        ['4', '2'],
        ['2', '12'],
      ]),
    ).toEqual(['H = ⎡ 4   2 ⎤', '    ⎣ 2  12 ⎦']);
    expect(matrixLines('J', [['1'], ['2'], ['3']])).toEqual(['    ⎡ 1 ⎤', 'J = ⎢ 2 ⎥', '    ⎣ 3 ⎦']);
    expect(matrixLines('g', [['1', '2']])).toEqual(['g = [ 1  2 ]']);
  });

  test('a confusion matrix counts what was taken for what', () => {
    const counts = confusionMatrix([0, 0, 1, 1, 1], [0, 1, 1, 1, 0], 3);
    expect(counts).toEqual([
      [1, 1, 0],
      [1, 2, 0],
      [0, 0, 0],
    ]);
    expect(confusionLines(counts)).toMatchInlineSnapshot(`
      [
        "   0  1  2   right",
        "──────────────────",
        "0  1  1  ·  50.0 %",
        "1  1  2  ·  66.7 %",
        "2  ·  ·  ·       –",
      ]
    `);
  });
});

describe('pictures', () => {
  const image = tensor([
    [0, 1],
    [0.5, 0.2],
  ]);
  test('shades and dots show the ink', () => {
    expect(shaded(image)).toEqual(['  ██', '▒▒░░']);
    expect(dotted(image)).toEqual(['⠊']);
  });

  test('as many as fit stand side by side', () => {
    expect(
      beside(
        [
          ['██', '██'],
          ['░░', '░░'],
        ],
        ['a', 'b'],
        7,
      ),
    ).toEqual(['██   ░░', '██   ░░', 'a    b']);
    expect(beside([['██'], ['░░']], ['a', 'b'], 6)).toEqual(['██', 'a']);
  });
});

test('numbers are written without the noise of binary fractions', () => {
  expect([0.1 + 0.2, 2.8000000000000003, -0.5, 12, 1e-7, 0, 1234567].map((v) => showNumber(v))).toEqual([
    '0.3',
    '2.8',
    '−0.5',
    '12',
    '1e−7',
    '0',
    '1234570',
  ]);
  expect(showVector([2.8000000000000003, 5.6])).toBe('(2.8, 5.6)');
  expect([0, 3.2e-11, 0.4, 20].map(showError)).toEqual(['0', '3e−11', '4e−1', '2e1']);
});

test('an excerpt is the code of the source, without its indentation', () => {
  expect(excerpt('jacobian', 'jacobian')[0]).toBe('const x = tensor([1, 2, 3]);');
  expect(() => excerpt('jacobian', 'missing')).toThrow("excerpt: jacobian.ts has no lines 'missing'.");
});

test('a check that fails is shown and counted', () => {
  const { terminal, text } = screen();
  const page = new Page(terminal);
  page.checkError('one way against another', 1e-3, 1e-8);
  page.checkError('one way against another', Number.NaN, 1e-8);
  page.check('it holds', true);
  expect(text()).toBe(
    '   ✗ one way against another: largest difference 1e−3\n   ✗ one way against another: largest difference NaN\n   ✓ it holds\n',
  );
  expect([page.passed.length, page.failed.length]).toEqual([1, 2]);
});
