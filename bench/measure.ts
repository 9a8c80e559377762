// One row of the table: check every contender against the reference, then time them in turns (A B A B …), so that whatever
// else the machine does meets all of them alike.
import type { Case } from './case.ts';
import { type Contender, type Reply, startTypeScript, type WorkerProcess } from './contender.ts';
import { deviation } from './digest.ts';

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly samples: number;
}

export type Outcome =
  /** `inexactness` is the largest relative difference from the reference. */
  | { readonly kind: 'time'; readonly seconds: Spread; readonly inexactness: number }
  | { readonly kind: 'wrong' | 'error'; readonly detail: string }
  | { readonly kind: 'absent' };

export interface Row {
  readonly case: Case;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export interface Effort {
  /** For all the timing of a row. */
  readonly seconds: number;
  readonly rounds: number;
}

/** A worker that stays: Python's, whose imports take seconds. */
export type Running = ReadonlyMap<string, WorkerProcess>;

interface Entrant {
  readonly key: string;
  readonly worker: WorkerProcess;
  readonly inexactness: number;
  /** Calls in one sample. */
  count: number;
  spent: number;
  readonly samples: number[];
}

function spread(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)!, samples: sorted.length };
}

const startOf = (key: string, running: Running): WorkerProcess => running.get(key) ?? startTypeScript(key);

function request(task: Case): object {
  const { id, program, inputs, dtype } = task;
  return { action: 'prepare', id, program, inputs, dtype };
}

async function prepareAndCheck(worker: WorkerProcess, task: Case): Promise<Reply> {
  const ready = await worker.ask(request(task));
  return ready.error || ready.absent ? ready : worker.ask({ action: 'check' });
}

/** How inexact a result is, or why it does not count. */
function verdict(reply: Reply, expected: NonNullable<Reply['outputs']>, task: Case): number | Outcome {
  if (reply.absent) return { kind: 'absent' };
  if (!reply.outputs) return { kind: 'error', detail: reply.error ?? 'no answer' };
  const { relative, detail } = deviation(reply.outputs, expected);
  return relative <= task.tolerance ? relative : { kind: 'wrong', detail };
}

/** Engines optimise code that has run for a while, or often: each contender runs for this long, or this often, untimed. */
const WARM_UP = { seconds: 0.4, calls: 10_000 };

/** Warms up, then doubles the number of calls in a sample until it takes `target` seconds. */
async function calibrate(entrant: Entrant, target: number): Promise<string | undefined> {
  let [warm, calls] = [0, 0];
  for (;;) {
    const { seconds, error } = await entrant.worker.ask({ action: 'time', count: entrant.count });
    if (seconds === undefined) return error ?? 'no answer';
    warm += seconds;
    calls += entrant.count;
    const cold = warm < WARM_UP.seconds && calls < WARM_UP.calls;
    if (!cold && seconds >= target / 2) {
      entrant.spent += seconds;
      entrant.count = Math.max(1, Math.round((entrant.count * target) / seconds));
      return undefined;
    }
    if (seconds < target) entrant.count *= 2;
  }
}

async function timeInTurns(entrants: readonly Entrant[], effort: Effort): Promise<void> {
  const budget = effort.seconds / entrants.length;
  for (let round = 0; round < effort.rounds; round++) {
    for (const entrant of entrants) {
      const likely = entrant.samples.length === 0 ? 0 : entrant.spent / (entrant.samples.length + 1);
      if (entrant.samples.length > 0 && entrant.spent + likely > 2 * budget) continue;
      const { seconds } = await entrant.worker.ask({ action: 'time', count: entrant.count });
      if (seconds === undefined) continue;
      entrant.spent += seconds;
      entrant.samples.push(seconds / entrant.count);
    }
  }
}

async function measureSteady(
  task: Case,
  field: readonly Contender[],
  running: Running,
  effort: Effort,
  expected: NonNullable<Reply['outputs']>,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const entrants: Entrant[] = [];
  for (const { key } of field) {
    const worker = startOf(key, running);
    const outcome = verdict(await prepareAndCheck(worker, task), expected, task);
    if (typeof outcome === 'number') {
      entrants.push({ key, worker, inexactness: outcome, count: 1, spent: 0, samples: [] });
    } else {
      outcomes.set(key, outcome);
      if (!running.has(key)) worker.end();
    }
  }
  const target = effort.seconds / entrants.length / effort.rounds;
  for (const entrant of entrants) {
    const error = await calibrate(entrant, target);
    if (error) outcomes.set(entrant.key, { kind: 'error', detail: error });
  }
  const going = entrants.filter(({ key }) => !outcomes.has(key));
  await timeInTurns(going, effort);
  for (const { key, samples, inexactness } of going) {
    const ended: Outcome = { kind: 'error', detail: 'ended while timed' };
    outcomes.set(key, samples.length > 0 ? { kind: 'time', seconds: spread(samples), inexactness } : ended);
  }
  for (const { key, worker } of entrants) if (!running.has(key)) worker.end();
  return outcomes;
}

/** The first call in a new process, again and again; Python's processes stay and forget what they compiled. */
async function measureFirstCalls(
  task: Case,
  field: readonly Contender[],
  running: Running,
  effort: Effort,
  expected: NonNullable<Reply['outputs']>,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const taken = new Map<string, number[]>();
  const inexactness = new Map<string, number>();
  const rounds = Math.ceil(effort.rounds / 2);
  for (let round = 0; round < rounds; round++) {
    for (const { key } of field) {
      const spent = (taken.get(key) ?? []).reduce((a, b) => a + b, 0);
      if (outcomes.has(key) || spent > effort.seconds) continue;
      const worker = startOf(key, running);
      const reply = await prepareAndCheck(worker, task);
      if (!running.has(key)) worker.end();
      const outcome = verdict(reply, expected, task);
      if (typeof outcome === 'number') {
        taken.set(key, [...(taken.get(key) ?? []), reply.seconds!]);
        inexactness.set(key, outcome);
      } else outcomes.set(key, outcome);
    }
  }
  for (const [key, samples] of taken) {
    if (outcomes.has(key)) continue;
    outcomes.set(key, { kind: 'time', seconds: spread(samples), inexactness: inexactness.get(key)! });
  }
  return outcomes;
}

/** What every contender makes of a case; throws if the reference cannot be computed. */
export async function measure(task: Case, field: readonly Contender[], running: Running, effort: Effort): Promise<Row> {
  const reference = startTypeScript('reference');
  const { outputs, error } = await prepareAndCheck(reference, task);
  reference.end();
  if (!outputs) throw new Error(`the reference of case ${task.id} failed: ${error}`);
  const how = task.firstCall ? measureFirstCalls : measureSteady;
  return { case: task, outcomes: await how(task, field, running, effort, outputs) };
}
