// A colouring is right when the compressed products determine every entry: checked by compressing random matrices with known
// entries and recovering them, apart from the code that does it for derivatives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Compression, colourColumns, compress, sidesOf } from '../../src/structured/coloring.ts';
import { starColouring } from '../../src/structured/coloring-star.ts';
import { type Pattern, readPattern, symmetrized } from '../../src/structured/pattern.ts';

type Pair = [number, number];

const pairsOf = ({ shape: [rows], indptr, indices }: Pattern): Pair[] =>
  Array.from({ length: rows }, (_, i) =>
    Array.from(indices.slice(indptr[i]!, indptr[i + 1]!), (j): Pair => [i, j]),
  ).flat();

const pattern = (pairs: Pair[], m: number, n: number): Pattern => readPattern('test', pairs, [m, n]);

const randomPattern = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([m, n]) =>
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: m - 1 }), fc.integer({ min: 0, max: n - 1 })), { maxLength: 40 })
      .map((pairs) => pattern(pairs, m, n)),
  );

/** Whether the product that the compression reads (i, j) from has no other entry of the pattern added to it. */
function determined(p: Pattern, c: Compression, [i, j]: Pair): boolean {
  const pairs = pairsOf(p);
  if (c.byRow[i] && !c.byColumn[j]) {
    const colour = c.rows.colours[i]!;
    return colour >= 0 && pairs.filter(([k, l]) => l === j && c.rows.colours[k] === colour).length === 1;
  }
  const colour = c.columns.colours[j]!;
  return colour >= 0 && pairs.filter(([k, l]) => k === i && c.columns.colours[l] === colour).length === 1;
}

const tridiagonal = (n: number): Pair[] =>
  Array.from({ length: n }, (_, i) => [i - 1, i, i + 1].filter((j) => j >= 0 && j < n).map((j): Pair => [i, j])).flat();

const arrowhead = (n: number): Pair[] =>
  Array.from({ length: n }, (_, i): Pair[] => [
    [i, i],
    [0, i],
    [i, 0],
  ]).flat();

describe('compression of Jacobians', () => {
  it('determines every entry of random patterns', () => {
    fc.assert(
      fc.property(randomPattern, (p) => {
        const c = compress(p)!;
        for (const pair of pairsOf(p)) expect(determined(p, c, pair)).toBe(true);
        expect(c.columns.count).toBe(1 + Math.max(-1, ...c.columns.colours));
      }),
    );
  });

  it('takes three products for three diagonals, one for a diagonal', () => {
    expect(compress(pattern(tridiagonal(50), 50, 50))).toMatchObject({ columns: { count: 3 }, rows: { count: 0 } });
    const diagonal = Array.from({ length: 9 }, (_, i): Pair => [i, i]);
    expect(compress(pattern(diagonal, 9, 9))).toMatchObject({ columns: { count: 1 }, rows: { count: 0 } });
  });

  it('goes by rows where columns are full, by columns where rows are full, and by both for an arrowhead', () => {
    const full = Array.from({ length: 40 }, (_, i): Pair => [i, 0]);
    expect(compress(pattern([...full, ...full.map(([i]): Pair => [i, 1])], 40, 2))!.rows.count).toBe(0);
    const wide = Array.from({ length: 40 }, (_, j): Pair => [0, j]);
    expect(compress(pattern(wide, 1, 40))).toMatchObject({ columns: { count: 0 }, rows: { count: 1 } });
    const c = compress(pattern(arrowhead(60), 60, 60))!;
    expect(c.columns.count + c.rows.count).toBe(3);
    for (const pair of arrowhead(60)) expect(determined(pattern(arrowhead(60), 60, 60), c, pair)).toBe(true);
  });

  it('a few heavy rows and columns in a band cost a few products more', () => {
    const n = 80;
    const heavy = [7, 31].flatMap((h) =>
      Array.from({ length: n }, (_, i): Pair[] => [
        [i, h],
        [h, i],
      ]).flat(),
    );
    const p = pattern([...tridiagonal(n), ...heavy], n, n);
    const c = compress(p)!;
    expect(c.columns.count + c.rows.count).toBeLessThanOrEqual(8);
    for (const pair of pairsOf(p)) expect(determined(p, c, pair)).toBe(true);
  });

  it('is the same every time', () => {
    const p = pattern(arrowhead(30), 30, 30);
    expect(compress(p)).toEqual(compress(p));
  });

  it('colours of a periodic five-point stencil are within a factor of two of the widest row', () => {
    const n = 12;
    const at = (i: number, j: number): number => ((i + n) % n) * n + ((j + n) % n);
    const pairs: Pair[] = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (const [di, dj] of [
          [0, 0],
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ] as const) {
          pairs.push([at(i, j), at(i + di, j + dj)]);
        }
      }
    }
    const found = colourColumns(sidesOf(pattern(pairs, n * n, n * n)))!;
    expect(found.count).toBeGreaterThanOrEqual(5);
    expect(found.count).toBeLessThanOrEqual(9);
  });
});

/** Every path of four vertices has three colours, and neighbours differ: from the definition. */
function violations(p: Pattern, colours: Int32Array): string[] {
  const neighbours = Array.from({ length: p.shape[0] }, (_, i) =>
    Array.from(p.indices.slice(p.indptr[i]!, p.indptr[i + 1]!)).filter((j) => j !== i),
  );
  const bad: string[] = [];
  neighbours.forEach((list, v) => {
    for (const w of list) {
      if (colours[v] === colours[w]) bad.push(`${v}-${w}`);
      for (const x of neighbours[w]!) {
        if (x === v || colours[x] !== colours[v]) continue;
        for (const y of neighbours[x]!) {
          if (y !== w && y !== v && colours[y] === colours[w]) bad.push(`${v}-${w}-${x}-${y}`);
        }
      }
    }
  });
  return bad;
}

describe('star colourings', () => {
  const randomSymmetric = fc
    .integer({ min: 1, max: 24 })
    .chain((n) =>
      fc
        .array(fc.tuple(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 0, max: n - 1 })), { maxLength: 70 })
        .map((pairs) => symmetrized(pattern(pairs, n, n))),
    );

  it('leave no two-coloured path of four vertices in random graphs', () => {
    fc.assert(
      fc.property(randomSymmetric, (p) => {
        const { colours } = starColouring(p)!;
        expect(violations(p, colours)).toEqual([]);
        p.indptr.slice(0, -1).forEach((from, v) => {
          if (p.indptr[v + 1]! > from) expect(colours[v]).toBeGreaterThanOrEqual(0);
        });
      }),
      { numRuns: 400 },
    );
  });

  it('take two colours for an arrowhead, three for a path', () => {
    expect(starColouring(pattern(arrowhead(200), 200, 200))!.count).toBe(2);
    expect(starColouring(pattern(tridiagonal(200), 200, 200))!.count).toBe(3);
  });

  it('take fewer colours than a distance-2 colouring of a two-dimensional grid', () => {
    const n = 12;
    const pairs: Pair[] = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const v = i * n + j;
        pairs.push([v, v]);
        if (j + 1 < n) pairs.push([v, v + 1], [v + 1, v]);
        if (i + 1 < n) pairs.push([v, v + n], [v + n, v]);
      }
    }
    const p = pattern(pairs, n * n, n * n);
    expect(violations(p, starColouring(p)!.colours)).toEqual([]);
    expect(starColouring(p)!.count).toBeLessThanOrEqual(colourColumns(sidesOf(p))!.count);
  });
});
