// The compile-time shapes: exact results (good.ts), the library's own error text under each mistake (bad.ts), the documented
// limits (generic.ts), agreement with NumPy's rules on random shapes, and what all of this costs the compiler.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import { NablaError } from '../../src/errors.ts';
import {
  axisMessage,
  broadcastMessage,
  concatMessage,
  einsumMessage,
  matmulMessage,
  permuteMessage,
  raggedMessage,
  repeatedAxisMessage,
  reshapeMessage,
  scalarOutputMessage,
  showShape,
  squeezeMessage,
  stackMessage,
} from '../../src/tensor/shape-messages.ts';
import { mistakes } from './bad.ts';
import { type Compiled, compile } from './compile.ts';
import { stressSource } from './stress.ts';

const uses = 500;
/** Type instantiations for that many uses. */
const budget = 300_000;

// Compiling takes as long as it takes; the cost is asserted in instantiations.
vi.setConfig({ testTimeout: 120_000 });

/** bad.ts with its directives as plain comments, so that the errors show. */
const undirected: string = readFileSync(new URL('./bad.ts', import.meta.url), 'utf8').replaceAll(
  '@ts-expect-error',
  'error:',
);
const compiled: Compiled = compile(['good.ts', 'bad.ts', 'generic.ts'], { 'bad.ts': undirected });

interface Expected {
  readonly text: string;
  /** Whether the text is the library's, and not TypeScript's. */
  readonly ours: boolean;
  /** Lines of the code that the comment is about: up to the next such comment. */
  readonly from: number;
  readonly to: number;
}

/** What the comments of bad.ts say must be reported, and where. */
function expectations(): Expected[] {
  const lines = undirected.split('\n');
  const marked = lines.flatMap((line, i) => {
    const [, typescript, text] = /^ *\/\/ error: (TypeScript: )?(.*)$/.exec(line) ?? [];
    return text === undefined ? [] : [{ ours: typescript === undefined, text, from: i + 1 }];
  });
  return marked.map((each, i) => ({ ...each, to: marked[i + 1]?.from ?? lines.length }));
}

/** The message of the library's error, without its hint. */
function firstLineThrown(mistake: () => unknown): string | undefined {
  try {
    mistake();
  } catch (error) {
    expect(error).toBeInstanceOf(NablaError);
    return (error as NablaError).message.split('\n')[0];
  }
  return undefined;
}

describe('exact shapes', () => {
  it('good.ts compiles', () => {
    expect(compiled.diagnostics('good.ts')).toEqual([]);
  });

  it('generic.ts compiles: the limits and their remedies are as documented', () => {
    expect(compiled.diagnostics('generic.ts')).toEqual([]);
  });
});

