// User code that means harm, in the sandbox: what it tries, and what the page sees of it.
import { expect, test } from './page.ts';

interface Outcome {
  readonly value?: string;
  readonly error?: string;
  readonly message?: string;
  readonly lines: string[];
}

test.beforeEach(async ({ page, host }) => {
  await page.goto(host.harness);
  await page.waitForFunction(() => 'harness' in window);
});

type Page = Parameters<Parameters<typeof test>[2]>[0]['page'];

function run(page: Page, code: string, timeLimit = 5_000): Promise<Outcome> {
  return page.evaluate(
    async ([source, limit]) => {
      const lines: string[] = [];
      const sandbox = window.harness.openSandbox(source);
      try {
        const options = { timeLimit: limit, onLog: (line: { text: string }) => lines.push(line.text) };
        const value = await sandbox.request('call', { name: 'f', args: [] }, options);
        return { value: String(value), lines };
      } catch (thrown) {
        const { name, message } = thrown as Error;
        return { error: name, message, lines };
      } finally {
        sandbox.close();
      }
    },
    [code, timeLimit] as const,
  );
}

test('code computes with the library and writes lines', async ({ page }) => {
  const { value, lines } = await run(
    page,
    `const { grad, tensor } = require('nabla');
     exports.f = () => { console.log('hello', 1); return grad((x) => x.square().sum())(tensor([1, 2])); };`,
  );
  expect(value).toBe('tensor([2., 4.])');
  expect(lines).toEqual(['hello 1']);
});

test('compiled programs run there too', async ({ page }) => {
  const { value } = await run(
    page,
    `const { jit, tensor } = require('nabla');
     exports.f = () => jit((x) => x.exp().mul(2).sum())(tensor([0, 0])).item();`,
  );
  expect(value).toBe('4');
});

test('errors of the code arrive with their class and message', async ({ page }) => {
  const code = `const { tensor } = require('nabla'); exports.f = () => tensor([1, 2]).add(tensor([1, 2, 3]));`;
  const { error, message } = await run(page, code);
  expect(error).toBe('ShapeError');
  expect(message).toContain('[2]');
});

test('a syntax error is reported', async ({ page, visit }) => {
  visit.expected.push(/SyntaxError|Unexpected/);
  const { error, message } = await run(page, 'exports.f = () => {{;');
  expect(error).toBe('WorkerError');
  expect(message).toBeTruthy();
});

const networkAndPage = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'EventSource',
  'WebTransport',
  'importScripts',
  'indexedDB',
  'caches',
  'BroadcastChannel',
  'navigator',
  'location',
  'Worker',
  'SharedWorker',
  'MessagePort',
  'MessageChannel',
  'EventTarget',
  'postMessage',
  'addEventListener',
  'dispatchEvent',
  'onmessage',
  'close',
  'self',
  'document',
  'window',
  'localStorage',
  'cookieStore',
  'FontFace',
  'fonts',
  'Request',
  'URL',
  'Blob',
  'FileReader',
  'OffscreenCanvas',
  'createImageBitmap',
  'Notification',
  'defineUserCode',
];

test('there is no network, no storage, no document and no message', async ({ page }) => {
  const { value } = await run(
    page,
    `exports.f = () => ${JSON.stringify(networkAndPage)}.filter((name) => {
       for (let at = globalThis; at; at = Object.getPrototypeOf(at)) if (name in at) return true;
       return false;
     }).join();`,
  );
  expect(value).toBe('');
});

