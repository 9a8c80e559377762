// What a first visit costs, counted as a host that compresses would send it.
import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from './page.ts';

const mostRequests = 20;
const afterwards = /code-mirror/;

/** The bytes of a file of dist/ on the way; fonts are compressed already. */
function sent(url: string, site: string): number {
  const file = readFileSync(
    resolve(import.meta.dirname, '../dist', url.slice(site.length).split('#')[0] || 'index.html'),
  );
  return extname(url) === '.woff2' ? file.length : gzipSync(file, { level: 9 }).length;
}

for (const [room, arrived, kilobytes] of [
  ['formula', '.katex', 150],
  ['lecture', '.katex', 250],
  ['playground', '.cm-content', 100],
] as const) {
  test(`a first visit to ${room} stays within ${kilobytes} kB and ${mostRequests} requests`, async ({
    page,
    host,
    visit,
  }) => {
    await page.goto(`${host.site}#/${room}`);
    await page.locator(arrived).first().waitFor();
    await page.waitForLoadState('networkidle');
    // The editor comes after the room is on screen, and brings what it needs; user code starts beside it.
    const until = visit.requests.findIndex((url) => afterwards.test(url));
    expect(until >= 0).toBe(room === 'playground');
    const first = until < 0 ? visit.requests : visit.requests.slice(0, until);
    const total = first.reduce((sum, url) => sum + sent(url, host.site), 0);
    test.info().annotations.push({ type: 'bytes', description: `${first.length} requests, ${total} bytes` });
    console.log(`${room}: ${first.length} requests, ${(total / 1000).toFixed(0)} kB`);
    expect(total).toBeLessThanOrEqual(kilobytes * 1000);
    expect(first.length).toBeLessThanOrEqual(mostRequests);
  });
}

test('the first formulas are on screen without KaTeX and without the worker, which come when somebody begins', async ({
  page,
  host,
  visit,
}) => {
  const late = /katex-[\w-]+\.js|compute\.worker|symbolic/;
  await page.goto(`${host.site}#/formula`);
  for (const kind of ['Gradient', 'Hessian']) {
    const formula = page.getByRole('region', { name: kind });
    await expect(formula.locator('.katex')).toHaveCount(1);
    await expect(formula).toContainText(/relative error \d/);
  }
  await page.waitForLoadState('networkidle');
  expect(visit.requests.filter((url) => late.test(url))).toEqual([]);
  await page.keyboard.press('/');
  await expect.poll(() => visit.requests.filter((url) => late.test(url)).length).toBeGreaterThanOrEqual(3);
});
