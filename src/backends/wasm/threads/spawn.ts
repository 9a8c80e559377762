// Starting workers where they exist: Node's worker_threads, found without an import so that bundles for the web have nothing
// to resolve, or Web Workers. What threads need beyond that is asked here too.
import { CONTROL_BYTES } from './control.ts';
import { nodeSource, type WorkerData, webSource } from './worker.ts';

/** What of Node's modules is used here. */
interface NodeWorker {
  unref(): void;
  on(event: 'error', listener: () => void): void;
}
interface WorkerThreads {
  readonly Worker: new (source: string, options: object) => NodeWorker;
}
interface OperatingSystem {
  availableParallelism(): number;
}
interface Surroundings {
  readonly process?: { getBuiltinModule?(name: string): unknown };
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly crossOriginIsolated?: boolean;
}

const surroundings = globalThis as unknown as Surroundings;

function nodeModule<T>(name: string): T | undefined {
  return surroundings.process?.getBuiltinModule?.(name) as T | undefined;
}

/** Processors that this process may use. */
export function cores(): number {
  const count =
    nodeModule<OperatingSystem>('node:os')?.availableParallelism() ?? surroundings.navigator?.hardwareConcurrency;
  return Math.max(1, count ?? 1);
}

let sharing: boolean | undefined;

/** Whether memory can be shared with workers: not in pages without cross-origin isolation, nor in Node before 20.16. */
export function canShare(): boolean {
  sharing ??= probe();
  return sharing;
}

function probe(): boolean {
  if (typeof SharedArrayBuffer === 'undefined' || surroundings.crossOriginIsolated === false) return false;
  if (!nodeModule('node:worker_threads') && (typeof Worker === 'undefined' || typeof Blob === 'undefined'))
    return false;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return memory.buffer instanceof SharedArrayBuffer && new SharedArrayBuffer(CONTROL_BYTES).byteLength > 0;
  } catch {
    return false;
  }
}

let waiting: boolean | undefined;

/** Whether this thread may sleep: the main thread of a page may not. */
export function canWait(): boolean {
  if (waiting === undefined) {
    try {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
      waiting = true;
    } catch {
      waiting = false;
    }
  }
  return waiting;
}

let webAddress: string | undefined;

/** Starts a worker that does not keep the process alive. False where that is refused, as a content security policy may. */
export function spawn(data: WorkerData): boolean {
  try {
    const threads = nodeModule<WorkerThreads>('node:worker_threads');
    if (threads) {
      const worker = new threads.Worker(nodeSource, { eval: true, workerData: data, execArgv: [] });
      worker.on('error', () => {});
      worker.unref();
      return true;
    }
    webAddress ??= URL.createObjectURL(new Blob([webSource], { type: 'text/javascript' }));
    const worker = new Worker(webAddress);
    worker.onerror = (event) => event.preventDefault();
    worker.postMessage(data);
    return true;
  } catch {
    return false;
  }
}
