/**
 * The user's code, transpiled and open in a sandbox, and questions to it as a hook:
 *
 *     const answer = useAsk(session, 'graph', given, graphAnswer);     // value, error, pending, fraction, cancel
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { compute } from '../../worker/compute.ts';
import type { LogLine } from '../../worker/protocol.ts';
import { CancelledError } from '../../worker/queue.ts';
import type { Computation } from '../../worker/use-compute.ts';
import { editorAsked } from './editor/editor.tsx';
import { type Reader, readAnswer } from './read.ts';
import type { PlaygroundTasks } from './sandbox/tasks.ts';
import type { Position } from './transpile.ts';

export interface Session {
  /** What it was opened with. */
  readonly code: string;
  readonly sandbox: Sandbox;
  readonly mappings: string;
}

export interface SyntaxTrouble {
  readonly message: string;
  readonly at: Position;
}

export interface OpenedSession {
  readonly session: Session | null;
  readonly trouble: SyntaxTrouble | null;
  /** Closes the sandbox and opens it again. */
  restart(): void;
}

const pause = 300;

/** Transpiles the code a moment after it changed, and opens a sandbox with it; the one before is closed. */
export function useSession(code: string): OpenedSession {
  const [session, setSession] = useState<Session | null>(null);
  const [trouble, setTrouble] = useState<SyntaxTrouble | null>(null);
  const [run, setRun] = useState(0);
  const first = useRef(true);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let opened: Sandbox | null = null;
    const timer = setTimeout(
      async () => {
        try {
          await editorAsked;
          if (signal.aborted) return;
          const result = await compute('playground', 'transpile', { code }, { signal, timeLimit: 10_000 });
          if (signal.aborted) return;
          setTrouble(result.ok ? null : { message: result.message, at: result.at });
          if (!result.ok) {
            setSession(null);
            return;
          }
          opened = openSandbox(result.code);
          setSession({ code, sandbox: opened, mappings: result.mappings });
        } catch (error) {
          if (!(error instanceof CancelledError)) setTrouble({ message: String(error), at: { line: 1, column: 1 } });
        }
      },
      first.current ? 0 : pause,
    );
    first.current = false;
    return () => {
      clearTimeout(timer);
      controller.abort();
      opened?.close();
    };
  }, [code, run]);
  // The inputs may have changed with the code: the session before has nothing to say to them.
  return { session: session?.code === code ? session : null, trouble, restart: () => setRun((n) => n + 1) };
}

export interface Asked<T> extends Computation<T> {
  readonly lines: readonly LogLine[];
}

type Shown<T> = Omit<Asked<T>, 'cancel'>;

const nothing = { value: undefined, error: undefined, pending: false, fraction: undefined, lines: [] };
const mostLines = 201;

/** So long a computation may go on for a question that is no longer asked, while somebody drags. */
const patience = 400;

/** One question after another: while one is computed, only the latest of those that follow is kept. */
export function useAsk<T>(
  session: Session | null,
  task: keyof PlaygroundTasks,
  question: unknown,
  reader: Reader<T>,
  timeLimit = 10_000,
): Asked<T> {
  const [shown, show] = useState<Shown<T>>(nothing);
  const asking = useRef<Asking | null>(null);
  const key = JSON.stringify(question);
  useEffect(() => {
    if (!session) {
      show((before) => ({ ...before, pending: false }));
      return;
    }
    const mine = new Asking((input, signal) => {
      const lines: LogLine[] = [];
      show(({ value, error }) => ({ ...nothing, value, error, pending: true }));
      const answer = session.sandbox.request(task, input, {
        signal,
        timeLimit,
        onProgress: (fraction) => show((before) => ({ ...before, fraction })),
        onLog: (line) => {
          if (lines.length < mostLines) lines.push(line);
        },
      });
      return answer
        .then((found) => readAnswer(reader, found))
        .then(
          (value) => {
            if (!mine.closed) show({ ...nothing, value, lines });
          },
          (error: Error) => {
            if (mine.closed) return;
            if (error instanceof CancelledError) show(({ value }) => ({ ...nothing, value, lines }));
            else show(({ value }) => ({ ...nothing, value, error, lines }));
          },
        );
    });
    asking.current = mine;
    return () => {
      asking.current = null;
      mine.close();
    };
  }, [session, task, timeLimit]);
  useEffect(() => asking.current?.ask(JSON.parse(key)), [session, task, timeLimit, key]);
  return { ...shown, cancel: () => asking.current?.cancel() };
}

class Asking {
  closed = false;
  private readonly send: (question: unknown, signal: AbortSignal) => Promise<void>;
  private running: AbortController | null = null;
  private waiting: { readonly question: unknown } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (question: unknown, signal: AbortSignal) => Promise<void>) {
    this.send = send;
  }

  ask(question: unknown): void {
    if (question === null) return;
    this.waiting = { question };
    if (!this.running) void this.next();
    else this.timer ??= setTimeout(() => this.running?.abort(), patience);
  }

  private async next(): Promise<void> {
    while (this.waiting && !this.closed) {
      const { question } = this.waiting;
      this.waiting = null;
      this.running = new AbortController();
      await this.send(question, this.running.signal);
      clearTimeout(this.timer);
      this.timer = undefined;
      this.running = null;
    }
  }

  cancel(): void {
    this.waiting = null;
    this.running?.abort();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.cancel();
  }
}
