// Every file of conventions, in the order of the page.

import type { Convention } from './convention-table.ts';
import { conventions } from './conventions.ts';
import { rows as indexing } from './conventions-indexing.ts';
import { rows as linalg } from './conventions-linalg.ts';
import { rows as nn } from './conventions-nn.ts';
import { rows as reductions } from './conventions-reductions.ts';

export const conventionFiles: Readonly<Record<string, readonly Convention[]>> = {
  'conventions-indexing.ts': indexing,
  'conventions-linalg.ts': linalg,
  'conventions-nn.ts': nn,
  'conventions-reductions.ts': reductions,
  'conventions.ts': conventions,
};

export const allConventions: readonly Convention[] = Object.values(conventionFiles).flat();
