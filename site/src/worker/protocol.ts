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

const longestText = 10_000;
const mostDetails = 20;

/** What a part of an error says as a text of bounded length; the error may have been made by a stranger. */
function textOf(read: () => unknown): string {
  try {
    const value = read();
    return `${typeof value === 'symbol' ? value.toString() : value}`.slice(0, longestText);
  } catch {
    return '';
  }
}

function detailsOf(error: Error): ErrorReport['details'] {
  const details: Record<string, string | number> = {};
  try {
    for (const [key, value] of Object.entries(error).slice(0, mostDetails)) {
      if (key === 'name') continue;
      if (typeof value === 'number') details[key] = value;
      else if (typeof value === 'string') details[key] = value.slice(0, longestText);
    }
  } catch {
    // Details help; an error that refuses to give them is reported without.
  }
  return details;
}

export function reportError(thrown: unknown): ErrorReport {
  if (!(thrown instanceof Error)) {
    return {
      name: 'Error',
      message: textOf(() => thrown) || 'something without a text was thrown',
      stack: '',
      details: {},
    };
  }
  return {
    name: textOf(() => thrown.name) || 'Error',
    message: textOf(() => thrown.message),
    stack: textOf(() => thrown.stack ?? ''),
    details: detailsOf(thrown),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const cut = (text: string): string => (text.length <= longestText ? text : text.slice(0, longestText));

function readErrorReport(value: unknown): ErrorReport | undefined {
  if (!isRecord(value) || !isRecord(value.details)) return undefined;
  const { name, message, stack, details } = value;
  if (typeof name !== 'string' || typeof message !== 'string' || typeof stack !== 'string') return undefined;
  const known = Object.entries(details)
    .slice(0, mostDetails)
    .filter((entry): entry is [string, string | number] => ['string', 'number'].includes(typeof entry[1]))
    .map(([key, detail]) => [key, typeof detail === 'string' ? cut(detail) : detail]);
  return { name: cut(name), message: cut(message), stack: cut(stack), details: Object.fromEntries(known) };
}

const isLevel = (level: unknown): level is LogLine['level'] => level === 'log' || level === 'warn' || level === 'error';

/** The reply in a message, its texts cut to a bounded length; undefined where it is none: a sandbox may send anything. */
export function readReply(message: unknown): Reply | undefined {
  if (!isRecord(message) || !Number.isInteger(message.id)) return undefined;
  const { kind, value, fraction, label, level, text } = message;
  const id = message.id as number;
  if (kind === 'result') return { id, kind, value };
  if (kind === 'error') {
    const error = readErrorReport(message.error);
    return error && { id, kind, error };
  }
  if (kind === 'progress' && typeof fraction === 'number' && Number.isFinite(fraction) && typeof label === 'string') {
    return { id, kind, fraction, label: cut(label) };
  }
  return kind === 'log' && isLevel(level) && typeof text === 'string'
    ? { id, kind, level, text: cut(text) }
    : undefined;
}
