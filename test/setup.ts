/**
 * Random tests: a failure prints fast-check's seed and path; `FAST_CHECK_SEED=… npx vitest run <file>` runs that seed
 * again. NABLA_TEST_BACKEND and NABLA_TEST_THREADS say what computes (compute.ts); without them the library chooses.
 * Test files share the library's modules, so each has to leave its settings as it found them.
 */
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { getThreads, tensor } from '../src/index.ts';
import { currentBackend } from '../src/program/backend.ts';

const { FAST_CHECK_SEED: seed, NABLA_TEST_BACKEND: backend, NABLA_TEST_THREADS: threads } = process.env;
if (seed) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
if (backend) {
  const { computeWith } = await import('./compute.ts');
  await computeWith(backend, Number(threads ?? 1));
}

const settings = () => ({ dtype: tensor(0.5).dtype, backend: currentBackend(), threads: getThreads() });
const found = settings();
afterAll(() => expect(settings()).toEqual(found));
