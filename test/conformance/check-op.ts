// The checks that every operation passes, by name: each takes a subject (one sample of one operation) and throws with
// numbers where it fails. An exemption stands in the sample itself, with its reason.
import { checkVmap } from './check-batching.ts';
import { checkHigher, checkJvp, checkTranspose, checkZeroCotangent } from './check-derivatives.ts';
import { checkFloat32, checkFormula, checkTrace, checkViews } from './check-evaluation.ts';
import { checkTape } from './check-tape.ts';
import { type Check, type Differentiable, differentiable, type Subject } from './subject.ts';

export interface NamedCheck {
  /** The sentence the test is named by. */
  readonly property: string;
  /** The entry of Sample.exempt that excuses a sample from it. */
  readonly exemption?: Check;
  run(subject: Subject): void;
}

/** A check of derivatives, which integer functions do not have. */
const ofDerivatives =
  (check: (point: Differentiable) => void): NamedCheck['run'] =>
  (subject) => {
    const point = differentiable(subject);
    if (point) check(point);
  };

export const derivativeChecks: readonly NamedCheck[] = [
  { property: 'jvp is the limit of differences', exemption: 'jvp', run: ofDerivatives(checkJvp) },
  { property: 'vjp is the transpose of jvp', run: ofDerivatives(checkTranspose) },
  { property: 'jvp and vjp are linear and keep zero exactly', run: ofDerivatives(checkZeroCotangent) },
  {
    property: 'second order in every mixture of modes',
    exemption: 'second',
    run: ofDerivatives((point) => checkHigher(point, 2)),
  },
  {
    property: 'third order in every mixture of modes',
    exemption: 'third',
    run: ofDerivatives((point) => checkHigher(point, 3)),
  },
];

export const batchingChecks: readonly NamedCheck[] = [
  { property: 'vmap is the stacked loop, for every axis', exemption: 'vmap', run: checkVmap },
];

export const tapeChecks: readonly NamedCheck[] = [
  { property: 'backward() gives what vjp gives', exemption: 'tape', run: ofDerivatives(checkTape) },
];

export const evaluationChecks: readonly NamedCheck[] = [
  { property: 'float32 is the rounding of float64', exemption: 'float32', run: checkFloat32 },
  { property: '[200] views give what copies give', run: checkViews },
  // What needs the numbers themselves can be neither batched nor traced.
  { property: 'the traced program gives what the function gives', exemption: 'vmap', run: checkTrace },
  { property: 'the formula mentions every input', run: checkFormula },
];
