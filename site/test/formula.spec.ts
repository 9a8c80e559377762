// The Formula room: an expression in, derivatives out, by mouse and by keyboard; mistakes; links; what can be taken away.
import type { Page } from '@playwright/test';
import { expect, test } from './page.ts';

const gradient = (page: Page) => page.getByRole('region', { name: 'Gradient' });
const hessian = (page: Page) => page.getByRole('region', { name: 'Hessian' });
const shown = (page: Page, kind: string) =>
  page.getByRole('region', { name: kind }).getByRole('tabpanel').getByRole('group').first();
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test('an expression is derived as it is typed, shapes inferred', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  await expect(shown(page, 'Gradient')).toHaveAccessibleName("2*X'*(X*w-y)");
  await expect(shown(page, 'Hessian')).toHaveAccessibleName("2*X'*X");
  await page.getByLabel('Expression').fill('sum(exp(v))');
  await expect(shown(page, 'Gradient')).toHaveAccessibleName('exp(v)');
  await expect(shown(page, 'Hessian')).toHaveAccessibleName('diag(exp(v))');
  await expect(gradient(page).locator('math').first()).toBeAttached();
  await expect(gradient(page)).toContainText('Layout: the shape of v, [n].');
  await expect(gradient(page)).toContainText(
    /Checked against finite differences at a random point \(n = 3\): relative error \d/,
  );
  await expect(hessian(page)).toContainText('Layout: the axes of v, then those of v: [n, n].');
});

