// The lecture in a browser: its figures by mouse and by keyboard, the talk, the classifier, links to what is seen.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './page.ts';

const figure = (page: Page, title: string) => page.locator('figure').filter({ hasText: title });

test('reads without a touch: every part has its text, its formulas and its figure', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture`);
  const titles = [
    'A derivative is a linear map',
    'The gradient',
    'The Jacobian',
    'The Hessian',
    'The chain rule',
    'Backpropagation',
    'Gradient descent and Newton',
    'A network learns to read',
    'Where to go next',
  ];
  await expect(page.getByRole('heading', { level: 2 })).toHaveText(titles);
  for (const title of titles.slice(0, -1)) {
    const part = page.getByRole('region', { name: title, exact: true });
    await part.scrollIntoViewIfNeeded();
    await expect(part.locator('.formula-display .katex').first()).toBeVisible();
    await expect(part.locator('figure').first()).toBeVisible();
    await expect(part.getByRole('button', { name: 'Show table' }).first()).toBeVisible();
  }
  await expect(page.locator('.katex-error')).toHaveCount(0);
  await expect(figure(page, 'Descent and Newton')).toContainText('8 Newton steps, to f = 0.');
});

test('PyTorch’s programs stand beside ours, with what both print', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture`);
  const part = page.getByRole('region', { name: 'A gradient in two languages' });
  for (const language of ['PyTorch 2.15.0', 'nabla']) {
    await expect(part.getByRole('group', { name: `What the ${language} program prints` })).toContainText(
      'tensor([ 0.6742, -0.3034])',
    );
  }
  await expect(part.getByRole('group', { name: 'PyTorch 2.15.0 program', exact: true })).toContainText(
    'from torch.func import grad',
  );
  await expect(part.getByRole('group', { name: 'nabla program', exact: true })).toContainText("from 'nabla'");
});

test('a point is moved with the keyboard, undone, and shared', async ({ page, context, host }) => {
  await page.goto(`${host.site}#/lecture`);
  const point = page.getByRole('slider', { name: 'Point of the gradient' });
  const caption = figure(page, 'Gradient on a map');
  await point.focus();
  await expect(caption).toContainText('∇f = (0.67, −0.30)');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(point).toHaveAttribute('aria-valuetext', 'x 0.00, y 0.00');
  await expect(caption).toContainText('∇f = (1.00, 0.00)');
  await expect(page).toHaveURL(/s=[01]/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole('slider', { name: 'Point of the gradient' })).toHaveAttribute(
    'aria-valuetext',
    'x 0.00, y 0.00',
  );
  await other.close();
  await page.keyboard.press('Control+z');
  await expect(point).toHaveAttribute('aria-valuetext', 'x 1.00, y 0.50');
});

test('a point is dragged with the mouse', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture`);
  const point = page.getByRole('slider', { name: 'Point of the Hessian' });
  await point.scrollIntoViewIfNeeded();
  await expect(figure(page, 'Curvature on a map')).toContainText('a dome');
  const box = (await point.boundingBox())!;
  const plot = (await figure(page, 'Curvature on a map').locator('svg').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  // To the hollow in the left half of the map: from x = 1.6 to about −1.4, a half of what the axis shows.
  await page.mouse.move(x - (0.5 * plot.width * 366) / 440, y - 10, { steps: 5 });
  await page.mouse.up();
  await expect(figure(page, 'Curvature on a map')).toContainText('a bowl');
});

test('a slider changes its figure, and the table behind it', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture`);
  const part = page.getByRole('region', { name: 'Backpropagation', exact: true });
  await part.getByRole('button', { name: 'Show table' }).click();
  const table = part.getByRole('table', { name: /Move \d+\./ });
  await expect(table.getByRole('row', { name: 'w 0.500 −0.500' })).toBeVisible();
  await expect(table.getByRole('row', { name: 'L = e² 0.250 1.000' })).toBeVisible();
  await part.getByRole('slider', { name: 'move' }).fill('5');
  await expect(part.getByText('Forward: its square, the loss.')).toBeVisible();
  await expect(table.getByRole('row', { name: /^w 0\.500$/ })).toBeVisible();
  await part.getByRole('slider', { name: 'move' }).fill('10');
  await part.getByRole('slider', { name: 'b', exact: true }).fill('0');
  await expect(table.getByRole('row', { name: 'w 0.500 −0.500' })).toBeHidden();
});

