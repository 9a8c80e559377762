// The Playground's views: what each shows, by mouse and by keyboard, and what axe says of them.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './page.ts';

async function open(page: Page, site: string, example: string, view: string): Promise<void> {
  await page.goto(`${site}#/playground`);
  await page.locator('.cm-content').waitFor();
  await page.getByLabel('Example').selectOption(example);
  await page.getByRole('tab', { name: view, exact: true }).click();
}

const panel = (page: Page) => page.getByRole('tabpanel');

test('the graph shows operations, and finds them', async ({ page, host }) => {
  await open(page, host.site, 'network', 'Graph');
  await expect(panel(page).locator('.pg-node-operation')).not.toHaveCount(0);
  await expect(panel(page).locator('path.forward').nth(1)).toBeAttached();
  await expect(panel(page).locator('path.backward').nth(1)).toBeAttached();
  await page.getByRole('button', { name: 'Backward' }).click();
  await expect(panel(page).locator('.pg-graph path.backward')).toHaveCount(0);
  await page.getByRole('button', { name: 'Fold', exact: true }).click();
  await expect(panel(page).getByRole('button', { name: /^Open/ })).toHaveCount(2);
  await page.getByLabel('Find').fill('tanh');
  await expect(panel(page).locator('.pg-node-block.pg-found')).toHaveCount(1);
  await page.getByRole('button', { name: /= tanh/ }).click();
  await expect(panel(page).locator('.pg-node-operation.pg-found')).toHaveCount(1);
  await page.getByRole('button', { name: 'Show table' }).click();
  await expect(page.getByRole('row', { name: /tanh/ })).toBeVisible();
});

test('the graph is moved and magnified with the keyboard', async ({ page, host }) => {
  await open(page, host.site, 'network', 'Graph');
  const graph = page.getByRole('group', { name: /^Graph\./ });
  await graph.focus();
  const view = () => graph.getAttribute('viewBox');
  await page.keyboard.press('0');
  const before = await view();
  await page.keyboard.press('+');
  await expect.poll(view).not.toBe(before);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('0');
  await expect.poll(view).toBe(before);
  await page.getByRole('button', { name: 'Magnify', exact: true }).click();
  await expect.poll(view).not.toBe(before);
});

test('ten thousand operations are folded, and open block by block', async ({ page, host }) => {
  await open(page, host.site, 'deep', 'Graph');
  const blocks = panel(page).getByRole('button', { name: /^Open/ });
  await expect(blocks).toHaveCount(12);
  await expect(panel(page)).toContainText('10000 operations, folded');
  await blocks.first().focus();
  await page.keyboard.press('Enter');
  await expect(blocks).toHaveCount(23);
  await blocks.nth(2).click();
  await expect(blocks.nth(2)).toBeVisible();
  await page.getByRole('button', { name: 'Fold again' }).click();
  await expect(blocks).toHaveCount(12);
  await page.getByLabel('Find').fill('sum');
  await page.getByRole('button', { name: /= sum/ }).click();
  await expect(panel(page).locator('.pg-node-operation').first()).toBeVisible();
});

test('operations are stepped through with the keys', async ({ page, host }) => {
  await open(page, host.site, 'quadratic', 'Steps');
  const step = page.getByRole('region', { name: 'Operation' });
  await expect(step).toContainText('x (input)');
  await page.getByRole('heading', { level: 1 }).click();
  for (const key of ['ArrowRight', 'ArrowRight', ' ']) await page.keyboard.press(key);
  await expect(step).toContainText('Forward');
  await expect(step).toContainText('4 of 8');
  await expect(step).toContainText('∂a/∂A');
  await page.keyboard.press('ArrowLeft');
  await expect(step).toContainText('3 of 8');
  await page.getByRole('slider', { name: 'Operation' }).fill('16');
  await expect(step).toContainText('Backward');
  await expect(page.getByRole('table', { name: 'Cotangent of x' })).toContainText('−2.5');
  await expect(page).toHaveURL(/s=/);
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(page.getByRole('table', { name: 'Cotangent of A' })).toContainText('1.125');
});

test('the point of the landscape is moved with keys and with the mouse', async ({ page, host }) => {
  await open(page, host.site, 'rosenbrock', 'Landscape');
  await expect(panel(page)).toContainText('f = 24.2 at the point; the gradient is (−215.6, −88)');
  await expect(panel(page).locator('.pg-contour').first()).toBeAttached();
  const handle = page.getByRole('button', { name: /^Point/ });
  await handle.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(handle).toHaveAccessibleName(/x\[0\] = −0\.8/);
  await expect(panel(page)).not.toContainText('f = 24.2 at');
  const box = (await handle.boundingBox())!;
  await page.mouse.move(box.x + 13, box.y + 13);
  await page.mouse.down();
  await page.mouse.move(box.x + 113, box.y + 53, { steps: 4 });
  await page.mouse.up();
  await expect(handle).not.toHaveAccessibleName(/x\[0\] = −0\.8/);
  await page.getByRole('button', { name: 'Show table' }).click();
  await expect(page.getByRole('table', { name: 'Landscape' }).getByRole('row')).not.toHaveCount(1);
});

