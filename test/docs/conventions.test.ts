// The page in docs says exactly what the tested rows say.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allConventions } from '../conformance/all-conventions.ts';
import { conventionsPage } from '../conformance/convention-table.ts';

test('docs/conventions.md is the table of the rows; npx tsx scripts/write-conventions.ts writes it', () => {
  const page = readFileSync(new URL('../../docs/conventions.md', import.meta.url), 'utf8');
  expect(page).toBe(conventionsPage(allConventions));
});
