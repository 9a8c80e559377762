/** Errors in units in the last place, against the fixtures that scripts/fit/reference.py writes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Row = readonly (number | string)[];
export type ScalarFunction = (...args: number[]) => number;

/** The distance between a finite x and the next double away from zero. */
function ulp(x: number): number {
  const bits = new BigUint64Array(new Float64Array([Math.abs(x)]).buffer);
  return 2 ** (Math.max(Number(bits[0]! >> 52n), 1) - 1075);
}

/** |got - want| in ulp of want, or of `scale` next to a zero; Infinity where only one of the two is finite. */
export function ulpError(got: number, want: number, scale = 0): number {
  if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  if (!Number.isFinite(got) || !Number.isFinite(want)) return Infinity;
  return Math.abs(got - want) / ulp(Math.max(Math.abs(want), scale));
}

/** The largest error over a table whose rows are [...arguments, value] or [...arguments, value, scale], and its arguments. */
function worst(f: ScalarFunction, rows: readonly Row[]): { error: number; args: number[] } {
  let result = { error: 0, args: [] as number[] };
  for (const row of rows) {
    const numbers = row.map(Number);
    const args = numbers.slice(0, f.length);
    const error = ulpError(f(...args), numbers[f.length]!, numbers[f.length + 1]);
    if (error > result.error) result = { error, args };
  }
  return result;
}

/** One test a function: every row of its table within the bound. */
export function checkTables(fixture: string, cases: Record<string, readonly [f: ScalarFunction, ulps: number]>): void {
  const url = new URL(`./fixtures/${fixture}.json`, import.meta.url);
  const tables: Record<string, Row[]> = JSON.parse(readFileSync(url, 'utf8'));
  test(`every table of ${fixture} is checked`, () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(tables).sort());
  });
  test.each(Object.entries(cases))(`%s is within its bound in ulp`, (name, [f, ulps]) => {
    const { error, args } = worst(f, tables[name]!);
    expect(error, `${name}(${args.join(', ')})`).toBeLessThanOrEqual(ulps);
  });
}
