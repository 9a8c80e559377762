// The examples, by theme. Every one is a test: site/test/playground-examples.spec.ts has its numbers.
import type { Example } from './example.ts';
import { models } from './models.ts';
import { sequences } from './sequences.ts';
import { surfaces } from './surfaces.ts';
import { vectors } from './vectors.ts';

export type { Example } from './example.ts';

export const themes: readonly { readonly title: string; readonly examples: readonly Example[] }[] = [
  { title: 'Surfaces', examples: surfaces },
  { title: 'Vectors', examples: vectors },
  { title: 'Models', examples: models },
  { title: 'Many steps', examples: sequences },
];

export const examples: readonly Example[] = themes.flatMap((theme) => theme.examples);
