// Training on screen: buttons, loss and accuracy as they develop, the first layer.
import { linePath, Plot } from '../../../components/plot.tsx';
import { type Lecture, stepsOfTraining } from '../state.ts';
import { stepsInASlice } from './model.ts';
import type { Training } from './training.ts';
import { Weights } from './weights.tsx';

export interface TrainerProps {
  readonly lecture: Lecture;
  readonly training: Training | undefined;
  readonly error: Error | undefined;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function Trainer({ lecture, training, error }: TrainerProps) {
  const { trained, seed } = lecture.value;
  const step = training?.model.step ?? 0;
  const running = error === undefined && training !== undefined && (step < trained || training.model.seed !== seed);
  const accuracy = training?.accuracies.at(-1)?.[1];
  const lossOf = (k: number): number => training?.losses[k - 1] ?? Number.NaN;
  const train = (to: number): void => lecture.change({ trained: to });
  return (
    <>
      <div class="row controls">
        {running ? (
          <button type="button" class="primary" onClick={() => train(Math.min(trained, step + stepsInASlice))}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            class="primary"
            onClick={() => train(Math.min(step + stepsOfTraining, 10 * stepsOfTraining))}
          >
            {step === 0 ? `Train ${stepsOfTraining} steps` : `Train ${stepsOfTraining} more`}
          </button>
        )}
        <button type="button" disabled={step === 0 && trained === 0} onClick={() => train(0)}>
          Start anew
        </button>
        <button type="button" onClick={() => lecture.change({ seed: seed + 1, trained: 0 })}>
          Other first weights
        </button>
        <progress aria-label="training" class={running ? undefined : 'idle'} value={trained > 0 ? step / trained : 0} />
      </div>
      {error && (
        <p class="error" role="alert">
          {error.message}
        </p>
      )}
      <p class="training-status" role="status">
        {running ? 'Training. ' : ''}Seed {seed}, step {step}
        {accuracy === undefined ? '' : `: ${percent(accuracy)} of the test digits right.`}
      </p>
      <Plot
        title="Training"
        description="Solid: the loss of each batch; dashed: the share of 1,000 test digits that are right."
        x={{ label: 'step', domain: [0, Math.max(stepsOfTraining, trained)] }}
        y={{ label: 'loss, share', domain: [0, 2.5] }}
        width={480}
        height={240}
        table={{
          columns: ['step', 'loss', 'share right'],
          rows: (training?.accuracies ?? []).map(([at, share]) => [at, at === 0 ? '' : lossOf(at), share]),
        }}
      >
        {(frame) =>
          training && (
            <>
              <path
                class="forward thin"
                d={linePath(
                  training.losses.map((loss, k) => [k + 1, loss] as const),
                  frame,
                )}
              />
              <path class="backward" d={linePath(training.accuracies, frame)} />
            </>
          )
        }
      </Plot>
      {training && <Weights weights={training.model.parameters[0]} step={step} />}
    </>
  );
}
