// Prints every sample of every operation as JSON, with the inputs the conformance tests draw, for conformance.py.
import * as nabla from '../../src/index.ts';
import { isFloat } from '../../src/tensor/dtype.ts';
import { DenseTensor } from '../../src/tensor/tensor.ts';
import { drawInputs } from '../../test/conformance/draw.ts';
import { defaultSeed, randomSource } from '../../test/conformance/random-source.ts';
import { subjects } from '../../test/conformance/subject.ts';

/** The name a function is exported under. */
function publicName(f: unknown): string | undefined {
  return Object.entries(nabla).find(([, exported]) => exported === f)?.[0];
}

/** JSON has no infinities, no -0, no tensors and no functions. */
function plain(value: unknown): unknown {
  if (value instanceof DenseTensor) {
    return { tensor: value.dtype, shape: value.shape, values: Array.from(value.values(), plain) };
  }
  if (Object.is(value, -0)) return { number: '-0' };
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (typeof value === 'function') return { function: publicName(value) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, plain(v)]));
  }
  return value;
}

const samples = subjects().map(({ key, table, name, sample, call }) => {
  const x = drawInputs(randomSource(key, defaultSeed), sample);
  return {
    key,
    table,
    name,
    params: plain(sample.params ?? (table === 'primitive' ? {} : [])),
    inputs: x.map(plain),
    exempt: sample.exempt?.reference,
    // Only so that conformance.py can say how far off it is; the fixture holds its own numbers.
    ours: call(...x).map((y) => plain(isFloat(y.dtype) ? y.concrete('dump') : y)),
  };
});
process.stdout.write(JSON.stringify(samples));
