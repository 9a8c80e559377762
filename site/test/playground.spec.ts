// The Playground's main path: examples, code, errors, views, sharing.
import type { Page } from '@playwright/test';
import { expect, test } from './page.ts';

const editor = (page: Page) => page.locator('.cm-content');

async function open(page: Page, site: string, example?: string, view?: string): Promise<void> {
  await page.goto(`${site}#/playground`);
  await editor(page).waitFor();
  if (example) await page.getByLabel('Example').selectOption(example);
  if (view) await page.getByRole('tab', { name: view }).click();
}

/** Replaces the code as a writer would. */
async function write(page: Page, code: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(code);
}

test('a function is written, and its value and gradient appear', async ({ page, host }) => {
  await open(page, host.site, 'rosenbrock', 'Values');
  await expect(page.getByRole('tabpanel')).toContainText('24.2');
  await expect(page.getByRole('table', { name: '∂f/∂x' })).toContainText('−215.6');
  await write(page, `import type { Tensor } from 'nabla';\nexport const f = (x: Tensor) => x.square().sum();`);
  await expect(page.getByRole('tabpanel')).toContainText('2.44');
  await page.getByLabel('Numbers').fill('3, 4');
  await expect(page.getByRole('tabpanel')).toContainText('25');
  await expect(page.getByRole('table', { name: '∂f/∂x' })).toContainText('6');
});

test('a mistake while running is shown with its line and column', async ({ page, host }) => {
  await open(page, host.site, 'rosenbrock', 'Values');
  await write(
    page,
    `import { ones, type Tensor } from 'nabla';\n\nexport function f(x: Tensor) {\n  const y: Tensor = x.add(ones([3]));\n  return y.sum();\n}`,
  );
  const error = page.locator('.pg-troubles').getByRole('alert');
  await expect(error).toContainText('line 4, column 23');
  await expect(error).toContainText('[2]');
  await page.getByRole('button', { name: 'Go to the place' }).click();
  await expect(editor(page)).toBeFocused();
  await expect(page.locator('.cm-activeLine')).toContainText('const y');
});

test('code that cannot be read is shown with its place', async ({ page, host, visit }) => {
  visit.expected.push(/SyntaxError|Unexpected/);
  await open(page, host.site);
  await write(page, 'export function f(x) {\n  return x.;\n}');
  await expect(page.locator('.pg-troubles').getByRole('alert')).toContainText('line 2, column 12');
});

test('a shape that does not fit is underlined before it runs', async ({ page, host }) => {
  await open(page, host.site);
  await write(
    page,
    `import { ones, type Tensor } from 'nabla';\nexport const f = (x: Tensor<[2]>) => ones([4, 5]).matmul(x).sum();`,
  );
  const types = page.getByRole('region', { name: 'Types' });
  await expect(types).toContainText('line 2');
  await expect(types).toContainText(/\[4, ?5\].*\[2\]/);
  await expect(page.locator('.cm-lintRange-error').first()).toBeVisible();
});

test('what the code writes is shown', async ({ page, host }) => {
  await open(page, host.site);
  await write(
    page,
    `import type { Tensor } from 'nabla';\nexport const f = (x: Tensor) => { console.log('rank', x.ndim); return x.sum(); };`,
  );
  await expect(page.getByRole('region', { name: 'Console' })).toContainText('rank 1');
});

test('a runaway function is stopped, and the next one runs', async ({ page, host }) => {
  await page.clock.install();
  await open(page, host.site, 'rosenbrock', 'Values');
  await write(page, 'export const f = () => { for (;;); };');
  const cancel = page.getByRole('button', { name: 'Cancel' }).first();
  await cancel.click();
  await expect(async () => {
    await page.clock.fastForward(5_000);
    const alert = page.locator('.pg-troubles').getByRole('alert');
    await expect(alert).toContainText('stopped after 10 s.', { timeout: 300 });
  }).toPass();
  await write(page, `import type { Tensor } from 'nabla';\nexport const f = (x: Tensor) => x.mul(0).sum().add(7);`);
  await expect(page.getByRole('tabpanel')).toContainText('7');
});

