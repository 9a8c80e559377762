// What the network makes of a digit that is drawn or taken from the test set, and how every pixel bears on its answer.
import { useEffect, useState } from 'preact/hooks';
import { HeatMap } from '../../../components/heat-map.tsx';
import { Slider } from '../../../components/slider.tsx';
import { compute } from '../../../worker/compute.ts';
import { useCompute } from '../../../worker/use-compute.ts';
import { type Lecture, stepsOfTraining, testDigits } from '../state.ts';
import { blank, climb, toDrawing, toImage } from './drawing.ts';
import { Easel } from './easel.tsx';
import { type Model, withArticle } from './model.ts';
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
  const { digit, drawing, asked, trained } = lecture.value;
  const test = useCompute('lecture', 'testDigit', model ? { index: digit } : null).value;
  const shown = drawing || (test ? toDrawing(test.image) : undefined);
  const reading = useReading(model, shown, asked);
  return (
    <>
      {model?.step === 0 && trained === 0 && (
        <div class="row">
          <span>The network has learned nothing yet.</span>
          <button type="button" class="primary controls" onClick={() => lecture.change({ trained: stepsOfTraining })}>
            Train it first
          </button>
        </div>
      )}
      <div class="reader">
        <Picture lecture={lecture} shown={shown} label={test?.label} />
        {reading && <Answer lecture={lecture} reading={reading} />}
        {reading && shown && <PixelGradient lecture={lecture} reading={reading} shown={shown} />}
      </div>
    </>
  );
}

interface PictureProps {
  readonly lecture: Lecture;
  readonly shown: string | undefined;
  /** What the test digit is. */
  readonly label: number | undefined;
}

function Picture({ lecture, shown, label }: PictureProps) {
  const { digit, drawing } = lecture.value;
  const said = drawing
    ? 'Your drawing.'
    : `Test digit ${digit + 1}${label === undefined ? '' : `, ${withArticle(label)}`}.`;
  return (
    <div>
      <Easel drawing={shown ?? blank} onDraw={(next) => lecture.change({ drawing: next }, 'draw')} />
      <p class="hint easel-caption">{said} Draw here; digits fill the inner square.</p>
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
  );
}

interface ReadingProps {
  readonly lecture: Lecture;
  readonly reading: ReadOutput;
}

function Answer({ lecture, reading: { probabilities, asked } }: ReadingProps) {
  const best = probabilities.indexOf(Math.max(...probabilities));
  // What is asked for now, before it is answered.
  const chosen = lecture.value.asked < 0 ? asked : lecture.value.asked;
  return (
    <div>
      <p class="answer" role="status">
        {`It reads ${withArticle(best)}, with probability ${probabilities[best]!.toFixed(3)}.`}
      </p>
      <fieldset class="classes">
        <legend class="visually-hidden">Class whose probability is derived</legend>
        {probabilities.map((p, k) => (
          <label key={k} class={k === best ? 'best' : undefined}>
            <input type="radio" name="asked" checked={k === chosen} onChange={() => lecture.change({ asked: k })} />
            <span>{k}</span>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${100 * p}%` }} />
            </span>
            <span class="share">{p.toFixed(3)}</span>
          </label>
        ))}
      </fieldset>
      <div class="row controls">
        <button type="button" disabled={lecture.value.asked < 0} onClick={() => lecture.change({ asked: -1 })}>
          Follow the likeliest
        </button>
      </div>
    </div>
  );
}

function PixelGradient({ lecture, reading: { asked, gradient }, shown }: ReadingProps & { readonly shown: string }) {
  return (
    <div>
      <HeatMap
        title={`∂ log p(${asked}) / ∂ pixel.`}
        description={`Plain: more ink here makes ${withArticle(asked)} likelier; hatched: less likely.`}
        values={gradient}
      />
      <div class="row controls">
        <button type="button" onClick={() => lecture.change({ drawing: climb(toImage(shown), gradient), asked })}>
          Change the picture along it
        </button>
      </div>
    </div>
  );
}
