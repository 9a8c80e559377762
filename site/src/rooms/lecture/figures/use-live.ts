/**
 * The answer behind a live figure: asked of the worker once the figure comes near the screen, and whenever its input changes.
 * `recorded` is the answer for the input that a first visit shows, so that it needs no worker; a test compares it with the task's.
 */
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TaskInput, TaskOutput } from '../../../worker/compute.ts';
import type { TaskTable } from '../../../worker/tasks.ts';
import { useCompute } from '../../../worker/use-compute.ts';

type Name = keyof TaskTable['lecture'] & string;

export interface Live<O> {
  /** For the element whose coming into sight starts the computing. */
  readonly place: RefObject<HTMLDivElement | null>;
  readonly value: O | undefined;
  readonly error: Error | undefined;
}

export function useSeen(): { readonly place: RefObject<HTMLDivElement | null>; readonly seen: boolean } {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        setSeen(true);
        observer.disconnect();
      },
      { rootMargin: '100px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return { place, seen };
}

export function useLive<T extends Name>(
  task: T,
  input: TaskInput<'lecture', T>,
  recorded?: { readonly input: TaskInput<'lecture', T>; readonly value: TaskOutput<'lecture', T> },
): Live<TaskOutput<'lecture', T>> {
  const { place, seen } = useSeen();
  const isRecorded = recorded !== undefined && JSON.stringify(recorded.input) === JSON.stringify(input);
  const { value, error } = useCompute('lecture', task, seen && !isRecorded ? input : null);
  return { place, value: isRecorded ? recorded.value : (value ?? recorded?.value), error };
}
