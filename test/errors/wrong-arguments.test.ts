// Every public function, called with each of its arguments wrong in turn: an error of the library that begins with the
// function's name, and a library that works afterwards.
import { describe, expect, test } from 'vitest';
import { add, grad, isGradEnabled, NablaError, sum, type Tensor, tensor, vmap } from '../../src/index.ts';
import { calls } from './calls.ts';
import { wrongs } from './wrong-values.ts';

/** Functions with two names, under the one that their errors have. */
const aliases: Readonly<Record<string, string>> = { amax: 'max', amin: 'min', variance: 'var', switchCase: 'switch' };

/** Calls that are right after all. */
const accepted: ReadonlySet<string> = new Set([
  ...['dot', 'inner', 'outer', 'kron'].flatMap((name) => [
    `${name}: argument 0 is a number`,
    `${name}: argument 1 is a number`,
  ]),
  'roll: argument 2 is [0,0]',
  'special.zeta: argument 1 is undefined',
  'chunk: argument 1 is 1e12',
  'diff: argument 1 is 1e12',
  'unfold: argument 3 is 1e12',
]);

function thrown(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
}

function expectWorking(): void {
  const x = tensor([1, 2, 3]);
  expect(grad((v: Tensor) => sum(v.square()))(x).toArray()).toEqual([2, 4, 6]);
  expect(vmap((v: Tensor) => add(v, 1))(x).toArray()).toEqual([2, 3, 4]);
  expect(isGradEnabled()).toBe(true);
}

describe.each(calls)('$name', ({ name, f, args }) => {
  const values = args.map((argument) => argument.value);

  test('the right call works', () => {
    expect(thrown(() => f(...values))).toBe(undefined);
  });

  const own = name.split('.').at(-1)!;
  const start = new RegExp(`^([a-z]+\\.)?${aliases[own] ?? own}(: | ')`);
  test.each(args.map((argument, i) => [i, argument] as const))('argument %i is wrong', (i, { kind }) => {
    for (const [shown, make] of wrongs[kind]) {
      const what = `${name}: argument ${i} is ${shown}`;
      const error = thrown(() => f(...values.map((value, k) => (k === i ? make() : value))));
      if (accepted.has(what)) {
        expect(error, what).toBe(undefined);
        continue;
      }
      expect(error, what).toBeInstanceOf(NablaError);
      expect((error as NablaError).message, what).toMatch(start);
    }
    expectWorking();
  });
});
