// All of it together: a network learns to read digits, and is asked which pixels matter.
import { Formula } from '../../../components/formula.tsx';
import { batchSize, hiddenUnits, parameterCount } from '../digits/model.ts';
import { Reader } from '../digits/reader.tsx';
import { Trainer } from '../digits/trainer.tsx';
import { useTraining } from '../digits/training.ts';
import { useSeen } from '../figures/use-live.ts';
import { Beside, type Part, type PartProps, Words } from '../part.tsx';

const numberOfParameters: string = parameterCount.toLocaleString('en-US');

function Learning({ lecture, slide }: PartProps) {
  const { trained, seed } = lecture.value;
  const { place, seen } = useSeen();
  const { training, error } = useTraining(trained, seed, seen);
  return (
    <Beside
      wide={slide}
      words={
        <>
          <Words
            slide={slide}
            points={[
              `${numberOfParameters} weights, one loss: one pass backward gives every derivative.`,
              `Each step: ${batchSize} digits, the gradient, a step of Adam.`,
              'The test digits are never trained on.',
            ]}
          >
            <p>
              A network with one hidden layer reads pictures x of 14 × 14 pixels, laid out as a row, and answers with
              ten probabilities,
            </p>
          </Words>
          <Formula
            display
            latex="p = \operatorname{softmax}\bigl(\operatorname{relu}(x\,W_1 + b_1)\,W_2 + b_2\bigr)"
            text="p = softmax(relu(x W₁ + b₁) W₂ + b₂)"
          />
          {!slide && (
            <>
              <p>
                With {hiddenUnits} hidden units it has {numberOfParameters} weights. The loss of a digit y is{' '}
                <Formula latex="-\log p_y" text="−log p_y" />, averaged over a batch of {batchSize}. Each step
                backpropagates that one number to all the weights, and moves them by Adam: gradient descent that divides
                each gradient by a running estimate of its size. Training is deterministic: the seed decides the first
                weights and the order of the digits.
              </p>
              <p>
                The digits are real: 4,000 to train and 1,000 to test, the first ones of MNIST, averaged to 14 × 14
                pixels. At the beginning the first layer is noise; after a few hundred steps strokes appear in it.
              </p>
              <p class="hint">MNIST: Y. LeCun and C. Cortes, from NIST’s databases, CC BY-SA 3.0.</p>
            </>
          )}
        </>
      }
      figure={
        <div ref={place} class="trainer">
          <Trainer lecture={lecture} training={training} error={error} />
        </div>
      }
    />
  );
}

function Reading({ lecture, slide }: PartProps) {
  const { trained, seed } = lecture.value;
  const { place, seen } = useSeen();
  const { training } = useTraining(trained, seed, seen);
  return (
    <div ref={place}>
      <Words
        slide={slide}
        points={[
          'The same pass backward derives by the input: which pixels speak for this answer, and which against it?',
        ]}
      >
        <p>
          The same pass backward derives by the input as well. The gradient of{' '}
          <Formula latex="\log p_k" text="log p_k" /> with respect to the pixels has the shape of the picture, and shows
          where ink speaks for the class k, and where against it. Draw a digit, or pick one; ask about another class;
          then change the picture along the gradient a few times, and watch the answer turn before your eye sees another
          digit.
        </p>
      </Words>
      <Reader lecture={lecture} model={training?.model} />
    </div>
  );
}

export const digitsParts: readonly Part[] = [
  { id: 'digits', title: 'A network learns to read', Content: Learning },
  { id: 'digits-pixels', title: 'Which pixels matter?', continues: true, Content: Reading },
];
