// Runs the table of conventions at kinks, ties, zeros and infinities.
import { describe, it } from 'vitest';
import { conventions } from './conventions.ts';

describe('conventions', () => {
  it.each(conventions.map((c) => [`${c.behaviour === 0 ? '' : `#${c.behaviour} `}${c.at}: ${c.ours}`, c] as const))(
    '%s',
    (_, c) => c.check(),
  );
});
