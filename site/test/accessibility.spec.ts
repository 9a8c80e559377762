// axe finds nothing to object to in any room, on a phone and on a desk, by day and by night; nothing is wider than a phone.
import AxeBuilder from '@axe-core/playwright';
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
