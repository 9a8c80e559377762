/**
 * What the shape types cost their users: the type instantiations that test/types adds to those of src/ alone, held to
 * test/types/budget.json.
 *
 * Instantiations are counted by the compiler and the same on every machine, so they are asserted; the check time is
 * only printed. --update writes a new budget, a tenth above what was measured.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

interface Cost {
  instantiations: number;
  seconds: number;
}

function measure(project: string): Cost {
  const { stdout, status } = spawnSync('tsc', ['--project', project, '--extendedDiagnostics', '--pretty', 'false'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    const problems = stdout.split('\n').filter((line) => line.includes('error TS'));
    throw new Error([`${project} does not type-check.`, ...problems].join('\n'));
  }
  const read = (name: string): number => {
    const value = new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1];
    if (value === undefined) throw new Error(`tsc printed no "${name}".`);
    return Number(value);
  };
  return { instantiations: read('Instantiations'), seconds: read('Check time') };
}

const source = measure('test/types/tsconfig.source.json');
const uses = measure('test/types/tsconfig.json');
const instantiations = uses.instantiations - source.instantiations;
console.log(`src alone: ${source.instantiations} instantiations, check time ${source.seconds} s`);
console.log(`with test/types: ${uses.instantiations} instantiations, check time ${uses.seconds} s`);

const budgetPath = new URL('../test/types/budget.json', import.meta.url);
if (process.argv.includes('--update')) {
  const allowed = Math.ceil((1.1 * instantiations) / 1000) * 1000;
  writeFileSync(budgetPath, `${JSON.stringify({ instantiations: allowed }, null, 2)}\n`);
}
const budget: { instantiations: number } = JSON.parse(readFileSync(budgetPath, 'utf8'));
console.log(`added: ${instantiations} of ${budget.instantiations} allowed by test/types/budget.json`);
if (instantiations > budget.instantiations) {
  console.error('The types became more expensive: simplify them, or `npm run types:budget -- --update`.');
  process.exitCode = 1;
}
