/**
 * The benchmark: `npm run bench`, or `npm run bench -- --only a,d,e --quick`.
 *
 *   --only a,d     only these cases, by letter, full name (`e 512`) or group (`structured`); `l`, the memory of a long loop, runs only so
 *   --quick        fewer and shorter samples
 *   --seconds 30   time for the samples of each row
 *   --json         one object for machines instead of the table
 *   --write        keep the table in RESULTS.md
 *
 * Every library runs in a process of its own. NABLA_BENCH_PYTHON names the Python interpreter, or several, separated as in
 * PATH; each Python library runs in the first that has it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from './cases/index.ts';
import { compileBench } from './compile.ts';
import { type Contender, contenders, startPython, startTypeScript, type WorkerProcess, withFma } from './contender.ts';
import { measure, type Row } from './measure.ts';
import { installPeers } from './peers/install.ts';
import { load, machine, markdown, memoryLine, remarks, terminalTable } from './report.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

/** Case l. */
const MEMORY_STEPS = 100_000;

const wanted = options.only?.split(',').map((name) => name.trim());
const letter = (id: string): string => id.split(' ')[0]!;
const namesOf = ({ id, group }: (typeof cases)[number]): string[] => [id, letter(id), ...(group ? [group] : [])];
const chosen = cases.filter((one) => !wanted || namesOf(one).some((name) => wanted.includes(name)));
const known = new Set([...cases.flatMap(namesOf), 'l']);
const unknown = wanted?.filter((name) => !known.has(name)) ?? [];
if (unknown.length > 0) {
  console.error(`bench: no case is named ${unknown.join(', ')}; there are ${[...known].join(', ')}.`);
  process.exit(2);
}
const effort = {
  seconds: Number(options.seconds ?? (options.quick ? 3 : 16)),
  rounds: options.quick ? 5 : 15,
};

const loadBefore = load();
const skipped: string[] = [];
const versions: Record<string, string> = {};
const running = new Map<string, WorkerProcess>();

function skip(what: string, why: string): void {
  skipped.push(`skipped ${what}: ${why}`);
  console.error(skipped.at(-1));
}

async function available(contender: Contender): Promise<boolean> {
  const { key, label, group } = contender;
  if (group !== 'python') return true;
  const started = await startPython(key);
  if (typeof started === 'string') {
    skip(label, started);
    return false;
  }
  running.set(key, started.worker);
  versions[label] = started.version;
  return true;
}

const noPeers = installPeers();
if (noPeers) skip('the TypeScript peers', noPeers);
else {
  const { devDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
  Object.assign(versions, devDependencies);
}
compileBench();

const field: Contender[] = [];
for (const contender of contenders.flatMap((one) => (one.key === 'nabla-wasm-2' ? [one, ...withFma()] : [one]))) {
  if (contender.group === 'typescript' && noPeers) continue;
  if (chosen.length > 0 && (await available(contender))) field.push(contender);
}

const rows: Row[] = [];
for (const task of chosen) {
  console.error(`${task.id}: ${task.title} …`);
  rows.push(await measure(task, field, running, effort));
}
for (const worker of running.values()) worker.end();

let memory: number[] | undefined;
if (wanted?.includes('l')) {
  const worker = startTypeScript('nabla-wasm');
  const { megabytes, error } = await worker.ask({ action: 'memory', count: MEMORY_STEPS });
  worker.end();
  if (megabytes) memory = megabytes;
  else skip('l', error ?? 'no answer');
}

const shown = field.filter(({ key }) => rows.some(({ outcomes }) => outcomes.get(key)?.kind !== 'absent'));
const report = {
  date: new Date().toISOString().slice(0, 10),
  machine: machine(),
  loadBefore,
  versions,
  skipped,
  memory,
};
if (options.json) {
  const results = rows.map(({ case: { id, title, work }, outcomes }) => ({
    id,
    title,
    work,
    outcomes: Object.fromEntries(outcomes),
  }));
  console.log(JSON.stringify({ ...report, results }, null, 2));
} else {
  console.log(`\n${report.machine}, load ${loadBefore.toFixed(1)} before the start\n`);
  if (rows.length > 0) console.log(terminalTable(rows, shown));
  for (const line of [...(memory ? [memoryLine(memory)] : []), ...remarks(rows, shown)]) console.log(line);
}
if (options.write) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), markdown(rows, shown, report));
process.exit();
