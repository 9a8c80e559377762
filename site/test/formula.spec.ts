// The Formula room's main path.
import { expect, test } from './page.ts';

test('an expression is derived as it is typed', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  const gradient = page.getByRole('region', { name: 'Gradient' });
  await expect(gradient.getByRole('group')).toHaveAccessibleName("2*X'*(X*w-y)");
  await page.getByLabel('Expression').fill('sum(exp(w))');
  await expect(gradient.getByRole('group')).toHaveAccessibleName('exp(w)');
  await expect(gradient.locator('math')).toBeAttached();
});

test('a mistake is shown with its place', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  await page.getByLabel('Expression').fill('norm2(X*w-)^2');
  await expect(page.getByRole('alert')).toContainText('column 11');
  await expect(page.getByRole('alert')).toContainText('^');
});
