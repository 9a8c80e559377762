// The frame around the rooms: going from room to room, keys, themes, the state in the address.
import { deflateRawSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test } from './page.ts';

const title = (page: Page) => page.getByRole('heading', { level: 1 });

test('the rooms are reached with the mouse', async ({ page, host }) => {
  await page.goto(host.site);
  const rooms = page.getByRole('navigation', { name: 'Rooms' });
  for (const room of ['Playground', 'Lecture', 'Formula']) {
    await rooms.getByRole('link', { name: room }).click();
    await expect(page).toHaveURL(new RegExp(`#/${room.toLowerCase()}`));
    await expect(page).toHaveTitle(`${room} · nabla`);
    await expect(title(page)).toBeVisible();
    await expect(rooms.getByRole('link', { name: room })).toHaveAttribute('aria-current', 'page');
  }
  await page.goBack();
  await expect(page).toHaveTitle('Lecture · nabla');
});

test('the rooms are reached with the keyboard', async ({ page, host }) => {
  await page.goto(host.site);
  await expect(title(page)).toBeVisible();
  for (const [key, room] of [
    ['2', 'Playground'],
    ['3', 'Lecture'],
    ['1', 'Formula'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page).toHaveTitle(`${room} · nabla`);
    await expect(title(page)).toBeVisible();
  }
});

test('the first tab stop skips to the content', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture`);
  await expect(title(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await expect(page).toHaveURL(/#\/lecture/);
});

test('? lists the keys, those of the room included, and Escape closes it', async ({ page, host }) => {
  await page.goto(`${host.site}#/playground`);
  await expect(title(page)).toBeVisible();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Help' });
  await expect(help).toBeVisible();
  await expect(help.getByRole('heading', { name: 'Help' })).toBeInViewport();
  await expect(help.getByRole('row', { name: 'undo' })).toBeVisible();
  await expect(help.getByRole('row', { name: 'Ctrl + Enter' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await page.getByRole('button', { name: 'Help' }).click();
  await help.getByRole('button', { name: 'Close' }).click();
  await expect(help).toBeHidden();
});

test('a key of the page does nothing in a text field', async ({ page, host }) => {
  await page.goto(`${host.site}#/formula`);
  await page.getByRole('textbox').first().focus();
  await page.keyboard.type('?2');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page).toHaveTitle('Formula · nabla');
});

test('the theme follows the system, then the button, and is kept', async ({ page, host }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(host.site);
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Light' }).click();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.goto(`${host.site}#/formula?theme=dark`);
  await page.reload();
  await expect(root).toHaveAttribute('data-theme', 'dark');
});

test('hide=controls leaves the content alone', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture?hide=controls`);
  await expect(title(page)).toBeVisible();
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByRole('slider')).toBeHidden();
});

test('what is seen stands in the address, and is undone and redone', async ({ page, context, host }) => {
  await page.goto(`${host.site}#/lecture`);
  const slider = page.getByRole('slider', { name: 'x' });
  await slider.fill('2');
  await expect(page).toHaveURL(/s=0/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole('slider', { name: 'x' })).toHaveValue('2');
  await other.close();
  await title(page).click();
  await page.keyboard.press('Control+z');
  await expect(slider).toHaveValue('1');
  await page.keyboard.press('Control+Shift+z');
  await expect(slider).toHaveValue('2');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(slider).toHaveValue('1');
});

const deflated = (text: string): string => `1${deflateRawSync(text).toString('base64url')}`;
const plain = (text: string): string => `0${Buffer.from(text).toString('base64url')}`;

test('a link that cannot be read says why, and shows the room as it begins', async ({ page, host }) => {
  const trouble = page.getByRole('alert');
  for (const [state, why] of [
    ['0!!!', 'it is damaged'],
    ['1AAAA', 'it is damaged'],
    [plain('{"at":2'), 'it is damaged'],
    ['2eyJhdCI6Mn0', 'it was made by another version of this page'],
    ['x', 'it was made by another version of this page'],
    [plain('null'), 'it does not fit this room'],
    [plain('{"at":"a"}'), 'it does not fit this room'],
    [plain('{"at":1e999}'), 'it does not fit this room'],
    [plain('['.repeat(5_000)), 'it is damaged'],
    [deflated(' '.repeat(50_000_000)), 'it is too long'],
  ] as const) {
    await page.goto(`${host.site}#/lecture?s=${state}`);
    await page.reload();
    await expect(trouble, state.slice(0, 40)).toContainText(`could not be read: ${why}.`);
    await expect(page.getByRole('slider', { name: 'x' })).toHaveValue('1');
  }
  await trouble.getByRole('button', { name: 'Put away' }).click();
  await expect(trouble).toHaveCount(0);
  await page.goto(`${host.site}#/lecture?s=x`);
  await expect(trouble).toBeVisible();
  await page.getByRole('slider', { name: 'x' }).fill('2');
  await expect(trouble).toHaveCount(0);
  await page.goto(`${host.site}#/no-such-room`);
  await expect(page).toHaveTitle('Formula · nabla');
});

test('a state of the first visit cannot be undone, one that came later can', async ({ page, host }) => {
  const state = deflated(JSON.stringify({ at: 2, padding: 'x'.repeat(500) }));
  await page.goto(`${host.site}#/lecture?s=${state}`);
  await expect(page.getByRole('slider', { name: 'x' })).toHaveValue('2');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await page.goto(`${host.site}#/lecture?s=${plain('{"at":3}')}`);
  await expect(page.getByRole('slider', { name: 'x' })).toHaveValue('3');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('slider', { name: 'x' })).toHaveValue('2');
});