test('the talk goes forward and back by keys, says where it is in the address, and ends with Escape', async ({
  page,
  context,
  host,
}) => {
  await page.goto(`${host.site}#/lecture`);
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toBeVisible();
  await page.keyboard.press('p');
  await expect(page).toHaveURL(/slide=title/);
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByText('1 / 17')).toBeVisible();
  for (const [key, shown] of [
    ['ArrowRight', 'A derivative is a linear map'],
    [' ', 'The gradient'],
    ['PageDown', 'A gradient in two languages'],
    ['PageUp', 'The gradient'],
    ['End', 'Where to go next'],
    ['ArrowRight', 'Where to go next'],
    ['Home', 'Matrix calculus, from a slope to a network that learns'],
    ['ArrowLeft', 'Matrix calculus, from a slope to a network that learns'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(title).toHaveText(shown);
    await expect(title).toBeFocused();
  }
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/slide=gradient/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('The gradient');
  await expect(other.getByText('3 / 17')).toBeVisible();
  await other.close();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('banner')).toBeVisible();
  await expect(page).not.toHaveURL(/slide=/);
});

test('a slider on a slide keeps its arrow keys, and the figure is live', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture?slide=derivative`);
  const slider = page.getByRole('slider', { name: 'x' });
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveValue('1.1');
  await expect(page.getByText('the slope is 0.454')).toBeVisible();
  await expect(page).toHaveURL(/slide=derivative/);
});

test('the speaker’s timer starts, pauses and is reset, and runs on from slide to slide', async ({ page, host }) => {
  await page.clock.install();
  await page.goto(`${host.site}#/lecture?slide=title`);
  const timer = page.getByRole('timer');
  await expect(timer).toHaveText('00:00');
  // The title takes the focus once the keys of the talk are there.
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.keyboard.press('s');
  await page.clock.runFor(61_000);
  await page.keyboard.press('ArrowRight');
  await page.clock.runFor(1_000);
  await expect(timer).toHaveText(/^01:[01]\d$/);
  await page.keyboard.press('s');
  await expect(page.locator('.timer')).toContainText('Start');
  const paused = await timer.textContent();
  await page.clock.runFor(30_000);
  await expect(timer).toHaveText(paused!);
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(timer).toHaveText('00:00');
});

test('a broken slide opens the first; the keys of the talk are in the help', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture?slide=none`);
  await expect(page.getByText('1 / 17')).toBeVisible();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Help' });
  await expect(help.getByRole('row', { name: 'Space next slide' })).toBeVisible();
  await expect(help.getByRole('row', { name: 'start or pause the timer' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await expect(page.getByText('1 / 17')).toBeVisible();
});

test('the network learns, its digits come later than the page, and a link trains the same', async ({
  page,
  context,
  host,
  visit,
}) => {
  test.setTimeout(120_000);
  await page.goto(`${host.site}#/lecture`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(visit.requests.filter((url) => /network|mnist/.test(url))).toEqual([]);
  const part = page.getByRole('region', { name: 'A network learns to read' });
  await part.scrollIntoViewIfNeeded();
  await part.getByRole('button', { name: 'Train 800 steps' }).click();
  await expect(part.getByText('Training. Seed 1, step')).toBeVisible();
  await expect(part.getByText(/Seed 1, step 800: 9\d\.\d % of the test digits right/)).toBeVisible({ timeout: 40_000 });
  const said = await part.locator('.training-status').textContent();
  const answer = await page.locator('.answer').textContent();
  expect(answer).toMatch(/It reads a 7, with probability 0\.9/);
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole('region', { name: 'Which pixels matter?' }).scrollIntoViewIfNeeded();
  await expect(other.locator('.training-status')).toHaveText(said!, { timeout: 40_000 });
  await expect(other.locator('.answer')).toHaveText(answer!);
  await other.close();
});

