/**
 * Random tests: a failure prints fast-check's seed and path; `FAST_CHECK_SEED=… npx vitest run <file>` runs that seed
 * again.
 */
import fc from 'fast-check';

const seed = process.env.FAST_CHECK_SEED;
if (seed) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
