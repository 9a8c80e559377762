// The conventions at kinks, ties and zeros: each row's check holds, every numbered behaviour has a row, and the page in
// docs says exactly what the rows say.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { conventionsPage, loadConventions, numbered } from './convention-table.ts';

const files = await loadConventions();
const rows = files.flatMap((file) => file.rows);

describe.each(files)('$file', (file) => {
  test.each(file.rows.map((row) => [`[${row.behaviour}] ${row.at}: ${row.ours}`, row] as const))('%s', (_name, row) => {
    row.check();
  });
});

test('every behaviour from 145 to 184 has a row', () => {
  const present = new Set(rows.map((row) => row.behaviour));
  expect(numbered.filter((number) => !present.has(number))).toEqual([]);
});

test('docs/conventions.md is the table of the rows; npx tsx scripts/write-conventions.ts writes it', () => {
  const page = readFileSync(new URL('../../docs/conventions.md', import.meta.url), 'utf8');
  expect(page).toBe(conventionsPage(rows));
});
