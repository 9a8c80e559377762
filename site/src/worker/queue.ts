/**
 * The page's end of the protocol: requests wait in line for one worker. A request that is cancelled while it runs, or that
 * exceeds its time, takes the worker with it; the next request starts a new one.
 */
import { type ErrorReport, type LogLine, readReply } from './protocol.ts';

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the worker is stopped; default 30,000. */
  readonly timeLimit?: number;
  readonly onProgress?: (fraction: number, label: string) => void;
  readonly onLog?: (line: LogLine) => void;
}

/** What went wrong in a worker, or to it. `name` is the class of the error there. */
export class WorkerError extends Error {
  readonly details: ErrorReport['details'];
  readonly workerStack: string;

  constructor({ name, message, stack, details }: ErrorReport) {
    super(message);
    this.name = name;
    this.details = details;
    this.workerStack = stack;
  }
}

/** A request that was cancelled; rooms show nothing for it. */
export class CancelledError extends Error {
  override name = 'CancelledError';
}

function trouble(name: string, message: string, details: ErrorReport['details'] = {}): WorkerError {
  return new WorkerError({ name, message, stack: '', details });
}

const grace = 200;

interface Waiting {
  readonly id: number;
  readonly group: string;
  readonly task: string;
  readonly input: unknown;
  readonly options: RequestOptions;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerQueue {
  private readonly start: () => Worker;
  private readonly waiting: Waiting[] = [];
  private running: Waiting | null = null;
  private worker: { readonly worker: Worker; readonly port: MessagePort } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastId = 0;

  constructor(start: () => Worker) {
    this.start = start;
  }

  request(group: string, task: string, input: unknown, options: RequestOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request: Waiting = { id: ++this.lastId, group, task, input, options, resolve, reject };
      if (options.signal?.aborted) {
        reject(new CancelledError('cancelled'));
        return;
      }
      options.signal?.addEventListener('abort', () => this.cancel(request), { once: true });
      this.waiting.push(request);
      this.next();
    });
  }

  /** Stops the worker and whatever it computes. */
  close(): void {
    for (const { reject } of this.waiting.splice(0)) reject(new CancelledError('closed'));
    this.running?.reject(new CancelledError('closed'));
    this.running = null;
    this.stop();
  }

  private cancel(request: Waiting): void {
    const place = this.waiting.indexOf(request);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      request.reject(new CancelledError('cancelled'));
    } else if (this.running === request) {
      request.reject(new CancelledError('cancelled'));
      // A new worker costs more than the end of a short task: while somebody types, most tasks end in time.
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.stop();
        this.finish(() => undefined);
      }, grace);
    }
  }

  private next(): void {
    if (this.running) return;
    const request = this.waiting.shift();
    if (!request) return;
    this.running = request;
    const { id, group, task, input } = request;
    const limit = request.options.timeLimit ?? 30_000;
    this.timer = setTimeout(() => {
      this.stop();
      const error = trouble('TimeLimitError', `stopped after ${limit / 1000} s.`, { milliseconds: limit });
      this.finish(() => request.reject(error));
    }, limit);
    try {
      this.worker ??= this.open();
      this.worker.port.postMessage({ id, group, task, input });
    } catch (error) {
      this.finish(() => request.reject(error as Error));
    }
  }

  private finish(settle: () => void): void {
    clearTimeout(this.timer);
    this.running = null;
    settle();
    this.next();
  }

  private open(): { worker: Worker; port: MessagePort } {
    const worker = this.start();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => this.receive(data);
    port1.onmessageerror = () => this.receive(undefined);
    worker.onerror = (event) => {
      event.preventDefault();
      const { message, lineno, colno } = event;
      const text = message || 'the worker could not start, or ran out of memory.';
      this.fail(trouble('WorkerError', text, lineno ? { line: lineno, column: colno } : {}));
    };
    worker.postMessage(port2, [port2]);
    return { worker, port: port1 };
  }

  private fail(error: WorkerError): void {
    this.stop();
    const request = this.running;
    if (request) this.finish(() => request.reject(error));
  }

  private stop(): void {
    this.worker?.worker.terminate();
    this.worker?.port.close();
    this.worker = null;
  }

  private receive(message: unknown): void {
    const reply = readReply(message);
    if (!reply) {
      this.fail(trouble('WorkerError', 'the worker sent something unreadable.'));
      return;
    }
    const request = this.running;
    // Anything else is late.
    if (!request || reply.id !== request.id) return;
    const { onProgress, onLog } = request.options;
    if (reply.kind === 'progress') onProgress?.(reply.fraction, reply.label);
    else if (reply.kind === 'log') onLog?.(reply);
    else if (reply.kind === 'result') this.finish(() => request.resolve(reply.value));
    else this.finish(() => request.reject(new WorkerError(reply.error)));
  }
}