describe('mistakes', () => {
  const all = expectations();
  const found = compiled.diagnostics('bad.ts');
  const ours = all.filter((each) => each.ours);
  const typescripts = all.filter((each) => !each.ours);
  /** First lines of what is reported for a mistake. */
  const reported = ({ from, to }: Expected): (string | undefined)[] =>
    found.filter(({ line }) => from <= line && line < to).map(({ text }) => text.split('\n')[0]);

  it.each(ours.map((each) => [each.text, each] as const))('one error whose parameter type is: %s', (_, mistake) => {
    const quoted = reported(mistake).map((text) => /to parameter of type '"(.*)"'\.$/.exec(text ?? '')?.[1]);
    expect(quoted).toEqual([mistake.text]);
  });

  it.each(typescripts.map((each) => [each.text, each] as const))('one error: %s', (_, mistake) => {
    expect(reported(mistake)).toEqual([mistake.text]);
  });

  const runs = ours.map((each, i) => [each.text, mistakes[i]!] as const);
  it.each(runs.filter(([text]) => !text.startsWith('hessian: ')))('thrown when run: %s', (text, mistake) => {
    expect(firstLineThrown(mistake)).toBe(text);
  });

  it('one text for every mistake', () => {
    expect(mistakes.length).toBe(ours.length);
  });

  it('nothing else in bad.ts is an error', () => {
    expect(found.length).toBe(all.length);
  });

  it('the texts are those of the run-time errors', () => {
    expect([...new Set(ours.map(({ text }) => text))]).toEqual([
      matmulMessage([2, 3], [4, 5]),
      matmulMessage([3], [4]),
      matmulMessage([7, 2, 3], [6, 3, 5]),
      matmulMessage([], [2, 3]),
      matmulMessage([2, 3], []),
      broadcastMessage('add', [2, 3], [2]),
      broadcastMessage('add', [2, 3], [4, 1]),
      broadcastMessage('mul', [2, 3], [0, 3]),
      reshapeMessage([2, 3], [4, 2]),
      reshapeMessage([997002000], [1000, 999, 997]),
      reshapeMessage([2, 3], [-1, -1]),
      axisMessage('sum', 2, [2, 3]),
      axisMessage('sum', -3, [2, 3]),
      axisMessage('mean', 0, []),
      repeatedAxisMessage('max', 1, [2, 3]),
      permuteMessage([1, 0, 2], [2, 3]),
      repeatedAxisMessage('permute', 0, [2, 3]),
      axisMessage('permute', 2, [2, 3]),
      axisMessage('expandDims', 3, [2, 3]),
      squeezeMessage(1, [1, 3]),
      concatMessage([2, 3], [2, 4], 0),
      axisMessage('concat', -3, [2, 3]),
      stackMessage([2, 3], [3]),
      raggedMessage(),
      einsumMessage('ij,jk->ik', { kind: 'size', index: 'j', sizes: [3, 4] }),
      einsumMessage('ij,jk->iz', { kind: 'unknown output', index: 'z' }),
      einsumMessage('ij->ii', { kind: 'repeated output', index: 'i' }),
      einsumMessage('ijk,jk->i', { kind: 'rank', term: 'ijk', shape: [2, 3] }),
      einsumMessage('ij,jk->ik', { kind: 'too many terms' }),
      einsumMessage('ij->', { kind: 'too many operands' }),
      scalarOutputMessage('grad', [2]),
      scalarOutputMessage('hessian', [3]),
      matmulMessage([2, 3], [2, 3]),
    ]);
  });
});

/** The values of exported type aliases: a shape as `showShape` writes it, or the text of a failure. */
function evaluate(types: readonly string[]): string[] {
  const source = [
    "import type { Broadcast, MatMul } from '../../src/tensor/shape-types/broadcast.ts';",
    "import type { Reduce } from '../../src/tensor/shape-types/axes.ts';",
    "import type { ElementCount, Reshape } from '../../src/tensor/shape-types/reshape.ts';",
    ...types.map((type, i) => `export type T${i} = ${type};`),
  ].join('\n');
  const { program, file } = compile(['random.ts'], { 'random.ts': source });
  const checker = program.getTypeChecker();
  const literal = (type: ts.Type): unknown => (type as ts.LiteralType).value;
  return file('random.ts')
    .statements.filter(ts.isTypeAliasDeclaration)
    .map((alias) => {
      const type = checker.getTypeAtLocation(alias.name);
      if (checker.isTupleType(type)) {
        return showShape(checker.getTypeArguments(type as ts.TypeReference).map((size) => literal(size) as number));
      }
      const failure = type.getProperty('shapeFailure');
      return String(literal(failure === undefined ? type : checker.getTypeOfSymbol(failure)));
    });
}

/** NumPy's rule, stated independently: pad with ones on the left, then every pair of sizes is equal or has a one. */
function numpyBroadcast(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const pad = (s: readonly number[]): number[] => [...new Array<number>(rank - s.length).fill(1), ...s];
  const [left, right] = [pad(a), pad(b)];
  const fits = left.every((m, i) => m === right[i] || m === 1 || right[i] === 1);
  return fits ? left.map((m, i) => (m === 1 ? right[i]! : m)) : undefined;
}

function numpyMatmul(a: readonly number[], b: readonly number[]): number[] | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (left.at(-1) !== right.at(-2)) return undefined;
  const batch = numpyBroadcast(left.slice(0, -2), right.slice(0, -2));
  const rows = a.length === 1 ? [] : [left.at(-2)!];
  const columns = b.length === 1 ? [] : [right.at(-1)!];
  return batch && [...batch, ...rows, ...columns];
}

