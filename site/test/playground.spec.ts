// The Playground's main path.
import { expect, test } from './page.ts';

test('code runs by button and by key', async ({ page, host }) => {
  await page.goto(`${host.site}#/playground`);
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByText('tensor([2., 4., 6.])')).toBeVisible();
  await page.getByLabel('Code').fill(`exports.f = () => 'again';`);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('again', { exact: true }).last()).toBeVisible();
});

test('a runaway function is cancelled', async ({ page, host }) => {
  await page.goto(`${host.site}#/playground`);
  await page.getByLabel('Code').fill('exports.f = () => { for (;;); };');
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeHidden();
  await expect(page.getByRole('alert')).toBeHidden();
});

test('a runaway function is stopped', async ({ page, host }) => {
  await page.goto(`${host.site}#/playground`);
  await page.getByLabel('Code').fill('exports.f = () => { for (;;); };');
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByRole('alert')).toContainText('stopped after 3 s');
});
