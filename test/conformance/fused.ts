// In a run that computes with compiled code (test/compute.ts) a check evaluates a function as one program, whose operations
// the compiler joins; elsewhere operation by operation.
import type { Tensor } from '../../src/tensor/tensor.ts';
import { jit } from '../../src/transforms/staging.ts';
import type { Subject } from './subject.ts';

const fusing = process.env.NABLA_TEST_BACKEND === 'wasm';

/** How far a function as one program may be from the same operations one by one, relative to the largest number. */
export const fusedError: number = fusing ? 1e-14 : 0;

export function fused<F extends (...x: Tensor[]) => unknown>(f: F): F {
  return fusing ? jit(f) : f;
}

/** The subject as one program, unless it needs the numbers themselves, so that it can be neither batched nor traced. */
export function fusedSubject(subject: Subject): Subject {
  return subject.sample.exempt?.vmap === undefined ? { ...subject, call: fused(subject.call) } : subject;
}
