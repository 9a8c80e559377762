// Case l: what 100,000 training steps on the tape, in one synchronous loop without any dispose, do to resident memory.
import { nn, optim, tensor } from '../src/index.ts';
import { makeInput, uniform } from './inputs.ts';

const READINGS = 20;

function drawn(seed: number, shape: readonly number[]) {
  return makeInput(uniform(seed, shape, -0.5, 0.5), 'float32', false).values;
}

/** Resident megabytes, read at even distances over `steps` steps of an MLP 16-32-1. */
export function memoryOfTraining(steps: number): number[] {
  const leaf = (seed: number, shape: number[]) => tensor(drawn(seed, shape), { shape, requiresGrad: true });
  const x = tensor(drawn(1, [8, 16]), { shape: [8, 16] });
  const y = tensor(drawn(2, [8, 1]), { shape: [8, 1] });
  const [W1, b1, W2, b2] = [leaf(3, [16, 32]), leaf(4, [32]), leaf(5, [32, 1]), leaf(6, [1])];
  const optimizer = new optim.SGD([W1, b1, W2, b2], { lr: 0.01 });
  const readings: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const hidden = x.matmul(W1).add(b1).tanh();
    optimizer.zeroGrad();
    nn.mse(hidden.matmul(W2).add(b2), y).backward();
    optimizer.step();
    if (step % Math.ceil(steps / READINGS) === 0) readings.push(process.memoryUsage.rss() / 2 ** 20);
  }
  return readings;
}
