// What the network makes of a digit that is drawn or taken from the test set, and how every pixel bears on its answer.
import { useEffect, useState } from 'preact/hooks';
import { HeatMap } from '../../../components/heat-map.tsx';
import { Slider } from '../../../components/slider.tsx';
import { compute } from '../../../worker/compute.ts';
import { useCompute } from '../../../worker/use-compute.ts';
import { type Lecture, testDigits } from '../state.ts';
import { blank, climb, toDrawing, toImage } from './drawing.ts';
import { Easel } from './easel.tsx';
import type { Model } from './model.ts';
import type { ReadOutput } from './network.ts';

function useReading(model: Model | undefined, drawing: string | undefined, asked: number): ReadOutput | undefined {
  const [reading, setReading] = useState<ReadOutput | undefined>(undefined);
  useEffect(() => {
    if (!model || drawing === undefined) return;
    const stop = new AbortController();
    const input = { parameters: model.parameters, image: toImage(drawing), asked };
    compute('lecture', 'read', input, { signal: stop.signal }).then(
      (output) => {
        if (!stop.signal.aborted) setReading(output);
      },
      // An older question; the newer one answers. Other failures show at the training, which asks the same worker.
      () => undefined,
    );
    return () => stop.abort();
  }, [model, drawing, asked]);
  return reading;
}

export function Reader({ lecture, model }: { readonly lecture: Lecture; readonly model: Model | undefined }) {
  const { digit, drawing, asked } = lecture.value;
  const test = useCompute('lecture', 'testDigit', model ? { index: digit } : null).value;
  const shown = drawing || (test ? toDrawing(test.image) : undefined);
  const reading = useReading(model, shown, asked);
  const best = reading ? reading.probabilities.indexOf(Math.max(...reading.probabilities)) : -1;
  return (
    <div class="reader">
      <div>
        <Easel drawing={shown ?? blank} onDraw={(next) => lecture.change({ drawing: next }, 'draw')} />
        <p class="hint easel-caption">
          {drawing ? 'Your drawing.' : `Test digit ${digit + 1}${test ? `, a ${test.label}` : ''}.`} Draw here; digits
          fill the inner square.
        </p>
        <div class="row controls">
          <button type="button" onClick={() => lecture.change({ drawing: blank })}>
            Blank
          </button>
          <button type="button" disabled={drawing === ''} onClick={() => lecture.change({ drawing: '' })}>
            Test digit
          </button>
        </div>
        <Slider
          label="test digit"
          min={1}
          max={testDigits}
          step={1}
          value={digit + 1}
          onChange={(at) => lecture.change({ digit: at - 1, drawing: '' }, 'choose a digit')}
        />
      </div>
      {reading && (
        <>
          <div>
            <p class="answer" role="status">
              {`It reads a ${best}, with probability ${reading.probabilities[best]!.toFixed(3)}.`}
            </p>
            <fieldset class="classes">
              <legend class="visually-hidden">Class whose probability is derived</legend>
              {reading.probabilities.map((p, k) => (
                <label key={k} class={k === best ? 'best' : undefined}>
                  <input
                    type="radio"
                    name="asked"
                    checked={k === reading.asked}
                    onChange={() => lecture.change({ asked: k })}
                  />
                  <span>{k}</span>
                  <span class="bar" aria-hidden="true">
                    <span style={{ width: `${100 * p}%` }} />
                  </span>
                  <span class="share">{p.toFixed(3)}</span>
                </label>
              ))}
            </fieldset>
            <div class="row controls">
              <button type="button" disabled={asked < 0} onClick={() => lecture.change({ asked: -1 })}>
                Follow the likeliest
              </button>
            </div>
          </div>
          <div>
            <HeatMap
              title={`∂ log p(${reading.asked}) / ∂ pixel.`}
              description={`Plain: more ink here makes a ${reading.asked} likelier; hatched: less likely.`}
              values={reading.gradient}
            />
            <div class="row controls">
              <button
                type="button"
                onClick={() =>
                  shown && lecture.change({ drawing: climb(toImage(shown), reading.gradient), asked: reading.asked })
                }
              >
                {`Change the picture along it`}
              </button>
            </div>
          </div>
        </>
      )}
    </div>
  );
}
