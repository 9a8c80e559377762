// Asked wrongly, a function answers with the library's own errors: never a TypeError from inside, never a silent result.
import { expect, test } from 'vitest';
import { DTypeError, NablaError } from '../../src/errors.ts';
import * as nabla from '../../src/index.ts';
import { isFloat } from '../../src/tensor/dtype.ts';
import { filled, type Tensor } from '../../src/tensor/tensor.ts';
import { drawInputs } from './draw.ts';
import { randomSource } from './random-source.ts';
import { type Subject, subjects } from './subject.ts';

type AnyFunction = (...args: unknown[]) => unknown;

const wrongs: readonly unknown[] = [undefined, null, 'text', [1, 2, 3], new Float32Array(2), { a: 1 }, () => 1];

/** Functions that have a meaning for some of these. */
const takes: Readonly<Record<string, string>> = {
  stopGradient: 'trees, of which only the tensors matter',
  atPositions: 'lists, as ranges',
  take: 'lists of positions',
  'random.uniform': 'null as a bound that is not given',
};

const shown = (value: unknown): string => {
  if (value instanceof Float32Array) return 'a Float32Array';
  return typeof value === 'function' ? 'a function' : String(JSON.stringify(value));
};

/** What `body` threw, if it was one of the library's errors; anything else thrown fails. */
function ownError(what: string, body: () => unknown): NablaError | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    if (error instanceof NablaError) return error;
    throw new Error(`${what}: threw ${error}`, { cause: error });
  }
}

/** The function users call: a composite itself, or what the library exports under a primitive's name. */
function publicFunction({ table, name, call }: Subject): AnyFunction | undefined {
  if (table === 'composite') return call as AnyFunction;
  const exported = (nabla as Record<string, unknown>)[name];
  return typeof exported === 'function' ? (exported as AnyFunction) : undefined;
}

const first = subjects().filter(({ key }) => key.endsWith('/0'));

test.each(first)('$key: what is no tensor is named', (subject) => {
  const f = publicFunction(subject);
  const x = drawInputs(randomSource(subject.key), subject.sample);
  for (const wrong of f ? wrongs : []) {
    x.forEach((_, i) => {
      const what = `${subject.name} with ${shown(wrong)} as argument ${i}`;
      const error = ownError(what, () => f!(...x.map((v, k) => (k === i ? wrong : v))));
      const optional = wrong === undefined && (i > 0 || subject.table === 'composite');
      if (!error && !optional && !takes[subject.name]) throw new Error(`${what}: no error.`);
    });
  }
});

test.each(first)('$key: a wrong dtype is computed with or named', (subject) => {
  const x = drawInputs(randomSource(subject.key), subject.sample);
  x.forEach((v, i) => {
    for (const dtype of ['bool', 'int32', 'float32'] as const) {
      const args: Tensor[] = x.map((u, k) => (k === i ? filled(u.shape, 1, dtype) : u));
      const dtypes = args.map((u) => u.dtype).join(', ');
      const error = ownError(`${subject.name} of ${dtypes}`, () => subject.call(...args));
      const mixed = v.dtype !== dtype && isFloat(v.dtype) && x.some((u, k) => k !== i && u.dtype === v.dtype);
      if (subject.table === 'primitive' && mixed) {
        expect(error, `${subject.name} of ${dtypes}`).toBeInstanceOf(DTypeError);
      }
    }
  });
});
