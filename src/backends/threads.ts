// How many threads compute, as users set it.
import { ArgumentError } from '../errors.ts';
import { describeValue } from '../tensor/describe.ts';
import { setThreadCount, threadCount } from './wasm/threads/count.ts';

/** Nobody has more processors, and a typing error may ask for a million. */
const MOST_THREADS = 256;

/** How many threads large computations use: what setThreads said, else the number of processors; 1 where memory cannot be shared. */
export function getThreads(): number {
  return threadCount();
}

/**
 * Sets how many threads large computations may use; 1 switches threads off. Workers start when there is work that is worth it,
 * never before, and do not keep a process alive. The results are the same for every number, to the last bit. Threads need
 * shared memory: Node from 20.16 on, or a cross-origin-isolated page; elsewhere one thread computes, whatever the number.
 * Throws ArgumentError for anything but an integer from 1 to 256.
 */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > MOST_THREADS) {
    throw new ArgumentError(
      `setThreads: the number of threads must be an integer from 1 to ${MOST_THREADS}, got ${describeValue(count)}.`,
      'setThreads(1) computes in the calling thread alone',
    );
  }
  setThreadCount(count);
}