test('using them throws, and nothing is sent', async ({ page, visit }) => {
  const before = visit.requests.length;
  for (const attempt of [
    `fetch('https://example.com')`,
    `new WebSocket('wss://example.com')`,
    `document.title`,
    `postMessage({ id: 1, kind: 'result', value: 'forged' })`,
    `globalThis.constructor.prototype.fetch('https://example.com')`,
    `performance.addEventListener('message', () => {})`,
  ]) {
    const { error } = await run(page, `exports.f = () => ${attempt};`);
    expect(error, attempt).toMatch(/ReferenceError|TypeError/);
  }
  const sent = visit.requests.slice(before).filter((url) => !url.startsWith('blob:') && !/\/assets\//.test(url));
  expect(sent).toEqual([]);
});

test('text cannot become code', async ({ page, visit }) => {
  visit.expected.push(/unsafe-eval|Content Security Policy/);
  for (const attempt of [
    `eval('1')`,
    `new Function('return 1')()`,
    `(async () => {}).constructor('return 1')()`,
    `Reflect.construct((function* () {}).constructor, ['yield 1'])().next()`,
  ]) {
    expect((await run(page, `exports.f = () => ${attempt};`)).error, attempt).toBe('EvalError');
  }
});

test('nothing can be imported', async ({ page, visit }) => {
  visit.expected.push(/SyntaxError|Keyword|Unexpected|Failed/);
  for (const attempt of [
    `exports.f = () => import('https://example.com/x.js');`,
    `exports.f = () => import ('./index.html');`,
    `exports.f = () => import/**/('./index.html');`,
    `exports.f = () => import\n// a comment\n('./index.html');`,
    `exports.f = () => import.meta.url;`,
    `}); import './index.html'; (function () {`,
    `}); export * from './index.html'; (function () {`,
  ]) {
    const { error } = await run(page, attempt);
    expect(error, attempt).toMatch(/SyntaxError|WorkerError/);
  }
  expect(visit.requests.filter((url) => /example\.com|harness\/index\.html/.test(url))).toEqual([]);
});

test('the words import and export stay usable in texts', async ({ page }) => {
  const { value } = await run(page, `// import what you export\nexports.f = () => 'import ' + { export: 1 }.export;`);
  expect(value).toBe('import 1');
});

test('code outside its function runs in the same empty scope', async ({ page }) => {
  const { error, message } = await run(page, `}); fetch('https://example.com'); (function () {`);
  expect(error).toBe('WorkerError');
  expect(message).toContain('fetch is not defined');
});

test('replies cannot be forged through changed prototypes', async ({ page }) => {
  const { value } = await run(
    page,
    `const stolen = [];
     for (const name of ['then', 'call', 'apply', 'bind']) {
       const holder = name === 'then' ? Promise.prototype : Function.prototype;
       const original = holder[name];
       Object.defineProperty(holder, name, { configurable: true, value: function (...args) {
         stolen.push(this, ...args); return Reflect.apply(original, this, args);
       } });
     }
     for (const key of ['id', 'kind', 'value']) {
       Object.defineProperty(Object.prototype, key, { configurable: true, set(v) { stolen.push(this, v); } });
     }
     exports.f = async () => {
       await null;
       return stolen.some((thing) => typeof thing === 'object' && thing !== null && 'postMessage' in thing);
     };`,
  );
  expect(value).toBe('false');
});

test('changed prototypes stay in the worker', async ({ page }) => {
  await run(page, `Object.prototype.polluted = 'yes'; Array.prototype.map = () => 'no'; exports.f = () => 1;`);
  const seen = await page.evaluate(() => [({} as { polluted?: string }).polluted, [1].map((x) => x + 1)]);
  expect(seen).toEqual([undefined, [2]]);
  expect((await run(page, `exports.f = () => String({}.polluted) + [1].map((x) => x + 1);`)).value).toBe('undefined2');
});

test('an endless loop is stopped, and the next request runs', async ({ page }) => {
  const outcome = await run(page, 'exports.f = () => { for (;;); };', 500);
  expect(outcome).toMatchObject({ error: 'TimeLimitError', message: 'stopped after 0.5 s.' });
  expect(await page.evaluate(() => 1 + 1)).toBe(2);
  const again = await page.evaluate(async () => {
    const sandbox = window.harness.openSandbox('exports.loop = () => { for (;;); }; exports.g = (x) => x + 1;');
    const stopped = await sandbox
      .request('call', { name: 'loop', args: [] }, { timeLimit: 500 })
      .catch((error: Error) => error.name);
    const value = await sandbox.request('call', { name: 'g', args: [1] });
    sandbox.close();
    return [stopped, value];
  });
  expect(again).toEqual(['TimeLimitError', '2']);
});

test('an endless chain of promises is stopped', async ({ page }) => {
  const code = 'exports.f = () => new Promise(() => { const again = () => Promise.resolve().then(again); again(); });';
  expect((await run(page, code, 500)).error).toBe('TimeLimitError');
});

test('an allocation that is too large is reported', async ({ page }) => {
  const { error } = await run(page, 'exports.f = () => new Float64Array(2 ** 40).length;');
  expect(error).toBe('RangeError');
});

test('a flood of lines is cut', async ({ page }) => {
  const { lines, value } = await run(
    page,
    `exports.f = () => { for (let i = 0; i < 1e5; i++) console.log('x'.repeat(20_000)); return 'done'; };`,
    20_000,
  );
  expect(value).toBe('done');
  expect(lines).toHaveLength(1_000);
  expect(lines[0]).toHaveLength(10_000);
});

test('answers that are no data are refused', async ({ page }) => {
  const outcome = await run(page, `exports.f = () => ({ toString() { return { not: 'a text' }; } });`);
  expect(outcome.error).toBe('TypeError');
});

test('code that goes on after its answer is still running, and is stopped', async ({ page }) => {
  const goesOn = `exports.f = () => { const again = () => Promise.resolve().then(again); again(); return 1; };`;
  expect((await run(page, goesOn, 500)).error).toBe('TimeLimitError');
  const { value } = await run(
    page,
    `exports.f = () => ['setTimeout', 'setInterval', 'FinalizationRegistry'].filter((name) => name in globalThis)
       .concat('waitAsync' in Atomics ? 'waitAsync' : [])
       .concat(Object.getOwnPropertyNames(WebAssembly).filter((name) => /compile|instantiate/.test(name))).join();`,
  );
  expect(value).toBe('');
});

test('whatever is thrown is reported at once, with a text of bounded length', async ({ page }) => {
  for (const [thrown, error] of [
    ['Object.create(null)', 'Error'],
    ['Symbol("x")', 'Error'],
    ['undefined', 'Error'],
    ['Object.assign(new Error("x"), { name: 5 })', '5'],
    ['Object.defineProperty(new Error("x"), "message", { get() { throw 1; } })', 'Error'],
    ['new Proxy(new Error("x"), { ownKeys() { throw 1; } })', 'Error'],
    ['(Error.prepareStackTrace = (_, sites) => sites, new Error("x"))', 'Error'],
    ['Object.assign(new Error("x".repeat(1e7)), { details: "x".repeat(1e7) })', 'Error'],
  ] as const) {
    const outcome = await run(page, `exports.f = () => { throw ${thrown}; };`);
    expect(outcome.error, thrown).toBe(error);
    expect(outcome.message!.length, thrown).toBeLessThanOrEqual(10_000);
  }
});

test('an answer that cannot be sent is an error, not a wait', async ({ page }) => {
  // The result of a task is made of what the code returned: here a text, which the code replaces on its way.
  const { error } = await run(page, `exports.f = () => 1; globalThis.String = () => () => 'no data';`);
  expect(error).toBe('DataCloneError');
});

test('the console shows values as they are, briefly, and fails on none', async ({ page }) => {
  const { value, lines } = await run(
    page,
    `const { tensor } = require('nabla');
     exports.f = () => {
       console.log({ a: 1, b: [1, 'two', { c: { d: { e: 1 } } }] }, null, undefined, -0, 10n, Symbol('s'));
       console.info(new Map([['k', 1]]), new Set([1]), new Float64Array(3), () => 1, function named() {}, class Point {});
       console.warn(tensor([1, 2]), new TypeError('mine'), new (class Point { x = 1; })());
       console.error({ get a() { throw new Error('mine'); } });
       console.debug(Object.create(null), new Proxy({}, { ownKeys() { throw 1; } }));
       console.log(Array.from({ length: 1e6 }, (_, i) => i));
       const ring = {}; ring.ring = ring; console.log(ring);
       return 'done';
     };`,
  );
  expect(value).toBe('done');
  expect(lines.slice(0, 3)).toEqual([
    `{ a: 1, b: [1, "two", { c: Object {…} }] } null undefined -0 10n Symbol(s)`,
    'Map {["k", 1]} Set {1} Float64Array [0, 0, 0] ƒ (anonymous) ƒ named ƒ Point',
    'tensor([1., 2.]) TypeError: mine Point { x: 1 }',
  ]);
  expect(lines[3]).toBe('(a value that cannot be shown)');
  expect(lines[4]).toBe('{} (a value that cannot be shown)');
  expect(lines[5]).toMatch(/^\[0, 1, 2, .*, 49, … 999950 more\]$/);
  expect(lines[6]).toBe('{ ring: { ring: { ring: Object {…} } } }');
});

test('lines of the console are bounded however the code changes the language', async ({ page }) => {
  const { lines } = await run(
    page,
    `String.prototype.slice = () => 'y'.repeat(1e6); exports.f = () => { console.log('a'); return 1; };`,
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toHaveLength(10_000);
});

test('code outside its function cannot reach the port through changed prototypes', async ({ page }) => {
  const { value, message } = await run(
    page,
    `exports.f = () => globalThis.found();
     });
     const { apply } = Reflect;
     const show = Object.prototype.toString;
     const stolen = [];
     for (const name of ['bind', 'call', 'apply']) {
       const original = Function.prototype[name];
       Function.prototype[name] = function (...args) {
         stolen.push(this, ...args);
         return apply(original, this, args);
       };
     }
     Reflect.apply = (f, self, args) => {
       stolen.push(self, ...args);
       return apply(f, self, args);
     };
     globalThis.found = () => stolen.some((thing) => apply(show, thing, []) === '[object MessagePort]');
     (function () {`,
  );
  expect(message).toBeUndefined();
  expect(value).toBe('false');
});