test('training is stopped, and goes on', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture?slide=digits`);
  await page.getByRole('button', { name: 'Train 800 steps' }).click();
  await expect(page.getByText(/Training\. Seed 1, step \d\d/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Train 800 more' })).toBeVisible();
  const said = await page.locator('.training-status').textContent();
  expect(said).not.toContain('Training');
  const stopped = Number(/step (\d+)/.exec(said!)![1]);
  expect(stopped).toBeGreaterThan(0);
  expect(stopped).toBeLessThan(800);
  await page.getByRole('button', { name: 'Train 800 more' }).click();
  await expect(page.getByText(`step ${stopped + 800}:`)).toBeVisible({ timeout: 40_000 });
  await page.getByRole('button', { name: 'Start anew' }).click();
  await expect(page.getByText('Seed 1, step 0:')).toBeVisible();
});

test('a digit is drawn with the mouse and with the keyboard, and its pixels are asked about', async ({
  page,
  host,
}) => {
  await page.goto(`${host.site}#/lecture?slide=digits-pixels`);
  await page.getByRole('button', { name: 'Train it first' }).click();
  await expect(page.getByText(/It reads a 7, with probability 0\.9/)).toBeVisible({ timeout: 40_000 });
  await page.getByRole('button', { name: 'Blank' }).click();
  const easel = page.getByRole('application', { name: /Drawing of a digit/ });
  const { x, y, width } = (await easel.boundingBox())!;
  const cell = width / 14;
  await page.mouse.move(x + 7 * cell, y + 2.5 * cell);
  await page.mouse.down();
  await page.mouse.move(x + 7 * cell, y + 11.5 * cell, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByText(/It reads a 1,/)).toBeVisible();
  await expect(page.getByText('Your drawing.')).toBeVisible();

  await page.getByRole('button', { name: 'Blank' }).click();
  await easel.focus();
  await page.keyboard.press(' ');
  for (let row = 0; row < 8; row++) await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowRight');
  for (let row = 0; row < 8; row++) await page.keyboard.press('Shift+ArrowUp');
  await expect(page.getByText(/It reads a 1,/)).toBeVisible();
  await expect(page.getByText('row 4, column 8, ink 100 percent')).toBeAttached();

  await page.getByRole('radio', { name: /^8/ }).check();
  await expect(page.getByText('∂ log p(8) / ∂ pixel.')).toBeVisible();
  const climb = page.getByRole('button', { name: 'Change the picture along it' });
  for (let k = 0; k < 25 && !(await page.getByText(/It reads an 8,/).isVisible()); k++) {
    await climb.click();
    await page.waitForTimeout(100);
  }
  await expect(page.getByText(/It reads an 8,/)).toBeVisible();
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Test digit' }).click();
  await expect(page.getByText('Test digit 1, a 7.')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing in any slide at ${width} px, ${colorScheme}`, async ({ page, host }) => {
      test.setTimeout(180_000);
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.goto(`${host.site}#/lecture?slide=title`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      for (const [index, id] of [
        'title',
        'gradient',
        'gradient-code',
        'chain-rule',
        'backpropagation',
        'digits',
        'digits-pixels',
        'next',
      ].entries()) {
        if (index > 0)
          await page.evaluate((slide) => {
            location.hash = `#/lecture?slide=${slide}`;
          }, id);
        await expect(page.locator(`.slide-${id}`)).toBeVisible();
        if (id === 'digits-pixels') await expect(page.locator('.answer')).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((v) => `${id} ${v.id}: ${v.nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      }
    });
  }
}

for (const [width, height] of [
  [1280, 720],
  [1920, 1080],
] as const) {
  test(`every slide fits a screen of ${width} × ${height} px, with its formulas and programs`, async ({
    page,
    host,
  }) => {
    await page.setViewportSize({ width, height });
    await page.goto(`${host.site}#/lecture?slide=title`);
    const next = page.getByRole('button', { name: 'Next slide' });
    const said = page.locator('.slide-number');
    const cut: string[] = [];
    for (let slide = 1; ; slide++) {
      await expect(said).toHaveText(new RegExp(`^${slide} / `));
      await expect(page.locator('.slide .formula > code')).toHaveCount(0);
      if ((await page.locator('.slide-digits, .slide-digits-pixels').count()) > 0) {
        await expect(page.locator('.slide canvas, .slide .classes').first()).toBeVisible();
      }
      await page.evaluate(() => document.fonts.ready);
      cut.push(
        ...(await page.locator('.slide').evaluate((element) => {
          const tooLarge = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }: Element): boolean =>
            scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
          const parts = element.querySelectorAll('.formula-scroll, .listing-code, .listing-output');
          const wide = [...parts].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1);
          return [...(tooLarge(element) ? [element] : []), ...wide].map(
            (part) => `${element.className}: ${part.className}`,
          );
        })),
      );
      if (await next.isDisabled()) break;
      await page.keyboard.press('ArrowRight');
    }
    expect(cut).toEqual([]);
  });
}
