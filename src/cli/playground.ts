// `nabla playground`: serves the built page, to this machine only. The headers isolate the page, so that it may share
// memory between threads, and repeat the content security policy that stands in the page.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from './package-root.ts';
import { type Command, UsageError, type Valued } from './usage.ts';

/** The built page, which stands in the package. */
const builtPage: string = fileURLToPath(new URL('site/dist', packageRoot));
const usualPort = 4173;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

const isolation: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Answers with the files of a folder, and with nothing else. */
export function pageListener(folder: string): RequestListener {
  const root = resolve(folder);
  const meta = /http-equiv="Content-Security-Policy" content="([^"]*)"/;
  const policy = meta.exec(readFileSync(join(root, 'index.html'), 'utf8'))?.[1];
  const headers = policy ? { ...isolation, 'content-security-policy': `${policy}; frame-ancestors 'self'` } : isolation;

  function fileOf(url: string): string | undefined {
    if (!URL.canParse(url, 'http://localhost')) return undefined;
    const { pathname } = new URL(url, 'http://localhost');
    // No file of the page has a name that needs an escape.
    if (pathname.includes('%')) return undefined;
    const file = resolve(join(root, pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    return file.startsWith(root + sep) && statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
  }

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
      return;
    }
    const file = fileOf(request.url ?? '/');
    if (file === undefined) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    const hashed = file.startsWith(join(root, 'assets') + sep);
    response.writeHead(200, {
      ...headers,
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'cache-control': hashed ? 'max-age=31536000, immutable' : 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  };
}

function serve(port: number): void {
  const server: Server = createServer(pageListener(builtPage));
  server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    console.error(`nabla: ${code === 'EADDRINUSE' ? `port ${port} is taken; choose another with --port.` : message}`);
    process.exitCode = 1;
  });
  server.listen(port, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/   (Ctrl+C stops it)`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

export const playgroundCommand: Command<{ port: Valued<'integer'> }> = {
  name: 'playground',
  summary: 'serves the page with formulas, playground and lecture, on this machine only',
  options: {
    port: { takes: 'integer', value: 'n', summary: `where it listens (default ${usualPort}; 0 takes any free port)` },
  },
  run: ({ port = usualPort }) => {
    if (port > 65_535) throw new UsageError(`--port takes a number up to 65535, not ${port}.`);
    if (!existsSync(join(builtPage, 'index.html'))) {
      console.error('nabla: the page is not built; npm run build:site builds it.');
      return 1;
    }
    serve(port);
    return 0;
  },
};
