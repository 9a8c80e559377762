// The atlas is what the operations and the textbook derivatives say now; every entry in it was checked when it was written.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { atlas } from '../../scripts/atlas-data.ts';
import { atlasPage } from '../../scripts/atlas-page.ts';

it('docs/atlas.md is up to date: npx tsx scripts/write-atlas.ts', () => {
  const data = atlas();
  expect(readFileSync(new URL('../../docs/atlas.md', import.meta.url), 'utf8')).toBe(atlasPage(data));
  expect(data.entrywise.length).toBeGreaterThan(40);
  const entries = data.themes.flatMap((theme) => theme.entries);
  expect(entries.length).toBeGreaterThan(600);
  expect(Math.max(...entries.map(({ error }) => error))).toBeLessThanOrEqual(-6);
});