test('the coordinates of a landscape are chosen', async ({ page, host }) => {
  await open(page, host.site, 'network', 'Landscape');
  await page.getByLabel('Across', { exact: true }).selectOption('v[0]');
  await page.getByLabel('Up', { exact: true }).selectOption('v[1]');
  await page.getByLabel('Range across from').fill('-6');
  await expect(panel(page).getByRole('img', { name: /Landscape/ })).toContainText('v[0]');
});

test('the race is won by Newton, and run again from another start', async ({ page, host }) => {
  await open(page, host.site, 'quadratic', 'Race');
  const newton = page.getByRole('row', { name: /Newton/ });
  await expect(newton).toContainText('converged');
  await expect(newton).toContainText('−0.1875');
  await expect(page.getByRole('row', { name: /L-BFGS/ })).toContainText('−0.1875');
  const handle = page.getByRole('button', { name: /^Start/ });
  await handle.focus();
  await page.keyboard.press('ArrowUp');
  await expect(handle).toHaveAccessibleName(/x\[1\] = 1\.56/);
  await page.getByRole('slider', { name: 'of Adam' }).fill('0');
  await expect(page.getByRole('row', { name: /Adam/ })).toBeVisible();
  await page.getByRole('button', { name: 'Race again' }).click();
  const descent = page.getByRole('row', { name: /gradient descent/ });
  await expect(descent).toContainText('…');
  await expect(descent).toContainText('all steps taken');
});

test('a race is looked at step by step; for a reader who wants no motion it does not play', async ({ page, host }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, host.site, 'quadratic', 'Race');
  const descent = page.getByRole('row', { name: /gradient descent/ });
  await expect(descent).toContainText('all steps taken');
  await page.getByRole('button', { name: 'Race again' }).click();
  const shown = page.getByRole('slider', { name: 'Shown up to' });
  await expect(shown).toHaveValue('0');
  await expect(descent.getByRole('cell').nth(1)).toHaveText('0');
  await shown.fill('7');
  await expect(descent.getByRole('cell').nth(1)).toHaveText('7');
  await expect(page.getByRole('button', { name: 'Pause' })).toHaveCount(0);
  await shown.fill('60');
  await expect(descent).toContainText('all steps taken');
});

for (const [view, point] of [
  ['Landscape', /^Point/],
  ['Race', /^Start/],
] as const) {
  test(`dragging a point of the ${view} leaves the level lines alone`, async ({ page, host }) => {
    await page.addInitScript(() => {
      // What is written as text while somebody drags: large inputs would be written again with every frame.
      const { stringify } = JSON;
      Object.assign(window, { characters: 0 });
      JSON.stringify = ((...args: Parameters<typeof stringify>) => {
        const text = stringify(...args);
        (window as unknown as { characters: number }).characters += text?.length ?? 0;
        return text;
      }) as typeof stringify;
    });
    await open(page, host.site, 'rosenbrock', view);
    const handle = page.getByRole('button', { name: point });
    await panel(page).locator('.pg-contour').first().waitFor({ state: 'attached' });
    await handle.focus();
    await page.evaluate(() => {
      const changes: string[] = [];
      Object.assign(window, { changes, characters: 0 });
      new MutationObserver((found) => {
        for (const { target } of found) {
          if ((target as Element).matches('.pg-contour, :has(> .pg-contour)'))
            changes.push((target as Element).tagName);
        }
      }).observe(document.querySelector('.pg-plane')!, { subtree: true, attributes: true, childList: true });
    });
    const before = await handle.getAttribute('aria-label');
    const box = (await handle.boundingBox())!;
    await page.mouse.move(box.x + 13, box.y + 13);
    await page.mouse.down();
    for (let k = 1; k <= 20; k++) await page.mouse.move(box.x + 13 + 4 * k, box.y + 13 + 2 * k);
    await page.mouse.up();
    await expect(handle).not.toHaveAttribute('aria-label', before!);
    const { changes, characters } = await page.evaluate(() => {
      const { changes, characters } = window as unknown as { changes: string[]; characters: number };
      return { changes, characters };
    });
    expect(changes.filter((tag) => tag === 'path')).toEqual([]);
    expect(characters).toBeLessThan(200_000);
  });
}

test('matrices come with their structure', async ({ page, host }) => {
  await open(page, host.site, 'elementwise', 'Jacobian');
  await expect(panel(page)).toContainText('Structure: Diagonal');
  await open(page, host.site, 'factorisation', 'Hessian');
  await expect(panel(page)).toContainText('Structure: Kronecker');
  await open(page, host.site, 'smoothing', 'Hessian');
  await expect(panel(page)).toContainText('Structure: Sparse');
  await expect(panel(page)).toContainText('34 numbers stored for 144 entries');
  await expect(panel(page)).toContainText('positive definite');
  await expect(page.getByRole('img', { name: /^Curvature/ })).toBeVisible();
});

