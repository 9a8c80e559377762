/**
 * A task as a hook: asks whenever the input changes (compared as JSON), forgets answers that come too late.
 *
 *     const derivation = useCompute('formula', 'derive', { expression });     // null input: nothing is asked
 *     <Progress of={derivation} label="deriving" />
 *
 * `value` stays the last good answer while the next one is computed.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { compute, type TaskInput, type TaskOutput } from './compute.ts';
import { CancelledError, type RequestOptions } from './queue.ts';
import type { TaskTable } from './tasks.ts';

export interface Computation<O> {
  readonly value: O | undefined;
  readonly error: Error | undefined;
  readonly pending: boolean;
  /** From 0 to 1; undefined where the task reports none. */
  readonly fraction: number | undefined;
  cancel(): void;
}

type Shown<O> = Omit<Computation<O>, 'cancel'>;

export function useCompute<R extends keyof TaskTable, T extends keyof TaskTable[R] & string>(
  room: R,
  task: T,
  input: TaskInput<R, T> | null,
  { timeLimit }: Pick<RequestOptions, 'timeLimit'> = {},
): Computation<TaskOutput<R, T>> {
  const [shown, show] = useState<Shown<TaskOutput<R, T>>>({
    value: undefined,
    error: undefined,
    pending: false,
    fraction: undefined,
  });
  const controller = useRef<AbortController | null>(null);
  const key = useMemo(() => JSON.stringify(input), [input]);

  useEffect(() => {
    if (input === null) {
      show((before) => (before.pending ? { ...before, pending: false, fraction: undefined } : before));
      return;
    }
    const mine = new AbortController();
    controller.current = mine;
    show(({ value, error }) => ({ value, error, pending: true, fraction: undefined }));
    compute(room, task, input, {
      signal: mine.signal,
      ...(timeLimit === undefined ? {} : { timeLimit }),
      onProgress: (fraction) => show((before) => ({ ...before, fraction })),
    }).then(
      (value) => {
        if (!mine.signal.aborted) show({ value, error: undefined, pending: false, fraction: undefined });
      },
      (error: Error) => {
        if (controller.current !== mine) return;
        const failure = error instanceof CancelledError ? undefined : error;
        show(({ value }) => ({ value, error: failure, pending: false, fraction: undefined }));
      },
    );
    return () => {
      controller.current = null;
      mine.abort();
    };
  }, [room, task, key, timeLimit]);

  return { ...shown, cancel: () => controller.current?.abort() };
}
