/**
 * The first layer as pictures: for each hidden unit, the weight that it gives to every pixel. Positive weights are full cells
 * of one colour, negative ones crosses of the other, so that the sign shows without the colour.
 */
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../../../app/theme.ts';
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { hiddenUnits, side } from './model.ts';

const cell = 5;
const gap = 6;
const across = 8;
const tile: number = side * cell + gap;
const width: number = across * tile - gap;
const height: number = (hiddenUnits / across) * tile - gap;

/** weights[pixel · 32 + unit], as W₁ is laid out. */
export function Weights({ weights, step }: { readonly weights: Float32Array; readonly step: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const mode = theme();
  useEffect(() => {
    const picture = canvas.current?.getContext('2d');
    if (!canvas.current || !picture) return;
    const style = getComputedStyle(canvas.current);
    const [low, high, ground] = ['--heat-low', '--heat-high', '--surface'].map((name) => style.getPropertyValue(name));
    picture.clearRect(0, 0, width, height);
    const largest = weights.reduce((most, v) => Math.max(most, Math.abs(v)), Number.MIN_VALUE);
    for (let unit = 0; unit < hiddenUnits; unit++) {
      const [left, top] = [(unit % across) * tile, Math.floor(unit / across) * tile];
      picture.globalAlpha = 1;
      picture.fillStyle = ground!;
      picture.fillRect(left, top, side * cell, side * cell);
      for (let pixel = 0; pixel < side * side; pixel++) {
        const weight = weights[pixel * hiddenUnits + unit]!;
        const [x, y] = [left + (pixel % side) * cell, top + Math.floor(pixel / side) * cell];
        picture.globalAlpha = Math.min(1, 1.5 * (Math.abs(weight) / largest));
        picture.fillStyle = weight < 0 ? low! : high!;
        if (weight > 0) {
          picture.fillRect(x, y, cell, cell);
        } else {
          picture.fillRect(x + 2, y, 1, cell);
          picture.fillRect(x, y + 2, cell, 1);
        }
      }
    }
  }, [weights, mode]);

  return (
    <FigureWithTable
      title="First layer"
      description={`after ${step} steps: what each of the ${hiddenUnits} hidden units looks for. Full cells: positive weights; crosses: negative.`}
      table={{
        columns: ['unit', 'least weight', 'greatest weight', 'length'],
        rows: Array.from({ length: hiddenUnits }, (_, unit) => {
          const row = Array.from({ length: side * side }, (_, pixel) => weights[pixel * hiddenUnits + unit]!);
          return [unit + 1, Math.min(...row), Math.max(...row), Math.hypot(...row)];
        }),
      }}
    >
      <canvas
        ref={canvas}
        class="weights"
        width={width}
        height={height}
        role="img"
        aria-label={`The weights of ${hiddenUnits} hidden units as pictures of ${side} by ${side} cells, after ${step} steps`}
      />
    </FigureWithTable>
  );
}
