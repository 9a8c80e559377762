import { describe } from 'vitest';
import '../../src/transforms/evaluate.ts';
import * as nn from '../../src/nn/index.ts';
import { matchesPyTorch } from './reference.ts';

describe('values and gradients are those of PyTorch', () => {
  matchesPyTorch('losses', nn);
});
