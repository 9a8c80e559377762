// The lecture, part by part, in the order in which it is read and presented.
import { backpropagationParts } from './chapters/backpropagation.tsx';
import { chainRuleParts } from './chapters/chain-rule.tsx';
import { derivativeParts } from './chapters/derivative.tsx';
import { descentParts } from './chapters/descent.tsx';
import { digitsParts } from './chapters/digits.tsx';
import { gradientParts } from './chapters/gradient.tsx';
import { hessianParts } from './chapters/hessian.tsx';
import { jacobianParts } from './chapters/jacobian.tsx';
import { nextParts } from './chapters/next.tsx';
import type { Part } from './part.tsx';

export const parts: readonly [Part, ...Part[]] = [
  ...derivativeParts,
  ...gradientParts,
  ...jacobianParts,
  ...hessianParts,
  ...chainRuleParts,
  ...backpropagationParts,
  ...descentParts,
  ...digitsParts,
  ...nextParts,
] as unknown as readonly [Part, ...Part[]];