test('the whole path by keyboard', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  await expect(shown(page, 'Gradient')).toHaveAccessibleName("2*X'*(X*w-y)");
  await page.keyboard.press('/');
  await expect(page.getByLabel('Expression')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type("x'*A*x");
  await expect(shown(page, 'Gradient')).toHaveAccessibleName("(A+A')*x");
  // From the field to the example menu, to the variables.
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Examples')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('radio', { name: 'derive by x' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'derive by A' })).toBeChecked();
  await expect(shown(page, 'Gradient')).toHaveAccessibleName("x*x'");
  await page.keyboard.press('v');
  await expect(shown(page, 'Gradient')).toHaveAccessibleName("(A+A')*x");
  await gradient(page).getByRole('tab', { name: 'Formula' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(gradient(page).getByRole('tab', { name: 'Index notation' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Home');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('e');
  await expect(page.getByLabel('Expression')).toHaveValue('norm2(x)');
  await expect(shown(page, 'Gradient')).toHaveAccessibleName('x/norm2(x)');
});

test('facts are used, shapes can be written', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  await page.getByLabel('Expression').fill("x'*A*x");
  await expect(shown(page, 'Gradient')).toHaveAccessibleName("(A+A')*x");
  const facts = page.getByRole('group', { name: 'Facts about A' });
  await facts.getByRole('button', { name: 'symmetric' }).click();
  await expect(shown(page, 'Gradient')).toHaveAccessibleName('2*A*x');
  await facts.getByRole('button', { name: 'symmetric' }).click();
  await facts.getByRole('button', { name: 'positive definite' }).click();
  await expect(hessian(page)).toContainText(/Proven from its form: .*positive/);
  await page.getByLabel('Expression').fill('c*x');
  await page.getByLabel('Shape of x').fill('p, q');
  await page.getByRole('radio', { name: 'derive by c' }).check();
  await expect(page.getByRole('region', { name: 'Jacobian' })).toContainText('[p, q]');
});

test('functions that are no scalars have a Jacobian', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  await page.getByLabel('Examples').selectOption({ label: 'a layer' });
  const jacobian = page.getByRole('region', { name: 'Jacobian' });
  await expect(shown(page, 'Jacobian')).toHaveAccessibleName('diag(1-tanh(W*x+b).^2)*W');
  await expect(jacobian).toContainText('[m, n]');
  await expect(hessian(page)).toHaveCount(0);
});

test('higher orders are shown as an operator first, then in every other form; mixed derivatives', async ({
  page,
  host,
}) => {
  await page.goto(`${host.site}#/formula`);
  await page.getByLabel('Examples').selectOption({ label: 'fit of a matrix' });
  await expect(shown(page, 'Hessian')).toHaveAccessibleName("T[Xi] = 2*A'*A*Xi");
  await hessian(page).getByRole('tab', { name: 'Kronecker form' }).click();
  await expect(shown(page, 'Hessian')).toHaveAccessibleName(/kron\(/);
  await hessian(page).getByRole('tab', { name: 'Index notation' }).click();
  await expect(hessian(page).locator('.katex').first()).toBeVisible();
  await page.getByLabel('Examples').selectOption({ label: 'Gaussian likelihood in the mean' });
  await page.getByLabel('Second variable').selectOption('x');
  await expect(shown(page, 'Mixed second derivative')).toHaveAccessibleName('-inv(S)');
});

test('a mistake is shown with its place', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  await page.getByLabel('Expression').fill('norm2(X*w-)^2');
  await expect(page.getByRole('alert')).toContainText('column 11');
  await expect(page.getByRole('alert')).toContainText('^');
  await expect(page.getByLabel('Expression')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Expression').fill('norm2(X*w-y');
  await expect(page.getByRole('alert')).toContainText(/column/);
  await page.getByLabel('Expression').fill('norm2(w)');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(shown(page, 'Gradient')).toHaveAccessibleName('w/norm2(w)');
});

test('a long expression is shown around its mistake; a deep one is refused', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  const trouble = page.getByRole('alert');
  await page.getByLabel('Expression').fill(`${'a+'.repeat(400)})${'+a'.repeat(400)}`);
  await expect(trouble).toContainText('column 801');
  const [line = '', caret = ''] = ((await trouble.locator('pre').textContent()) ?? '').split('\n');
  expect(line.length).toBeLessThanOrEqual(66);
  expect(line[caret.indexOf('^')]).toBe(')');
  await page.getByLabel('Expression').fill('('.repeat(9_000));
  await expect(trouble).not.toContainText('column 801');
  await expect(trouble).toBeVisible();
  await page.getByLabel('Expression').fill('norm2(w)');
  await expect(trouble).toHaveCount(0);
});

test('a link shows the same, undo goes back', async ({ page, host, context }) => {
  await page.goto(`${host.site}#/formula`);
  await expect(shown(page, 'Gradient')).toHaveAccessibleName("2*X'*(X*w-y)");
  await page.getByLabel('Examples').selectOption({ label: 'log-determinant' });
  await expect(shown(page, 'Gradient')).toHaveAccessibleName('inv(X)');
  await expect(page).toHaveURL(/s=/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByLabel('Expression')).toHaveValue('logdet(X)');
  await expect(other.getByRole('button', { name: 'positive definite' })).toHaveAttribute('aria-pressed', 'true');
  await expect(shown(other, 'Gradient')).toHaveAccessibleName('inv(X)');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.getByLabel('Expression')).toHaveValue('norm2(X*w-y)^2');
});

test('everything can be taken away: LaTeX, text, a drawing, code', async ({ page, host, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${host.site}#/formula`);
  await expect(shown(page, 'Gradient')).toHaveAccessibleName("2*X'*(X*w-y)");
  await gradient(page).getByRole('button', { name: 'LaTeX' }).click();
  expect(await copied(page)).toMatch(/^2 ?X\^/);
  await gradient(page).getByRole('button', { name: 'Text' }).click();
  expect(await copied(page)).toBe("2*X'*(X*w-y)");
  await gradient(page).getByRole('button', { name: 'SVG' }).click();
  await expect(gradient(page).getByTitle('Copy as SVG')).toHaveText('Copied');
  const drawing = await copied(page);
  expect(drawing).toMatch(/^<svg [\s\S]*<path [\s\S]*<\/svg>$/);
  const drawn = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return { wrong: parsed.querySelector('parsererror') !== null, paths: parsed.querySelectorAll('path').length };
  }, drawing);
  expect(drawn.wrong).toBe(false);
  expect(drawn.paths).toBeGreaterThan(5);
  await gradient(page).getByRole('tab', { name: 'Code' }).click();
  for (const [language, sign] of [
    ['TypeScript', 'matmul'],
    ['NumPy', 'import numpy as np'],
    ['JAX', 'import jax'],
    ['PyTorch', 'import torch'],
    ['Julia', 'function'],
  ] as const) {
    await gradient(page).getByRole('radio', { name: language }).check();
    await gradient(page).getByTitle(`Copy as ${language}`).click();
    await expect.poll(() => copied(page)).toContain(sign);
  }
});

test('a drawing that takes long is cancelled with its button', async ({ page, host, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.goto(`${host.site}#/formula`);
  await page.getByLabel('Expression').fill('norm2(w)');
  await expect(shown(page, 'Gradient')).toHaveAccessibleName('w/norm2(w)');
  await context.route(/draw-formula/, async (route) => {
    await held;
    await route.continue();
  });
  const button = gradient(page).getByTitle('Copy as SVG');
  await button.click();
  await expect(button).toHaveText('Cancel');
  await button.click();
  await expect(button).toHaveText('Cancelled');
  release();
  await expect(button).toHaveText('SVG');
  await button.click();
  await expect(button).toHaveText('Copied');
});

test('gradient and Hessian are shown in a language each', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  for (const region of [gradient(page), hessian(page)]) await region.getByRole('tab', { name: 'Code' }).click();
  await gradient(page).getByRole('radio', { name: 'Julia' }).check();
  await hessian(page).getByRole('radio', { name: 'PyTorch' }).check();
  await page.keyboard.press('ArrowLeft');
  await expect(gradient(page).getByRole('radio', { name: 'Julia' })).toBeChecked();
  await expect(hessian(page).getByRole('radio', { name: 'JAX' })).toBeChecked();
});

test('a lesson can hide the controls', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula?hide=controls`);
  await expect(shown(page, 'Gradient')).toBeVisible();
  await expect(page.getByLabel('Expression')).toBeHidden();
});
