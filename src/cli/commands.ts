// The commands of `nabla`, as data: the help and the reader of arguments know nothing else about them.

import { terminal } from './terminal.ts';
import { tour } from './tour/tour.ts';
import type { Command } from './usage.ts';

export const commands: readonly Command[] = [
  {
    name: 'tour',
    summary: 'matrix calculus on real data, from a gradient to a network that reads digits',
    options: { seed: { value: 'n', summary: 'where the random numbers of the training start (default 0)' } },
    run: ({ seed = 0 }) => (tour(terminal(process.stdout, process.env), { seed }) ? 0 : 1),
  },
];
