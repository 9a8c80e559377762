/**
 * Asks the compute worker.
 *
 *     const { latex } = await compute('formula', 'derive', { expression }, { signal, timeLimit: 5000 });
 *
 * The types come from the room's tasks.ts; input and result must survive structured cloning, so tensors cross as typed
 * arrays or nested arrays.
 */
import { type RequestOptions, WorkerQueue } from './queue.ts';
import type { TaskTable } from './tasks.ts';

export type TaskInput<R extends keyof TaskTable, T extends keyof TaskTable[R]> = TaskTable[R][T] extends (
  input: infer I,
  ...rest: never[]
) => unknown
  ? I
  : never;
export type TaskOutput<R extends keyof TaskTable, T extends keyof TaskTable[R]> = TaskTable[R][T] extends (
  ...args: never[]
) => infer O
  ? Awaited<O>
  : never;

const queues = new Map<string, WorkerQueue>();

function queueOf(room: string): WorkerQueue {
  const known = queues.get(room);
  if (known) return known;
  const queue = new WorkerQueue(
    () => new Worker(new URL('./compute.worker.ts', import.meta.url), { type: 'module', name: `nabla ${room}` }),
  );
  queues.set(room, queue);
  return queue;
}

export function compute<R extends keyof TaskTable, T extends keyof TaskTable[R] & string>(
  room: R,
  task: T,
  input: TaskInput<R, T>,
  options?: RequestOptions,
): Promise<TaskOutput<R, T>> {
  return queueOf(room).request(room, task, input, options) as Promise<TaskOutput<R, T>>;
}
