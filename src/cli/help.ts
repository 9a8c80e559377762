// The text of `nabla --help`.
import type { Command } from './usage.ts';

export function help(commands: readonly Command[]): string {
  const commandRows = commands.flatMap(({ name, argument, summary, options }) => [
    [argument ? `${name} <${argument}>` : name, summary] as const,
    ...Object.entries(options).map(([option, taken]) => {
      const value = taken.takes === 'nothing' ? '' : ` <${taken.value}>`;
      return [`  --${option}${value}`, taken.summary] as const;
    }),
  ]);
  const optionRows = [
    ['-h, --help', 'this text'],
    ['-v, --version', 'the version'],
  ] as const;
  const width = Math.max(...[...commandRows, ...optionRows].map(([left]) => left.length));
  const line = ([left, right]: readonly [string, string]) => `  ${left.padEnd(width)}  ${right}`;
  return [
    'nabla: matrix calculus you can run',
    '',
    'Usage: nabla <command> [options]',
    '',
    'Commands:',
    ...commandRows.map(line),
    '',
    'Options:',
    ...optionRows.map(line),
  ].join('\n');
}
