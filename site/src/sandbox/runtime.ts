/**
 * The sandbox's side: loaded by the blob that carries the user's code, before that code. It takes the network and the
 * messages away, keeps the port to itself, and then lets the user's code define what the tasks work on.
 */
import * as nabla from 'nabla';
import type { LogLine, Tools } from '../worker/protocol.ts';
import { serve } from '../worker/serve.ts';
import { lockDown } from './lock-down.ts';
import { printValue } from './print-value.ts';
import { type SandboxTask, tasks } from './tasks.ts';

type UserCode = (
  require: (name: string) => unknown,
  exports: Record<string, unknown>,
  module: { exports: Record<string, unknown> },
  console: Record<LogLine['level'] | 'info' | 'debug', (...values: unknown[]) => void>,
) => void;

declare global {
  /** Called once, by the blob. */
  var defineUserCode: (code: UserCode) => void;
}

const longestLine = 10_000;
const mostLines = 1_000;

let userCode: UserCode | undefined;
let exported: Record<string, unknown> | undefined;
let tools: Tools | undefined;
let lines = 0;

function write(level: LogLine['level'], values: unknown[]): void {
  if (lines++ >= mostLines) return;
  let text = '';
  for (const value of values) {
    if (text.length > longestLine) break;
    text += `${text === '' ? '' : ' '}${printValue(value)}`;
  }
  tools?.log(level, text.slice(0, longestLine));
}
const console: Parameters<UserCode>[3] = {
  log: (...values) => write('log', values),
  info: (...values) => write('log', values),
  debug: (...values) => write('log', values),
  warn: (...values) => write('warn', values),
  error: (...values) => write('error', values),
};

function require(name: string): unknown {
  if (name === 'nabla') return nabla;
  throw new Error(`Only 'nabla' can be imported here, not '${name}'.`);
}

/** What the user's module exports; it runs when the first task asks for it. */
function userExports(): Record<string, unknown> {
  if (!exported && userCode) {
    const module = { exports: {} };
    userCode(require, module.exports, module, console);
    exported = module.exports;
  }
  return exported ?? {};
}

function findTask(_group: string, name: string): ((input: unknown, given: Tools) => unknown) | undefined {
  const task: SandboxTask | undefined = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (!task) return undefined;
  return (input, given) => {
    tools = given;
    lines = 0;
    return task(input, { ...given, userExports });
  };
}

addEventListener('message', ({ data }: MessageEvent<MessagePort>) => serve(data, findTask), { once: true });
lockDown(globalThis);

globalThis.defineUserCode = (code) => {
  Reflect.deleteProperty(globalThis, 'defineUserCode');
  userCode = code;
};
