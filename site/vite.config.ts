// Builds the page: static files with relative addresses, so that any host and any folder will do.
// `vite build` makes dist/; `vite build --mode test` makes test/dist/ with the page that the sandbox tests use.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { firstAnswer } from './build/first-answer.ts';
import { onlyWoff2 } from './build/fonts.ts';
import { contentSecurityPolicy } from './build/policy.ts';
import { typeFiles } from './build/type-files.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const alias = [
  { find: /^nabla$/, replacement: here('../src/index.ts') },
  { find: /^nabla\/(.*)$/, replacement: here('../src/$1/index.ts') },
];
// Errors of the library are told apart by the names of their classes.
const output = { minify: { compress: true, mangle: { keepNames: { class: true, function: false } }, codegen: true } };

export default defineConfig(({ mode }) => ({
  base: './',
  root: here(mode === 'test' ? './test/harness' : '.'),
  plugins: [onlyWoff2(), firstAnswer(alias), contentSecurityPolicy()],
  resolve: {
    // The package's own entry points, from their source.
    alias: [...alias],
  },
  worker: { format: 'es', plugins: () => [typeFiles()], rolldownOptions: { output } },
  build: {
    outDir: here(mode === 'test' ? './test/dist' : './dist'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    // The polyfill would fetch, and the page fetches nothing.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output },
  },
}));
