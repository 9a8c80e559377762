// All timed cases, in the order of the table.
import type { Case } from '../case.ts';
import { convolutions } from './convolution.ts';
import { crossEntropy } from './cross-entropy.ts';
import { dotSquared } from './dot-squared.ts';
import { elementwise } from './elementwise.ts';
import { firstCalls } from './first-call.ts';
import { lstm } from './lstm.ts';
import { products } from './matmul.ts';
import { mlp } from './mlp.ts';
import { smallDerivatives } from './small-derivatives.ts';
import { sparse } from './sparse.ts';
import { structured } from './structured.ts';

export const cases: readonly Case[] = [
  ...dotSquared,
  ...smallDerivatives,
  ...mlp,
  ...products,
  ...elementwise,
  ...crossEntropy,
  ...convolutions,
  ...firstCalls,
  ...lstm,
  ...structured,
  ...sparse,
];
