/**
 * `test` with a page from a static host that knows nothing: no headers, no rules, a folder deep in a site. It fails when the
 * page asks any other host, reports an error, or breaks its own content security policy.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { test as base, expect } from '@playwright/test';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface Host {
  /** The address of the published page, and of the page with the sandbox alone. */
  readonly site: string;
  readonly harness: string;
}

export interface Visit {
  /** Every address the page and its workers asked for. */
  readonly requests: string[];
  /** Errors and warnings that the test expects and has looked at. */
  readonly expected: RegExp[];
}

function serveFolders(folders: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const prefix = Object.keys(folders).find((start) => path.startsWith(start)) ?? '';
    const root = resolve(folders[prefix] ?? '.');
    const file = join(root, path.slice(prefix.length) || 'index.html');
    const type = types[extname(file)];
    if (!prefix || !file.startsWith(root + sep) || !type || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': type });
    createReadStream(file).pipe(response);
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

export const test = base.extend<{ visit: Visit }, { host: Host }>({
  host: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from a pattern.
    async ({}, use) => {
      const folder = (path: string): string => resolve(import.meta.dirname, path);
      const server = await serveFolders({ '/deep/nabla/': folder('../dist'), '/harness/': folder('dist') });
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await use({ site: `${origin}/deep/nabla/`, harness: `${origin}/harness/` });
      server.closeAllConnections();
      server.close();
    },
    { scope: 'worker' },
  ],
  visit: [
    async ({ page, context, host }, use) => {
      const requests: string[] = [];
      const errors: string[] = [];
      const expected: RegExp[] = [];
      context.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
      });
      await use({ requests, expected });
      const origin = new URL(host.site).origin;
      const elsewhere = requests.filter((url) => !url.startsWith(origin) && !url.startsWith(`blob:${origin}`));
      expect(elsewhere).toEqual([]);
      expect(errors.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
