// The table, for the terminal and for RESULTS.md, and the machine it was made on.
import { cpus, loadavg, totalmem, type } from 'node:os';
import type { Contender } from './contender.ts';
import type { Outcome, Row } from './measure.ts';

/** Remarks name results that are further off than this, relative to the reference, though not wrong. */
const EXACT = 1e-4;

/** Three digits, without an exponent. */
function digits(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3);
}

function duration(seconds: number): string {
  if (seconds < 1e-3) return `${digits(seconds * 1e6)} µs`;
  return seconds < 1 ? `${digits(seconds * 1e3)} ms` : `${digits(seconds)} s`;
}

const timeOf = (row: Row, key: string): number | undefined => {
  const outcome = row.outcomes.get(key);
  return outcome?.kind === 'time' ? outcome.seconds.median : undefined;
};

function cell(row: Row, outcome: Outcome | undefined): string {
  if (!outcome || outcome.kind === 'absent') return '–';
  if (outcome.kind !== 'time') return outcome.kind;
  const { median } = outcome.seconds;
  const { work } = row.case;
  return work === undefined ? duration(median) : `${digits(work / median / 1e9)} GF/s`;
}

/** How many times as fast as `theirs` ours is. */
function ratio(ours: number | undefined, theirs: number | undefined): string {
  return ours === undefined || theirs === undefined ? '–' : `${digits(theirs / ours)}×`;
}

function table(rows: readonly Row[], field: readonly Contender[]): string[][] {
  const head = ['case', ...field.map(({ label }) => label), 'vs TypeScript', 'vs PyTorch'];
  const typescript = field.filter(({ group }) => group === 'typescript');
  const body = rows.map((row) => {
    const ours = timeOf(row, 'nabla-wasm');
    const peers = typescript.map(({ key }) => timeOf(row, key)).filter((time) => time !== undefined);
    const best = peers.length > 0 ? Math.min(...peers) : undefined;
    return [
      row.case.id,
      ...field.map(({ key }) => cell(row, row.outcomes.get(key))),
      ratio(ours, best),
      ratio(ours, timeOf(row, 'torch')),
    ];
  });
  return [head, ...body];
}

export function terminalTable(rows: readonly Row[], field: readonly Contender[]): string {
  const lines = table(rows, field);
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) => line.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join('  '))
    .join('\n');
}

function markdownTable(lines: readonly string[][]): string {
  const [head, ...body] = lines.map((line) => `| ${line.join(' | ')} |`);
  return [head, `|${lines[0]!.map((_, i) => (i === 0 ? ' --- ' : ' ---: ')).join('|')}|`, ...body].join('\n');
}

/** What is wrong, failed, or inexact. */
export function remarks(rows: readonly Row[], field: readonly Contender[]): string[] {
  return rows.flatMap((row) =>
    field.flatMap(({ key, label }) => {
      const outcome = row.outcomes.get(key);
      const remark = (text: string) => [`${row.case.id}, ${label}: ${text}`];
      if (!outcome || outcome.kind === 'absent') return [];
      if (outcome.kind !== 'time') return remark(`${outcome.kind}: ${outcome.detail}`);
      const { inexactness } = outcome;
      return inexactness > EXACT ? remark(`inexact: off by ${inexactness.toExponential(1)}, relative`) : [];
    }),
  );
}

export function machine(): string {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${model}, ${processors.length} cores, ${memory}, ${type()}, Node ${process.versions.node}`;
}

/** How busy the machine is with other things; 0 where the system does not say. */
export function load(): number {
  return loadavg()[0]!;
}

export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly loadBefore: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly skipped: readonly string[];
  readonly memory: readonly number[] | undefined;
}

function spreads(rows: readonly Row[], field: readonly Contender[]): string[][] {
  const body = rows.map((row) => [
    row.case.id,
    ...field.map(({ key }) => {
      const outcome = row.outcomes.get(key);
      if (outcome?.kind !== 'time') return '–';
      const { min, max, samples } = outcome.seconds;
      return `${duration(min)} – ${duration(max)} (${samples})`;
    }),
  ]);
  return [['case', ...field.map(({ label }) => label)], ...body];
}

/** Steady memory: how far it rose after the first quarter of the steps. */
export function memoryLine(megabytes: readonly number[]): string {
  const steady = megabytes.slice(megabytes.length >> 2);
  const [low, high] = [Math.min(...steady), Math.max(...steady)];
  return `l: 100,000 training steps on the tape, resident memory after warm-up ${low.toFixed(0)}–${high.toFixed(0)} MB`;
}

export function markdown(rows: readonly Row[], field: readonly Contender[], report: Report): string {
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  const busy =
    report.loadBefore > 0.5 ? ` The machine was busy with other work (load ${report.loadBefore.toFixed(1)}).` : '';
  const notes = [...report.skipped, ...remarks(rows, field)];
  return [
    '# Results',
    '',
    '`npm run bench -- --write` makes this page. Medians, or GFLOP/s where the case is arithmetic; every result is compared with a float64 reference before it is timed,',
    'and contenders are timed in turns. Everything runs on one thread but the column that says otherwise. The last columns say',
    'how many times as fast as the best TypeScript peer and as PyTorch nabla (wasm, one thread) is. NumPy has its derivatives',
    'written by hand.',
    '',
    `${report.date}. ${report.machine}.${busy}`,
    ...(versions.length > 0 ? [`${versions.join(', ')}.`] : []),
    '',
    markdownTable(table(rows, field)),
    '',
    ...(report.memory ? [memoryLine(report.memory), ''] : []),
    '## Cases',
    '',
    ...rows.map((row) => `- **${row.case.id}**: ${row.case.title}`),
    '',
    '## Spread: minimum – maximum (samples)',
    '',
    markdownTable(spreads(rows, field)),
    '',
    ...(notes.length > 0 ? ['## Remarks', '', ...notes.map((note) => `- ${note}`), ''] : []),
  ].join('\n');
}
