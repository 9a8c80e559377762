// The namespace `random`: reproducible numbers from keys.
import './composites.ts';

export type { DrawOptions, ExponentialOptions, NormalOptions, UniformOptions } from './continuous.ts';
export { bits, exponential, gumbel, normal, truncatedNormal, uniform } from './continuous.ts';
export type { CategoricalOptions, ChoiceOptions, PermutationOptions } from './discrete.ts';
export { bernoulli, categorical, choice, permutation, randint } from './discrete.ts';
export type { SplitOptions } from './keys.ts';
export { foldIn, key, split } from './keys.ts';
export { type QuickOptions, rand, randn, setSeed } from './quick.ts';
