// The compiled program stage by stage, and how long its calls take.
import { compileStages, type Tensor } from 'nabla';
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { Given, StagesAnswer, TimingAnswer } from '../answers.ts';
import { type Subject, scalarFunction, subject, tensorFunction } from './subject.ts';
import { grad, hessian, jit, type TensorFunction, trace } from './transforms.ts';

export const orders = ['value', 'gradient', 'Hessian'] as const;
export type Order = (typeof orders)[number];

export interface StagesQuestion extends Given {
  readonly order: Order;
  readonly input: number;
}

const longest = 40_000;
const shownBytes = 512;

function ofOrder(whole: Subject, order: Order, input: number): TensorFunction {
  if (order === 'value') return tensorFunction(whole);
  const f = scalarFunction(whole, `The ${order}`);
  const derive = order === 'gradient' ? grad : hessian;
  return derive(f, { argnums: input });
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}\n… and ${text.length - longest} more characters`;
}

export function stages(question: StagesQuestion, tools: SandboxTools): StagesAnswer {
  const whole = subject(question, tools);
  const program = trace(ofOrder(whole, question.order, question.input))(...whole.args);
  const { traced, simplified, loops, steps, wasm, scratchBytes } = compileStages(program);
  const hexadecimal = Array.from(wasm?.subarray(0, shownBytes) ?? [], (b) => b.toString(16).padStart(2, '0'));
  return {
    traced: cut(String(traced)),
    tracedEquations: traced.equations.length,
    simplified: cut(String(simplified)),
    simplifiedEquations: simplified.equations.length,
    loops: cut(loops),
    steps,
    wasmBytes: wasm?.length ?? 0,
    wasm: hexadecimal.join(' '),
    scratchBytes,
  };
}

type Row = TimingAnswer['rows'][number];

const budget = 350;
const batchLeast = 4;

/** The median, over batches long enough for the clock, of the time of one call. */
function measure(name: string, f: () => unknown): Row {
  const clock = (n: number): number => {
    const start = performance.now();
    for (let k = 0; k < n; k++) f();
    return performance.now() - start;
  };
  const firstMilliseconds = clock(1);
  let batch = 1;
  for (let took = clock(1); took < batchLeast && batch < 100_000; took = clock(batch)) {
    batch = Math.ceil(batch * Math.min(8, Math.max(2, (1.2 * batchLeast) / Math.max(took, 0.1))));
  }
  const times: number[] = [];
  for (const end = performance.now() + budget; performance.now() < end || times.length < 3; )
    times.push(clock(batch) / batch);
  times.sort((a, b) => a - b);
  return {
    name,
    milliseconds: times[times.length >> 1]!,
    least: times[0]!,
    most: times.at(-1)!,
    calls: times.length * batch,
    firstMilliseconds,
  };
}

export function timing(question: Given & { readonly input: number }, tools: SandboxTools): TimingAnswer {
  const whole = subject(question, tools);
  const { args, f } = whole;
  const rows = [measure('value, operation by operation', () => f(...args))];
  const y = f(...args) as Tensor;
  const failures: string[] = [];
  const wanted: readonly Order[] = y.size === 1 ? orders : ['value'];
  wanted.forEach((order, i) => {
    tools.progress((i + 1) / (wanted.length + 1), order);
    try {
      const compiled = jit(ofOrder(whole, order, question.input));
      rows.push(measure(`${order}, compiled`, () => compiled(...args)));
    } catch (error) {
      failures.push(`${order}, compiled: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  });
  return { rows, failures };
}
