// The matrix: the conformance and property tests again, on each backend, with threads and without, in Node and in a browser.
// A project is one cell; `scripts/check.ts` says which of them a step runs. Every cell runs a share of the random cases
// (test/share.ts); `npx vitest run` is what runs all of them, on the backend that users get.
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';
import { chromiumLaunch } from './scripts/chromium.ts';

const everywhere = ['test/conformance/*.test.ts', 'test/property/*.test.ts'];
const environment = { NABLA_TEST_SHARE: '0.1' };
const backends = {
  js: { NABLA_TEST_BACKEND: 'js' },
  wasm: { NABLA_TEST_BACKEND: 'wasm' },
  threads: { NABLA_TEST_BACKEND: 'wasm', NABLA_TEST_THREADS: '3' },
};
type Cell = keyof typeof backends;

const common = {
  setupFiles: ['test/setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  allowOnly: false,
  isolate: false,
};

function node(cell: Cell): TestProjectInlineConfiguration {
  const env = { ...environment, ...backends[cell] };
  return { test: { ...common, name: `node-${cell}`, include: everywhere, pool: 'threads', env } };
}

const launch = await chromiumLaunch();
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
/** Settings of the run that a page cannot read. */
const passed = ['FAST_CHECK_SEED', 'CONFORMANCE_SEED', 'CONFORMANCE_ONLY', 'CONFORMANCE_STRICT'];

/** A page has threads where it is isolated from others, and not elsewhere. */
function browser(cell: Cell, more: string[]): TestProjectInlineConfiguration {
  const isolated = cell === 'threads';
  const given = Object.fromEntries(passed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  const env = { ...given, ...environment, ...backends[cell], NABLA_TEST_ISOLATED: isolated ? '1' : '0' };
  return {
    define: { 'process.env': JSON.stringify(env) },
    server: { headers: isolated ? isolation : {} },
    optimizeDeps: { include: ['fast-check'] },
    test: {
      ...common,
      name: `browser-${cell}`,
      include: [...everywhere, ...more],
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: launch }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

const config: ViteUserConfig = defineConfig({
  test: {
    maxWorkers: '100%',
    slowTestThreshold: 2000,
    projects: [
      node('js'),
      node('wasm'),
      node('threads'),
      {
        test: {
          ...common,
          name: 'node-code',
          include: ['test/compile/*.test.ts', 'test/backends/*.test.ts'],
          pool: 'threads',
          env: environment,
        },
      },
      browser('js', ['test/browser/policy.test.ts']),
      browser('wasm', ['test/browser/surroundings.test.ts', 'test/compile/fuzz.test.ts']),
      browser('threads', [
        'test/browser/surroundings.test.ts',
        'test/compile/fuzz.test.ts',
        'test/backends/threads.test.ts',
      ]),
    ],
  },
});

export default config;
