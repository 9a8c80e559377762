// What the command line answers to right and wrong usage.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { help } from '../../src/cli/help.ts';
import { readUsage, UsageError, version } from '../../src/cli/usage.ts';
import { nabla } from './run.ts';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const read = (...args: string[]) => readUsage(args, commands);

test('nabla --help prints the usage', () => {
  const { status, stdout, stderr } = nabla('--help');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`${help(commands)}\n`);
  expect(stdout).toMatchInlineSnapshot(`
    "nabla: matrix calculus you can run

    Usage: nabla <command> [options]

    Commands:
      tour           matrix calculus on real data, from a gradient to a network that reads digits
        --seed <n>   where the random numbers of the training start (default 0)

    Options:
      -h, --help     this text
      -v, --version  the version
    "
  `);
});

test('nabla --version prints the version', () => {
  expect(nabla('--version')).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  expect(version()).toBe(manifest.version);
});

test('wrong usage is one line on stderr and exit code 2', () => {
  const { status, stdout, stderr } = nabla('turo');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe("nabla: there is no command 'turo'. See nabla --help.\n");
});

describe('arguments', () => {
  test('a command and its options', () => {
    expect(read('tour')).toMatchObject({ kind: 'run', command: { name: 'tour' }, options: {} });
    expect(read('tour', '--seed', '7')).toMatchObject({ kind: 'run', options: { seed: 7 } });
    expect(read('--seed=7', 'tour')).toMatchObject({ kind: 'run', options: { seed: 7 } });
  });

  test('help and version, long and short, before or after a command', () => {
    for (const args of [['--help'], ['-h'], ['tour', '--help'], ['-h', 'tour']])
      expect(read(...args).kind).toBe('help');
    for (const args of [['--version'], ['-v']]) expect(read(...args).kind).toBe('version');
  });

  const wrong: [args: string[], message: string][] = [
    [[], 'name a command.'],
    [['--seed', '1'], 'name a command.'],
    [['derive'], "there is no command 'derive'."],
    [['tour', 'twice'], "tour takes no argument 'twice'."],
    [['--fast'], 'there is no option --fast.'],
    [['tour', '--fast'], 'tour has no option --fast.'],
    [['tour', '-x'], 'tour has no option -x.'],
    [['tour', '--no-seed'], 'tour has no option --no-seed.'],
    [['tour', '--help=yes'], '--help takes no value.'],
    [['tour', '--seed'], '--seed takes a whole number.'],
    [['tour', '--seed', 'many'], "--seed takes a whole number, not 'many'."],
    [['tour', '--seed', '1.5'], "--seed takes a whole number, not '1.5'."],
    [['tour', '--seed', '-1'], "--seed takes a whole number, not '-1'."],
    [['tour', '--seed='], "--seed takes a whole number, not ''."],
  ];
  test.each(wrong.map(([args, message]) => ({ args, message })))('$args: $message', ({ args, message }) => {
    expect(() => read(...args)).toThrow(new UsageError(message));
  });
});