test('hostile code reaches neither the page nor the network', async ({ page, host, visit }) => {
  await open(page, host.site, 'rosenbrock', 'Values');
  const before = visit.requests.length;
  await write(page, `export const f = () => { fetch('https://example.com'); document.title = 'taken'; };`);
  await expect(page.locator('.pg-troubles').getByRole('alert')).toContainText('fetch is not defined');
  await expect(page).toHaveTitle('Playground · nabla');
  expect(visit.requests.slice(before).filter((url) => url.includes('example.com'))).toEqual([]);
});

test('a link shows the same code, inputs and view', async ({ page, context, host }) => {
  await open(page, host.site, 'quadratic', 'Hessian');
  await page.getByLabel('Numbers').first().fill('2, -1');
  await expect(page.getByRole('table', { name: 'Hessian in x' })).toContainText('3');
  await expect(page).toHaveURL(/s=/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole('tab', { name: 'Hessian' })).toHaveAttribute('aria-selected', 'true');
  await expect(other.getByLabel('Numbers').first()).toHaveValue('2, -1');
  await expect(other.locator('.cm-content')).toContainText('A.matmul(x)');
  await other.close();
});

test('choosing an example is undone in one step', async ({ page, host }) => {
  await open(page, host.site, 'softmax');
  await expect(editor(page)).toContainText('softmax');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('Control+z');
  await expect(editor(page)).toContainText('A curved valley');
});

test('drawn inputs follow the seed, which the link carries', async ({ page, context, host }) => {
  await open(page, host.site, 'rosenbrock', 'Values');
  await page.getByLabel('Entries').selectOption('normal');
  const value = page.locator('.pg-scalar').first();
  await expect(value).not.toHaveText('24.2');
  const first = (await value.textContent()) ?? '';
  await page.getByRole('button', { name: 'Draw again' }).click();
  await expect(value).not.toHaveText(first);
  await expect(page.getByLabel('Seed')).toHaveValue('1');
  const second = (await value.textContent()) ?? '';
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.locator('.pg-scalar').first()).toHaveText(second);
  await other.close();
});

test('inputs are added and removed, and a missing one is named', async ({ page, host }) => {
  await open(page, host.site, 'quadratic', 'Values');
  await page.getByRole('button', { name: 'Remove input b' }).click();
  await expect(page.locator('.pg-troubles').getByRole('alert')).toContainText('add an input for b');
  await page.getByRole('button', { name: 'Add input' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('tabpanel')).toContainText('0.875');
});

const packed = (state: unknown): string => `0${Buffer.from(JSON.stringify(state)).toString('base64url')}`;
const input = { name: 'x', shape: [2], fill: 'numbers', values: [1] };

test('a link that does not fit says so, and shows the room as it begins', async ({ page, host }) => {
  for (const state of [
    { code: 1 },
    { inputs: [{ name: 'x' }] },
    { inputs: [{ ...input, shape: [10_000, 10_000] }] },
    { inputs: Array.from({ length: 13 }, () => input) },
    { xRange: [2, 1] },
    { xRange: [-1e308, 1e308] },
    { yRange: [1e-320, 2e-320] },
    { yRange: [1e6, 1e6 + 1e-4] },
    { rates: [null, 1, 1] },
  ]) {
    await page.goto(`${host.site}#/playground?s=${packed(state)}`);
    await page.reload();
    await expect(page.getByRole('alert').first()).toContainText('it does not fit this room');
    await expect(editor(page)).toContainText('A curved valley');
  }
});

test('a link may hold any numbers and any code', async ({ page, host, visit }) => {
  visit.expected.push(/SyntaxError|Unexpected/);
  for (const [state, seen] of [
    [{ inputs: [], view: 'race' }, 'The pictures need two numbers'],
    [{ steps: 1e9, at: 1e15, wrt: 1e15, x: { input: 1e15, element: 1e15 }, rates: [1e300, -1, 0], view: 'race' }, '✚'],
    [{ inputs: [{ ...input, name: '__proto__', shape: [1000, 1000] }], view: 'hessian' }, 'up to 40000 are shown'],
    [{ code: `export const f = ${'('.repeat(50_000)}`, view: 'graph' }, 'nested too deeply'],
    [{ code: `export const f = (x) => x${'.add(1)'.repeat(10_000)}`, view: 'graph' }, 'call stack'],
  ] as const) {
    await page.goto(`${host.site}#/playground?s=${packed(state)}`);
    await page.reload();
    await expect(page.getByRole('tab', { selected: true })).toHaveText(new RegExp(state.view, 'i'));
    await expect(page.locator('.pg-room')).toContainText(seen);
  }
});
