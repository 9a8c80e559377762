// Every expansion at 32 bits, fused and not, against the scalar function in float64: within its bound in ulp of float32, the
// subnormals included, with the NaN, the infinities and the signs of zero of the scalar function.
import { describe, expect, test } from 'vitest';
import { type Expansion, expansions } from '../../src/ops/expand/index.ts';
import { batchLanes } from './batch-lanes.ts';
import { type Case, casesOf } from './cases.ts';
import { float32Points, shuffled } from './points.ts';
import { evaluateRecord, scalarReference } from './record.ts';

const TOP = 2 ** 128;
const points = float32Points(6, 1000);
const dense = float32Points(6, 5000);
const second = shuffled(points);

/** Arguments of functions of two numbers: unrelated, close together, and where powers are finite. */
function argumentLists(arity: number): readonly (readonly Float32Array[])[] {
  if (arity === 1) return [[dense]];
  if (arity === 3) return [[points, second, points.map((_, i) => (i % 13) / 12)]];
  const close = points.map((x, i) => x * (1 + ((i % 7) - 3) * 1e-3));
  const exponents = second.map((y) => (Math.abs(y) > 200 ? Math.sign(y) * Math.log(Math.abs(y)) : y));
  return [
    [points, second],
    [points, close],
    [points.map(Math.abs), exponents],
  ];
}

/** |got - want| in ulp of float32 at `scale`; beyond the largest number, Infinity counts as 2^128. */
function float32Error(got: number, want: number, scale: number): number {
  if (got === want) return 0;
  const [g, w] = [got, want].map((x) => Math.max(-TOP, Math.min(TOP, x))) as [number, number];
  const magnitude = Math.max(Math.abs(Math.fround(Math.min(scale, TOP))), 2 ** -126);
  const exponent = magnitude === Infinity ? 127 : Math.floor(Math.log2(magnitude));
  return Math.abs(g - w) / 2 ** (exponent - 23);
}

/** Sums of logarithms and of ends are measured against their largest term. */
const relativeToArguments = new Set(['logaddexp', 'logaddexp2', 'lerp']);

function measure(expansion: Expansion, { name, params }: Case, fused: boolean, x: readonly Float32Array[]): string[] {
  const wide = x.map((v) => Float64Array.from(v));
  const want = evaluateRecord(name, wide, params);
  const options = { bits: 32, size: want.length, fused, reference: scalarReference(params) } as const;
  const got = expansion.expand(batchLanes(options), x, params);
  const failures: string[] = [];
  for (let i = 0; i < want.length; i++) {
    const [g, w] = [got[i]!, want[i]!];
    const terms = relativeToArguments.has(name) ? x.slice(0, 2).map((v) => Math.abs(v[i]!)) : [];
    const sameSign = g !== 0 || Object.is(g, -0) === (w < 0 || Object.is(w, -0));
    const both = Number.isNaN(g) && Number.isNaN(w);
    const error = float32Error(g, w, Math.max(Math.abs(w), ...terms));
    if (!both && !(error <= expansion.ulps[32] && sameSign)) {
      failures.push(`(${x.map((v) => v[i])}) = ${g}, not ${w}: ${error} ulp`);
    }
  }
  return failures;
}

const smallest = 2 ** -126;
const normal = dense.filter((x) => Number.isNaN(x) || x >= smallest);
const shorter = [...expansions].flatMap(([name, expansion]): [string, Expansion][] => {
  const { ofNormal } = expansion;
  return ofNormal ? [[name, { ...expansion, expand: (v, x, p) => ofNormal(v, x[0]!, p) }]] : [];
});

test.each(shorter)('float32, %s of normal numbers', (name, expansion) => {
  expect(normal).toContain(Infinity);
  expect(normal.some(Number.isNaN)).toBe(true);
  for (const fused of [true, false]) {
    expect(measure(expansion, { name, params: {} }, fused, [normal]).slice(0, 5)).toEqual([]);
  }
});

describe.each([true, false])('float32, fused: %s', (fused) => {
  const all = [...expansions].flatMap(([name, expansion]) => casesOf(name).map((c) => ({ ...c, expansion })));
  test.each(all)('$name $params', ({ expansion, name, params }) => {
    for (const x of argumentLists(expansion.arity)) {
      expect(measure(expansion, { name, params }, fused, x).slice(0, 5)).toEqual([]);
    }
  });
});
