import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const source = fileURLToPath(new URL('src/', import.meta.url));

const config: ViteUserConfig = defineConfig({
  resolve: {
    // The page's code names the package as its users do.
    alias: [
      { find: /^nabla$/, replacement: `${source}index.ts` },
      { find: /^nabla\/(.*)$/, replacement: `${source}$1/index.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'site/test/**/*.test.ts'],
    // These need a page: vitest.matrix.config.ts.
    exclude: ['test/browser/**'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    maxWorkers: '100%',
    // Files share a worker's modules: importing the library for each of them took a third of the time.
    isolate: false,
    allowOnly: false,
  },
});

export default config;
