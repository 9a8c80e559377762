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
      tour                 matrix calculus on real data, from a gradient to a network that reads digits
        --seed <n>         where the random numbers of the training start (default 0)
      derive <expression>  the formula of a derivative; - reads the expression from standard input
        --wrt <name>       the variable to derive by
        --var <X:m,n>      the shape of a variable, and facts: X:n,n:symmetric; a: is a scalar, S:?:spd leaves the shape to be inferred
        --hessian          the Hessian instead of the gradient
        --jacobian         the Jacobian instead of the gradient
        --latex            write LaTeX
        --code <target>    write code for typescript, numpy, jax, pytorch, julia
        --json             write everything that is known about the formula
        --check            compare with finite differences at a random point
      playground           serves the page with formulas, playground and lecture, on this machine only
        --port <n>         where it listens (default 4173; 0 takes any free port)

    Options:
      -h, --help           this text
      -v, --version        the version
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

  test('an argument, also one that begins with -, and texts, once or each time', () => {
    expect(read('derive', 'x+y', '--wrt', 'x', '--var=x', '--var', 'y:', '--check')).toMatchObject({
      argument: 'x+y',
      options: { wrt: 'x', var: ['x', 'y:'], check: true },
    });
    expect(read('derive', '--wrt', 'x', '--', '-x')).toMatchObject({ argument: '-x', options: { wrt: 'x' } });
    expect(read('derive', '-')).toMatchObject({ argument: '-', options: {} });
  });

  test('help and version, long and short, before or after a command', () => {
    for (const args of [['--help'], ['-h'], ['tour', '--help'], ['-h', 'tour']])
      expect(read(...args).kind).toBe('help');
    for (const args of [['--version'], ['-v']]) expect(read(...args).kind).toBe('version');
  });

  const wrong: [args: string[], message: string][] = [
    [[], 'name a command.'],
    [['--seed', '1'], 'name a command.'],
    [['drive'], "there is no command 'drive'."],
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
    [['derive', 'x', 'y'], "derive takes one expression, no second 'y'."],
    [['derive', '-x'], 'derive has no option -x; what begins with - but is no option stands last, after --.'],
    [['derive', 'x', '--wrt'], '--wrt needs a value: --wrt <name>.'],
    [['derive', 'x', '--wrt', '--check'], '--wrt needs a value: --wrt <name>.'],
    [['derive', 'x', '--wrt', 'x', '--wrt', 'y'], '--wrt is given 2 times.'],
    [['derive', 'x', '--json=yes'], '--json takes no value.'],
    [['tour', '--seed='], "--seed takes a whole number, not ''."],
  ];
  test.each(wrong.map(([args, message]) => ({ args, message })))('$args: $message', ({ args, message }) => {
    expect(() => read(...args)).toThrow(new UsageError(message));
  });
});
