// What was asked for on the command line. Everything that is not understood is an error; nothing is guessed or ignored.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { packageRoot } from './package-root.ts';

/** An option without a value. */
export interface Flag {
  readonly takes: 'nothing';
  readonly summary: string;
}

/** An option with a non-negative integer, a text, or a text each time it is given; `value` names it in the help. */
export interface Valued<Takes extends 'integer' | 'text' | 'texts'> {
  readonly takes: Takes;
  readonly value: string;
  readonly summary: string;
}

export type Option = Flag | Valued<'integer'> | Valued<'text'> | Valued<'texts'>;

type OptionValue<O extends Option> = O['takes'] extends 'nothing'
  ? true
  : O['takes'] extends 'integer'
    ? number
    : O['takes'] extends 'text'
      ? string
      : readonly string[];

/** The options that were given. */
export type OptionValues<O extends Readonly<Record<string, Option>>> = { readonly [K in keyof O]?: OptionValue<O[K]> };

export interface Command<O extends Readonly<Record<string, Option>> = Readonly<Record<string, Option>>> {
  readonly name: string;
  /** The name of its one argument in the help, where it takes one. */
  readonly argument?: string;
  readonly summary: string;
  readonly options: O;
  /** Gives the exit code. */
  run(options: OptionValues<O>, argument?: string): number;
}

export type Usage =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly options: OptionValues<Command['options']>;
      readonly argument?: string;
    };

/** The command line cannot be understood; the message is one sentence. */
export class UsageError extends Error {}

export function readUsage(args: readonly string[], commands: readonly Command[]): Usage {
  const known = new Map(commands.flatMap((command) => Object.entries(command.options)));
  const { values, tokens } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      ...Object.fromEntries(
        [...known].map(([name, { takes }]) => [name, { type: takes === 'nothing' ? 'boolean' : 'string' } as const]),
      ),
    },
    // The errors of a strict parse are several sentences long.
    strict: false,
    tokens: true,
  });
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const [name, argument] = words;
  const command = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && command === undefined) throw new UsageError(`there is no command '${name}'.`);
  const allowed = command ? new Map(Object.entries(command.options)) : known;
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = allowed.get(token.name);
    const general = token.name === 'help' || token.name === 'version';
    if (!general && option === undefined) {
      const hint = command?.argument ? `; what begins with - but is no option stands last, after --` : '';
      throw new UsageError(`${name === undefined ? 'there is' : `${name} has`} no option ${token.rawName}${hint}.`);
    }
    if ((general || option?.takes === 'nothing') && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value.`);
    }
    given.set(token.name, [...(given.get(token.name) ?? []), ...(token.value === undefined ? [] : [token.value])]);
  }
  const extra = words[command?.argument ? 2 : 1];
  if (extra !== undefined) {
    throw new UsageError(
      `${name} takes ${command?.argument ? `one ${command.argument}, no second` : 'no argument'} '${extra}'.`,
    );
  }
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  if (command === undefined) throw new UsageError('name a command.');
  const options = [...given].map(([option, texts]) => [option, read(`--${option}`, command.options[option]!, texts)]);
  return {
    kind: 'run',
    command,
    options: Object.fromEntries(options),
    ...(argument === undefined ? {} : { argument }),
  };
}

function read(name: string, option: Option, texts: readonly string[]): true | number | string | readonly string[] {
  if (option.takes === 'nothing') return true;
  if (option.takes === 'integer') return integer(name, texts.at(-1));
  const missing = texts.length === 0 || texts.find((text) => text === '' || text.startsWith('--')) !== undefined;
  if (missing) throw new UsageError(`${name} needs a value: ${name} <${option.value}>.`);
  if (option.takes === 'texts') return texts;
  if (texts.length > 1) throw new UsageError(`${name} is given ${texts.length} times.`);
  return texts[0]!;
}

function integer(option: string, text: string | undefined): number {
  if (text === undefined || !/^\d{1,9}$/.test(text)) {
    throw new UsageError(`${option} takes a whole number${text === undefined ? '' : `, not '${text}'`}.`);
  }
  return Number(text);
}

/** The version in package.json. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')) as { version: string };
  return manifest.version;
}
