// What can be asked of the user's code. A task gets what the code exports and answers with data that can be cloned.
import { playgroundTasks } from '../rooms/playground/sandbox/tasks.ts';
import type { Tools } from '../worker/protocol.ts';

export interface SandboxTools extends Tools {
  /** Runs the user's module the first time; throws what it throws. */
  userExports(): Record<string, unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of tasks holds functions of any input.
export type SandboxTask = (input: any, tools: SandboxTools) => unknown;

export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Calls one exported function and gives what it prints as. */
async function call({ name, args }: Call, { userExports }: SandboxTools): Promise<string> {
  const exports = userExports();
  const found = Object.hasOwn(exports, name) ? exports[name] : undefined;
  if (typeof found !== 'function') throw new TypeError(`The code exports no function '${name}'.`);
  return String(await found(...args));
}

export const tasks: Readonly<Record<string, SandboxTask>> = { call, ...playgroundTasks };
