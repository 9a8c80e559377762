/**
 * Runs user code in a Worker of its own that has no network, no storage and no way to the page but answers to requests.
 *
 *     const sandbox = openSandbox(code);            // JavaScript in CommonJS form: require('nabla'), exports.f = …
 *     const text = await sandbox.request('call', { name: 'f', args: [2] }, { timeLimit: 2000, onLog });
 *     sandbox.close();
 *
 * Requests are answered in order by one worker; one that takes too long ends it, and the next request starts afresh.
 * The answer is unknown data made by untrusted code: check it before use. README.md beside this file has the reasons.
 */
import { type RequestOptions, WorkerQueue } from '../worker/queue.ts';
import runtimeUrl from './runtime.ts?worker&url';

export interface Sandbox {
  request(task: string, input: unknown, options?: RequestOptions): Promise<unknown>;
  close(): void;
}

/**
 * `import` and `export` are the only words that could reach the network from inside a module, and no keyword may be written
 * with an escape. In strings, comments, names and regular expressions the escape means the same as the letter.
 */
function withoutModuleWords(code: string): string {
  return code.replaceAll(/\b(im|ex)port\b/g, '$1\\u0070ort');
}

function blobText(code: string): string {
  const runtime = new URL(runtimeUrl, document.baseURI).href;
  return [
    `import ${JSON.stringify(runtime)};`,
    'defineUserCode(function (require, exports, module, console) {',
    withoutModuleWords(code),
    '});',
  ].join('\n');
}

function startWorker(code: string): Worker {
  const url = URL.createObjectURL(new Blob([blobText(code)], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module', name: 'nabla sandbox' });
  // The worker has read its script when it has started; a blob that failed to start is small and goes with the page.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return worker;
}

export function openSandbox(code: string): Sandbox {
  const queue = new WorkerQueue(() => startWorker(code));
  return {
    request(task, input, options) {
      if (/\bimport\s*\(/.test(code)) {
        return Promise.reject(new SyntaxError('import() is not available here: user code has no network.'));
      }
      return queue.request('sandbox', task, input, { timeLimit: 5_000, ...options });
    },
    close: () => queue.close(),
  };
}