test('each room has its own undo, and keeps it while another is on screen', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture`);
  const rooms = page.getByRole('navigation', { name: 'Rooms' });
  await page.getByRole('slider', { name: 'x' }).fill('2');
  await rooms.getByRole('link', { name: 'Formula' }).click();
  await expect(title(page)).toContainText('formula');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await page.getByLabel('Expression').fill('norm2(w)');
  await rooms.getByRole('link', { name: 'Lecture' }).click();
  await expect(page.getByRole('slider', { name: 'x' })).toHaveValue('2');
  await expect(page).toHaveURL(/lecture\?s=0/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('slider', { name: 'x' })).toHaveValue('1');
  await rooms.getByRole('link', { name: 'Formula' }).click();
  await expect(page.getByLabel('Expression')).toHaveValue('norm2(w)');
});

test('a long gesture changes the address a few times, and the link is that of its end', async ({
  page,
  context,
  host,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.addInitScript(() => {
    const replace = history.replaceState.bind(history);
    (window as unknown as { writes: number }).writes = 0;
    history.replaceState = (...args) => {
      (window as unknown as { writes: number }).writes++;
      replace(...args);
    };
  });
  await page.goto(`${host.site}#/lecture`);
  const slider = page.getByRole('slider', { name: 'x' });
  await slider.waitFor();
  await slider.evaluate(async (input: HTMLInputElement) => {
    for (let k = 1; k <= 200; k++) {
      input.value = String(3 - k / 100);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => setTimeout(done, 2));
    }
    for (const button of document.querySelectorAll('button')) if (button.textContent === 'Link') button.click();
  });
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(Buffer.from(link.split('s=0')[1]!, 'base64url').toString())).toMatchObject({ at: 1 });
  expect(await page.evaluate(() => (window as unknown as { writes: number }).writes)).toBeLessThan(60);
});

for (const [room, key, arrived] of [
  ['formula', '/', 'input[type="text"]:focus, input.code:focus'],
  ['playground', '?', 'dialog[open]'],
  ['lecture', 'p', '.presentation'],
  ['lecture?slide=title', 'ArrowRight', '.slide-derivative'],
] as const) {
  test(`${key} works as soon as ${room} is on screen`, async ({ page, host }) => {
    await page.addInitScript((pressed) => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector('h1')) return;
        observer.disconnect();
        document.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true }));
      }).observe(document, { childList: true, subtree: true });
    }, key);
    await page.goto(`${host.site}#/${room}`);
    await expect(page.locator(arrived)).toBeVisible();
  });
}

test('a long state is deflated and read again', async ({ page, host }) => {
  await page.goto(host.harness);
  await page.waitForFunction(() => 'harness' in window);
  const state = { text: 'x'.repeat(5_000), seed: 3, umlaut: 'Jacobian — ∂f/∂x' };
  const [encoded, decoded] = await page.evaluate(async (value) => {
    const text = await window.harness.encodeState(value);
    return [text, await window.harness.decodeState(text)] as const;
  }, state);
  expect(encoded).toMatch(/^1[\w-]{1,300}$/);
  expect(decoded).toEqual(state);
});

test('the link of the page is copied', async ({ page, context, host }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${host.site}#/lecture`);
  await page.getByRole('button', { name: 'Link' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
});

test('a table stands behind a plot', async ({ page, host }) => {
  await page.goto(`${host.site}#/lecture`);
  await page.getByRole('button', { name: 'Show table' }).first().click();
  const table = page.getByRole('table', { name: 'sin, and its tangent' });
  await expect(table.getByRole('row', { name: '1 0.8415 0.8415' })).toBeVisible();
});
