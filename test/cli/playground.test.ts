// The server of `nabla playground`: what it answers, what it refuses, and how it ends.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageListener } from '../../src/cli/playground.ts';
import { nabla } from './run.ts';

describe('the files of a folder', () => {
  let folder = '';
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    const parent = mkdtempSync(join(tmpdir(), 'nabla-page-'));
    folder = join(parent, 'page');
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(parent, 'secret.html'), 'secret');
    writeFileSync(
      join(folder, 'index.html'),
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><p>page`,
    );
    writeFileSync(join(folder, 'assets/main.js'), 'main');
    server = createServer(pageListener(folder));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  // node:http sends a path as it is; fetch would tidy it first.
  function get(path: string, method = 'GET') {
    return new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }>((done, fail) => {
      request({ host: '127.0.0.1', port, path, method }, (response) => {
        let body = '';
        response.on('data', (part) => {
          body += part;
        });
        response.on('end', () => done({ status: response.statusCode, headers: response.headers, body }));
      })
        .on('error', fail)
        .end();
    });
  }

  test('the page comes isolated and with its policy', async () => {
    const { status, headers, body } = await get('/?anything');
    expect(status).toBe(200);
    expect(body).toContain('page');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'content-security-policy': "default-src 'none'; frame-ancestors 'self'",
      'cache-control': 'no-cache',
    });
  });

  test('a hashed file is kept for good', async () => {
    const { headers, body } = await get('/assets/main.js');
    expect(body).toBe('main');
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'max-age=31536000, immutable',
    });
  });

  test.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/assets/..%2f..%2fsecret.html',
    '/assets',
    '/nothing.html',
    '/%zz',
    '/%ff',
    '/index.html%00',
    '//',
  ])('%s is not found', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: 'not found\n' });
  });

  test('nothing can be sent, and HEAD has no body', async () => {
    expect(await get('/', 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await get('/', 'HEAD')).toMatchObject({ status: 200, body: '' });
  });
});

test('wrong ports are one line and exit code 2', () => {
  for (const port of ['x', '70000', '-1']) {
    const { status, stdout, stderr } = nabla('playground', '--port', port);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^nabla: .*--port.*\n$/);
  }
});

test('it prints its address, or says that the page is not built', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'playground', '--port', '0'], {
    cwd: resolve(import.meta.dirname, '../..'),
  });
  const said = await new Promise<string>((done) => {
    child.stdout.once('data', (part) => done(String(part)));
    child.stderr.once('data', (part) => done(String(part)));
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  if (said.startsWith('http')) {
    expect(said).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ {3}\(Ctrl\+C stops it\)\n$/);
    const { status } = await fetch(said.split(' ')[0] ?? '');
    expect(status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  } else {
    expect(said).toBe('nabla: the page is not built; npm run build:site builds it.\n');
    expect(await ended).toBe(1);
  }
});