test('a view that needs a scalar says so', async ({ page, host }) => {
  await open(page, host.site, 'softmax', 'Hessian');
  await expect(panel(page).getByRole('alert')).toContainText('needs a scalar; f returned the shape [4]');
});

test('the program is shown stage by stage', async ({ page, host }) => {
  await open(page, host.site, 'quadratic', 'Compiled');
  await expect(panel(page).getByRole('group', { name: '1 · Traced' })).toContainText('contract');
  await expect(panel(page).getByRole('group', { name: '3 · Loops' })).toContainText('loops {');
  await expect(panel(page).getByRole('group', { name: '4 · WebAssembly' })).toContainText('00 61 73 6d');
  await page.getByLabel('Program of the').selectOption('value');
  await expect(panel(page).getByRole('group', { name: '1 · Traced' })).toContainText('mul');
});

test('the formulas are those of the book', async ({ page, host }) => {
  await open(page, host.site, 'least-squares', 'Formula');
  await expect(panel(page).getByRole('group', { name: "2*X'*(X*w-y)" })).toBeVisible();
  await expect(panel(page).getByRole('group', { name: "2*X'*X" })).toBeVisible();
});

test('calls are timed', async ({ page, host }) => {
  await open(page, host.site, 'quadratic', 'Timing');
  for (const row of ['value, operation by operation', 'value, compiled', 'gradient, compiled', 'Hessian, compiled']) {
    await expect(panel(page).getByText(row)).toBeVisible({ timeout: 30_000 });
  }
  await expect(panel(page).locator('dd').first()).toContainText(/[µmn]s/);
});

const packed = (state: unknown): string => `0${Buffer.from(JSON.stringify(state)).toString('base64url')}`;

test('functions that are nowhere finite, choose by their values, or are too large for some derivative', async ({
  page,
  host,
}) => {
  const visitCode = async (body: string, view: string, more: object = {}) => {
    const code = `import type { Tensor } from 'nabla';\nexport const f = ${body};`;
    await page.goto(`${host.site}#/playground?s=${packed({ code, view, ...more })}`);
    await page.reload();
  };
  await visitCode('(x: Tensor) => x.mul(0).reciprocal().sum()', 'race');
  await expect(page.getByRole('row', { name: /Newton/ })).toContainText('diverged');
  await page.getByRole('tab', { name: 'Landscape' }).click();
  await expect(panel(page)).toContainText('f = NaN at the point');
  await visitCode('(x: Tensor) => (Number(x.at(0).item()) > 0 ? x.sum() : x.square().sum())', 'timing');
  await expect(panel(page)).toContainText('value, operation by operation');
  await expect(panel(page)).toContainText('gradient, compiled: item()');
  await page.getByRole('tab', { name: 'Graph' }).click();
  await expect(panel(page).getByRole('alert')).toContainText('line 2, column');
  const inputs = [{ name: 'x', shape: [1000, 100], fill: 'normal', values: [] }];
  await visitCode('(x: Tensor) => x.square().sum()', 'timing', { inputs });
  await expect(panel(page)).toContainText('gradient, compiled', { timeout: 30_000 });
  await expect(panel(page)).toContainText('Hessian, compiled: ');
  await visitCode('async (x: Tensor) => x.sum()', 'values');
  await expect(page.locator('.pg-troubles').getByRole('alert')).toContainText('without async');
});

const views: readonly (readonly [view: string, example: string, arrived: string])[] = [
  ['Values', 'quadratic', 'table'],
  ['Graph', 'network', '.pg-node'],
  ['Steps', 'quadratic', '.pg-step'],
  ['Landscape', 'rosenbrock', '.pg-contour'],
  ['Jacobian', 'tanh-layer', 'table'],
  ['Hessian', 'quadratic', '.pg-ellipse'],
  ['Race', 'himmelblau', '.pg-path'],
  ['Compiled', 'rosenbrock', '.pg-code'],
  ['Formula', 'logistic', '.katex'],
  ['Timing', 'quadratic', '.pg-bar'],
];

for (const [width, colorScheme] of [
  [360, 'dark'],
  [1440, 'light'],
] as const) {
  test(`axe objects to no view at ${width} px, ${colorScheme}`, async ({ page, host }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    for (const [view, example, arrived] of views) {
      await open(page, host.site, example, view);
      await panel(page).locator(arrived).first().waitFor({ state: 'attached', timeout: 30_000 });
      // The room around the view is looked at in accessibility.spec.ts.
      const { violations } = await new AxeBuilder({ page }).include('.tabs').analyze();
      const found = violations.map(({ id, nodes }) => `${view}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      expect(found).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, view).toBeLessThanOrEqual(0);
      await page.screenshot({
        path: `test/screenshots/playground-${view}-${width}-${colorScheme}.png`,
        fullPage: true,
      });
    }
  });
}
