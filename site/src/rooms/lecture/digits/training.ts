/**
 * The training as the page sees it: the worker makes twenty steps at a time until the model has made as many as are wanted. A
 * smaller number, or another seed, begins anew; the same seed and number always end in the same weights. One training serves
 * every figure and slide that looks at it, and outlives them.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { compute } from '../../../worker/compute.ts';
import { type Model, stepsInASlice } from './model.ts';

export interface Training {
  readonly model: Model;
  readonly losses: readonly number[];
  /** After how many steps, and the share of the test digits that were right then. */
  readonly accuracies: readonly (readonly [number, number])[];
}

interface Goal {
  readonly steps: number;
  readonly seed: number;
}

const training = signal<Training | undefined>(undefined);
const failure = signal<Error | undefined>(undefined);

let goal: Goal | undefined;
let watchers = 0;
let busy = false;

async function advance(before: Training | undefined, seed: number, steps: number): Promise<Training> {
  const { model, losses, accuracy } = await compute('lecture', 'train', { model: before?.model, seed, steps });
  return {
    model,
    losses: [...(before?.losses ?? []), ...losses],
    accuracies: [...(before?.accuracies ?? []), [model.step, accuracy]],
  };
}

/** What may be continued on the way to the goal: nothing where the goal lies behind, or elsewhere. */
function usable({ steps, seed }: Goal): Training | undefined {
  const now = training.peek();
  return now && now.model.seed === seed && now.model.step <= steps ? now : undefined;
}

const nextFrame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  failure.value = undefined;
  try {
    while (goal && watchers > 0) {
      const now = usable(goal);
      if (now?.model.step === goal.steps) break;
      training.value = await advance(now, goal.seed, now ? Math.min(stepsInASlice, goal.steps - now.model.step) : 0);
      await nextFrame();
    }
  } catch (error) {
    failure.value = error as Error;
  } finally {
    busy = false;
  }
}

export function useTraining(
  steps: number,
  seed: number,
  seen: boolean,
): { readonly training: Training | undefined; readonly error: Error | undefined } {
  useEffect(() => {
    if (!seen) return;
    watchers++;
    goal = { steps, seed };
    void work();
    return () => {
      watchers--;
    };
  }, [steps, seed, seen]);
  return { training: training.value, error: failure.value };
}
