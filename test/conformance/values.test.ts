// Values against an independent reference: NumPy, SciPy and PyTorch, run once by scripts/reference/conformance.py on the
// same inputs. An operation without a reference value must say why in its sample (exempt.reference).
import { describe, expect, test } from 'vitest';
import { type DType, isFloat } from '../../src/tensor/dtype.ts';
import type { DenseTensor } from '../../src/tensor/tensor.ts';
import { denseList, expectNumbers, magnitude } from './compare.ts';
import { drawInputs } from './draw.ts';
import { sampleText } from './each-subject.ts';
import fixture from './fixtures/values.json' with { type: 'json' };
import { fusedSubject } from './fused.ts';
import { defaultSeed, randomSource } from './random-source.ts';
import { subjects } from './subject.ts';

interface Reference {
  /** A digest of the inputs it was computed for. */
  readonly inputs: number;
  readonly outputs: readonly { readonly shape: readonly number[]; readonly values: readonly (number | string)[] }[];
}

const regenerate = 'run: python3 scripts/reference/conformance.py';
const references: Readonly<Record<string, Reference>> = fixture;

/** Of the number itself, and of the largest of its tensor, where sums cancel; both implementations round. */
const relativeError: Record<DType, readonly [own: number, largest: number]> = {
  float64: [1e-13, 2e-14],
  float32: [5e-7, 1e-7],
  int32: [0, 0],
  bool: [0, 0],
};

function digest(x: readonly DenseTensor[]): number {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  let state = 7;
  for (const v of x) {
    for (const n of [...v.shape, ...v.values()]) {
      float[0] = n;
      state = (state * 31 + (Number.isNaN(n) ? 0x7fc00000 : bits[0]!)) % 2147483647;
    }
  }
  return state;
}

const all = subjects().map(fusedSubject);
const exempt = all.filter(({ sample }) => sample.exempt?.reference !== undefined);
const compared = all.filter((subject) => !exempt.includes(subject));

test('a sample without a value here says where it is compared, or why it cannot be', () => {
  for (const { key, sample } of exempt) {
    expect(sample.exempt!.reference!.split(' ').length, key).toBeGreaterThan(2);
  }
  expect(compared.length).toBeGreaterThan(5 * exempt.length);
});

describe.each(compared)('$key', (subject) => {
  const { key, sample, call } = subject;
  test(`${sampleText(subject)} has the reference value`, () => {
    const reference = references[key];
    if (!reference) throw new Error(`${key}: no reference value and no reason; ${regenerate}`);
    for (const float of ['float64', 'float32'] as const) {
      const x = drawInputs(randomSource(key, defaultSeed), sample, float);
      if (digest(x) !== reference.inputs) throw new Error(`${key}: the inputs changed; ${regenerate}`);
      const y = denseList(call(...x));
      expect(y.map((v) => v.shape)).toEqual(reference.outputs.map((v) => v.shape));
      // What float32 may lose beyond one rounding depends on the condition: checkFloat32 compares it with float64.
      if (float === 'float32' && y.some((v) => isFloat(v.dtype))) continue;
      const expected = reference.outputs.map((v) => Float64Array.from(v.values, Number));
      expectNumbers(
        key,
        y.map((v) => v.values()),
        expected,
        (k, i) => {
          const [own, largest] = relativeError[y[k]!.dtype];
          return own * Math.abs(expected[k]![i]!) + largest * magnitude(expected[k]!);
        },
      );
    }
  });
});

test('no reference value is left over from a sample that is gone', () => {
  const keys = new Set(subjects().map(({ key }) => key));
  expect(Object.keys(references).filter((key) => !keys.has(key))).toEqual([]);
});
