// axe finds nothing to object to in any room, on a phone and on a desk, by day and by night; nothing is wider than a phone.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './page.ts';

/** Where a room has arrived: what must be on screen before it is judged. */
const rooms = { formula: '.katex', playground: '.cm-content', lecture: '.katex' } as const;

for (const [room, arrived] of Object.entries(rooms)) {
  for (const width of [360, 1440]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${room} at ${width} px, ${colorScheme}`, async ({ page, host }) => {
        // The lecture is long, and a machine may have other things to do.
        test.setTimeout(120_000);
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        await page.goto(`${host.site}#/${room}`);
        await page.locator(arrived).first().waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await page.screenshot({ path: `test/screenshots/${room}-${width}-${colorScheme}.png`, fullPage: true });
      });
    }
  }
}

/** States of the rooms beyond the first: how each is reached. */
const states: readonly (readonly [name: string, reach: (page: Page, site: string) => Promise<void>])[] = [
  [
    'a mistake in an expression',
    async (page, site) => {
      await page.goto(`${site}#/formula`);
      await page.getByLabel('Expression').fill('norm2(X*w-)^2');
      await page.getByRole('alert').waitFor();
    },
  ],
  [
    'an operator, with facts',
    async (page, site) => {
      await page.goto(`${site}#/formula`);
      await page.getByLabel('Examples').selectOption({ label: 'log-determinant' });
      await page.getByRole('tab', { name: 'Operator' }).waitFor();
    },
  ],
  [
    'the code of a derivative',
    async (page, site) => {
      await page.goto(`${site}#/formula`);
      for (const form of ['Index notation', 'Code']) await page.getByRole('tab', { name: form }).first().click();
    },
  ],
  [
    'a link that cannot be read',
    async (page, site) => {
      await page.goto(`${site}#/formula?s=x`);
      await page.getByRole('button', { name: 'Put away' }).waitFor();
    },
  ],
  [
    'code that fails, with lines in the console',
    async (page, site) => {
      const code = `import { ones, type Tensor } from 'nabla';
export const f = (x: Tensor<[2]>) => { console.warn('look'); console.log({ a: 1 }); return x.add(ones([3])).sum(); };`;
      await page.goto(`${site}#/playground?s=0${Buffer.from(JSON.stringify({ code })).toString('base64url')}`);
      await page.getByRole('region', { name: 'Console' }).waitFor();
      await page.getByRole('region', { name: 'Types' }).waitFor();
    },
  ],
  [
    'a computation under way',
    async (page, site) => {
      const code = 'export const f = () => { for (;;); };';
      await page.goto(`${site}#/playground?s=0${Buffer.from(JSON.stringify({ code })).toString('base64url')}`);
      await page.getByRole('progressbar').first().waitFor();
    },
  ],
  [
    'a graph in blocks, searched, with its table',
    async (page, site) => {
      await page.goto(`${site}#/playground`);
      await page.getByLabel('Example').selectOption('deep');
      await page.getByRole('button', { name: /^Open/ }).first().waitFor();
      await page.getByLabel('Find').fill('sin');
      await page.getByRole('button', { name: 'Show table' }).click();
    },
  ],
  [
    'tables behind the figures of the lecture',
    async (page, site) => {
      await page.goto(`${site}#/lecture`);
      const closed = page.getByRole('button', { name: 'Show table' });
      await closed.first().waitFor();
      // Each becomes "Hide table".
      for (let left = await closed.count(); left > 0; left--) await closed.first().click();
    },
  ],
  [
    'a lesson without controls',
    async (page, site) => {
      await page.goto(`${site}#/playground?hide=controls`);
      await page.locator('.pg-contour').first().waitFor({ state: 'attached' });
    },
  ],
  [
    'the keys of the talk',
    async (page, site) => {
      await page.goto(`${site}#/lecture?slide=gradient`);
      await page.locator('.slide').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  ],
];

for (const [index, [name, reach]] of states.entries()) {
  const [width, colorScheme] = index % 2 === 0 ? ([360, 'light'] as const) : ([1440, 'dark'] as const);
  test(`${name}, at ${width} px, ${colorScheme}`, async ({ page, host }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    await reach(page, host.site);
    const axe = new AxeBuilder({ page });
    // The lecture itself is looked at above.
    const { violations } = await (name.startsWith('tables') ? axe.include('.table-scroll') : axe).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `test/screenshots/${name.replaceAll(/\W+/g, '-')}-${width}-${colorScheme}.png` });
  });
}

test('letters in pictures keep their size on a phone, and when the phone is turned', async ({ page, host }) => {
  const onScreen = () =>
    page
      .locator('.plot .tick')
      .first()
      .evaluate((tick: SVGTextElement) => Number.parseFloat(getComputedStyle(tick).fontSize) * tick.getScreenCTM()!.a);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${host.site}#/lecture`);
  await expect.poll(onScreen).toBeGreaterThan(11);
  await page.goto(`${host.site}#/playground`);
  await expect.poll(onScreen).toBeGreaterThan(11);
  await page.setViewportSize({ width: 740, height: 360 });
  await expect.poll(onScreen).toBeLessThan(16);
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(onScreen).toBeLessThan(13);
  expect(await onScreen()).toBeGreaterThan(11);
});

test('the help dialog', async ({ page, host }) => {
  await page.goto(host.site);
  await page.getByRole('button', { name: 'Help' }).click();
  const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
  expect(violations).toEqual([]);
});
