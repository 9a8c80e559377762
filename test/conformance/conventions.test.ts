// The conventions at kinks, ties and zeros: each row's check holds, and every numbered behaviour has a row.
import { describe, expect, test } from 'vitest';
import { allConventions, conventionFiles } from './all-conventions.ts';
import { numbered } from './convention-table.ts';

describe.each(Object.entries(conventionFiles))('%s', (_file, rows) => {
  test.each(rows.map((row) => [`[${row.behaviour}] ${row.at}: ${row.ours}`, row] as const))('%s', (_name, row) => {
    row.check();
  });
});

test('every behaviour from 145 to 184 has a row', () => {
  const present = new Set(allConventions.map((row) => row.behaviour));
  expect(numbered.filter((number) => !present.has(number))).toEqual([]);
});
