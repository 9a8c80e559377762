import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withStages } from '../../scripts/architecture.ts';

test('ARCHITECTURE.md shows the stages as the library prints them now (npx tsx scripts/architecture.ts rewrites them)', () => {
  const text = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');
  expect(withStages(text)).toBe(text);
});
