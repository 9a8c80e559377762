// One step of a recurrent network: state and input in, new state out; unroll it with a loop or with scan.
//   rnn   h' = tanh(a)                                             a = W_ih x + b_ih + W_hh h + b_hh
//   lstm  i, f, o = σ(a), g = tanh(a);  c' = f c + i g,  h' = o tanh(c')           (Hochreiter & Schmidhuber 1997)
//   gru   r, z = σ(a), n = tanh(W_n x + r (U_n h));  h' = (1 − z) n + z h          (Cho et al. 2014)
// The gates lie one after the other along axis 0 of the weights: i, f, g, o and r, z, n.

import { ShapeError } from '../errors.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { tanh } from '../ops/hyperbolic.ts';
import { sliceAxis } from '../ops/joining.ts';
import { sigmoid } from '../ops/logistic.ts';
import { onlyTensor } from '../ops/operands.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { linear } from './linear.ts';
import type { RecurrentParams } from './parameters.ts';
import { record } from './record.ts';

const fromInput = (p: RecurrentParams, x: Tensor): Tensor => linear(x, p.weightIh, { bias: p.biasIh });
const fromState = (p: RecurrentParams, h: Tensor): Tensor => linear(h, p.weightHh, { bias: p.biasHh });

/** `x` [..., count·H] cut into its gates, each of the size H of the state. */
function gates(op: string, x: Tensor, count: number, state: Tensor): Tensor[] {
  const size = onlyTensor(op, state).shape[state.ndim - 1]!;
  if (x.shape[x.ndim - 1] !== count * size) {
    throw new ShapeError(
      `${op}: a state ${showShape(state.shape)} needs ${count} gates of ${size}, the weights give ${x.shape[x.ndim - 1]}.`,
    );
  }
  return Array.from({ length: count }, (_, i) => sliceAxis(x, x.ndim - 1, i * size, (i + 1) * size));
}

/** `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`: h [..., H] and x [..., in] give [..., H]. */
export function rnnCell(params: RecurrentParams, h: Tensor, x: Tensor): Tensor {
  const [a] = gates('rnnCell', add(fromInput(params, x), fromState(params, h)), 1, h);
  return tanh(a!);
}

/**
 * One step of a long short-term memory: state [h, c], each [..., H], and x [..., in] give the new [h, c].
 *
 * @example
 * for (const x of sequence) state = nn.lstmCell(params, state, x)
 */
export function lstmCell(
  params: RecurrentParams,
  state: readonly [h: Tensor, c: Tensor],
  x: Tensor,
): [h: Tensor, c: Tensor] {
  const [h, c] = state;
  const [i, f, g, o] = gates('lstmCell', add(fromInput(params, x), fromState(params, h)), 4, h);
  const next = add(mul(sigmoid(f!), c), mul(sigmoid(i!), tanh(g!)));
  return [mul(sigmoid(o!), tanh(next)), next];
}

/** One step of a gated recurrent unit: h [..., H] and x [..., in] give the new h. */
export function gruCell(params: RecurrentParams, h: Tensor, x: Tensor): Tensor {
  const [xr, xz, xn] = gates('gruCell', fromInput(params, x), 3, h);
  const [hr, hz, hn] = gates('gruCell', fromState(params, h), 3, h);
  const r = sigmoid(add(xr!, hr!));
  const z = sigmoid(add(xz!, hz!));
  const n = tanh(add(xn!, mul(r, hn!)));
  return add(n, mul(z, sub(h, n)));
}

record('rnnCell', (h: Tensor, x: Tensor, weightIh: Tensor, weightHh: Tensor) => rnnCell({ weightIh, weightHh }, h, x), [
  { inputs: [{ shape: [2, 3] }, { shape: [2, 4] }, { shape: [3, 4] }, { shape: [3, 3] }] },
]);
record(
  'lstmCell',
  (h: Tensor, c: Tensor, x: Tensor, weightIh: Tensor, weightHh: Tensor) => lstmCell({ weightIh, weightHh }, [h, c], x),
  [{ inputs: [{ shape: [2, 2] }, { shape: [2, 2] }, { shape: [2, 3] }, { shape: [8, 3] }, { shape: [8, 2] }] }],
);
record('gruCell', (h: Tensor, x: Tensor, weightIh: Tensor, weightHh: Tensor) => gruCell({ weightIh, weightHh }, h, x), [
  { inputs: [{ shape: [2, 2] }, { shape: [2, 3] }, { shape: [6, 3] }, { shape: [6, 2] }] },
]);
