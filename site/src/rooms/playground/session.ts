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
import type { Reader } from './read.ts';
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
const mostLines = 200;

export function useAsk<T>(
  session: Session | null,
  task: keyof PlaygroundTasks,
  question: unknown,
  reader: Reader<T>,
  timeLimit = 10_000,
): Asked<T> {
  const [shown, show] = useState<Shown<T>>(nothing);
  const controller = useRef<AbortController | null>(null);
  const key = JSON.stringify(question);
  useEffect(() => {
    if (!session || question === null) {
      show((before) => ({ ...before, pending: false }));
      return;
    }
    const mine = new AbortController();
    controller.current = mine;
    const lines: LogLine[] = [];
    show(({ value, error }) => ({ ...nothing, value, error, pending: true }));
    session.sandbox
      .request(task, question, {
        signal: mine.signal,
        timeLimit,
        onProgress: (fraction) => show((before) => ({ ...before, fraction })),
        onLog: (line) => {
          if (lines.length < mostLines) lines.push(line);
        },
      })
      .then(reader)
      .then(
        (value) => {
          if (!mine.signal.aborted) show({ ...nothing, value, lines });
        },
        (error: Error) => {
          if (controller.current !== mine) return;
          const failure = error instanceof CancelledError ? undefined : error;
          show({ ...nothing, error: failure, lines });
        },
      );
    return () => {
      controller.current = null;
      mine.abort();
    };
  }, [session, task, key, timeLimit]);
  return { ...shown, cancel: () => controller.current?.abort() };
}
