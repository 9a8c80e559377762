// How many threads may compute. The number is a wish of the user, the number of processors if there is none, and 1 where
// memory cannot be shared.
import { canShare, cores } from './spawn.ts';

let wanted: number | undefined;
const listeners = new Set<() => void>();

export function threadCount(): number {
  if (wanted === 1 || !canShare()) return 1;
  wanted ??= cores();
  return wanted;
}

export function setThreadCount(count: number): void {
  wanted = count;
  for (const listener of listeners) listener();
}

/** Calls `listener` whenever the number changes, until the function it gives is called. */
export function onThreadCount(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