describe('random shapes', () => {
  const seed = Date.now() % 2 ** 31;
  const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => fc.sample(arbitrary, { seed, numRuns: count });
  const shape = fc.array(fc.constantFrom(0, 1, 2, 3), { maxLength: 4 });
  const agree = (cases: readonly (readonly [type: string, expected: string])[]): void => {
    const values = evaluate(cases.map(([type]) => type));
    expect(
      cases.map(([type], i) => `${type} = ${values[i]}`),
      `seed ${seed}`,
    ).toEqual(cases.map(([type, expected]) => `${type} = ${expected}`));
  };
  const shown = (result: number[] | undefined, message: () => string): string =>
    result === undefined ? message() : showShape(result);

  it('broadcasting and its message', () => {
    agree(
      sample(fc.tuple(shape, shape), 150).map(([a, b]) => [
        `Broadcast<'add', ${showShape(a)}, ${showShape(b)}>`,
        shown(numpyBroadcast(a, b), () => broadcastMessage('add', a, b)),
      ]),
    );
  });

  it('matrix products and their messages', () => {
    agree(
      sample(fc.tuple(shape, shape), 150).map(([a, b]) => [
        `MatMul<${showShape(a)}, ${showShape(b)}>`,
        shown(numpyMatmul(a, b), () => matmulMessage(a, b)),
      ]),
    );
  });

  it('reductions and their message', () => {
    agree(
      sample(fc.tuple(shape, fc.integer({ min: -5, max: 4 }), fc.boolean()), 150).map(([s, axis, keep]) => {
        const index = axis < 0 ? axis + s.length : axis;
        const reduced = s.flatMap((size, i) => (i !== index ? [size] : keep ? [1] : []));
        const inRange = index >= 0 && index < s.length;
        return [
          `Reduce<'sum', ${showShape(s)}, ${axis}, ${keep}>`,
          shown(inRange ? reduced : undefined, () => axisMessage('sum', axis, s)),
        ];
      }),
    );
  });

  it('element counts, digit by digit', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 3 });
    agree(
      sample(sizes, 150).map((s) => [
        `ElementCount<${showShape(s)}>`,
        String(s.reduce((count, size) => count * BigInt(size), 1n)),
      ]),
    );
  });

  it('reshape and its message', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
    agree(
      sample(fc.tuple(sizes, sizes), 150).map(([s, t]) => {
        const same = s.reduce((x, y) => x * y) === t.reduce((x, y) => x * y);
        return [`Reshape<${showShape(s)}, ${showShape(t)}>`, shown(same ? t : undefined, () => reshapeMessage(s, t))];
      }),
    );
  });

  it('an inferred size is right wherever it is known', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
    const product = (s: readonly number[]): number => s.reduce((x, y) => x * y, 1);
    const cases = sample(fc.tuple(sizes, sizes), 400).filter(([s, others]) => product(s) % product(others) === 0);
    const values = evaluate(cases.map(([s, others]) => `Reshape<${showShape(s)}, [-1, ${others.join(', ')}]>`));
    const known = cases.map(([s, others], i) => {
      const exact = [product(s) / product(others), ...others];
      expect([showShape(exact), `[,${others.join(',')}]`], `seed ${seed}`).toContain(values[i]);
      return values[i] === showShape(exact);
    });
    expect(known, `seed ${seed}`).toContain(true);
  });
});

describe('cost', () => {
  it(`${uses} distinct uses stay within ${budget} type instantiations`, () => {
    const cost = (count: number): number => {
      const { program, diagnostics } = compile(['stress.generated.ts'], { 'stress.generated.ts': stressSource(count) });
      const start = performance.now();
      expect(diagnostics('stress.generated.ts')).toEqual([]);
      console.info(`${count} uses: checked in ${Math.round(performance.now() - start)} ms`);
      return program.getInstantiationCount();
    };
    expect(cost(uses) - cost(0)).toBeLessThan(budget);
  });
});
