// `nabla derive` as a command: its options, which of them exclude each other, and mistakes in formulas as wrong usage.
import { readFileSync } from 'node:fs';
import { NablaError } from '../../errors.ts';
import type { CodeTarget } from '../../symbolic/code/generate.ts';
import type { Order } from '../../symbolic/verify.ts';
import { terminal } from '../terminal.ts';
import { type Command, type Flag, type OptionValues, UsageError, type Valued } from '../usage.ts';
import { type Form, type Request, writeDerivative } from './derive.ts';
import { readVariables } from './variables.ts';

const targets: readonly CodeTarget[] = ['typescript', 'numpy', 'jax', 'pytorch', 'julia'];

type Options = Readonly<
  Record<'wrt' | 'code', Valued<'text'>> &
    Record<'var', Valued<'texts'>> &
    Record<'hessian' | 'jacobian' | 'latex' | 'json' | 'check', Flag>
>;

const options: Options = {
  wrt: { takes: 'text', value: 'name', summary: 'the variable to derive by' },
  var: {
    takes: 'texts',
    value: 'X:m,n',
    summary:
      'the shape of a variable, and facts: X:n,n:symmetric; a: is a scalar, S:?:spd leaves the shape to be inferred',
  },
  hessian: { takes: 'nothing', summary: 'the Hessian instead of the gradient' },
  jacobian: { takes: 'nothing', summary: 'the Jacobian instead of the gradient' },
  latex: { takes: 'nothing', summary: 'write LaTeX' },
  code: { takes: 'text', value: 'target', summary: `write code for ${targets.join(', ')}` },
  json: { takes: 'nothing', summary: 'write everything that is known about the formula' },
  check: { takes: 'nothing', summary: 'compare with finite differences at a random point' },
};

type Given = OptionValues<Options>;

export const deriveCommand: Command<Options> = {
  name: 'derive',
  argument: 'expression',
  summary: 'the formula of a derivative; - reads the expression from standard input',
  options,
  run: (given, argument) => {
    try {
      const trusted = writeDerivative(
        readRequest(given, argument),
        terminal(process.stdout, process.env),
        terminal(process.stderr, process.env),
      );
      return trusted ? 0 : 1;
    } catch (error) {
      if (!(error instanceof NablaError)) throw error;
      throw new UsageError(oneLine(error));
    }
  },
};

function readRequest(given: Given, argument: string | undefined): Request {
  if (argument === undefined) throw new UsageError('derive needs an expression, or - to read it from standard input.');
  const { wrt } = given;
  if (wrt === undefined) throw new UsageError('derive needs --wrt <name>, the variable to derive by.');
  const order = (oneOf(given, ['hessian', 'jacobian']) ?? 'gradient') as Order;
  const form = readForm(given);
  // A line break is a space, so that columns count as in the text.
  const source = (argument === '-' ? readFileSync(0, 'utf8').trimEnd() : argument).replace(/\r?\n/g, ' ');
  if (source.trim() === '') throw new UsageError('the expression is empty.');
  const { variables, inferred } = readVariables(given.var ?? [], source, wrt, order !== 'jacobian');
  if (!Object.hasOwn(variables, wrt)) {
    const names = Object.keys(variables);
    throw new UsageError(`--wrt ${wrt} is no variable${names.length > 0 ? `; there are ${names.join(', ')}` : ''}.`);
  }
  return { source, variables, inferred, wrt, order, form, checked: given.check === true };
}

function readForm(given: Given): Form {
  const chosen = oneOf(given, ['latex', 'code', 'json']);
  if (chosen !== 'code') return chosen ?? 'text';
  const code = targets.find((target) => target === given.code);
  if (code === undefined) throw new UsageError(`--code knows ${targets.join(', ')}, not '${given.code}'.`);
  return { code };
}

/** Which of several options that exclude each other was given. */
function oneOf<const K extends keyof Given>(given: Given, names: readonly K[]): K | undefined {
  const [first, second] = names.filter((name) => given[name] !== undefined);
  if (second !== undefined) throw new UsageError(`--${first} and --${second} exclude each other.`);
  return first;
}

/** What is wrong and the hint; a picture of the place needs more lines, the column is in the text. */
function oneLine({ message }: NablaError): string {
  const [what = '', ...more] = message.split('\n');
  const hint = more.find((line) => line.startsWith('  hint: '));
  return hint === undefined ? what : `${what.replace(/\.$/, '')} (${hint.slice('  hint: '.length)}).`;
}
