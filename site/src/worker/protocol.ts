/**
 * What the page and its workers say to each other, over one MessagePort: a request is answered by any number of
 * progress reports and log lines, then by one result or one error.
 */
export interface Request {
  readonly id: number;
  readonly group: string;
  readonly task: string;
  readonly input: unknown;
}

/** An error as data: its class, its text, and numbers such as the column of a parse error. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly details: Readonly<Record<string, string | number>>;
}

export interface LogLine {
  readonly level: 'log' | 'warn' | 'error';
  readonly text: string;
}

export type Reply =
  | { readonly id: number; readonly kind: 'progress'; readonly fraction: number; readonly label: string }
  | ({ readonly id: number; readonly kind: 'log' } & LogLine)
  | { readonly id: number; readonly kind: 'result'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: ErrorReport };

/** What a task may do besides computing. */
export interface Tools {
  /** How much is done, from 0 to 1, and what is being done. */
  progress(fraction: number, label?: string): void;
  log(level: LogLine['level'], text: string): void;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of tasks holds functions of any input.
export type Task = (input: any, tools: Tools) => unknown;
export type Tasks = Readonly<Record<string, Task>>;

export function reportError(thrown: unknown): ErrorReport {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown), stack: '', details: {} };
  const details: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(thrown)) {
    if (key !== 'name' && (typeof value === 'string' || typeof value === 'number')) details[key] = value;
  }
  return { name: thrown.name, message: thrown.message, stack: thrown.stack ?? '', details };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isErrorReport(value: unknown): value is ErrorReport {
  if (!isRecord(value) || !isRecord(value.details)) return false;
  return [value.name, value.message, value.stack].every((text) => typeof text === 'string');
}

/** The reply in a message, undefined where the message is none: a sandbox may send anything. */
export function readReply(message: unknown): Reply | undefined {
  if (!isRecord(message) || !Number.isInteger(message.id)) return undefined;
  const { kind } = message;
  const valid =
    kind === 'result' ||
    (kind === 'error' && isErrorReport(message.error)) ||
    (kind === 'progress' && Number.isFinite(message.fraction) && typeof message.label === 'string') ||
    (kind === 'log' && ['log', 'warn', 'error'].includes(message.level as string) && typeof message.text === 'string');
  return valid ? (message as unknown as Reply) : undefined;
}
