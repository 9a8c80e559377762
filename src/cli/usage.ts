// What was asked for on the command line. Everything that is not understood is an error; nothing is guessed or ignored.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Options that take a non-negative integer; `value` names it in the help. */
  readonly options: Readonly<Record<string, { readonly value: string; readonly summary: string }>>;
  /** Gives the exit code. */
  run(options: Readonly<Record<string, number>>): number;
}

export type Usage =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly command: Command; readonly options: Readonly<Record<string, number>> };

/** The command line cannot be understood; the message is one sentence. */
export class UsageError extends Error {}

export function readUsage(args: readonly string[], commands: readonly Command[]): Usage {
  const known = new Set(commands.flatMap((command) => Object.keys(command.options)));
  const { values, tokens } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      ...Object.fromEntries([...known].map((name) => [name, { type: 'string' } as const])),
    },
    // The errors of a strict parse are several sentences long.
    strict: false,
    tokens: true,
  });
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const [name, extra] = words;
  const command = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && command === undefined) throw new UsageError(`there is no command '${name}'.`);
  const allowed = command ? new Set(Object.keys(command.options)) : known;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = token.name === 'help' || token.name === 'version';
    if (!flag && !allowed.has(token.name)) {
      throw new UsageError(`${name === undefined ? 'there is' : `${name} has`} no option ${token.rawName}.`);
    }
    if (flag && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`);
  }
  if (extra !== undefined) throw new UsageError(`${name} takes no argument '${extra}'.`);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  if (command === undefined) throw new UsageError('name a command.');
  const options = Object.keys(command.options).flatMap((option): [string, number][] =>
    values[option] === undefined ? [] : [[option, integer(`--${option}`, values[option])]],
  );
  return { kind: 'run', command, options: Object.fromEntries(options) };
}

function integer(option: string, value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  if (number === undefined) {
    throw new UsageError(`${option} takes a whole number${typeof value === 'string' ? `, not '${value}'` : ''}.`);
  }
  return number;
}

/** The version in package.json, which stands two folders up both in src/ and in dist/. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
