/**
 * Every check of the project, one after another: `npm test`, or `npm test -- types knip` for some of them.
 *
 * A failed step does not stop the others. The last line counts steps and test cases together: `N passed, N failed`.
 * The step `vitest` runs every test; `js`, `wasm`, `newest-node` and `browser` repeat a share of them elsewhere
 * (vitest.matrix.config.ts).
 * In CI a skipped test fails its step, so that a check which cannot run there is noticed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Cases {
  passed: number;
  failed: number;
  skipped: string[];
}
interface Step {
  name: string;
  command: string[];
  env?: Record<string, string>;
  /** A step that has to run first. */
  needs?: string;
  /** Reads what the command wrote about its test cases. */
  cases?: () => Cases;
  /** Why the step cannot run on this machine, if it cannot. */
  unavailable?: () => string | undefined;
  /** Printed with its counts. */
  note?: string;
}
interface PlaywrightSuite {
  title: string;
  specs: { title: string; tests: { status: 'expected' | 'unexpected' | 'flaky' | 'skipped' }[] }[];
  suites?: PlaywrightSuite[];
}
interface VitestReport {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
}

const inCI = Boolean(process.env.CI);
const scratch = mkdtempSync(join(tmpdir(), 'nabla-check-'));
const siteReport = join(scratch, 'site.json');
const tarball = join(scratch, 'package.tgz');

/** The newest Node, from npm. */
const npxNode = ['npx', '--yes', '--package', 'node@26.9.0'];

const steps: Step[] = [
  { name: 'lockfile', command: ['tsx', 'scripts/complete-lockfile.ts', '--check'] },
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'types', command: ['tsc', '--project', 'tsconfig.json', '--diagnostics'] },
  { name: 'types-browser', command: ['tsc', '--project', 'tsconfig.browser.json'] },
  { name: 'types-site', command: ['tsc', '--project', 'site/tsconfig.json'] },
  { name: 'knip', command: ['knip', '--no-progress'] },
  vitestStep('vitest', []),
  matrixStep('js', ['node-js']),
  matrixStep('wasm', ['node-wasm', 'node-threads']),
  {
    ...matrixStep('newest-node', ['node-*'], [...npxNode, 'node', 'node_modules/vitest/vitest.mjs']),
    unavailable: newestNodeUnavailable,
  },
  matrixStep('browser', ['browser-*']),
  {
    name: 'site',
    command: ['npm', 'run', 'test', '--silent', '--workspace', 'site'],
    env: { SITE_REPORT: siteReport },
    cases: readSiteReport,
  },
  { name: 'pack', command: ['tsx', 'scripts/pack.ts', tarball] },
  { name: 'install', needs: 'pack', command: ['tsx', 'test/package/install.ts', tarball] },
  { name: 'publint', needs: 'pack', command: ['publint', 'run', tarball, '--strict'] },
  {
    name: 'attw',
    needs: 'pack',
    command: ['attw', tarball, '--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii'],
  },
];

function vitestStep(name: string, options: readonly string[], vitest: readonly string[] = ['vitest']): Step {
  const report = join(scratch, `${name}.json`);
  return {
    name,
    command: [...vitest, 'run', ...options, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    cases: () => readVitestReport(report),
  };
}

/** Cells of vitest.matrix.config.ts. */
function matrixStep(name: string, projects: readonly string[], vitest?: readonly string[]): Step {
  const options = ['--config', 'vitest.matrix.config.ts', ...projects.map((project) => `--project=${project}`)];
  const note = `${projects.join(', ')}: a tenth of the random cases`;
  return { ...vitestStep(name, options, vitest), note };
}

function newestNodeUnavailable(): string | undefined {
  const [program = '', ...args] = npxNode;
  const options = { shell: process.platform === 'win32', timeout: 180_000 };
  const { status } = spawnSync(program, [...args, 'node', '--version'], { ...options, stdio: 'ignore' });
  return status === 0 ? undefined : `${npxNode.at(-1)} cannot be had from npm's registry`;
}

function readVitestReport(report: string): Cases {
  const cases: Cases = { passed: 0, failed: 0, skipped: [] };
  if (!existsSync(report)) return cases;
  const { testResults }: VitestReport = JSON.parse(readFileSync(report, 'utf8'));
  for (const { assertionResults } of testResults) {
    for (const { fullName, status } of assertionResults) {
      if (status === 'passed') cases.passed++;
      else if (status === 'failed') cases.failed++;
      else cases.skipped.push(fullName);
    }
  }
  return cases;
}

function readSiteReport(): Cases {
  const cases: Cases = { passed: 0, failed: 0, skipped: [] };
  if (!existsSync(siteReport)) return cases;
  const read = ({ title, specs, suites = [] }: PlaywrightSuite): void => {
    for (const spec of specs) {
      for (const { status } of spec.tests) {
        if (status === 'expected') cases.passed++;
        else if (status === 'skipped') cases.skipped.push(`${title} ${spec.title}`);
        else cases.failed++;
      }
    }
    suites.forEach(read);
  };
  const { suites }: { suites: PlaywrightSuite[] } = JSON.parse(readFileSync(siteReport, 'utf8'));
  suites.forEach(read);
  return cases;
}

function heading(text: string): void {
  console.log(`\n━━━━ ${text} ${'━'.repeat(Math.max(0, 100 - text.length))}`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No step is named ${unknown.join(', ')}. Steps: ${steps.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const needed = steps.flatMap(({ name, needs }) => (needs && wanted.includes(name) ? [needs] : []));
const chosen = wanted.length > 0 ? new Set([...wanted, ...needed]) : new Set(steps.map(({ name }) => name));

let passed = 0;
let failed = 0;
const summary: string[] = [];
const skipped: string[] = [];

try {
  for (const [index, step] of steps.entries()) {
    if (!chosen.has(step.name)) {
      skipped.push(`step ${step.name}: not asked for`);
      continue;
    }
    heading(`${index + 1}/${steps.length} ${step.name}`);
    console.log(`$ ${step.command.join(' ')}`);
    const start = performance.now();
    const missing = inCI ? undefined : step.unavailable?.();
    if (missing) {
      console.log(`SKIPPED: ${missing}`);
      skipped.push(`step ${step.name}: ${missing}`);
      continue;
    }
    const [program = '', ...args] = step.command;
    const { status, error } = spawnSync(program, args, {
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: { ...process.env, ...step.env },
    });
    if (error) console.error(error.message);
    const cases = step.cases?.() ?? { passed: 0, failed: 0, skipped: [] };
    const ok = status === 0 && cases.failed === 0 && !(inCI && cases.skipped.length > 0);
    passed += cases.passed + (ok ? 1 : 0);
    failed += cases.failed + (ok ? 0 : 1);
    skipped.push(...cases.skipped.map((name) => `test ${name}`));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const counts = step.cases
      ? `  (${cases.passed} passed, ${cases.failed} failed, ${cases.skipped.length} skipped${step.note ? `; ${step.note}` : ''})`
      : '';
    summary.push(`${ok ? 'ok    ' : 'FAILED'} ${step.name.padEnd(14)} ${seconds.padStart(6)} s${counts}`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

heading('summary');
for (const line of summary) console.log(line);
for (const line of skipped) console.log(`SKIPPED ${line}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
