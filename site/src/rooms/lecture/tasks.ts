// What the Lecture room asks of the compute worker: one task for each figure, and those of the classifier, which come with the
// digits when the first of them is asked for.
import { backpropagation } from './computing/backpropagation.ts';
import { bent } from './computing/bent-grid.ts';
import { chain } from './computing/chain.ts';
import { contours } from './computing/contours.ts';
import { curvature } from './computing/curvature.ts';
import { descent } from './computing/descent.ts';
import { gradient } from './computing/gradient.ts';
import { tangent } from './computing/tangent.ts';
import type { ReadInput, ReadOutput, TestDigit, TrainInput, TrainOutput } from './digits/network.ts';

const classifier = () => import('./digits/network.ts');

const train = async (input: TrainInput): Promise<TrainOutput> => (await classifier()).train(input);
const read = async (input: ReadInput): Promise<ReadOutput> => (await classifier()).read(input);
const testDigit = async (input: { readonly index: number }): Promise<TestDigit> =>
  (await classifier()).testDigit(input);

export const tasks = {
  tangent,
  contours,
  gradient,
  bent,
  curvature,
  chain,
  backpropagation,
  descent,
  train,
  read,
  testDigit,
};
