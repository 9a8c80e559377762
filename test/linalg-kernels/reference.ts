// The stored values of scripts/reference/linalg.py, typed.

import { readFileSync } from 'node:fs';
import type { TriangularForm } from '../../src/linalg/kernels/index.ts';

interface Named {
  readonly name: string;
  readonly a: number[];
}
interface Square extends Named {
  readonly n: number;
}
interface Rectangular extends Square {
  readonly m: number;
}
interface TriangularCase {
  readonly n: number;
  readonly k: number;
  readonly t: number[];
  readonly b: number[];
  readonly form: Required<TriangularForm>;
  readonly x: number[];
}

interface Reference {
  readonly lu: (Rectangular & { pivots: number[]; l: number[]; u: number[] })[];
  readonly cholesky: (Square & { l: number[] })[];
  readonly triangular: TriangularCase[];
  readonly qr: (Rectangular & { q: number[]; r: number[] })[];
  readonly eigh: (Square & { w: number[]; v: number[] })[];
  readonly eigenvalues: (Square & { w: number[] })[];
  readonly svd: (Rectangular & { u: number[]; s: number[]; vt: number[] })[];
  readonly singularValues: (Rectangular & { s: number[] })[];
  readonly expm: (Square & { e: number[] })[];
}

export const reference: Reference = JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8'));
