// What a first visit costs, counted as a host that compresses would send it.
import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from './page.ts';

const kilobytes = 250;
const mostRequests = 20;

/** The bytes of a file of dist/ on the way; fonts are compressed already. */
function sent(url: string, site: string): number {
  const file = readFileSync(
    resolve(import.meta.dirname, '../dist', url.slice(site.length).split('#')[0] || 'index.html'),
  );
  return extname(url) === '.woff2' ? file.length : gzipSync(file, { level: 9 }).length;
}

for (const [room, arrived] of [
  ['formula', '.katex'],
  ['lecture', '.katex'],
  ['playground', 'textarea'],
] as const) {
  test(`a first visit to ${room} stays within ${kilobytes} kB and ${mostRequests} requests`, async ({
    page,
    host,
    visit,
  }) => {
    await page.goto(`${host.site}#/${room}`);
    await page.locator(arrived).first().waitFor();
    await page.waitForLoadState('networkidle');
    const total = visit.requests.reduce((sum, url) => sum + sent(url, host.site), 0);
    test.info().annotations.push({ type: 'bytes', description: `${visit.requests.length} requests, ${total} bytes` });
    console.log(`${room}: ${visit.requests.length} requests, ${(total / 1000).toFixed(0)} kB`);
    expect(total).toBeLessThanOrEqual(kilobytes * 1000);
    expect(visit.requests.length).toBeLessThanOrEqual(mostRequests);
  });
}
