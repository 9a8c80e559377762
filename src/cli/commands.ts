// The commands of `nabla`, as data: the help and the reader of arguments know nothing else about them.

import { deriveCommand } from './derive/command.ts';
import { playgroundCommand } from './playground.ts';
import { terminal } from './terminal.ts';
import { tour } from './tour/tour.ts';
import type { Command, Valued } from './usage.ts';

const tourCommand: Command<{ seed: Valued<'integer'> }> = {
  name: 'tour',
  summary: 'matrix calculus on real data, from a gradient to a network that reads digits',
  options: {
    seed: { takes: 'integer', value: 'n', summary: 'where the random numbers of the training start (default 0)' },
  },
  run: ({ seed = 0 }) => (tour(terminal(process.stdout, process.env), { seed }) ? 0 : 1),
};

export const commands: readonly Command[] = [tourCommand, deriveCommand, playgroundCommand];
