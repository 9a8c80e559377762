// Backpropagation: reverse mode on a graph of operations.
import { Formula } from '../../../components/formula.tsx';
import { Slider } from '../../../components/slider.tsx';
import code from '../code/backpropagation.ts?raw';
import output from '../code/backpropagation.txt?raw';
import { CodePair } from '../code-pair.tsx';
import { short } from '../figures/matrix-text.ts';
import { TapeFigure } from '../figures/tape-figure.tsx';
import { useLive } from '../figures/use-live.ts';
import { Beside, type Part, type PartProps, Words } from '../part.tsx';
import { lastMove } from '../state.ts';

function Backpropagation({ lecture, slide }: PartProps) {
  return (
    <Beside
      words={
        <>
          <Words
            slide={slide}
            points={[
              'Forward: compute every value, and keep it.',
              'Backward: every value receives its cotangent, starting with 1 at the loss.',
              'An operation passes its cotangent on, times its local derivative. Several uses: the sum.',
            ]}
          >
            <p>
              Reverse mode, written for a graph of operations, is backpropagation. Going forward, every value is
              computed and kept. Going backward, every value v receives its cotangent: the derivative of the loss with
              respect to it,
            </p>
          </Words>
          <Formula
            display
            latex="\bar v = \frac{\partial L}{\partial v},\qquad \bar L = 1,\qquad \bar v = \sum_{u\ \text{uses}\ v} \bar u\,\frac{\partial u}{\partial v}"
            text="v̄ = ∂L/∂v, L̄ = 1, v̄ = Σ over the uses u of v: ū ∂u/∂v"
          />
          {!slide && (
            <>
              <p>
                Each operation needs to know one thing: its own derivative. It multiplies the cotangent of its output by
                that and hands the product to its inputs; a value that is used several times adds up what it is handed.
                No operation knows the rest of the graph.
              </p>
              <p>
                The figure is one neuron with a squared error,{' '}
                <Formula latex="L = (\sigma(wx+b)-y)^2" text="L = (σ(wx + b) − y)²" /> at x = 2, y = 1. Step through it:
                five operations forward, then back. One pass back gives the derivative by every input, in time that is a
                small multiple of the forward pass, however many inputs there are. The price is memory: the values are
                kept until they have been used.
              </p>
            </>
          )}
        </>
      }
      figure={<NeuronFigure lecture={lecture} />}
    />
  );
}

function NeuronFigure({ lecture }: Pick<PartProps, 'lecture'>) {
  const { w, b, move } = lecture.value;
  const { place, value } = useLive('backpropagation', { w, b });
  const number = (v: number): string => short(v, 1);
  return (
    <div ref={place}>
      <TapeFigure nodes={value ?? []} move={move} />
      <div class="sliders">
        <Slider
          label="move"
          min={0}
          max={lastMove}
          step={1}
          value={move}
          format={(k) => `${k} of ${lastMove}`}
          onChange={(k) => lecture.change({ move: k }, 'step through the graph')}
        />
        <Slider
          label="w"
          min={-3}
          max={3}
          step={0.1}
          value={w}
          format={number}
          onChange={(v) => lecture.change({ w: v }, 'w')}
        />
        <Slider
          label="b"
          min={-3}
          max={3}
          step={0.1}
          value={b}
          format={number}
          onChange={(v) => lecture.change({ b: v }, 'b')}
        />
      </div>
    </div>
  );
}

export const backpropagationParts: readonly Part[] = [
  { id: 'backpropagation', title: 'Backpropagation', Content: Backpropagation },
  {
    id: 'backpropagation-code',
    title: 'backward() in two languages',
    continues: true,
    Content: () => <CodePair id="backpropagation" ours={{ code, output }} />,
  },
];
