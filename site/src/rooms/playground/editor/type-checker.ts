// The page's way to the compiler: asks the worker, which is started with the first question.
import { WorkerQueue } from '../../../worker/queue.ts';

export interface Diagnostic {
  /** Places in the text, from 0. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export interface Completion {
  readonly name: string;
  readonly kind: string;
}

export interface Hover {
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly documentation: string;
}

let queue: WorkerQueue | undefined;

function ask(task: string, input: unknown): Promise<unknown> {
  queue ??= new WorkerQueue(
    () => new Worker(new URL('./type-check.worker.ts', import.meta.url), { type: 'module', name: 'nabla types' }),
  );
  return queue.request('types', task, input, { timeLimit: 20_000 });
}

export const checkTypes = (code: string) => ask('check', { code }) as Promise<Diagnostic[]>;
export const completionsAt = (code: string, position: number) =>
  ask('complete', { code, position }) as Promise<Completion[]>;
export const hoverAt = (code: string, position: number) => ask('hover', { code, position }) as Promise<Hover | null>;
