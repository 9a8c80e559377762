// Every expansion at 64 bits against the correctly rounded tables of test/scalar/fixtures, and, at the ends of the line, against
// the scalar function.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Expansion, expansions } from '../../src/ops/expand/index.ts';
import type { Params } from '../../src/tensor/op.ts';
import { ulpError } from '../scalar/ulp.ts';
import { batchLanes } from './batch-lanes.ts';
import { casesOf } from './cases.ts';
import { specials } from './points.ts';
import { evaluateRecord, scalarReference } from './record.ts';

type Row = readonly (number | string)[];

function tables(family: string): Record<string, Row[]> {
  const url = new URL(`../scalar/fixtures/${family}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

const fixtures: Record<string, Row[]> = { ...tables('elementary'), ...tables('logistic'), ...tables('normal') };

function expand(expansion: Expansion, x: readonly Float64Array[], params: Params, fused: boolean): Float64Array {
  const lanes = batchLanes({ bits: 64, size: x[0]!.length, fused, reference: scalarReference(params) });
  return expansion.expand(lanes, x, params) as Float64Array;
}

/** celu carries its alpha in the table. */
const measured = [...expansions].filter(([name]) => name in fixtures && name !== 'celu');

describe.each([true, false])('float64, fused: %s', (fused) => {
  test.each(measured)('%s within its bound', (name, expansion) => {
    const rows = fixtures[name]!.map((row) => row.map(Number));
    const x = Array.from({ length: expansion.arity }, (_, k) => Float64Array.from(rows, (row) => row[k]!));
    const got = expand(expansion, x, casesOf(name)[0]!.params, fused);
    const failures = rows.filter((row, i) => {
      const [want, scale] = row.slice(expansion.arity) as [number, number | undefined];
      return !(ulpError(got[i]!, want, scale) <= expansion.ulps[64]);
    });
    expect(failures.slice(0, 5)).toEqual([]);
  });
});

const ends = [
  ...specials,
  5e-324,
  -5e-324,
  2 ** -1022,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  709.78,
  710,
  -745.1,
  -746,
  1e22,
];

describe('float64 at the ends', () => {
  const all = [...expansions].flatMap(([name, expansion]) => casesOf(name).map((c) => ({ ...c, expansion })));
  test.each(all)('$name $params', ({ name, params, expansion }) => {
    const pairs = ends.flatMap((a) => ends.map((b) => [a, b, 0.25]));
    const lists = expansion.arity === 1 ? ends.map((a) => [a]) : pairs;
    const x = Array.from({ length: expansion.arity }, (_, k) => Float64Array.from(lists, (row) => row[k]!));
    const got = expand(expansion, x, params, false);
    const want = evaluateRecord(name, x, params);
    const failures = lists.filter((row, i) => {
      const [g, w] = [got[i]!, want[i]!];
      if (g === 0 && w === 0) return !Object.is(g, w);
      const scale = name.startsWith('logaddexp') ? Math.max(...row.map(Math.abs)) : 0;
      return !(ulpError(g, w, Number.isFinite(scale) ? scale : 0) <= expansion.ulps[64]);
    });
    expect(failures.slice(0, 5).map((row) => row.map((v) => (Object.is(v, -0) ? '-0' : String(v))))).toEqual([]);
  });
});
