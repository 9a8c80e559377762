// Files written by NumPy and by the safetensors package through scripts/reference/npy.py, and what they hold.
import { readFileSync } from 'node:fs';
import type { RawArray } from '../../src/data/raw-array.ts';
import type { DType } from '../../src/tensor/dtype.ts';

interface Described {
  readonly shape: number[];
  readonly dtype: DType;
  /** As text, so that JSON can carry nan, inf and -0. */
  readonly values: string[];
}

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
}

const arrays = JSON.parse(new TextDecoder().decode(fixture('arrays.json'))) as Record<string, unknown>;

export const arrayFiles: string[] = Object.keys(arrays).filter((name) => name.endsWith('.npy'));

export function expectedArray(file: string): RawArray {
  return revive(arrays[file] as Described);
}

export function expectedArrays(file: string): Record<string, RawArray> {
  const named = Object.entries(arrays[file] as Record<string, Described>);
  return Object.fromEntries(named.map(([name, array]) => [name, revive(array)]));
}

const values = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array };

function revive({ shape, dtype, values: texts }: Described): RawArray {
  return { shape, dtype, values: values[dtype].from(texts.map(Number)) };
}
